"""The parts of a page that `arenascope export --html` writes."""
import json
from html.parser import HTMLParser
import xml.etree.ElementTree as ET

import cells

VOID = {'meta', 'input', 'rect', 'path'}


class Page(HTMLParser):
    """Reads a page, whose tags must be balanced: `items` are lists of (class, words), `data` the JSON."""

    def __init__(self, text):
        super().__init__()
        self.open, self.items, self.data, self.ids, self.values = [], [], None, {}, []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if 'id' in attributes:
            assert attributes['id'] not in self.ids
            self.ids[attributes['id']] = attributes
        if tag == 'li':
            self.items.append([])
            self.values.append(int(attributes['value']))
        elif tag == 'p' and self.items and 'class' in attributes and attributes['class'] != 'help':
            self.items[-1].append([attributes['class'], ''])
        if tag not in VOID:
            self.open.append((tag, attributes.get('id')))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop()[0] == tag, tag

    def handle_data(self, words):
        if self.open and self.open[-1] == ('script', 'data'):
            self.data = json.loads(words)
        elif self.open and self.open[-1][0] == 'p' and self.items and self.items[-1]:
            self.items[-1][-1][1] += words

    def grids(self, width, height):
        """The screen of each state."""
        rows = [None] * height
        for state in self.data['states']:
            for y, number in state['rows']:
                rows[y] = number
            grid = cells.Grid(width, height)
            for y, number in enumerate(rows):
                row = ''.join(self.data['elements'][i] for i in self.data['rows'][number])
                for element in ET.fromstring('<g>%s</g>' % row):
                    grid.add(element, y * cells.HEIGHT)
            yield state['event'], grid
