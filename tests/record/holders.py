# What memory of C leads to: blocks with addresses that were left in them, and addresses that are numbers.
import ctypes

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
WORD = 8


def put(at, word):
    ctypes.c_size_t.from_address(at).value = word


# A buffer that was used before: addresses of others' objects are left in it.
buffer = ctypes.c_void_p(libc.malloc(3000 * WORD))
# In one block, what looks like another that is larger than all there is.
inside = ctypes.c_void_p(libc.malloc(100000) + 16000)
put(inside.value - WORD, 80001)
put(inside.value - WORD + 80000, 33)
# Handles: each is the address of a block of the C library.
handles = [libc.malloc(1200 + i % 64) for i in range(3000)]
# Numbers that are the addresses of objects keep nothing.
seen = {}
rows = [{'id': i, 'name': 'row %d' % i} for i in range(3000)]
for i, row in enumerate(rows):
    put(buffer.value + i * WORD, id(row))
    seen[id(row)] = True
# A library that keeps addresses inside its blocks.
try:
    import sqlite3
except ImportError:
    base = None
else:
    base = sqlite3.connect(':memory:')
    base.execute('create table t (a integer, b text)')
    base.executemany('insert into t values (?, ?)', ((i, 'row %d' % i * 20) for i in range(3000)))
    print('has a base')
