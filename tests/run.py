#!/usr/bin/env python3
"""Run the test suites and count the cases.

Every suite is a program that prints TAP. The last line is `N passed, N failed`; the exit status is
0 only when nothing failed. A suite that crashes, takes too long, or runs no case is a failure.

A script may say in its first lines how it wants to be run:
    # run: parallel        beside other suites (own ports, own folders)
    # run: timeout=600     seconds
"""
import argparse
import concurrent.futures
import glob
import os
import re
import shlex
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
JOBS = 2
RESULT = re.compile(r'^(not )?ok\b(?:\s+\d+)?(?:\s*-)?\s*(.*)$')
PLAN = re.compile(r'^1\.\.(\d+)')
ASAN = 'detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:abort_on_error=0'
VALGRIND = ['valgrind', '-q', '--error-exitcode=99', '--leak-check=full',
            '--errors-for-leak-kinds=definite', '--child-silent-after-fork=yes',
            '--suppressions=tests/valgrind.supp']


class Suite:
    def __init__(self, name, command, timeout=120, parallel=True, env=None):
        self.name, self.command, self.timeout = name, command, timeout
        self.parallel, self.env = parallel, env or {}


class Outcome:
    def __init__(self):
        self.passed, self.skipped, self.failures = 0, 0, []


def read_tap(text, outcome):
    """Count the results; a failing line keeps the remarks that follow it (cmocka) or come before."""
    planned, seen, remarks, failing = None, 0, [], None
    for line in text.splitlines():
        plan, result = PLAN.match(line), RESULT.match(line)
        if plan:
            planned = (planned or 0) + int(plan.group(1))
        elif result:
            seen += 1
            skip = re.search(r'#\s*skip\b', result.group(2), re.I)
            if result.group(1):
                failing = [line] if not remarks else remarks + [line]
                outcome.failures.append(failing)
            else:
                failing = None
                outcome.skipped += bool(skip)
                outcome.passed += not skip
            remarks = []
        elif failing is not None:
            failing.append(line)
        elif line.strip() and not line.startswith('#'):
            remarks.append(line)
    if planned is not None and planned != seen:
        outcome.failures.append(['%d cases were planned, %d were run' % (planned, seen)])
    elif seen == 0:
        outcome.failures.append(['no case was run'])


def run(suite, log_dir):
    outcome, started = Outcome(), time.monotonic()
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT='TAP', ASAN_OPTIONS=ASAN,
               UBSAN_OPTIONS='print_stacktrace=1:halt_on_error=1', **suite.env)
    log_path = os.path.join(log_dir, suite.name.replace('/', '.') + '.log')
    late = False
    with open(log_path + '.err', 'wb') as err, open(log_path, 'wb') as out:
        process = subprocess.Popen(suite.command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                   cwd=ROOT, env=env, start_new_session=True)
        try:
            process.wait(suite.timeout)
        except subprocess.TimeoutExpired:
            late = True
        try:  # what it left behind, and itself when it is late: its own session only
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
    with open(log_path, errors='replace') as f:
        text = f.read()
    with open(log_path + '.err', errors='replace') as f:
        complaints = f.read()
    read_tap(text, outcome)
    code = process.returncode
    if late or code < 0 or (code > 0 and not outcome.failures) or code == 99:
        why = 'took longer than %d s' % suite.timeout if late else \
            'died of signal %d' % -code if code < 0 else 'ended with status %d' % code
        outcome.failures.append([why] + text.splitlines()[-15:])
    if outcome.failures and complaints.strip():
        outcome.failures[-1] += ['--- stderr (whole in %s.err)' % log_path] + \
            complaints.splitlines()[:120]
    outcome.seconds = time.monotonic() - started
    return outcome


def script(name, command, path, timeout, env=None):
    """env is for the programs with sanitizers; one that says «plain» looks at the real ones."""
    with open(os.path.join(ROOT, path), errors='replace') as f:
        head = ''.join(f.readlines()[:15])
    said = re.search(r'#\s*run:.*timeout=(\d+)', head)
    plain = re.search(r'#\s*run:.*\bplain\b', head)
    return Suite(name, command + [path], int(said.group(1)) if said else timeout,
                 bool(re.search(r'#\s*run:.*\bparallel\b', head)), env=None if plain else env)


def said_of(source, words):
    """Does the test say so of itself? («run: no valgrind» in a comment)"""
    with open(source, errors='replace') as f:
        return 'run: ' + words in f.read()


