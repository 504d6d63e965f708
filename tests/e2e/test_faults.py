#!/usr/bin/env python3
# run: timeout=420
"""The fault proxy between the desk and its servers: it cuts, stalls, truncates and garbles at every
step of the IMAP and of the SMTP conversation, and afterwards every mail is one case with one
acknowledgement."""
import collections, sys
from lab import *
from proxy import *

tap = Tap()
SOAK = bool(os.environ.get('MESAD_SOAK'))
FAST = {'retry': {'first': '1s', 'most': '1s'}}


class OpenExim(Exim):
    """AUTH in the clear too, so that the proxy sees it."""

    def config(self): return super().config().replace('server_advertise_condition = ${if def:tls_in_cipher}', '')


class World:
    """A lab whose mailboxes are each behind a proxy of their own: the faults of one do not wait
    for those of the others."""

    def __init__(self, boxes=('sistemas',), dialect=Imap, tls='none', after=None, smtp_dialect=None, desk=None, extra=''):
        self.boxes, self.dialect, self.tls, self.after = list(boxes), dialect, tls, after or {'move': 'Procesados'}
        self.smtp_dialect, self.desk, self.extra = smtp_dialect, desk, extra
        self.sent, self.lock = [], threading.Lock()

    def __enter__(self):
        lab = self.lab = Lab()
        lab.dovecot.extra = self.extra
        lab.dovecot.start()
        lab.exim = OpenExim(lab)
        lab.exim.start()
        self.proxies = {b: Proxy(self.dialect, lab.dovecot.imap if self.tls == 'none' else lab.dovecot.imaps) for b in self.boxes}
        self.smtp = Proxy(self.smtp_dialect, lab.exim.smtp if self.smtp_dialect is Smtp else lab.exim.smtps) if self.smtp_dialect else None
        lab.configure(desk=self.desk, mesad=self.settings())
        return self

    def __exit__(self, kind, value, tb):
        for p in list(self.proxies.values()) + [self.smtp]:
            if p: p.stop()
        self.lab.__exit__(kind, value, tb)

    def settings(self):
        lab = self.lab
        smtp = None
        if self.smtp: smtp = {'host': '127.0.0.1', 'port': self.smtp.port, 'tls': 'none' if self.smtp_dialect is Smtp else 'implicit'}
        conf = lab.settings(smtp=smtp, web=False, **FAST)
        template = conf['mailboxes'][0]
        conf['mailboxes'] = []
        for b in self.boxes:
            imap = dict(template['imap'], host='127.0.0.1', port=self.proxies[b].port, tls=self.tls, user=b, after=self.after)
            if self.tls == 'none': del imap['ca_file']
            conf['mailboxes'].append(dict(template, name=b, address='%s@%s' % (b, DOMAIN), imap=imap))
        return conf

    def write(self, box='sistemas', text='Texto.'):
        with self.lock:
            n = len(self.sent)
            self.sent.append(None)
        m = self.lab.person('luisa').write('Solicitud %d' % n, text, to='%s@%s' % (box, DOMAIN))
        self.sent[n] = (str(m['Message-ID']), box)
        return str(m['Message-ID'])

    def in_folder(self, box, folder): return {m.id for m in self.lab.person(box).mails(folder)}

    def wait_moved(self, box, mid, seconds=30, why=''):
        wait_until(lambda: mid in self.in_folder(box, 'Procesados'), seconds, why='the mail to %s to be handled after %s' % (box, why))

    def workers_cpu(self):
        """Seconds of processor that the workers have used."""
        total = 0
        for name, pids in self.lab.desk.children().items():
            for pid in pids:
                with open('/proc/%d/stat' % pid) as f: rest = f.read().rsplit(')', 1)[1].split()
                total += (int(rest[11]) + int(rest[12])) / os.sysconf('SC_CLK_TCK')
        return total

    def workers_peak(self):
        """The most memory that any of them has had, MiB."""
        most = 0
        for name, pids in self.lab.desk.children().items():
            for pid in pids: most = max(most, peak(pid))
        return most

    def check(self, duplicates=0, refused=(), folder='Procesados'):
        """The invariant: every mail one case, none lost, none twice, one acknowledgement each (a
        second copy only with the same Message-ID and the same bytes), the books in order."""
        lab, luisa = self.lab, self.lab.person('luisa')
        wanted = {mid for mid, _ in self.sent} - set(refused)
        def acks():
            found = collections.defaultdict(list)
            for m in luisa.mails(): found[str(m['In-Reply-To'])].append(m)
            return found
        wait_until(lambda: set(acks()) >= wanted, 60, every=0.2, why=lambda: 'all acknowledgements; %d missing' % len(wanted - set(acks())))
        wait_until(lambda: not lab.ctl('board')[0]['outbox_waiting'], 60, every=0.2, why='the outbox to be empty')
        cases = lab.cases()
        assert len(cases) == len(self.sent), '%d cases for %d mails' % (len(cases), len(self.sent))
        assert len({c['subject'] for c in cases}) == len(self.sent), 'one case for each'
        assert not lab.ctl('quarantine'), lab.ctl('quarantine')
        found = acks()
        assert set(found) == wanted, set(found) - wanted
        more = 0
        for got in list(found.values()) + list(by_id(lab.person('ana').mails()).values()):
            assert len({m.id for m in got}) == 1, 'two different mails for one cause'
            assert len({m.msg.as_bytes().split(b'\nSubject', 1)[1] for m in got}) == 1, 'a copy with other bytes'
            more += len(got) - 1
        assert more <= duplicates, '%d duplicates, %d excused' % (more, duplicates)
        for box in self.boxes:
            mine = {mid for mid, b in self.sent if b == box}
            assert self.in_folder(box, folder) >= mine, 'mails missing in the folder of %s' % box
            if folder != 'INBOX': assert not self.in_folder(box, 'INBOX') & mine
        assert lab.ctl('verify')[0]['clean']
        return more


