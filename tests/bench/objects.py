# What a Python program does that keeps many small objects. usage: objects.py [ROUNDS]
import json, sys

class Row:
    def __init__(self, number):
        self.number, self.name, self.values = number, "row %d" % number, [number, str(number), number * 2.5]

for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 1):
    rows = {i: Row(i) for i in range(60000)}
    text = json.dumps([[row.number, row.name, row.values] for row in rows.values()])
    again = json.loads(text)
    words = {}
    for row in again:
        words.setdefault(row[1][-2:], []).append(row)
    print(len(words))