def unit_suites(build, san):
    """From the sources, not from what was built: a test that did not build is a failure."""
    sources = [s for folder in ('unit', 'sim')
               for s in sorted(glob.glob(os.path.join(ROOT, 'tests', folder, 'test_*.c')))]
    for source in sources:
        folder, name = source.split(os.sep)[-2], os.path.basename(source)[:-2]
        short = name[len('test_'):]
        yield Suite('%s/%s' % (folder, short), [os.path.join(san, folder, name)],
                    1800 if folder == 'sim' else 120)
        if folder != 'unit':
            continue
        if said_of(source, 'no valgrind'):
            yield Suite('plain/' + short, [os.path.join(build, folder, name)], 120)
        else:
            yield Suite('valgrind/' + short, VALGRIND + [os.path.join(build, folder, name)], 400,
                        env={'MESAD_VALGRIND': '1'})  # twenty times slower: fewer rounds


def all_suites(build, san):
    yield Suite('lint', ['sh', 'tests/lint.sh'], 1800)
    yield from unit_suites(build, san)
    for source in sorted(glob.glob(os.path.join(ROOT, 'tests/fuzz/fuzz_*.c'))):
        name = os.path.basename(source)[len('fuzz_'):-2]
        yield Suite('fuzz/' + name, [os.path.join(san, 'fuzz', 'replay_' + name),
                                     'tests/fuzz/corpus/' + name], 300)
    for path in sorted(glob.glob(os.path.join(ROOT, 'tests/mail/run.py'))):
        yield script('mail', ['python3'], os.path.relpath(path, ROOT), 600, {'MESAD_BUILD': san})
        reader = os.path.join(build, 'bench', 'parse_files')
        yield script('valgrind/mail', ['python3'], os.path.relpath(path, ROOT), 600,
                     {'MESAD_PARSE': shlex.join(VALGRIND + [reader])})
        yield script('mail/gmime', ['python3'], 'tests/mail/gmime.py', 300)
    for path in sorted(glob.glob(os.path.join(ROOT, 'tests/e2e/test_*.py'))):
        name = os.path.basename(path)[len('test_'):-3]
        yield script('e2e/' + name, ['python3'], os.path.relpath(path, ROOT), 600,
                     {'MESAD_BUILD': san, 'MESAD_MTA': os.path.join(build, 'mta')})


def tell(suite, outcome, done, total):
    mark = 'FAIL' if outcome.failures else 'ok  '
    counts = '%d passed' % outcome.passed
    if outcome.failures:
        counts += ', %d failed' % len(outcome.failures)
    if outcome.skipped:
        counts += ', %d skipped' % outcome.skipped
    print('[%3d/%d] %s %-32s %s  (%.1f s)' % (done, total, mark, suite.name, counts,
                                             outcome.seconds))
    for failure in outcome.failures:
        print(''.join('        %s\n' % line for line in failure), end='')
    sys.stdout.flush()


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument('--suite', help='only those whose name contains this')
    args.add_argument('--list', action='store_true')
    args = args.parse_args()
    build = os.path.abspath(os.environ.get('MESAD_BUILD', os.path.join(ROOT, 'build')))
    san = os.path.abspath(os.environ.get('MESAD_SAN_BUILD', build + '-san'))
    os.environ.update(MESAD_BUILD=build, MESAD_SAN_BUILD=san)
    suites = [s for s in all_suites(build, san) if not args.suite or args.suite in s.name]
    if args.list:
        print('\n'.join(s.name for s in suites))
        return 0
    log_dir = os.path.join(build, 'log')
    os.makedirs(log_dir, exist_ok=True)
    passed = failed = done = 0

    def finish(suite, outcome):
        nonlocal passed, failed, done
        done += 1
        passed += outcome.passed
        failed += len(outcome.failures)
        tell(suite, outcome, done, len(suites))

    def attempt(suite):
        try:
            return run(suite, log_dir)
        except OSError as e:  # not built, or its interpreter is missing
            outcome = Outcome()
            outcome.failures, outcome.seconds = [[str(e)]], 0
            return outcome

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        waiting = {pool.submit(attempt, s): s for s in suites if s.parallel}
        for future in concurrent.futures.as_completed(waiting):
            finish(waiting[future], future.result())
    for suite in suites:
        if not suite.parallel:
            finish(suite, attempt(suite))
    if not suites:
        failed += 1
        print('no suite is called that')
    print('%d passed, %d failed' % (passed, failed), flush=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
