# Blocks to which no variable leads pin the arenas that others' objects were in: roots.py KIND [clear]
import collections
import ctypes
import gc
import sys

kind = sys.argv[1]
mark = getattr(ctypes.CDLL(None), 'arenascope_mark', lambda name: None)
look_up = ctypes.pythonapi.PyObject_GetAttrString
look_up.restype = ctypes.py_object
look_up.argtypes = [ctypes.py_object, ctypes.c_char_p]


objects = [[], {}, (), '', b'', set(), collections.OrderedDict(), collections.deque()]


def name(i):  # C code makes a text of the name each time
    if kind == 'lookups':
        look_up(objects[i // 50 % len(objects)], b'__len__')
    else:
        sys.intern('a name of number %d' % i)


def load():
    rows = []
    for i in range(100000):
        rows.append((i, i, str(i), i, i))
        if i % 50 == 0 and kind != 'dead':
            name(i)
    for i in range(0, 100000, 50):  # these are the dead ones that are kept for later
        if kind == 'dead':
            rows[i] = None


load()
if kind != 'dead':
    gc.collect()
mark(b'loaded')
if len(sys.argv) > 2:
    if kind == 'lookups':
        getattr(sys, '_clear_internal_caches', getattr(sys, '_clear_type_cache', None))()
    gc.collect()
    mark(b'cleared')
