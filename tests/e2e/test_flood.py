#!/usr/bin/env python3
# run: plain timeout=600
"""A desk that is flooded while a worker stands still, and workers that are flooded while the desk
stands still: nobody waits for ever, nothing grows without bound, nothing is lost."""
import collections, sys, urllib.error, urllib.request
from lab import *
from test_faults import is_sanitized
from test_hostile import drop, waiting

tap = Tap()
MAILS = 1000 if os.environ.get('MESAD_SOAK') else 200
BODY = 'Una línea de un correo corriente, ni corta ni larga.\r\n' * 400  # about 20 KiB
GROWTH = 48  # MiB that a process may grow by


def rss(pid):
    with open('/proc/%d/status' % pid) as f: text = f.read()
    return int(re.search(r'VmRSS:\s*(\d+)', text).group(1)) / 1024


class Watch:
    """The most that each process has needed, looked at all the time."""

    def __init__(self, lab):
        self.lab, self.first, self.most, self.fds, self.stop = lab, {}, collections.Counter(), collections.Counter(), threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stop.wait(0.05):
            pids = [('mesad', self.lab.desk.proc.pid)] + [(n, p) for n, ps in self.lab.desk.children().items() for p in ps]
            for name, pid in pids:
                try:
                    mib, fds = rss(pid), len(os.listdir('/proc/%d/fd' % pid))
                except (OSError, AttributeError):
                    continue
                self.first.setdefault(name, mib)
                self.most[name], self.fds[name] = max(self.most[name], mib), max(self.fds[name], fds)

    def check(self):
        self.stop.set()
        self.thread.join()
        print('# ' + ', '.join('%s %.0f -> %.0f MiB, %d files' % (n, self.first[n], self.most[n], self.fds[n]) for n in sorted(self.most)), flush=True)
        if is_sanitized(self.lab.desk.proc.pid): return
        for n in self.most: assert self.most[n] - self.first[n] < GROWTH, '%s grew from %.0f to %.0f MiB' % (n, self.first[n], self.most[n])
        for n in self.fds: assert self.fds[n] < 400, '%s has %d files open' % (n, self.fds[n])


class Stopped:
    """SIGSTOP now, SIGCONT at the end."""

    def __init__(self, pids): self.pids = pids

    def __enter__(self):
        for p in self.pids: os.kill(p, signal.SIGSTOP)
        return self

    def __exit__(self, *_):
        for p in self.pids:
            try: os.kill(p, signal.SIGCONT)
            except ProcessLookupError: pass


def flood(lab, n, start=0):
    """n mails at once, beside the MTA; their ids."""
    luisa, ids = lab.person('luisa'), []
    for i in range(n):
        m = luisa.compose('Solicitud %d' % (start + i), BODY)
        drop(lab, m.as_bytes())
        ids.append(str(m['Message-ID']))
    return ids


def answered(lab):
    """What was acknowledged, by reading the files as bytes."""
    found = collections.Counter()
    for path in waiting(lab, user='luisa'):
        try:
            with open(path, 'rb') as f: raw = f.read(4000)
        except OSError: continue
        m = re.search(rb'(?mi)^In-Reply-To:\s*(\S+)', raw)
        if m: found[m.group(1).decode()] += 1
    return found


def all_well(lab, ids, seconds=120):
    wait_until(lambda: set(answered(lab)) >= set(ids), seconds, every=0.3, why=lambda: 'all acknowledgements; %d missing' % len(set(ids) - set(answered(lab))))
    wait_until(lambda: not waiting(lab) and not lab.ctl('board')[0]['outbox_waiting'], seconds, every=0.3, why='the desk to settle')
    assert len(lab.cases()) == len(ids), '%d cases for %d mails' % (len(lab.cases()), len(ids))
    assert max(answered(lab).values()) == 1, 'a second acknowledgement'
    assert len(waiting(lab, '.Procesados')) == len(ids)
    assert not lab.ctl('quarantine') and lab.ctl('verify')[0]['clean']


def world(fn):
    with Lab() as lab:
        lab.configure()
        lab.start()
        wait_until(lambda: 'mesad-imap' in lab.desk.children(), why='the workers')
        ids = flood(lab, 1)
        wait_until(lambda: set(answered(lab)) >= set(ids), why='the first mail')
        watch = Watch(lab)
        ids += fn(lab)
        all_well(lab, ids)
        watch.check()


