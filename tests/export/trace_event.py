"""Reads Chrome's trace event form strictly, into the tables that Perfetto's trace_processor makes of it: process,
counter_track, counter, instant. Times are in nanoseconds there.
"""
import decimal
import json
import sqlite3

NEEDED = {
    'M': {'pid', 'tid', 'name', 'args'},
    'C': {'pid', 'tid', 'ts', 'name', 'args'},
    'i': {'pid', 'tid', 'ts', 'name', 's'},
}


def unique(pairs):
    """Of two members with one name, other readers take the first or the last."""
    members = dict(pairs)
    assert len(members) == len(pairs), pairs
    return members


def add_counter(tables, event, time):
    for key, value in event['args'].items():
        assert isinstance(value, (int, decimal.Decimal)) and not isinstance(value, bool), event
        name = event['name'] if key == 'value' else event['name'] + ' ' + key
        tables.execute('INSERT OR IGNORE INTO counter_track (upid, name) VALUES (?, ?)', (event['pid'], name))
        track, = tables.execute('SELECT id FROM counter_track WHERE upid = ? AND name = ?',
                                (event['pid'], name)).fetchone()
        tables.execute('INSERT INTO counter VALUES (?, ?, ?)', (time, track, float(value)))


def read(text):
    data = json.loads(text, parse_float=decimal.Decimal, object_pairs_hook=unique)
    assert data['displayTimeUnit'] in ('ms', 'ns')
    tables = sqlite3.connect(':memory:')
    tables.executescript('''
        CREATE TABLE process (upid INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE counter_track (id INTEGER PRIMARY KEY, upid INTEGER, name TEXT, UNIQUE (upid, name));
        CREATE TABLE counter (ts INTEGER, track_id INTEGER, value REAL);
        CREATE TABLE instant (ts INTEGER, name TEXT, category TEXT, scope TEXT);
    ''')
    for event in data['traceEvents']:
        assert NEEDED[event['ph']] <= event.keys() <= NEEDED[event['ph']] | {'ph', 'cat'}, event
        time = decimal.Decimal(event.get('ts', 0)) * 1000
        assert time == int(time) and 0 <= time < 2**63, event
        if event['ph'] == 'M':
            assert event['name'] == 'process_name'
            tables.execute('INSERT INTO process VALUES (?, ?)', (event['pid'], event['args']['name']))
        elif event['ph'] == 'C':
            add_counter(tables, event, int(time))
        else:
            assert event['s'] in ('g', 'p', 't')
            tables.execute('INSERT INTO instant VALUES (?, ?, ?, ?)',
                           (int(time), event['name'], event['cat'], event['s']))
    return tables
