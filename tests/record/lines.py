"""Ten programs that keep memory, for comparison of call sites with tracemalloc.

lines.py NUMBER         runs a program, and ends
lines.py NUMBER trace   also prints the ten lines that keep most, as tracemalloc has them: BYTES LINE
"""
import sys
import threading


def rows():
    kept = {}
    for i in range(4000):
        kept[i] = "row %d" % i * 5
    return kept


class Point:
    def __init__(self, x, y):
        self.x = x * 1000.5
        self.y = [y]


def points():
    return [Point(i, i) for i in range(3000)]


def count(n):
    for i in range(n):
        yield bytes(i % 100 + 300)


def generator():
    return list(count(3000))


def threads():
    kept = []

    def fill(size):
        for _ in range(1000):
            kept.append(bytearray(size))

    workers = [threading.Thread(target=fill, args=(size,)) for size in (600, 700)]
    for worker in workers:
        worker.start()
        worker.join()
    return kept


def growing():
    kept = []
    for i in range(30000):
        kept.append(i + 1000)
    return kept, set(range(5000, 9000))


def closures():
    def make(n):
        text = "%06d" % n * 50

        def inner():
            return text
        return inner
    return [make(i) for i in range(1500)]


def deep(n):
    if n == 0:
        return []
    return [deep(n - 1), "x" * (n + 600)]


def recursion():
    return [deep(40) for _ in range(40)]


def comprehensions():
    return ({i: str(i) * 20 for i in range(2000)},
            [[j] * 40 for j in range(1500)],
            {(i, str(i + 100000)) for i in range(2500)})


def dropped():
    cache = [" " * (100 + i % 400) for i in range(8000)]
    kept = []
    for i in range(0, 8000, 8):
        kept.append(cache[i])
        kept.append(tuple([i] * 30))
    cache = None
    return kept


def errors():
    kept = []
    for i in range(1200):
        try:
            raise ValueError("number %d" % i * 30)
        except ValueError as error:
            kept.append(error)
    kept.append(b"".join(bytes(100) for _ in range(2000)))
    kept.append(("é" * 3000, "€" * 3000))
    return kept


programs = [rows, points, generator, threads, growing, closures, recursion, comprehensions, dropped, errors]
traced = len(sys.argv) > 2
if traced:
    import tracemalloc
    tracemalloc.start()
kept = programs[int(sys.argv[1])]()
if traced:
    lines = [line for line in tracemalloc.take_snapshot().statistics("lineno")
             if line.traceback[0].filename == __file__]
    for line in lines[:10]:
        print(line.size, line.traceback[0].lineno)
