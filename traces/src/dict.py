# Builds a large dict of objects and drops it.
class Row:
    def __init__(self, i):
        self.name = "row %d" % i
        self.values = [i, i * 2.5]

rows = {i: Row(i) for i in range(6000)}
total = sum(row.values[0] for row in rows.values())
keep = rows[3000]
del rows
print(total, keep.name)