def peak(pid):
    with open('/proc/%d/status' % pid) as f: return int(re.search(r'VmHWM:\s*(\d+)', f.read()).group(1)) / 1024


def by_id(mails):
    found = collections.defaultdict(list)
    for m in mails: found[m.id].append(m)
    return found


def is_sanitized(pid):
    """The address sanitizer has its own idea of memory."""
    with open('/proc/%d/maps' % pid) as f: return 'libasan' in f.read()


# --- IMAP ---

CONNECT = ('greeting', 'CAPABILITY', 'LOGIN', 'SELECT')
WORK = ('SEARCH', 'SIZES', 'FETCH', 'MOVE')
REST = ('IDLE', 'NEWS', 'DONE')
EVERY = CONNECT + WORK + REST
TAGGED = tuple(s for s in EVERY if s != 'NEWS')
# kind: (what, where, steps). A NO to LOGIN and to MOVE wait for minutes on purpose: they are cases of
# their own below.
IMAP_FAULTS = [
    (cut, 'first', EVERY),
    (reset, 'first', EVERY),
    (half, 'first', EVERY),
    (last_half, 'last', TAGGED),
    (last_cut, 'last', TAGGED),
    (stall, 'first', EVERY),
    (garble, 'first', EVERY),
    (endless, 'first', EVERY),
    (literal(b'999999999'), 'first', EVERY),
    (literal(b'-1'), 'first', EVERY),
    (literal(b'18446744073709551616'), 'first', EVERY),
    (bye, 'first', EVERY),
    (no, 'first', ('greeting', 'CAPABILITY', 'SELECT', 'SEARCH', 'SIZES', 'FETCH', 'IDLE', 'DONE')),
    (bad, 'first', EVERY),
    (other_tag, 'first', EVERY),
    (chatty, 'first', EVERY),
    (crumbs, 'first', EVERY),
    (literal_half, 'first', ('FETCH',)),
    (literal_end, 'first', ('FETCH',)),
    (literal_stall, 'first', ('FETCH',)),
    (liar, 'first', ('SEARCH',)),
]


def one_fault(w, box, act, where, step):
    p = w.proxies[box]
    wait_until(p.idles, why='%s to idle' % box)
    fault = p.arm(step, act, where)
    if step in CONNECT: p.kick()
    mid = w.write(box)
    wait_until(fault.fired.is_set, 30, why='%s to happen' % fault)
    w.wait_moved(box, mid, 30, str(fault))
    wait_until(p.idles, 30, why='%s to idle again after %s' % (box, fault))


def each_box(w, work):
    """work(box, item) for every item of a box, the boxes side by side; what failed."""
    failures = []
    def run(box, items):
        for item in items:
            try:
                work(w, box, *item)
            except AssertionError as e:
                failures.append('%s: %s' % (getattr(item[0], '__name__', item[0]), e))
                w.proxies[box].fault = None
                return
    return failures, run


def imap_faults():
    boxes = ['b%d' % i for i in range(len(IMAP_FAULTS))]
    with World(boxes) as w:
        w.lab.start()
        failures, run = each_box(w, one_fault)
        threads = []
        for box, (act, where, steps) in zip(boxes, IMAP_FAULTS):
            threads.append(threading.Thread(target=run, args=(box, [(act, where, s) for s in steps])))
        for t in threads: t.start()
        for t in threads: t.join()
        n = sum(len(steps) for _, _, steps in IMAP_FAULTS)
        assert not failures, '; '.join(failures)
        w.check()
        floods = [(IMAP_FAULTS[i][0].__name__, p.floods) for i, p in enumerate(w.proxies.values()) if p.floods]
        assert not floods, 'a flood was read to its end: %s' % floods
        print('# %d faults; workers: peak %.0f MiB, %.1f s of processor' % (n, w.workers_peak(), w.workers_cpu()), flush=True)


# --- SMTP ---

OPENING = ('greeting', 'EHLO', 'AUTH')
MAILING = ('MAIL', 'RCPT', 'DATA')
BINARY = bytes(range(128, 256)) + b'\0\x1b[2J\r\n'


