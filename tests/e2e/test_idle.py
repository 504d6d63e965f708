#!/usr/bin/env python3
"""No wake-ups while idle beyond the timers' and IDLE's own: strace sees what each process does. Runs
alone, so that nothing else wakes anybody."""
import collections, sys
from lab import *

tap = Tap()
SECONDS = 6.0


def switches(pid):
    """How often the process has gone to sleep: each wake-up is followed by one."""
    total = 0
    for t in os.listdir('/proc/%d/task' % pid):
        with open('/proc/%d/task/%s/status' % (pid, t)) as f: total += int(re.search(r'^voluntary_ctxt_switches:\s*(\d+)', f.read(), re.M).group(1))
    return total


def processes(lab):
    found = {'mesad': lab.desk.proc.pid}
    for name, pids in lab.desk.children().items():
        for i, pid in enumerate(sorted(pids)): found['%s.%d' % (name, i)] = pid
    return found


def settled(lab):
    """Nothing to do, and nobody has done anything for a second."""
    wait_until(lambda: not lab.ctl('board')[0]['outbox_waiting'], every=0.2, why='the outbox to be empty')
    last = [None, 0]
    def quiet():
        now = {n: switches(p) for n, p in processes(lab).items()}
        if now != last[0]: last[:] = [now, time.monotonic()]
        return time.monotonic() - last[1] > 1.0
    wait_until(quiet, every=0.1, why=lambda: 'the processes to be still: %s' % last[0])


def pause(seconds):
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() >= end, seconds + 10, every=seconds, why='time to pass')


def traced(pids, seconds):
    """{pid: [calls]} that began within so many seconds; None where strace may not."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, 'out')
        args = ['strace', '-f', '-q', '-ttt', '-o', out]
        for p in pids: args += ['-p', str(p)]
        s = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        def attached():
            for p in pids:
                with open('/proc/%d/status' % p) as f:
                    if 'TracerPid:\t%d\n' % s.pid not in f.read(): return False
            return True
        try:
            wait_until(lambda: s.poll() is not None or attached(), why='strace')
            if s.poll() is not None: return None
            pause(0.5)  # to be attached restarts what each waits in
            begin = time.time()
            pause(seconds)
            end = time.time()
        finally:
            if s.poll() is None: s.terminate()
            s.wait()
        calls = collections.defaultdict(list)
        with open(out) as f:
            for line in f:
                pid, at, what = line.rstrip('\n').split(None, 2)
                if begin <= float(at) <= end: calls[int(pid)].append(what)
        return calls


def idle_world(fn, **desk):
    with Lab() as lab:
        lab.configure(**desk)
        lab.start()
        luisa = lab.person('luisa')
        luisa.write('Una solicitud', 'Para que haya habido trabajo, y haya plazos.')
        luisa.wait_mail(subject='ST-')
        settled(lab)
        fn(lab)


def asleep(lab):
    """An open case with its clocks, and nobody stirs."""
    before = {n: (p, switches(p)) for n, p in processes(lab).items()}
    pause(SECONDS)
    woken = {n: switches(p) - k for n, (p, k) in before.items()}
    print('# wake-ups in %.0f s: %s' % (SECONDS, woken), flush=True)
    assert not any(woken.values()), woken
    calls = traced([p for p, _ in before.values()], SECONDS)
    if calls is None:
        print('# strace is not permitted here: the context switches have said it', flush=True)
        return
    names = {p: n for n, (p, _) in before.items()}
    assert not calls, {names.get(p, p): x[:5] for p, x in calls.items()}
    print('# system calls of %d processes in %.0f s: 0' % (len(names), SECONDS), flush=True)
    wakes(lab)


def wakes(lab):
    """The same eyes see a mail come: else this test sees nothing."""
    before = {n: switches(p) for n, p in processes(lab).items()}
    lab.person('luisa').write('Otra', 'Despierten.')
    lab.person('luisa').wait_mail(subject='ST-')
    after = {n: switches(p) for n, p in processes(lab).items() if n in before}
    for name in ('mesad', 'mesad-imap.0', 'mesad-smtp.0'): assert after[name] > before[name], (name, before, after)


def own_rhythm(lab):
    """IDLE renewed every two seconds, and nothing besides."""
    pids = processes(lab)
    before = {n: switches(p) for n, p in pids.items()}
    pause(SECONDS)
    woken = {n: switches(p) - before[n] for n, p in pids.items()}
    print('# wake-ups in %.0f s with IDLE renewed every 2 s: %s' % (SECONDS, woken), flush=True)
    renewals = SECONDS / 2 + 1
    assert woken['mesad-imap.0'] >= 2, 'it is renewed'
    assert woken['mesad-imap.0'] <= renewals * 8, woken  # DONE, its answer, the listing, IDLE
    assert woken['mesad'] <= renewals, woken  # the listing is told
    assert not any(k for n, k in woken.items() if n not in ('mesad', 'mesad-imap.0')), woken


def quick(lab):
    """idle_renew: 2s"""
    conf = lab.settings()
    conf['idle_renew'] = '2s'
    lab.configure(mesad=conf)
    lab.restart()
    end = time.monotonic() + 1
    wait_until(lambda: time.monotonic() > end, why='the start to be over')
    own_rhythm(lab)


if __name__ == '__main__':
    for fn in (asleep, quick):
        if len(sys.argv) < 2 or fn.__name__ in sys.argv[1:]: tap.run(fn.__name__, idle_world, fn)
    tap.done()
