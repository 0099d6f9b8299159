"""Pictures turned back into cells: what a test compares with the screen that they are of.

A cell is (sign, class, ground): the sign that its shapes or its text show, the class of the ink and
the class behind it. Signs are known by their definition in Unicode, not by the program's table.
"""
import re
import struct
import xml.etree.ElementTree as ET
import zlib

UNITS = 24  # of a cell, each way
WIDTH, HEIGHT = 10, 20
SVG = '{http://www.w3.org/2000/svg}'


def _mask(*rectangles):
    """Rows of bits for rectangles (left, top, right, bottom) in units."""
    rows = [0] * UNITS
    for left, top, right, bottom in rectangles:
        for y in range(top, bottom):
            rows[y] |= ((1 << (right - left)) - 1) << left
    return tuple(rows)


def _signs():
    full, half, eighth = UNITS, UNITS // 2, UNITS // 8
    signs = {_mask((0, 0, full, half)): '▀', _mask((half, 0, full, full)): '▐',
             _mask((0, 0, full, eighth)): '▔', _mask((full - eighth, 0, full, full)): '▕',
             _mask((2, 7, full - 2, full - 7)): '■'}
    for i, sign in enumerate('▁▂▃▄▅▆▇█', 1):
        signs[_mask((0, full - i * eighth, full, full))] = sign
    for i, sign in enumerate('▏▎▍▌▋▊▉', 1):
        signs[_mask((0, 0, i * eighth, full))] = sign
    corners = {'l': (0, 0, half, half), 'r': (half, 0, full, half),
               'L': (0, half, half, full), 'R': (half, half, full, full)}
    for sign, which in zip('▖▗▘▙▚▛▜▝▞▟', ('L', 'R', 'l', 'lLR', 'lR', 'lrL', 'lrR', 'r', 'rL', 'rLR')):
        signs[_mask(*(corners[w] for w in which))] = sign
    arms = {'l': (0, 12, 13, 13), 'r': (11, 12, full, 13), 'u': (11, 0, 13, 13), 'd': (11, 12, 13, full)}
    for sign, which in zip('─│┌┐└┘├┤┬┴┼', ('lr', 'ud', 'rd', 'ld', 'ru', 'lu', 'udr', 'udl', 'lrd', 'lru', 'lrud')):
        signs[_mask(*(arms[w] for w in which))] = sign
    return signs


SIGNS = _signs()
SHADES = {'.25': '░', '.50': '▒', '.75': '▓'}


