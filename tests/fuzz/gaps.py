#!/usr/bin/env python3
"""What the corpus of a fuzz target does not reach: each branch of its sources that was never taken, so
that a seed can be written for it. `make COV=1 replays` first.

gaps.py BUILD-cov TARGET [FOLDER …]: with the inputs of those folders, too."""
import glob, os, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
sys.path.insert(0, HERE)
from cov import reached
from run import SOURCES


def main():
    build, name = sys.argv[1:3]
    for path in glob.glob(build + '/obj/*/*.gcda'):
        os.unlink(path)
    for folder in [os.path.join(HERE, 'corpus', name)] + sys.argv[3:]:
        subprocess.run([os.path.join(build, 'fuzz', 'replay_' + name), folder], stdout=subprocess.DEVNULL, check=True)
    wanted = [p for pattern in SOURCES[name].split() for p in glob.glob('src/' + pattern)]
    for source, lines in sorted(reached(build).items()):
        if source not in wanted:
            continue
        with open(source, encoding='utf-8') as f:
            text = f.read().splitlines()
        for number, (count, taken, branches) in sorted(lines.items()):
            if not count or taken < branches:
                print('%s:%d: %d of %d branches: %s' % (source, number, taken, branches, text[number - 1].strip()))


if __name__ == '__main__':
    main()
