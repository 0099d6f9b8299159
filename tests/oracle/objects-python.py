"""
Counted objects in a real CPython: the events of a trace, or random ones, are done to real objects, and what dies of each
event is printed, a line each:

    EVENT d ID      an object died (in the order they die)
    EVENT f ID      its finaliser was called
    EVENT c N       a collection of generation N began
    EVENT w ID...   weak references that died, sorted: they are seen when they are cleared, which may be a little earlier
    EVENT e ID...   after a collection that was asked for: weak references that the program can reach and that refer to
                    nothing any more, sorted

usage: objects-python.py play TRACE
       objects-python.py make SEED GRAPHS asked|due TRACE    random graphs, written to TRACE as well

asked: collections are asked for.  due: they begin by themselves, as thresholds have it; before each allocation the
interpreter's own count of allocations is set to what it would be if nothing but the trace's objects had been made, since
this script needs objects, too.  And while one is made the script has no containers of its own that are younger than the
trace's objects, for they would be counted among those that survive: so a line stays a line until then.

All that the interpreter and this script have is frozen, or (`gc others`) in the oldest generation, where it counts as
what survived: none of it dies while a graph is played, and none of it refers to the trace's objects.

    object          an instance of Node: its references are in __slots__, made first to last.  It is a property because a
                    property lets go of its `fdel` when it dies and not, as of all else, when the collector clears it:
                    there it has a code object whose death is told by a weak reference.
    untracked one   that code object alone: it is no container, so the collector does not know it
    weak reference  an instance of Weak
    the program     nothing but counts, as a variable of a C program would be: a dictionary would be a container that
                    collections look at once it is unfrozen, and the order of what they find would depend on it

An object that the program cannot reach cannot be used: who wants to finds it from what the program has.
"""

import _ctypes
import ctypes
import gc
import random
import sys
import weakref

SLOTS = 60
NAMES = tuple("s%02d" % i for i in range(SLOTS))

# References of the program; untrack: the collector does not know the object, its making and its end still count.
keep = ctypes.pythonapi.Py_IncRef
drop = ctypes.pythonapi.Py_DecRef
keep.argtypes = drop.argtypes = [ctypes.c_void_p]
untrack = ctypes.pythonapi.PyObject_GC_UnTrack
track = ctypes.pythonapi.PyObject_GC_Track
untrack.argtypes = track.argtypes = [ctypes.py_object]
at_address = _ctypes.PyObj_FromPtr


class Node(property):
    # __doc__: from 3.12 on a property sets it, and where its class has no place for it makes an exception, which would
    # be counted.
    __slots__ = NAMES + ("ident", "used", "__doc__", "__weakref__")


class Finalized(Node):
    __slots__ = ("__doc__",)

    def __del__(self):
        world.log.append("f %d" % self.ident)
        world.act(self.ident)


class Resurrecting(Node):
    __slots__ = ("__doc__",)

    def __del__(self):
        world.log.append("f %d" % self.ident)
        world.hold(self, self.ident)
        world.act(self.ident)


class Weak(weakref.ref):
    __slots__ = ("ident", "witness", "__weakref__")


class Observer(weakref.ref):
    __slots__ = ("ident",)


WITNESS = (lambda: 0).__code__
KINDS = {"": Node, "finalizer": Finalized, "finalizer=resurrects": Resurrecting}