def smtp_faults_list():
    """(what, where, step, what becomes of it): sent exactly once; perhaps twice, with the same
    Message-ID; or refused, and somebody told."""
    rows = []
    for step in OPENING + MAILING + ('DOT',):
        end = 'twice' if step == 'DOT' else 'once'
        for act in (cut, reset, half, stall, garble, endless, unending, says(b'999 que\r\n'), says(b'2\r\n', stall), says(b'\r\n', stall),
                    says(BINARY, stall, 'says binary'), says(b'250-uno\r\n250-dos\r\n', stall)):
            rows.append((act, 'last', step, end))
        # What the desk is told is refused, or nonsense, the server has not heard of.
        rows = [(a, 'up' if s in MAILING and a.__name__.startswith('says') else w, s, e) for a, w, s, e in rows]
        rows += [(crumbs, 'last', step, 'once'), (many_lines, 'last', step, 'once')]
    for step in OPENING: rows.append((says(b'421 mas tarde\r\n', cut), 'last', step, 'once'))
    for step in ('greeting', 'EHLO'): rows.append((says(b'554 no hay servicio\r\n', cut), 'last', step, 'once'))
    rows.append((says(b'454 4.7.0 ahora no\r\n'), 'last', 'AUTH', 'once'))
    for step in MAILING:
        rows += [(says(b'451 4.3.0 intente luego\r\n'), 'up', step, 'once'), (says(b'421 4.3.2 adios\r\n', cut), 'up', step, 'once'),
                 (says(b'550 5.7.1 no se acepta\r\n'), 'up', step, 'refused'), (says(b'250-uno no se\r\n550 dos no se\r\n'), 'up', step, 'refused'),
                 (says(b'550-5.7.1 no se acepta\r\n' * 500 + b'550 ' + b'y' * 4000 + b'\r\n', None, 'says 550 at length'), 'up', step, 'refused')]
    rows += [(cut, 'up', 'DOT', 'once'), (refuses(b'451 4.3.0 intente luego\r\n'), 'up', 'DOT', 'once'),
             (refuses(b'554 5.6.0 no gusta\r\n'), 'up', 'DOT', 'refused'), (says(b'354 siga\r\n', cut), 'up', 'RCPT', 'once'),
             (says(b'250 bueno\r\n', cut), 'up', 'DATA', 'once')]
    return rows


def one_smtp_fault(w, act, where, step, end, tally):
    lab, p, luisa = w.lab, w.smtp, w.lab.person('luisa')
    wait_until(lambda: not lab.ctl('board')[0]['outbox_waiting'], every=0.2, why='everything to be sent before %s' % act.__name__)
    fault = p.arm(step, act, where, rcpt=None if step in OPENING + ('MAIL',) else luisa.address)
    p.kick()
    mid = w.write()
    wait_until(fault.fired.is_set, 40, why='%s to happen' % fault)
    if end == 'refused':
        case = lambda: [c for c in lab.cases() if c['subject'] == 'Solicitud %d' % (len(w.sent) - 1)]
        number = wait_until(case, every=0.2, why='the case')[0]['number']
        failed = wait_until(lambda: [e for e in lab.show(number)['events'] if e['type'] == 'mail_failed'], 20, every=0.2, why='the failure after %s' % fault)
        to = re.search(r'[\w.]+@[\w.]+', str(failed[0]['detail'])).group(0)
        who = lab.person('ana' if to == luisa.address else 'carlos')
        who.wait_mail(subject=number, where=lambda m: 'No se pudo' in m.subject and to in m.text, seconds=20)
        if to == luisa.address:
            tally['refused'].append(mid)
            return
    tally['twice'] += end == 'twice'
    wait_until(lambda: [m for m in luisa.mails() if m['In-Reply-To'] == mid], 40, every=0.1, why='the acknowledgement after %s' % fault)


WORLDS = 6


def smtp_world(rows, failures, notes):
    tally = {'twice': 0, 'refused': []}
    at = None
    try:
        with World(smtp_dialect=Smtp) as w:
            w.lab.start()
            for at in rows: one_smtp_fault(w, *at, tally)
            more = w.check(duplicates=tally['twice'], refused=tally['refused'])
            assert not w.smtp.floods, 'a flood was read to its end: %s' % w.smtp.floods
            notes.append('%d faults, %d duplicates where %d are excused, %d refused, workers: peak %.0f MiB, %.1f s of processor'
                         % (len(rows), more, tally['twice'], len(tally['refused']), w.workers_peak(), w.workers_cpu()))
    except Exception as e:
        failures.append('%s at %s: %s' % (at[0].__name__, at[2], str(e)[:3000]) if at else repr(e))


def smtp_faults():
    rows, failures, notes = smtp_faults_list(), [], []
    threads = [threading.Thread(target=smtp_world, args=(rows[i::WORLDS], failures, notes)) for i in range(WORLDS)]
    for t in threads: t.start()
    for t in threads: t.join()
    for line in notes: print('# ' + line, flush=True)
    assert not failures, ' | '.join(failures)


CASES = [imap_faults, smtp_faults]

if __name__ == '__main__':
    for fn in CASES:
        if len(sys.argv) < 2 or fn.__name__ in sys.argv[1:]: tap.run(fn.__name__, fn)
    tap.done()
