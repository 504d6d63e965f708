#!/usr/bin/env python3
"""cov.py BUILD-cov: run the unit tests of a coverage build and say what they reached, room by
room: lines and branches, and for src/core every branch that was not taken."""
import collections
import gzip
import glob
import json
import os
import subprocess
import sys
import tempfile


def run_tests(build):
    for test in sorted(glob.glob(build + '/unit/test_*')):
        done = subprocess.run([test], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              check=False)
        if done.returncode:
            print('%s failed' % os.path.basename(test))


def reached(build):
    """{source: {line: (count, branches taken, branches)}} over every object of src."""
    lines = collections.defaultdict(dict)
    notes = [os.path.abspath(p) for p in glob.glob(build + '/obj/*/*.gcda')]
    with tempfile.TemporaryDirectory() as folder:
        for note in notes:
            subprocess.run(['gcov', '-b', '--json-format', note], cwd=folder, check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for path in glob.glob(folder + '/*.gz'):
                with gzip.open(path) as f:
                    for source in json.load(f)['files']:
                        for line in source['lines']:
                            taken = sum(b['count'] > 0 for b in line['branches'])
                            lines[source['file']][line['line_number']] = (
                                line['count'], taken, len(line['branches']))
                os.unlink(path)
    return lines


def main():
    build = sys.argv[1]
    run_tests(build)
    rooms, gaps = collections.defaultdict(lambda: [0, 0, 0, 0]), []
    for source, lines in sorted(reached(build).items()):
        if not source.startswith('src/') or source.endswith('.h'):
            continue
        for number, (count, taken, branches) in sorted(lines.items()):
            room = rooms[source.split('/')[1]]
            room[0] += count > 0
            room[1] += 1
            room[2] += taken
            room[3] += branches
            if source.startswith('src/core/') and taken < branches:
                gaps.append('%s:%d: %d of %d branches' % (source, number, taken, branches))
    print('\n'.join(gaps))
    for room, (hit, lines, taken, branches) in sorted(rooms.items()):
        print('%-10s lines %5.1f %% of %5d   branches %5.1f %% of %5d' % (
            room, 100 * hit / max(lines, 1), lines, 100 * taken / max(branches, 1), branches))


if __name__ == '__main__':
    main()
