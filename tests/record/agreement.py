"""Says how far two accounts of the blocks of a program agree: agreement.py TRACEMALLOC TEXT

TRACEMALLOC is what library.py prints, TEXT a trace as text, of which the requests of Python's allocators between the marks
"begun" and "kept" count. Prints how many of the ten lines that keep most are the same, and what differs in thousandths:

    ten    of the bytes of those ten, by line
    sizes  of all bytes, by the size of the blocks, whatever their line
    large  of the bytes in blocks of more than 216, by line: an object that dies keeps its block on a list of the
           interpreter's, for the next one of its kind, if it is a tuple of at most 20, a list, a dict, a float and the like;
           tracemalloc then names the line of the next one, and an allocator is not asked
"""
import collections
import sys

LARGEST_LISTED = 216


def blocks_of_tracemalloc(path):
    with open(path, errors="replace") as file:
        for line in file:
            size, place = line.rstrip("\n").split(" ", 1)
            yield place, int(size)


def blocks_of_trace(path):
    names, sites, live = {}, {}, {}
    with open(path, errors="replace") as file:
        for line in file:
            words = line.split()
            if line.startswith("mark begun"):
                live.clear()
            elif line.startswith("mark kept"):
                break
            elif words[0] == "name":
                names[words[1]] = line[line.index("(") + 1:line.rindex(")")]
            elif words[0] == "site":
                sites[words[1]] = words[2]
            elif words[0] == "f":
                live.pop(words[1], None)
            elif words[0] in ("a", "r"):
                live[words[1]] = words
    for words in live.values():
        values = dict(word.split("=") for word in words[3:])
        if values.get("domain") in ("raw", "mem", "obj"):
            frame = sites.get(values.get("site"))
            yield names.get(frame, frame), int(words[2])


def thousandths(left, right, keys):
    return 1000 * sum(abs(left[key] - right[key]) for key in keys) / sum(left[key] for key in keys)


def bytes_by(blocks, key, least=0):
    total = collections.Counter()
    for block in blocks:
        if block[1] >= least:
            total[block[key]] += block[1]
    return total


def first_ten(lines):
    return {line for line, _ in lines.most_common(10)}


theirs, ours = list(blocks_of_tracemalloc(sys.argv[1])), list(blocks_of_trace(sys.argv[2]))
left, right = bytes_by(theirs, 0), bytes_by(ours, 0)
sizes = [bytes_by(blocks, 1) for blocks in (theirs, ours)]
large = [bytes_by(blocks, 0, LARGEST_LISTED + 1) for blocks in (theirs, ours)]
print("common", len(first_ten(left) & first_ten(right)),
      "ten %.0f" % thousandths(left, right, first_ten(left)),
      "sizes %.0f" % thousandths(*sizes, set(sizes[0]) | set(sizes[1])),
      "large %.0f" % thousandths(*large, set(large[0]) | set(large[1])))
for line in sorted(first_ten(left) ^ first_ten(right)):
    print("  not in both:", line, left[line], right[line])
