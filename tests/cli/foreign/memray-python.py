import gc, sys
from memray import FileDestination, Tracker


def work():
    kept = [(i, str(i + 1000) * (i % 9)) for i in range(400)]
    for i in range(0, 400, 3):
        kept[i] = None
    more = [[i] for i in range(100)]
    return kept, more, [bytearray(600)]


gc.disable()
with Tracker(destination=FileDestination(sys.argv[1], overwrite=True), trace_python_allocators=True):
    work()