class Increments:
    """What the incremental collector of 3.14.0 to 3.14.4 looks at, besides the trace's objects: nothing, but for a list of
    as many objects as `gc others` says. Its own figures, beside gc.garbage in the interpreter's state, are set to what the
    trace's objects alone would have made them. Variables of the program are those of a frame, since it begins at frames."""

    WORD = ctypes.sizeof(ctypes.c_void_p)
    STACK = 2000  # variables, of one graph

    def __init__(self):
        state = ctypes.pythonapi.PyInterpreterState_Get
        state.restype = ctypes.c_void_p
        base, lists = state(), (id(gc.garbage), id(gc.callbacks))
        self.garbage = next(at for at in range(base, base + 1000000, self.WORD)
                            if tuple((ctypes.c_size_t * 2).from_address(at)) == lists)
        # collecting, three times the figures of a generation, the permanent generation, the two old ones, the young one
        generation = 2 * self.WORD + 8
        young = self.garbage - self.WORD - 9 * self.WORD - 4 * generation
        self.young = ctypes.c_int.from_address(young + 2 * self.WORD + 4)
        self.heap_size = ctypes.c_ssize_t.from_address(self.garbage + 2 * self.WORD)
        self.visited_space = ctypes.c_int.from_address(self.garbage + 4 * self.WORD)
        if ctypes.c_int.from_address(young + 2 * self.WORD).value != gc.get_threshold()[0]:
            raise SystemExit("the state of the collector is not where it was looked for")
        self.has_begun = False
        self.others = 0
        self.visits = []  # of each frame below: whether the collector has seen it
        self.frames = []
        self.variables = None  # the array of them
        self.none = None  # what one has that is not in use
        self.taken = 0
        self.slots = {}  # ID → the variable

    def run_with_variables(self, run):
        """Calls it from a frame that has variables."""
        names = ["v%d" % i for i in range(self.STACK)]
        space = {}
        exec("def stage(run):\n %s = None\n run()\n" % " = ".join(names), space)
        space["stage"](run)

    def clear(self, others):
        """All containers that there are, out of sight; others are there that a module reaches. Called within run()."""
        sys.others = [[] for _ in range(others - 2)]
        self.others = others
        space = self.visited_space.value if self.has_begun else 0
        self.has_begun = True
        frame = sys._getframe(2)
        self.leave()
        while frame is not None:
            self.frames.append(frame)
            address = ctypes.c_size_t.from_address(id(frame) + 3 * self.WORD).value
            self.visits.append(ctypes.c_uint8.from_address(address + 9 * self.WORD + 3))
            if frame.f_code.co_name == "stage":
                self.variables = (ctypes.c_size_t * self.STACK).from_address(address + 11 * self.WORD)
                self.none = self.variables[self.STACK - 1]
            frame = frame.f_back
        self.taken = 0
        self.slots.clear()
        things = gc.get_objects()
        while things:
            untrack(things.pop())
        del things
        gc.collect()
        while self.visited_space.value != space:
            gc.collect()
        if others:
            track(sys.__dict__)
            track(sys.others)
        at = 0
        while at < len(sys.others):
            track(sys.others[at])
            at += 1
        gc.collect()
        gc.collect()

    def leave(self):
        del self.frames[:], self.visits[:]

    def settle(self, young, tracked):
        self.young.value = young
        self.heap_size.value = tracked + self.others
        at = 0
        while at < len(self.visits):
            self.visits[at].value = 0
            at += 1

    def reserve(self, ident):
        """The next variable is for an object that will be made, which may begin a collection that resurrects others."""
        self.slots[ident] = self.taken
        self.taken += 1

    def hold(self, thing, ident):
        if ident not in self.slots:
            self.reserve(ident)
        self.variables[self.slots[ident]] = id(thing)

    def drop(self, ident):
        self.variables[self.slots.pop(ident)] = self.none


def identity(thing):
    return thing.co_firstlineno if type(thing) is type(WITNESS) else thing.ident


