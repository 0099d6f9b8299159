"""Just enough of protobuf to read a profile of pprof, by the numbers of its profile.proto."""


def fields(data):
    """Pairs of a field's number and its value: an int, or bytes."""
    at = 0

    def varint():
        nonlocal at
        number = shift = 0
        while True:
            byte = data[at]
            at += 1
            number |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return number

    while at < len(data):
        key = varint()
        value = varint()
        if key & 7 == 2:
            value, at = data[at:at + value], at + value
            assert at <= len(data)
        else:
            assert key & 7 == 0, 'wire type %d' % (key & 7)
        yield key >> 3, value


def packed(data):
    numbers, number, shift = [], 0, 0
    for byte in data:
        number |= (byte & 0x7f) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(number)
            number = shift = 0
    assert shift == 0
    return numbers


def read_profile(data):
    """Types; what mappings have, by file; and samples as lists of (function, file, line) from the innermost, with their values."""
    strings, functions, locations, samples, types, mappings, default = [], {}, {}, [], [], [], 0
    for number, value in fields(data):
        if number == 6:
            strings.append(value.decode())
        elif number == 5:
            function = dict(fields(value))
            functions[function[1]] = function
        elif number == 4:
            location = dict(fields(value))
            location['line'] = dict(fields(location[4]))
            locations[location[1]] = location
        elif number == 3:
            mappings.append(dict(fields(value)))
        elif number == 2:
            sample = dict(fields(value))
            samples.append((packed(sample[1]), packed(sample[2])))
        elif number == 1:
            types.append(dict(fields(value)))
        elif number == 14:
            default = value
    assert strings[0] == ''

    def frame(identity):
        line = locations[identity]['line']
        function = functions[line[1]]
        return strings[function[2]], strings[function[4]], line[2]

    flags = range(7, 11)  # functions, files, lines, inlined frames
    return {'mappings': {strings[m[5]]: [bool(m.get(flag)) for flag in flags] for m in mappings},
            'types': [(strings[t[1]], strings[t[2]]) for t in types], 'default': strings[default],
            'samples': [([frame(i) for i in stack], values) for stack, values in samples]}
