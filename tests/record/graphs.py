# Objects that hold each other: each structure is of the variable from which the way to its objects is shortest.


class Node:
    def __init__(self, parent, i):
        self.parent = parent
        self.children = []
        self.value = [float(i)]
        if parent:
            parent.children.append(self)


def grow(count):
    nodes = [Node(None, 0)]
    for i in range(1, count):
        nodes.append(Node(nodes[(i - 1) // 40], i))
    return nodes[-1], nodes[0]


class Item:
    def __init__(self, i):
        self.value = float(i)
        self.next = self.previous = None


class Chain:
    def __init__(self, count):
        self.head = self.tail = Item(0)
        for i in range(1, count):
            item = Item(i)
            item.previous = self.tail
            self.tail.next = item
            self.tail = item


class City:
    def __init__(self, i):
        self.name = 'city %d' % i
        self.neighbours = []

    def join(self, other):
        self.neighbours.append(other)
        other.neighbours.append(self)


def build(count, step):
    cities = [City(i) for i in range(count)]
    for i in range(count):
        cities[i].join(cities[(i * step + 1) % count])
    for i in range(20):
        cities[0].join(cities[(i * 31 + 5) % count])
    return cities


class Store:
    def __init__(self, cities):
        self.cities = cities


class World:
    def __init__(self, count):
        cities = build(count, 7)
        self.capital = cities[0]
        self.store = Store(cities)


class Section:
    pass


def linked(count):
    head = None
    for i in range(count):
        head = {'value': float(i), 'next': head}
    return head


leaf, tree = grow(6000)
chain = Chain(5000)
world = World(4000)
somewhere = build(3000, 11)[9]
records = linked(2500)
settings = Section()
settings.server = Section()
settings.server.cache = [[float(i)] for i in range(20000)]
