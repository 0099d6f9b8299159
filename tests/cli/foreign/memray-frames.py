import sys, threading
from memray import FileDestination, Tracker


def make(n):
    return [bytearray(i * 100 + 1000) for i in range(n)]


def other():
    kept = make(3)
    del kept


def work():
    kept = make(5)
    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    del kept[1:3]
    return (bytearray(5000),
            kept)


def main():
    work()


with Tracker(destination=FileDestination(sys.argv[1], overwrite=True), native_traces=True):
    main()
