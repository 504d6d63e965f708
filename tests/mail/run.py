#!/usr/bin/env python3
# run: parallel timeout=300
"""One folder a case: in.eml beside expect.json, which says what a person would say of the mail.

Keys are those of `mesactl parse`, compared as follows; a key that is absent says nothing.
    kind, subject, from, report, bounced_id    equal
    reply_text          equal, blanks and empty lines aside
    quoted_contains     each phrase is in quoted_text
    attachments         these names, in this order
    commands            these lines
    bounce              each field that is told, of the first failed recipient
    auto_reason         true: something is said; false: nothing is
    forwarded_from      the address of who wrote what is handed on
    inline, calendar, encrypted, signature, message
                        these names bear that mark, in this order
    thread, case        not looked at here: threads.py asks a desk
MESAD_PARSE is the parser's command (default: mesactl parse of the build).
"""
import json
import os
import re
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH = 40
MARKS = ('inline', 'calendar', 'encrypted', 'signature', 'message')


def squash(text):
    return re.sub(r'\s+', ' ', text or '').strip()


def command():
    told = os.environ.get('MESAD_PARSE')
    if told:
        return shlex.split(told)
    build = os.environ.get('MESAD_BUILD', os.path.join(os.path.dirname(os.path.dirname(HERE)), 'build'))
    return [os.path.join(build, 'mesactl'), 'parse', '--json']


def parse(paths):
    got = {}
    for i in range(0, len(paths), BATCH):
        run = subprocess.run(command() + paths[i:i + BATCH], stdout=subprocess.PIPE, timeout=240)
        if run.returncode:
            sys.exit('the parser ended with status %d' % run.returncode)
        for line in run.stdout.splitlines():
            said = json.loads(line)
            got[said['file']] = said
    return got


def differences(want, got):
    def differs(name, wanted, found):
        return '%s: wanted %r, found %r' % (name, wanted, found)

    if got is None:
        yield 'no answer'
        return
    for key, wanted in want.items():
        found = got.get(key)
        if key == 'reply_text':
            if squash(found) != squash(wanted):
                yield differs(key, wanted, found)
        elif key == 'quoted_contains':
            quoted = squash(got.get('quoted_text'))
            for phrase in wanted:
                if squash(phrase) not in quoted:
                    yield differs('quoted_text', phrase, got.get('quoted_text'))
        elif key == 'attachments':
            names = [a['name'] for a in found or []]
            if names != wanted:
                yield differs(key, wanted, names)
        elif key == 'bounce':
            for field, value in wanted.items():
                if (found or {}).get(field) != value:
                    yield differs('bounce.' + field, value, (found or {}).get(field))
        elif key == 'auto_reason':
            if bool(found) != wanted:
                yield differs(key, 'something' if wanted else 'nothing', found)
        elif key == 'forwarded_from':
            if (found or {}).get('address') != wanted:
                yield differs(key, wanted, found)
        elif key in MARKS:
            names = [a['name'] for a in got.get('attachments') or [] if key in a['marks']]
            if names != wanted:
                yield differs(key, wanted, names)
        elif key in ('thread', 'case'):
            continue
        elif found != wanted:
            yield differs(key, wanted, found)


def main():
    names = sorted(n for n in os.listdir(HERE) if os.path.exists(os.path.join(HERE, n, 'in.eml')))
    if len(sys.argv) > 1:
        names = [n for n in names if sys.argv[1] in n]
    paths = [os.path.join(HERE, n, 'in.eml') for n in names]
    got = parse(paths)
    failed = 0
    print('1..%d' % len(names))
    for i, (name, path) in enumerate(zip(names, paths), 1):
        with open(os.path.join(HERE, name, 'expect.json'), encoding='utf-8') as f:
            wrong = list(differences(json.load(f), got.get(path)))
        failed += bool(wrong)
        print('%sok %d - %s' % ('not ' if wrong else '', i, name))
        for line in wrong:
            print('# ' + line)
    sys.exit(1 if failed else 0)


main()