def sender_stands_still(lab):
    """All mails become cases while none can be sent; then all are sent."""
    with Stopped(lab.desk.children()['mesad-smtp']):
        ids = flood(lab, MAILS, 1)
        wait_until(lambda: len(lab.cases()) == MAILS + 1, 120, every=0.3, why='the cases')
        wait_until(lambda: not waiting(lab), every=0.2, why='the mailbox to be empty')
        assert len(answered(lab)) == 1
    return ids


def parsers_stand_still(lab):
    """A parser that is late is replaced: no human is needed, and no mail blamed for one lateness."""
    pids = lab.desk.children()['mesad-parse']
    for p in pids: os.kill(p, signal.SIGSTOP)  # for ever
    ids = flood(lab, MAILS, 1)
    begin = time.monotonic()
    wait_until(lambda: not set(pids) & set(lab.desk.children().get('mesad-parse', [])) or len(lab.cases()) == MAILS + 1, every=0.2, why='the parsers to be replaced')
    print('# replaced after %.1f s' % (time.monotonic() - begin), flush=True)
    return ids


def reader_stands_still(lab):
    """The desk has nothing to read, and works all the same: by keyboard, by page."""
    with Stopped(lab.desk.children()['mesad-imap']):
        ids = flood(lab, MAILS, 1)
        number = lab.ctl('list')[0]['number']
        for i in range(20): lab.ctl('do', number, '--as', 'ana', '#nota Número %d' % i)
        assert len(lab.cases()) == 1
    return ids


def desk_stands_still(lab):
    """The reader stops at its credit, a visitor and a keyboard get an answer in time."""
    with Stopped([lab.desk.proc.pid]):
        answers = {}
        def visit():
            begin = time.monotonic()
            try:
                urllib.request.urlopen('http://127.0.0.1:%d/e/abcdefghijklmnopqrstuv' % lab.web_port, timeout=60)
            except urllib.error.HTTPError as e:
                answers['page'] = e.code, time.monotonic() - begin
        def type_():
            begin = time.monotonic()
            r = lab.ctl('do', 'ST-1', '--as', 'ana', '#nota hola', check=False)
            answers['keyboard'] = r.returncode, time.monotonic() - begin
        threads = [threading.Thread(target=x) for x in (visit, type_)]
        for t in threads: t.start()
        ids = flood(lab, MAILS, 1)
        for t in threads: t.join()
        assert answers['page'][0] == 503 and answers['page'][1] < 15, answers
        assert answers['keyboard'][0] == 75 and answers['keyboard'][1] < 45, answers
        assert len(lab.ctl('list')) == 1, 'reading goes on'
        print('# a page after %.1f s, the keyboard after %.1f s' % (answers['page'][1], answers['keyboard'][1]), flush=True)
    return ids


def flooded_page(lab):
    """Many visitors at once, most of whom never finish their question."""
    slow, begun = [], 0
    for i in range(150):
        s = socket.socket()
        s.settimeout(0.2)
        slow.append(s)
        try:
            s.connect(('127.0.0.1', lab.web_port))
            s.sendall(b'GET /e/x HTTP/1.1\r\nHost: x\r\nX: ')
            begun += 1
        except OSError:
            break  # no more are taken
    assert begun >= 60, begun
    ids = flood(lab, 20, 1)
    wait_until(lambda: set(answered(lab)) >= set(ids), every=0.2, why='mail to be handled meanwhile')
    begin = time.monotonic()
    def serves():
        try: urllib.request.urlopen('http://127.0.0.1:%d/e/abcdefghijklmnopqrstuv' % lab.web_port, timeout=5)
        except urllib.error.HTTPError as e: return e.code == 404
        except OSError: return False
    wait_until(serves, every=0.2, why='the page to be served although nobody hung up')
    print('# %d slow visitors; served again after %.1f s' % (begun, time.monotonic() - begin), flush=True)
    for s in slow: s.close()
    return ids


CASES = [sender_stands_still, parsers_stand_still, reader_stands_still, desk_stands_still, flooded_page]

if __name__ == '__main__':
    for fn in CASES:
        if len(sys.argv) < 2 or fn.__name__ in sys.argv[1:]: tap.run(fn.__name__, world, fn)
    tap.done()
