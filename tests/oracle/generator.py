"""
A generator in a cycle that the collector frees: it is closed before anything is cleared, and drops the variables of its
frame then. Object 1 (it refers to itself, to 12, and to the generator) is older than the generator, 2, whose frame has 1
and 11: generator.rep. Prints which of 11 and 12 dies first, as objects-python.py does.
"""

import gc
import weakref

CODE = (lambda: 0).__code__
watching = []
deaths = []


class Node:
    __slots__ = ("other", "generator", "itself")


def witness(ident):
    code = CODE.replace(co_firstlineno=ident)
    watching.append(weakref.ref(code, lambda _: deaths.append("d %d" % ident)))
    return code


def suspended(node, other):
    yield


def make():
    node = Node()
    node.other = witness(12)
    node.itself = node
    node.generator = suspended(node, witness(11))
    next(node.generator)


gc.disable()
make()
gc.collect()
print("\n".join(deaths))
