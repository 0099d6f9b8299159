# Variables of every kind, each with its own number of records whose dictionaries were another function's first: whose is what?
import collections
import functools
import threading

recent = {}
module_rows = {}


def churn(i):  # bounded: its dead dictionaries serve the others
    recent[i % 200] = {'id': i, 'v': [i, float(i)]}


def record(i):
    return {'a': str(i), 'b': [i, float(i)]}


class Cache:
    rows = {}

    @classmethod
    def put(cls, i):
        cls.rows[i] = record(i)


class Store:
    def __init__(self):
        self.items = []


class Service:
    def __init__(self):
        self.name = 'svc'
        self.store = Store()


class Point:
    __slots__ = ('x', 'y')

    def __init__(self, i):
        self.x, self.y = float(i), record(i)


app = Service()


def make():
    kept = []

    def add(i):
        kept.append(record(i))
    return add


def memoise(i, memo=[]):
    memo.append(record(i))


@functools.lru_cache(maxsize=None)
def cached(i):
    return record(i)


def collect(kept):
    while True:
        kept.append(record((yield)))


adder = make()
queue = collections.deque()
grouped = collections.defaultdict(list)
points = set()
collector = collect([])
next(collector)


def mark(name):
    import ctypes
    getattr(ctypes.CDLL(None), 'arenascope_mark', lambda name: None)(name)


def work(count, ready, go):
    mine = [record(i) for i in range(count)]
    ready.release()
    go.wait()
    return mine


def main():
    local = []
    for i in range(3000):
        churn(i)
        if i < 2800:
            module_rows[i] = record(i)
        if i < 2500:
            Cache.put(i)
        if i < 2200:
            app.store.items.append(record(i))
        if i < 1900:
            adder(i)
        if i < 1600:
            memoise(i)
        if i < 1400:
            cached(i)
        if i < 1200:
            queue.append(record(i))
        if i < 1000:
            grouped[i].append(record(i))
        if i < 900:
            points.add(Point(i))
        if i < 800:
            collector.send(i)
        if i < 700:
            local.append(record(i))
    ready, go = threading.Semaphore(0), threading.Event()
    thread = threading.Thread(target=work, args=(600, ready, go))
    thread.start()
    ready.acquire()
    mark(b'at work')
    for i in range(200):
        churn(i)
    go.set()
    thread.join()


main()
