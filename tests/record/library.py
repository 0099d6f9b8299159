"""Ten programs of the standard library, for comparison of call sites with tracemalloc.

library.py NUMBER         runs a program between the marks "begun" and "kept", and ends
library.py NUMBER trace   has tracemalloc on between them, and prints BYTES PLACE of each block that is left
"""
import _tracemalloc
import ctypes
import gc
import os
import sys

mark = getattr(ctypes.CDLL(None), "arenascope_mark", lambda name: None)


def orders():
    import json
    lines = [{"sku": "s%d" % k, "n": k * 1.5} for k in range(4)]
    return json.loads(json.dumps([{"id": i, "name": "order %d" % i, "lines": lines} for i in range(800)]))


def syntax():
    import argparse
    import ast
    with open(argparse.__file__) as file:
        return ast.parse(file.read())


def elements():
    import xml.etree.ElementTree
    rows = ("<b id='%d'><c>text %d</c></b>" % (i, i) for i in range(3000))
    return xml.etree.ElementTree.fromstring("<a>" + "".join(rows) + "</a>")


def database():
    import sqlite3
    base = sqlite3.connect(":memory:")
    base.execute("create table t (a integer, b text)")
    base.executemany("insert into t values (?, ?)", ((i, "row %d" % i) for i in range(3000)))
    return base, base.execute("select * from t").fetchall()


def differences():
    import difflib
    old = ["line %d" % (i * 7 % 300) for i in range(600)]
    new = ["line %d" % (i * 11 % 300) for i in range(600)]
    return list(difflib.unified_diff(old, new)), difflib.SequenceMatcher(None, old, new)


def messages():
    import email
    import email.policy
    text = "".join("X-Header-%d: value %d\n" % (i, i) for i in range(60)) + "\nbody\n" * 10
    return [email.message_from_string(text, policy=email.policy.default) for _ in range(60)]


def numbers():
    import decimal
    import fractions
    import random
    import statistics
    random.seed(1)
    values = [decimal.Decimal(random.randrange(10 ** 30)) / 7 for _ in range(3000)]
    return values, [fractions.Fraction(i, 7) for i in range(2000)], statistics.mean(values)


def tests():
    import unittest
    import unittest.mock

    class Case(unittest.TestCase):
        pass

    for i in range(200):
        setattr(Case, "test_%d" % i, lambda self: self.assertTrue(True))
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Case)
    result = unittest.TestResult()
    suite.run(result)
    return suite, result, [unittest.mock.Mock() for _ in range(30)]


def settings():
    import argparse
    import configparser
    import csv
    parser = argparse.ArgumentParser()
    for i in range(300):
        parser.add_argument("--option-%d" % i, type=int, default=i, help="help of %d" % i)
    rows = list(csv.DictReader(["a,b,c"] + ["%d,%d,%d" % (i, i, i) for i in range(2000)]))
    config = configparser.ConfigParser()
    config.read_string("".join("[s%d]\nk=v%d\n" % (i, i) for i in range(300)))
    return parser, parser.parse_args(["--option-3", "5"]), rows, config


def tasks():
    import asyncio
    import datetime
    import heapq
    import pickle
    import re
    import tokenize

    async def work(n):
        await asyncio.sleep(0)
        return [n] * 20

    async def all_of_it():
        return await asyncio.gather(*(work(i) for i in range(400)))

    results = asyncio.run(all_of_it())
    with open(heapq.__file__) as file:
        tokens = list(tokenize.generate_tokens(file.readline))
    days = [datetime.datetime(2020, 1, 1) + datetime.timedelta(i) for i in range(2000)]
    return results, tokens, pickle.loads(pickle.dumps(days)), [re.compile("a%d(b|c)*" % i) for i in range(100)]


def place(file, line):
    """As the recorder names it."""
    name = os.path.basename(file)
    if name.startswith("__"):
        name = os.path.basename(os.path.dirname(file)) + "/" + name
    return "%s:%d" % (name, line)


programs = [orders, syntax, elements, database, differences, messages, numbers, tests, settings, tasks]
traced = len(sys.argv) > 2
if traced:
    _tracemalloc.start(1)
mark(b"begun")
kept = programs[int(sys.argv[1])]()
gc.collect()
mark(b"kept")
if traced:
    for domain, size, frames, *_ in _tracemalloc._get_traces():
        print(size, place(*frames[0]))