class Grid:
    """Cells of a picture, filled in element by element."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.masks = {}   # (x, y): rows of bits
        self.inks = {}    # (x, y): class
        self.shades = {}  # (x, y): sign
        self.words = {}   # (x, y): sign
        self.grounds = {}
        self.looks = {}   # (x, y): letters of bold and underlined

    def _rectangle(self, left, top, right, bottom, ink, shade):
        for x in range(left // UNITS, (right - 1) // UNITS + 1):
            for y in range(top // UNITS, (bottom - 1) // UNITS + 1):
                rows = list(self.masks.get((x, y), (0,) * UNITS))
                first = max(left - x * UNITS, 0)
                last = min(right - x * UNITS, UNITS)
                for row in range(max(top - y * UNITS, 0), min(bottom - y * UNITS, UNITS)):
                    rows[row] |= ((1 << (last - first)) - 1) << first
                self.masks[x, y] = tuple(rows)
                self.inks[x, y] = ink
                if shade:
                    self.shades[x, y] = shade

    def add(self, element, dy):
        tag = element.tag.replace(SVG, '')
        classes = element.get('class', '').split()
        if tag == 'rect':
            x, width = float(element.get('x', 0)), float(element.get('width'))
            for column in range(round(x / WIDTH), round((x + width) / WIDTH)):
                self.grounds[column, round(dy / HEIGHT)] = classes[0]
        elif tag == 'path':
            shade = SHADES.get(element.get('fill-opacity'))
            pattern = r'M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)H([\d.]+)z'
            path = element.get('d')
            assert re.fullmatch('(' + pattern + ')+', path), path
            for x, y, w, h, back in re.findall(pattern, path):
                assert x == back, path
                left, top = round(float(x) * UNITS / WIDTH), round((float(y) + dy) * UNITS / HEIGHT)
                self._rectangle(left, top, left + round(float(w) * UNITS / WIDTH),
                                top + round(float(h) * UNITS / HEIGHT), classes[0], shade)
        elif tag == 'text':
            words = element.text
            assert int(element.get('textLength')) == WIDTH * len(words), words
            for i, sign in enumerate(words):
                at = int(element.get('x')) // WIDTH + i, round(dy / HEIGHT)
                self.words[at] = sign
                self.inks[at] = classes[0]
                self.looks[at] = ''.join(classes[1:])
        else:
            raise AssertionError('unexpected element ' + tag)

    def cell(self, x, y):
        at = x, y
        if at in self.masks:
            assert at not in self.words, at
            sign = self.shades.get(at) or SIGNS.get(self.masks[at])
            assert sign, (at, self.masks[at])
        else:
            sign = self.words.get(at, ' ')
        return sign, self.inks.get(at), self.grounds.get(at)

    def lines(self):
        return [''.join(self.cell(x, y)[0] for x in range(self.width)).rstrip()
                for y in range(self.height)]


def rules(style):
    """The colour of each class."""
    return dict(re.findall(r'\.([\w-]+)\{fill:(#\w+)\}', style))


def _grid_of(root):
    return Grid(int(root.get('width')) // WIDTH, int(root.get('height')) // HEIGHT)


def read_svg(path):
    """The grid of a picture that stands still, and its colours."""
    root = ET.parse(path).getroot()
    grid = _grid_of(root)
    for group in root.findall(SVG + 'g'):
        dy = float(re.fullmatch(r'translate\(0 ([\d.]+)\)', group.get('transform')).group(1))
        for element in group:
            grid.add(element, dy)
    return grid, rules(root.find(SVG + 'style').text)


def _is_visible(use, share):
    animate = use.find(SVG + 'animate')
    if animate is None:
        return use.get('visibility') != 'hidden'
    shown = None
    values, times = animate.get('values').split(';'), animate.get('keyTimes').split(';')
    assert len(values) == len(times) and times[0] == '0', times
    for value, time in zip(values, times):
        if float(time) <= share:
            shown = value
    return shown == 'visible'


def read_film(path, seconds):
    """The grid that a picture shows when it has played that long, and its length in seconds."""
    root = ET.parse(path).getroot()
    grid = _grid_of(root)
    rows = {g.get('id'): g for g in root.find(SVG + 'defs')}
    lengths = {a.get('dur') for a in root.iter(SVG + 'animate')}
    assert len(lengths) == 1, lengths
    length = float(lengths.pop().rstrip('s'))
    seen = set()
    for use in root.findall(SVG + 'use'):
        if not _is_visible(use, seconds / length):
            continue
        assert use.get('y') not in seen, 'two rows at ' + use.get('y')
        seen.add(use.get('y'))
        for element in rows[use.get('href')[1:]]:
            grid.add(element, float(use.get('y')))
    assert len(seen) == grid.height
    return grid, length


def read_png(path):
    """Rows of (red, green, blue)."""
    data = open(path, 'rb').read()
    assert data[:8] == b'\x89PNG\r\n\x1a\n'
    at, packed, head = 8, b'', None
    while at < len(data):
        length, name = struct.unpack('>I4s', data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        assert struct.unpack('>I', data[at + 8 + length:at + 12 + length])[0] == zlib.crc32(name + body)
        if name == b'IHDR':
            head = struct.unpack('>IIBBBBB', body)
        elif name == b'IDAT':
            packed += body
        at += 12 + length
    assert name == b'IEND' and head[2:] == (8, 2, 0, 0, 0), head
    width, height = head[:2]
    dots = zlib.decompress(packed)
    line = 1 + 3 * width
    assert len(dots) == height * line
    rows = []
    for y in range(height):
        assert dots[y * line] == 0
        row = dots[y * line + 1:(y + 1) * line]
        rows.append([tuple(row[3 * x:3 * x + 3]) for x in range(width)])
    return rows


class Terminal:
    """What the bytes of a recording leave on a screen: its signs, without their colours."""

    def __init__(self, width, height):
        self.rows = [[' '] * width for _ in range(height)]
        self.x = self.y = 0

    def feed(self, words):
        for moved, looks, sign in re.findall(r'\033\[(\d+;\d+)H|(\033\[[\d;?]*[mlh])|(.)', words, re.S):
            if moved:
                self.y, self.x = (int(number) - 1 for number in moved.split(';'))
            elif sign:
                assert sign >= ' ', repr(sign)
                self.rows[self.y][self.x] = sign
                self.x += 1

    def lines(self):
        return [''.join(row).rstrip() for row in self.rows]
