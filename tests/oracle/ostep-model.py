"""What the free-list simulator of the textbook prints, from the description of its behaviour.

Reads lines of flags and writes what each of them prints into the folder named, as 0, 1, 2 ...
The random numbers are Python's own.  usage: ostep-model.py FOLDER <LINES
"""
import argparse
import os
import random
import sys


def flags_of(words):
    parser = argparse.ArgumentParser(add_help=False)
    for letter, name, kind, default in (
            ("s", "seed", int, 0), ("S", "size", int, 100), ("b", "baseAddr", int, 1000),
            ("H", "headerSize", int, 0), ("a", "alignment", int, -1), ("p", "policy", str, "BEST"),
            ("l", "listOrder", str, "ADDRSORT"), ("n", "numOps", int, 10), ("r", "range", int, 10),
            ("P", "percentAlloc", int, 50), ("A", "allocList", str, "")):
        parser.add_argument("-" + letter, dest=name, type=kind, default=default)
    parser.add_argument("-C", dest="coalesce", action="store_true")
    parser.add_argument("-c", dest="compute", action="store_true")
    return parser.parse_args(words)


class Heap:
    def __init__(self, flags):
        self.flags = flags
        self.entries = [[flags.baseAddr, flags.size]]
        self.blocks = {}

    def allocate(self, wanted):
        """Address of the block or -1, and how many entries were looked at."""
        flags = self.flags
        if flags.alignment > 0:
            wanted = -(-wanted // flags.alignment) * flags.alignment
        wanted += flags.headerSize
        fitting = [i for i, entry in enumerate(self.entries) if entry[1] >= wanted]
        looked = len(self.entries)
        if not fitting:
            return -1, looked
        if flags.policy == "FIRST":
            at = fitting[0]
            looked = at + 1
        elif flags.policy == "BEST":
            at = min(fitting, key=lambda i: (self.entries[i][1], i))
        else:
            at = min(fitting, key=lambda i: (-self.entries[i][1], i))
        address = self.entries[at][0]
        self.entries[at][0] += wanted
        self.entries[at][1] -= wanted
        if self.entries[at][1] == 0:
            del self.entries[at]
        self.blocks[address] = wanted
        return address, looked

    def free(self, address):
        if address not in self.blocks:
            return -1
        entry = [address, self.blocks.pop(address)]
        order = self.flags.listOrder
        self.entries.insert(0 if order == "INSERT-FRONT" else len(self.entries), entry)
        if order == "ADDRSORT":
            self.entries.sort(key=lambda e: e[0])
        elif order == "SIZESORT+":
            self.entries.sort(key=lambda e: e[1])
        elif order == "SIZESORT-":
            self.entries.sort(key=lambda e: -e[1])
        if self.flags.coalesce:
            joined = []
            for each in self.entries:
                if joined and sum(joined[-1]) == each[0]:
                    joined[-1][1] += each[1]
                else:
                    joined.append(each)
            self.entries = joined
        return 0

    def words(self):
        return "Free List [ Size %d ]: " % len(self.entries) + "".join("[ addr:%d sz:%d ]" % tuple(e) for e in self.entries)


def play(flags):
    """The lines that are printed."""
    for name in ("seed", "size", "baseAddr", "headerSize", "alignment", "policy", "listOrder", "coalesce", "numOps",
                 "range", "percentAlloc", "allocList", "compute"):
        yield "%s %s" % (name, getattr(flags, name))
    yield ""
    heap = Heap(flags)
    where = []      # address by pointer
    asked = "List?" if flags.allocList else "List? "

    def allocated(size, offset):
        address, looked = heap.allocate(size)
        where.append(address)
        answer = "%d (searched %d elements)" % (address + offset, looked) if flags.compute else "?"
        return "ptr[%d] = Alloc(%d) returned %s" % (len(where) - 1, size, answer)

    def freed(pointer):
        result = heap.free(where[pointer])
        return "Free(ptr[%d])\nreturned %s" % (pointer, result if flags.compute else "?")

    if flags.allocList:
        for operation in flags.allocList.split(","):
            number = int(operation[1:])
            if operation[0] == "-" and number >= sum(a >= 0 for a in where):
                yield "Invalid Free: Skipping"
                continue
            yield allocated(number, 0) if operation[0] == "+" else freed(number)
            yield heap.words() if flags.compute else asked
            yield ""
        return

    random.seed(flags.seed)
    live = []
    done = 0
    while done < flags.numOps:
        if random.random() < flags.percentAlloc / 100.0:
            size = int(random.random() * flags.range) + 1
            yield allocated(size, flags.headerSize)
            if where[-1] >= 0:
                live.append(len(where) - 1)
        elif live:
            yield freed(live.pop(int(random.random() * len(live))))
        else:
            continue
        yield heap.words() if flags.compute else asked
        yield ""
        done += 1


for number, line in enumerate(sys.stdin):
    with open(os.path.join(sys.argv[1], str(number)), "w") as out:
        for words in play(flags_of(line.split())):
            out.write(words + "\n")
