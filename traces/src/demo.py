#!/usr/bin/env python3
"""Writes traces/lessons/demo.rep, the trace of `arenascope demo`: the life of a small Python service.

usage: traces/src/demo.py > traces/lessons/demo.rep
"""
import random

dice = random.Random(1990)
live = {}
count = 0


def note(text):
    print(f"note {text}")


def mark(name):
    print(f"mark {name}")


def allocate(size):
    global count
    number = count
    count += 1
    live[number] = size
    print(f"a {number} {size}")
    return number


def resize(number, size):
    live[number] = size
    print(f"r {number} {size}")


def free(number):
    del live[number]
    print(f"f {number}")


print("# The life of a small service: it starts, serves, loads a table, drops it, and keeps more memory than it uses.")
print("info play --engine pymalloc --python 3.8")
print()

note("A small Python service starts. It creates modules, functions and names: small objects that stay. F5 plays, . and , step.")
settled = []
for _ in range(700):
    settled.append(allocate(dice.choice([32, 48, 56, 56, 64, 64, 72, 88, 104, 136, 152, 232, 456])))
    if dice.random() < 0.25:
        free(settled.pop(dice.randrange(len(settled))))

mark("serving")
note("Requests come in. Each creates a few objects and drops them again. Pools fill and empty, and nothing grows.")
for _ in range(60):
    request = [allocate(dice.choice([48, 56, 64, 72, 120, 200, 240])) for _ in range(dice.randint(4, 12))]
    for number in reversed(request):
        free(number)

mark("loading")
note("Now it loads a table of 2,600 rows, each with a dict, a key and a value. When an arena has no free pool left, the next one is mapped: 256 KiB.")
table = allocate(88)
rows = []
for i in range(2600):
    rows.append((allocate(232), allocate(dice.choice([50, 51, 52, 58])), allocate(32)))
    if i in (4, 8, 16, 25, 35, 46, 58, 72, 88, 106, 126, 148, 173, 201, 232, 269, 309, 354, 405, 462, 526, 598, 679, 770,
            872, 987, 1116, 1262, 1425, 1609, 1816, 2049, 2311, 2599):
        resize(table, 88 + 8 * i)
    if i % 37 == 0:
        settled.append(allocate(64))

mark("peak")
note("Near the peak: 4 arenas. The list of rows outgrew 512 bytes long ago, so it is in the heap below, not in an arena.")
for _ in range(40):
    request = [allocate(dice.choice([48, 64, 120, 240])) for _ in range(8)]
    for number in request:
        free(number)

mark("the table goes")
for row in rows:
    for number in row:
        free(number)
note("The table was dropped row by row: pools went from full to used to empty. The list of rows goes last. How many of the four arenas are returned?")
free(table)

mark("afterwards")
note("NONE was returned. Every arena still holds small objects that live on, and they pin it. The service looks bigger than it is.")
for _ in range(30):
    request = [allocate(dice.choice([48, 56, 64, 72, 120, 200, 240])) for _ in range(dice.randint(4, 12))]
    for number in reversed(request):
        free(number)

mark("shutdown")
for number in sorted(live):
    free(number)
note("The end: the last objects were freed, and the arenas were returned. Remember: the longest-lived object decides how long an arena stays. Type :compare 3.11")
