#!/usr/bin/env python3
"""bench: drain MAILS mails (2,000) with everything on, against tests/bench/reference.c on the same
servers in the same run, in turn; then mails a second through the parse worker against a bare GMime
loop over the same files; then how reading grows with nasty mails' size. Prints medians and ratios; judges nothing but a failed run."""
import os, random, shutil, statistics, subprocess, sys, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'e2e'))
from lab import *

MAILS = int(os.environ.get('MESAD_MAILS', '2000'))
ROUNDS = int(os.environ.get('MESAD_ROUNDS', '3'))
BENCH = os.path.join(BUILD, 'bench')
WORDS = ('impresora correo clave internet pantalla equipo teléfono página archivo reunión sistema contabilidad red cable '
         'oficina piso usuario programa error lento apagado nuevo instalar revisar cambiar urgente mañana gracias').split()


def mail(rnd, i):
    """One of the bench's mix: most short, some HTML, some with an attachment."""
    person = Person(None, 'usuario%d' % (i % 97), 'Usuario %d' % (i % 97))
    person.lab = type('L', (), {'address': 'sistemas@' + DOMAIN})
    text = '\n'.join(' '.join(rnd.choice(WORDS) for _ in range(rnd.randint(5, 12))) + '.' for _ in range(rnd.randint(3, 20)))
    html = '<html><body><p>%s</p></body></html>' % text.replace('\n', '</p><p>') if i % 3 == 0 else None
    files = [('foto%d.png' % i, rnd.randbytes(20000), 'image/png')] if i % 10 == 0 else []
    return person.compose('%s %s %d' % (rnd.choice(WORDS), rnd.choice(WORDS), i), text, html=html, attachments=files).as_bytes()


def fill(lab, mails):
    """Put the mails straight into Dovecot's maildir: delivering them is not what is measured."""
    top = os.path.join(lab.dovecot.mail, lab.user)
    shutil.rmtree(top, ignore_errors=True)
    for sub in ('cur', 'new', 'tmp'): os.makedirs(os.path.join(top, sub))
    for i, raw in enumerate(mails):
        with open(os.path.join(top, 'new', '%d.M%dP1.lab' % (1700000000 + i, i)), 'wb') as f: f.write(raw)
    for base, _, files in os.walk(top):
        os.chown(base, lab.dovecot.uid, lab.dovecot.gid)
        for x in files: os.chown(os.path.join(base, x), lab.dovecot.uid, lab.dovecot.gid)
    lab.dovecot.login(lab.user).logout()


def timed(command):
    start = time.monotonic()
    r = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if r.returncode: sys.exit('%s: exit %d\n%s' % (command[0], r.returncode, r.stderr[-2000:]))
    return time.monotonic() - start


def drain_mesad(lab, mails):
    fill(lab, mails)
    shutil.rmtree(lab.state_dir, ignore_errors=True)
    took = timed([lab.mesad, '-c', lab.config_dir, '--drain'])
    assert len(lab.cases()) == len(mails), len(lab.cases())
    return took


def drain_reference(lab, mails):
    fill(lab, mails)
    db = lab.path('reference.db')
    for s in ('', '-wal', '-shm'):
        if os.path.exists(db + s): os.unlink(db + s)
    return timed([os.path.join(BENCH, 'reference'), str(lab.dovecot.imaps), str(lab.exim.smtps), lab.certs.ca,
                  lab.user, PASSWORD, lab.address, db])


def drains(mails):
    for name, staff in (('acknowledgements only (no staff)', []), ('everything on (notices to the technician too)', STAFF)):
        with Lab() as lab:
            lab.exim.stop()
            lab.exim = Exim(lab, queue_only=True)
            lab.exim.start()
            lab.configure(staff=staff)
            pairs = [(drain_mesad(lab, mails), drain_reference(lab, mails)) for _ in range(ROUNDS)]
        ratio = [b / a for a, b in pairs]
        print('drain %d mails, %s:\n  mesad %.2f s, reference %.2f s (medians of %d); speed against the reference %.2f (%.2f to %.2f)'
              % (len(mails), name, statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs), ROUNDS,
                 statistics.median(ratio), min(ratio), max(ratio)), flush=True)


PASSES = 40  # over the files: so many that starting either program is a small part


def parsing(mails):
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for i, raw in enumerate(mails[:500]):
            files.append(os.path.join(folder, '%d.eml' % i))
            with open(files[-1], 'wb') as f: f.write(raw)
        pairs = []
        for _ in range(ROUNDS):
            pairs.append((timed([os.path.join(BENCH, 'parse_worker'), os.path.join(BUILD, 'mesad-parse'), str(PASSES)] + files),
                          timed([os.path.join(BENCH, 'gmime_loop'), str(PASSES)] + files)))
        ratio = [b / a for a, b in pairs]
        print('parse %d mails through the worker: %.0f a second; a bare GMime loop %.0f; ratio %.2f (%.2f to %.2f)'
              % (PASSES * len(files), PASSES * len(files) / statistics.median(a for a, _ in pairs), PASSES * len(files) / statistics.median(b for _, b in pairs),
                 statistics.median(ratio), min(ratio), max(ratio)), flush=True)


if __name__ == '__main__':
    rnd = random.Random(1)
    mails = [mail(rnd, i) for i in range(MAILS)]
    parsing(mails)
    subprocess.run([os.path.join(BENCH, 'growth')], check=True)
    drains(mails)
