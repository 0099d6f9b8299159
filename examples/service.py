"""A service that fills a big cache and drops it, and remembers a little of some requests.

    arenascope record --sites -o service.trace -- python3 service.py
    arenascope report service.trace

After the cache is gone the process is as large as before: each arena of Python's still has a few sessions.
"""
import gc
import sys


class Row:
    def __init__(self, number):
        self.number = number
        self.name = "row %d" % number
        self.words = [number] * 8


sessions = []


def remember(number):
    sessions.append(("session", number + 100000))


def load(rows):
    cache = []
    for number in range(rows):
        cache.append(Row(number))
        if number % 600 == 0:
            remember(number)
    return cache


def private_bytes():
    with open("/proc/self/smaps_rollup") as lines:
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Anonymous:"))


cache = load(int(sys.argv[1]) if len(sys.argv) > 1 else 600000)
cache = None
gc.collect()
print("private", private_bytes())
