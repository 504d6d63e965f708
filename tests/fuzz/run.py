#!/usr/bin/env python3
"""Fuzz every target until its coverage has not grown for FUZZ_QUIET seconds (900), FUZZ_JOBS at a
time (2). What is found new stays in BUILD/found/TARGET; a finding is kept beside it and fails the run.

run.py BUILDDIR [TARGET …]"""
import os, re, signal, subprocess, sys, threading, time

QUIET = float(os.environ.get('FUZZ_QUIET', '900'))
JOBS = int(os.environ.get('FUZZ_JOBS', '2'))
HERE = os.path.dirname(os.path.abspath(__file__))


def fuzz(build, name, results):
    found = os.path.join(build, 'found', name)
    seeds = os.path.join(HERE, 'corpus', name)
    os.makedirs(found, exist_ok=True)
    os.makedirs(seeds, exist_ok=True)
    proc = subprocess.Popen([os.path.join(build, 'fuzz', 'fuzz_' + name), '-timeout=10', '-rss_limit_mb=2048', '-max_len=65536',
                             '-artifact_prefix=' + os.path.join(build, name + '-'), found, seeds],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors='replace')
    start = grew = time.monotonic()
    most, execs, tail = 0, 0, []

    def watch():
        while proc.poll() is None:
            if time.monotonic() - grew > QUIET: proc.terminate()
            time.sleep(1)
    threading.Thread(target=watch, daemon=True).start()
    for line in proc.stderr:
        tail = (tail + [line])[-80:]
        m = re.match(r'#(\d+)\s.*cov: (\d+)', line)
        if m:
            execs = int(m.group(1))
            if int(m.group(2)) > most: most, grew = int(m.group(2)), time.monotonic()
    proc.wait()
    bad = proc.returncode not in (0, -signal.SIGTERM)  # it ends by itself only with a finding
    results[name] = bad
    print('%s %s: coverage %d, %d runs in %.0f min, the last growth after %.0f min' %
          ('FOUND' if bad else 'quiet', name, most, execs, (time.monotonic() - start) / 60, (grew - start) / 60), flush=True)
    if bad: print(''.join(tail), flush=True)


def main():
    build = sys.argv[1]
    names = sys.argv[2:] or sorted(f[5:-2] for f in os.listdir(HERE) if f.startswith('fuzz_') and f.endswith('.c'))
    results, gate, threads = {}, threading.Semaphore(JOBS), []

    def one(name):
        with gate: fuzz(build, name, results)
    for n in names:
        t = threading.Thread(target=one, args=(n,))
        t.start()
        threads.append(t)
    for t in threads: t.join()
    sys.exit(1 if any(results.values()) else 0)


main()
