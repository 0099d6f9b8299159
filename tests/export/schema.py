"""Files of JSON, or of JSON lines, checked with JSON schemas.

usage: schema.py FOLDER SCHEMA=FILE...
"""
import json
import os
import sys

import jsonschema

for pair in sys.argv[2:]:
    name, path = pair.split('=')
    with open(os.path.join(sys.argv[1], name + '.json'), encoding='utf-8') as file:
        validator = jsonschema.Draft7Validator(json.load(file))
    with open(path, encoding='utf-8') as file:
        documents = [json.loads(line) for line in file] if path.endswith('.jsonl') else [json.load(file)]
    assert documents, path
    for document in documents:
        error = next(validator.iter_errors(document), None)
        assert not error, '%s: %s' % (path, error)