class World:
    def __init__(self):
        # A dictionary is tracked as soon as a container is in it: `told` has one from the start, so that it is out of
        # sight, too.
        self.addresses = {}  # ID → where the object is, of those that are live
        self.deeds = {}  # ID → what its finaliser or its callback does: "unref - 3;ref 5 7"
        self.variables = {}  # ID → how many variables refer to it
        self.witnesses = {}
        self.observers = {}
        self.tracked = {}
        self.weak = {}
        self.told = {-1: []}
        self.log = []
        self.gone = []
        self.lines = []
        self.event = 0
        self.living = 0
        self.ntracked = 0
        self.young = 0  # allocations minus deaths, as the collector's count would have it
        self.enabled = True
        self.ballast = []  # dictionaries of nothing are not tracked, but their making is counted
        self.reserve = []
        self.empty = []
        self.spent = []  # observers that have seen their object die
        self.increments = Increments() if (3, 14, 0) <= sys.version_info[:3] < (3, 14, 5) else None

    # ---- before anything happens -----------------------------------------------------------------

    def prepare(self, idents, others=0):
        """Everything that will be needed, out of the collector's sight. Gives how many containers the collector counts
        besides the trace's."""
        gc.unfreeze()
        del self.spent[:]
        for ident in idents:
            code = WITNESS.replace(co_firstlineno=ident)
            observer = Observer(code, World.observed)
            observer.ident = ident
            self.witnesses[ident] = code
            self.observers[ident] = observer
            self.tracked[ident] = self.weak[ident] = False
        if self.increments:
            self.increments.clear(others)
            del self.log[:]
            return others
        del self.ballast[:]
        self.reserve[:] = [Node() for _ in range(2000)]
        for node in self.reserve:
            untrack(node)
        del node
        gc.collect()
        gc.freeze()
        del self.log[:]
        return gc.get_freeze_count()

    @staticmethod
    def observed(observer):
        ident = observer.ident
        world.spent.append(world.observers.pop(ident))
        del world.addresses[ident]
        world.deeds.pop(ident, None)
        world.living -= 1
        world.ntracked -= world.tracked[ident]
        if world.weak[ident]:
            world.gone.append(ident)
        else:
            world.log.append("d %d" % ident)
        if world.tracked[ident] and world.young > 0:
            world.young -= 1

    @staticmethod
    def collecting(phase, info):
        if phase == "start":
            world.young = 0
            world.log.append("c %d" % info["generation"])

    def settle(self):
        """Makes the interpreter's count what the trace's objects alone would have made it."""
        if self.increments:
            self.increments.settle(self.young, self.ntracked)
            return
        while gc.get_count()[0] > self.young:
            self.reserve.pop()
        while gc.get_count()[0] < self.young:
            self.ballast.append({})

    # ---- finding ---------------------------------------------------------------------------------

    def reach(self):
        """ID → object, of all that the program can reach."""
        found = {ident: at_address(self.addresses[ident]) for ident, n in self.variables.items() if n > 0}
        todo = list(found.values())
        while todo:
            thing = todo.pop()
            if not isinstance(thing, Node):
                continue
            for name in NAMES[: thing.used]:
                other = getattr(thing, name, None)
                if other is not None and identity(other) not in found:
                    found[identity(other)] = other
                    todo.append(other)
        return found

    @staticmethod
    def slot(node, ident):
        """The first slot with that object."""
        for name in NAMES[: node.used]:
            other = getattr(node, name, None)
            if other is not None and identity(other) == ident:
                return name
        raise KeyError("object %d does not refer to %d" % (node.ident, ident))

    @staticmethod
    def targets(node):
        return [identity(getattr(node, name)) for name in NAMES[: node.used] if getattr(node, name, None) is not None]

    def find(self, ident):
        try:
            return self.reach()[ident]
        except KeyError:
            raise SystemExit("event %d: the program cannot reach object %d" % (self.event, ident))

    # ---- events ----------------------------------------------------------------------------------

    def hold(self, thing, ident):
        self.variables[ident] = self.variables.get(ident, 0) + 1
        keep(id(thing))
        if self.increments and self.variables[ident] == 1:
            self.increments.hold(thing, ident)

    def let_go(self, ident):
        self.variables[ident] -= 1
        if self.increments and self.variables[ident] == 0:
            self.increments.drop(ident)
        drop(self.addresses[ident])

    def new(self, ident, traits):
        witness = self.witnesses.pop(ident)
        self.living += 1
        if "gc" not in traits:
            self.addresses[ident] = id(witness)
            self.hold(witness, ident)
            return
        kind = KINDS[traits.replace("gc", "").strip()]
        self.tracked[ident] = True
        if self.increments:
            self.increments.reserve(ident)
        self.settle()
        self.young += 1
        if self.enabled:
            gc.enable()
        node = kind(None, None, witness)
        gc.disable()
        node.ident = ident
        node.used = 0
        self.ntracked += 1
        self.addresses[ident] = id(node)
        self.hold(node, ident)

    def make_weak(self, ident, target, told):
        thing = self.find(target)
        if told is not None:
            self.told[ident] = weakref.ref(self.find(told))
            untrack(self.told[ident])
        callback = World.forget if told is not None else None
        self.tracked[ident] = self.weak[ident] = True
        self.settle()
        self.young += 1
        if self.enabled:
            gc.enable()
        weak = Weak(thing, callback)
        gc.disable()
        weak.ident = ident
        weak.witness = self.witnesses.pop(ident)
        self.ntracked += 1
        self.living += 1
        self.addresses[ident] = id(weak)
        self.hold(weak, ident)

    @staticmethod
    def forget(weak):
        node = world.told.pop(weak.ident)()
        if node is not None and weak.ident in World.targets(node):
            delattr(node, World.slot(node, weak.ident))
        del node
        world.act(weak.ident)

    # ---- what finalisers and callbacks do --------------------------------------------------------

    def live(self, ident):
        """The object, even if the program cannot reach it; None for one that is gone, or whose end has begun."""
        address = self.addresses.get(ident)
        if address is None or ctypes.c_uint32.from_address(address).value == 0:
            return None
        return at_address(address)

    def act(self, ident):
        deeds = self.deeds.pop(ident, "")
        while deeds:
            deed, _, deeds = deeds.partition(";")
            verb, referrer, other = deed.split()
            self.do_deed(verb, None if referrer == "-" else int(referrer), int(other))

    def do_deed(self, verb, referrer, ident):
        node = None if referrer is None else self.live(referrer)
        if self.live(ident) is None or (referrer is not None and node is None):
            return
        if verb == "ref" and node is None:
            self.hold(self.live(ident), ident)
        elif verb == "ref":
            setattr(node, NAMES[node.used], self.live(ident))
            node.used += 1
        elif node is not None:
            if ident in World.targets(node):
                delattr(node, World.slot(node, ident))
        elif self.variables.get(ident, 0) > 0:
            self.let_go(ident)

    def ref(self, referrer, ident):
        thing = self.find(ident)
        if referrer is None:
            self.hold(thing, ident)
            return
        node = self.find(referrer)
        setattr(node, NAMES[node.used], thing)
        node.used += 1

    def unref(self, referrer, ident):
        if referrer is None:
            self.let_go(ident)
            return
        node = self.find(referrer)
        delattr(node, self.slot(node, ident))

    def do(self, line):
        """One event, given as its line in a trace."""
        kind, _, rest = line.partition(" ")
        if kind == "new":
            ident, _, rest = rest.partition(" ")
            self.new(int(ident), rest.partition(" ")[2])
        elif kind == "ref":
            referrer, _, ident = rest.partition(" ")
            self.ref(None if referrer == "-" else int(referrer), int(ident))
        elif kind == "unref":
            referrer, _, ident = rest.partition(" ")
            self.unref(None if referrer == "-" else int(referrer), int(ident))
        elif kind == "weak":
            ident, _, rest = rest.partition(" ")
            target, _, rest = rest.partition(" ")
            told = rest.partition("callback=")[2].partition(" ")[0]
            self.make_weak(int(ident), int(target), int(told) if told else None)
        elif kind == "when":
            owner, _, deed = rest.partition(" ")
            before = self.deeds.get(int(owner))
            self.deeds[int(owner)] = before + ";" + deed if before else deed
        elif kind == "collect":
            if self.increments:
                self.settle()
            gc.collect(int(rest) if rest else 2)
            self.empty[:] = sorted(ident for ident, thing in self.reach().items() if type(thing) is Weak and thing() is None)
        elif kind == "gc" and rest.startswith("thresholds"):
            gc.set_threshold(*(int(word) for word in rest.split()[1:]))
        elif kind == "gc" and rest == "freeze":
            gc.freeze()
            self.young = 0
        elif kind == "gc" and rest == "unfreeze":
            gc.unfreeze()
        elif kind == "gc" and rest.startswith("others"):
            pass  # prepare() has counted them
        elif kind == "gc":
            self.enabled = rest == "on"
        self.tell()

    def tell(self):
        for line in self.log:
            self.lines.append("%d %s" % (self.event, line))
        if self.gone:
            self.lines.append("%d w %s" % (self.event, " ".join(map(str, sorted(self.gone)))))
        if self.empty:
            self.lines.append("%d e %s" % (self.event, " ".join(map(str, self.empty))))
        del self.log[:], self.gone[:], self.empty[:]
        self.event += 1


