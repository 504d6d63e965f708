#!/usr/bin/env python3
# run: plain timeout=900
"""kill -9 at random moments, of the desk and of each worker, while mails drain. MESAD_KILLS says how
often (25, in `make soak` 200), MESAD_SEED repeats a run's choices."""
import collections, os, random, signal, sys, time
from lab import *

MAILS = int(os.environ.get('MESAD_MAILS', '300'))
KILLS = int(os.environ.get('MESAD_KILLS', '200' if os.environ.get('MESAD_SOAK') else '25'))
SEED = int(os.environ.get('MESAD_SEED', str(random.randrange(10**9))))
tap = Tap()


def kill_something(lab, rnd, tally):
    """One kill: the desk, or a worker that runs at this moment."""
    children = lab.desk.children() if lab.desk.proc.poll() is None else {}
    victims = ['mesad'] + [n for n in children if n != 'mesad']
    name = rnd.choice(victims)
    if name == 'mesad':
        lab.desk.stop(signal.SIGKILL)
        lab.desk = Desk(lab).start(ready=False)
    else:
        try:
            os.kill(rnd.choice(children[name]), signal.SIGKILL)
        except ProcessLookupError:
            return False
    tally[name] += 1
    return True


def body_of_kills():
    rnd = random.Random(SEED)
    print('# seed %d, %d mails, %d kills' % (SEED, MAILS, KILLS), flush=True)
    with Lab() as lab:
        lab.configure(mesad=lab.settings(retry={'first': '1s', 'most': '1s'}))  # what a sender had in hand waits for its next try
        lab.start()
        luisa, tally, sent = lab.person('luisa'), collections.Counter(), {}
        group = max(1, MAILS // KILLS)
        while sum(tally.values()) < KILLS or len(sent) < MAILS:
            for _ in range(min(group, MAILS - len(sent))):
                m = luisa.write('Solicitud %d' % len(sent), 'Texto de la solicitud %d.' % len(sent))
                sent[str(m['Message-ID'])] = len(sent)
            if sum(tally.values()) < KILLS:
                time.sleep(rnd.uniform(0, 0.25))  # the random moment itself
                kill_something(lab, rnd, tally)
        print('# kills: %s' % dict(tally), flush=True)
        if lab.desk.proc.poll() is not None: lab.desk = Desk(lab).start(ready=False)
        wait_until(lambda: len(lab.cases()) >= MAILS, 180, every=0.5, why=lambda: '%d cases; %d' % (MAILS, len(lab.cases())))
        def acknowledged(): return {str(m['In-Reply-To']) for m in luisa.mails()}
        wait_until(lambda: acknowledged() >= set(sent), 180, every=0.5, why=lambda: 'the acknowledgements; missing %d' % len(set(sent) - acknowledged()))
        wait_until(lambda: not lab.person('sistemas').mails() and not lab.ctl('board')[0]['outbox_waiting'], every=0.3, why='the desk to settle')
        check(lab, luisa, sent, tally)


def check(lab, luisa, sent, tally):
    cases = lab.cases()
    assert len(cases) == MAILS, '%d cases for %d mails' % (len(cases), MAILS)
    assert not lab.ctl('quarantine'), lab.ctl('quarantine')
    numbers = sorted(int(c['number'].rsplit('-', 1)[1]) for c in cases)
    assert numbers == list(range(1, MAILS + 1)), 'gaps in the numbers'
    acks = collections.defaultdict(list)
    for m in luisa.mails(): acks[str(m['In-Reply-To'])].append(m)
    assert set(acks) == set(sent), 'acknowledgements by content'
    duplicates = 0
    for got in acks.values():
        assert len({m.id for m in got}) == 1, 'two different acknowledgements of one mail'
        assert len({m.text for m in got}) == 1
        duplicates += len(got) - 1
    staff = collections.Counter(m.id for m in lab.person('ana').mails())
    duplicates += sum(n - 1 for n in staff.values())
    print('# duplicates: %d' % duplicates, flush=True)
    assert duplicates <= tally['mesad'] + tally['mesad-smtp'], 'more than one duplicate for a kill'
    assert lab.ctl('verify')[0]['clean']
    assert len(lab.person('sistemas').mails('Procesados')) == MAILS


if __name__ == '__main__':
    tap.run('%d kills while %d mails drain' % (KILLS, MAILS), body_of_kills)
    tap.done()
