# What makes a census hard: how the program sees it is printed.
import array
import ctypes
import mmap
import struct
import sys
import tempfile
import types

libc = ctypes.CDLL(None)
libc.calloc.restype = ctypes.c_void_p
if 'data' in sys.argv:  # to read it takes longer than a census may
    data = ctypes.c_void_p(libc.calloc(1, ctypes.c_size_t(1 << 32)))


class Odd(types.ModuleType):
    @property
    def __dict__(self):
        raise AttributeError('none')


def record(i):
    return {'a': str(i), 'b': [i, float(i)]}


größe = {i: record(i) for i in range(3000)}
odd = sys.modules['odd'] = Odd('odd')
odd.rows = [record(i) for i in range(2500)]
globals()['cut\n#: owner 7 name=x'] = [record(i) for i in range(2000)]
dead = [record(i) for i in range(1000)]

# Words that would lie at the very end of all addresses, and a file that was mapped to be read: it says that it has data.
numbers = array.array('q', range(-64, 0))
texts = (ctypes.c_int64 * 64)(*range(-64, 0))
with tempfile.TemporaryFile() as file:
    file.write(struct.pack('<16sHHIQQQIHHHHHH', b'\x7fELF\2\1\1', 3, 62, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0))
    for offset, at in (0, 0), (4096, 1 << 16):
        file.write(struct.pack('<IIQQQQQQ', 1, 6, offset, at, at, 4096, 1 << 62, 4096))
    file.truncate(1 << 14)
    mapped = mmap.mmap(file.fileno(), 1 << 14, mmap.MAP_PRIVATE, mmap.PROT_READ)

# A census comes as blocks are freed, and makes system calls that fail.
python = ctypes.PyDLL(None, use_errno=True)
drop = python.PyList_SetSlice
drop.argtypes = [ctypes.py_object, ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_void_p]
mark = getattr(libc, 'arenascope_mark', lambda name: None)
ctypes.set_errno(0)
mark(b'dropped')
drop(dead, 0, 1000, None)
print('errors', ctypes.get_errno())
sys.modules = 'replaced'