# ---- random graphs -------------------------------------------------------------------------------


LIVING_MAX = 24  # a collection of more is more than the 256 decisions that are kept
THRESHOLDS = ((1, 12), (0, 4), (0, 3))


class Maker:
    def __init__(self, dice, is_due):
        self.dice = dice
        self.text = []  # the trace; a file that is written to makes lists
        self.is_due = is_due
        self.next = 1

    def do(self, line):
        self.text.append(line)
        world.do(line)

    def make_object(self):
        traits = ""
        if self.dice.random() < 0.85:
            traits = " gc"
            if self.dice.random() < 0.25:
                resurrects = self.dice.random() < 0.3
                traits = " gc finalizer=resurrects" if resurrects else " gc finalizer"
        self.do("new %d %d%s" % (self.next, self.dice.randrange(16, 513, 8), traits))
        self.next += 1

    def make_weak(self):
        found = world.reach()
        nodes = [ident for ident, thing in found.items() if isinstance(thing, Node) and thing.used < SLOTS]
        targets = list(found)
        del found
        if not targets:
            return
        line = "weak %d %d" % (self.next, self.dice.choice(targets))
        keeper = self.dice.choice(nodes) if nodes and self.dice.random() < 0.7 else None
        if keeper is not None and not self.is_due and self.dice.random() < 0.8:
            line += " callback=%d" % keeper
        del nodes, targets
        if self.is_due:  # no collection here: the tuple of arguments would be among the survivors
            self.do("gc off")
        self.do(line)
        if self.is_due:
            self.do("gc on")
        if keeper is not None:
            self.do("ref %d %d" % (keeper, self.next))
            self.do("unref - %d" % self.next)
        self.next += 1

    def make_reference(self):
        found = world.reach()
        nodes = [ident for ident, thing in found.items() if isinstance(thing, Node) and thing.used < SLOTS]
        targets = list(found)
        del found
        if nodes and self.dice.random() < 0.93:
            self.do("ref %d %d" % (self.dice.choice(nodes), self.dice.choice(targets)))
        elif targets:
            self.do("ref - %d" % self.dice.choice(targets))

    def drop_reference(self):
        found = world.reach()
        edges = [(ident, target) for ident, thing in found.items() if isinstance(thing, Node)
                 for target in World.targets(thing)]
        del found
        if edges:
            self.do("unref %d %d" % self.dice.choice(edges))

    def make_deed(self):
        found = world.reach()
        owners = [ident for ident, thing in found.items()
                  if isinstance(thing, (Finalized, Resurrecting)) or ident in world.told]
        nodes = [ident for ident, thing in found.items() if isinstance(thing, Node) and thing.used < SLOTS // 2]
        edges = [(ident, target) for ident, thing in found.items() if isinstance(thing, Node)
                 for target in World.targets(thing)]
        held = [ident for ident, n in world.variables.items() if n > 0]
        targets = list(found)
        del found
        if not owners or not nodes:
            return
        owner = self.dice.choice(owners)
        roll = self.dice.random()
        if roll < 0.35:
            self.do("when %d ref %d %d" % (owner, self.dice.choice(nodes), self.dice.choice(targets)))
        elif roll < 0.5:
            self.do("when %d ref - %d" % (owner, self.dice.choice(targets)))
        elif roll < 0.65 and held:
            self.do("when %d unref - %d" % (owner, self.dice.choice(held)))
        elif edges:
            self.do("when %d unref %d %d" % ((owner,) + self.dice.choice(edges)))

    def drop_variable(self):
        held = [ident for ident, n in world.variables.items() if n > 0]
        if held:
            self.do("unref - %d" % self.dice.choice(held))

    def step(self):
        roll = self.dice.random()
        if world.living > LIVING_MAX:
            self.drop_variable()
            self.do("collect")
        elif roll < 0.30:
            self.make_object()
        elif roll < 0.60:
            self.make_reference()
        elif roll < 0.65:
            self.make_deed()
        elif roll < 0.72:
            self.drop_reference()
        elif roll < 0.88:
            self.drop_variable()
        elif roll < 0.96:
            self.make_weak()
        elif not self.is_due or self.dice.random() < 0.1:
            self.do("collect %d" % self.dice.randrange(3))
        elif self.dice.random() < 0.4:
            self.do(self.dice.choice(("gc freeze", "gc unfreeze")))

    def graph(self):
        steps = self.dice.randrange(20, 100 if self.is_due else 80)
        others = self.dice.randrange(2, 50) if world.increments else 0
        self.do("gc others %d" % world.prepare(range(self.next, self.next + steps), others))
        self.do("gc freeze")
        if self.dice.random() < 0.3:
            self.do("gc unfreeze")
        self.do("collect")
        self.do("gc on" if self.is_due else "gc off")
        if self.is_due:
            self.do("gc thresholds %d %d %d" % tuple(self.dice.randrange(low, high) for low, high in THRESHOLDS))
        for _ in range(steps):
            self.step()
        self.do("gc off")
        self.do("gc unfreeze")
        rounds = 0
        while rounds == 0 or (world.living > 0 and rounds < 9):  # what is resurrected dies in the next one
            while any(world.variables.values()):
                self.drop_variable()
            self.do("collect")
            rounds += 1
        if world.increments:
            world.increments.leave()
        for ident in [ident for ident, n in world.variables.items() if n == 0]:
            del world.variables[ident]
        for ident in list(world.witnesses):
            del world.observers[ident], world.witnesses[ident]
        if world.observers:
            raise SystemExit("still alive at the end of a graph: %s" % sorted(world.observers))


def make(seed, graphs, is_due, path):
    maker = Maker(random.Random(seed), is_due)
    for _ in range(graphs):
        maker.graph()
    with open(path, "w") as out:
        out.write("".join(line + "\n" for line in maker.text))


def play(path):
    with open(path) as trace:
        lines = [" ".join(line.split("#")[0].split()) for line in trace
                 if not line.startswith(("note", "mark", "info"))]
    events = [line for line in lines if line]
    others = [int(line.split()[2]) for line in events if line.startswith("gc others ")]
    world.prepare({int(line.split()[1]) for line in events if line.startswith(("new ", "weak "))}, sum(others[:1]))
    at = 0
    while at < len(events):  # an iterator would be a container
        world.do(events[at])
        at += 1


def main(arguments):
    gc.disable()
    gc.callbacks.append(World.collecting)

    def run():
        if arguments[0] == "play":
            play(arguments[1])
        else:
            make(int(arguments[1]), int(arguments[2]), arguments[3] == "due", arguments[4])

    if world.increments:
        world.increments.run_with_variables(run)
    else:
        run()
    gc.callbacks.clear()
    sys.stdout.write("".join(line + "\n" for line in world.lines))


world = World()
main(sys.argv[1:])
