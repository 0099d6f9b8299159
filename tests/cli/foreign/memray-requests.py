import ctypes, sys
from memray import FileDestination, Tracker

library = ctypes.CDLL("./requests.so")
with Tracker(destination=FileDestination(sys.argv[1], overwrite=True)):
    library.main()
