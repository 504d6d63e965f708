#!/usr/bin/env python3
"""Fuzz every target until its coverage has not grown for FUZZ_QUIET seconds (900) of its own processor
time, which a loaded machine does not shorten; FUZZ_JOBS at a time (2). FUZZ_SEEDS/TARGET, where it
exists, seeds it too; the words that the code under test looks for are its dictionary. What is found
new stays in BUILD/found/TARGET; a finding is kept beside it and fails the run.

run.py BUILDDIR [TARGET …]"""
import glob, os, re, subprocess, sys, threading, time

QUIET = float(os.environ.get('FUZZ_QUIET', '900'))
JOBS = int(os.environ.get('FUZZ_JOBS', '2'))
SEEDS = os.environ.get('FUZZ_SEEDS', '')
HERE = os.path.dirname(os.path.abspath(__file__))
TICK = os.sysconf('SC_CLK_TCK')
INTERRUPTED = 72  # libFuzzer's exit code when it was asked to end
WORD_BYTES = 64  # the longest word that libFuzzer takes into a dictionary
SOURCES = {
    'bounce': 'mail/bounce*.c mail/automatic*.c',
    'command': 'core/command*.c',
    'html': 'mail/html*.c',
    'mail': 'mail/mime*.c mail/attach.c mail/encoding.c mail/header*.c mail/read*.c mail/tnef.c mail/invite.c mail/charset*.c',
    'quote': 'mail/quote*.c mail/embedded.c',
    'rtf': 'mail/rtf*.c',
    'verdict': 'mail/verdict.c mail/who.c mail/header*.c',
    'words': 'mail/words.c mail/header*.c mail/charset*.c',
}


def used(pid):
    """Seconds of processor time; None when it has ended."""
    try:
        with open('/proc/%d/stat' % pid) as f:
            field = f.read().rpartition(')')[2].split()
    except OSError:
        return None
    return (int(field[11]) + int(field[12])) / TICK


def words(name):
    """The words that the sources of a target look for, from their literals; a table's are parted by «|»."""
    found = set()
    for pattern in SOURCES.get(name, '').split():
        for path in glob.glob(os.path.join(HERE, '..', '..', 'src', pattern)):
            with open(path, encoding='utf-8') as f:
                text = re.sub(r'^[ \t]*#[^\n]*|/\*.*?\*/', '', f.read(), flags=re.M | re.S)
            for literal in re.findall(r'"((?:[^"\\\n]|\\.)*)"|\'(?:[^\'\\]|\\.)\'', text):
                found.update(literal.encode().decode('unicode_escape').encode('latin-1').split(b'|'))
    return sorted(w for w in found if 0 < len(w) <= WORD_BYTES)


class Target:
    def __init__(self, build, name):
        self.build, self.name = build, name
        self.most = self.execs = 0
        self.now = self.grew = 0.0  # processor seconds
        self.grew_at = time.monotonic()
        self.tail = []

    def folders(self):
        found = os.path.join(self.build, 'found', self.name)
        corpus = os.path.join(HERE, 'corpus', self.name)
        os.makedirs(found, exist_ok=True)
        seeds = os.path.join(SEEDS, self.name) if SEEDS else ''
        return [found, corpus] + ([seeds] if os.path.isdir(seeds) else [])

    def dictionary(self):
        path = os.path.join(self.build, self.name + '.dict')
        with open(path, 'w') as f:
            for w in words(self.name):
                f.write('"%s"\n' % ''.join('\\x%02X' % c for c in w))
        return path

    def watch(self, proc):
        while proc.poll() is None:
            self.now = used(proc.pid) or self.now
            if self.now - self.grew > QUIET:
                proc.terminate()
            time.sleep(1)

    def listen(self, proc):
        for line in proc.stderr:
            self.tail = (self.tail + [line])[-80:]
            m = re.match(r'#(\d+)\s.*cov: (\d+)', line)
            if m:
                self.execs = int(m.group(1))
                if int(m.group(2)) > self.most:
                    self.most, self.grew = int(m.group(2)), used(proc.pid) or self.now
                    self.grew_at = time.monotonic()

    def word(self, clean):
        if not clean:
            return 'FOUND'
        return 'quiet' if self.now - self.grew > QUIET else 'stopped'

    def run(self):
        """Until quiet; True when nothing was found. By itself a fuzzer ends only with a finding."""
        proc = subprocess.Popen(
            [os.path.join(self.build, 'fuzz', 'fuzz_' + self.name), '-timeout=10', '-rss_limit_mb=2048',
             '-max_len=16384', '-dict=' + self.dictionary(), '-artifact_prefix=' + os.path.join(self.build, self.name + '-')] + self.folders(),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors='replace')
        threading.Thread(target=self.watch, args=(proc,), daemon=True).start()
        self.listen(proc)
        proc.wait()
        quiet = proc.returncode in (0, INTERRUPTED)
        print('%s %s: coverage %d, %d runs in %.1f processor minutes, the last growth after %.1f; nothing new for %.0f minutes of the clock'
              % (self.word(quiet), self.name, self.most, self.execs, self.now / 60, self.grew / 60,
                 (time.monotonic() - self.grew_at) / 60), flush=True)
        if not quiet:
            print(''.join(self.tail), flush=True)
        return quiet


def main():
    build = sys.argv[1]
    names = sys.argv[2:] or sorted(f[5:-2] for f in os.listdir(HERE) if f.startswith('fuzz_') and f.endswith('.c'))
    results, gate, threads = [], threading.Semaphore(JOBS), []

    def one(name):
        with gate:
            results.append(Target(build, name).run())
    for n in names:
        threads.append(threading.Thread(target=one, args=(n,)))
        threads[-1].start()
    for t in threads:
        t.join()
    sys.exit(0 if all(results) else 1)


if __name__ == '__main__':
    main()
