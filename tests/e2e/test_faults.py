#!/usr/bin/env python3
# run: timeout=900
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

    def wait_moved(self, box, mid, why=''):
        wait_until(lambda: mid in self.in_folder(box, 'Procesados'), why='the mail to %s to be handled after %s' % (box, why))

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
        wait_until(lambda: set(acks()) >= wanted, 180, every=0.2, why=lambda: 'all acknowledgements; %d missing' % len(wanted - set(acks())))
        wait_until(lambda: not lab.ctl('board')[0]['outbox_waiting'], 180, every=0.2, why='the outbox to be empty')
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
    (lies(b'1'), 'first', ('SIZES',)),
    (lies(b'1000000'), 'first', ('SIZES',)),
    (lies(b'18446744073709551615'), 'first', ('SIZES',)),
]


def one_fault(w, box, act, where, step):
    p = w.proxies[box]
    wait_until(p.idles, why='%s to idle' % box)
    fault = p.arm(step, act, where)
    if step in CONNECT: p.kick()
    mid = w.write(box)
    wait_until(fault.fired.is_set, why='%s to happen' % fault)
    w.wait_moved(box, mid, why=str(fault))
    wait_until(p.idles, why='%s to idle again after %s' % (box, fault))


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
        assert w.workers_cpu() < 60, 'somebody spun'
        assert w.workers_peak() < 96 or is_sanitized(w.lab.desk.proc.pid), 'a worker needed %.0f MiB' % w.workers_peak()
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
    wait_until(fault.fired.is_set, why='%s to happen' % fault)
    if end == 'refused':
        case = lambda: [c for c in lab.cases() if c['subject'] == 'Solicitud %d' % (len(w.sent) - 1)]
        number = wait_until(case, every=0.2, why='the case')[0]['number']
        failed = wait_until(lambda: [e for e in lab.show(number)['events'] if e['type'] == 'mail_failed'], every=0.2, why='the failure after %s' % fault)
        to = re.search(r'[\w.]+@[\w.]+', str(failed[0]['detail'])).group(0)
        who = lab.person('ana' if to == luisa.address else 'carlos')
        who.wait_mail(subject=number, where=lambda m: 'No se pudo' in m.subject and to in m.text)
        if to == luisa.address:
            tally['refused'].append(mid)
            return
    tally['twice'] += end == 'twice'
    wait_until(lambda: [m for m in luisa.mails() if m['In-Reply-To'] == mid], every=0.1, why='the acknowledgement after %s' % fault)


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


# --- TLS: nothing can be seen, but it can be cut anywhere ---

CUTS = (0, 1, 40, 300, 700, 900, 1100, 1300, 1500, 1800, 2100, 2500, 2900, 3400, 3800, 4300)
EACH = 2


def tls_cuts():
    """The connection ends after so many bytes from the server, over and over."""
    boxes = ['b%d' % i for i in range(len(CUTS) // EACH)]
    with World(boxes, dialect=Bytes, tls='implicit', smtp_dialect=Bytes) as w:
        w.lab.start()
        def cut_after(box, p, bytes_):
            p.cut_at = bytes_
            p.kick()
            mid = w.write(box)
            wait_until(lambda: p.cuts[-1:] == [bytes_], why='a cut of %s after %d bytes' % (box, bytes_))
            w.wait_moved(box, mid, why='a cut after %d bytes' % bytes_)
            wait_until(lambda: acks_of(w.lab, mid), every=0.2, why='the acknowledgement')  # and by then it idles
        failures = []
        def run(i, box):
            try:
                for k in range(EACH): cut_after(box, w.proxies[box], CUTS[i * EACH + k])
            except AssertionError as e:
                failures.append(str(e))
        threads = [threading.Thread(target=run, args=x) for x in enumerate(boxes)]
        for t in threads: t.start()
        for t in threads: t.join()
        assert not failures, '; '.join(failures)
        before = w.check()
        for bytes_ in CUTS[1::3]:
            w.smtp.cut_at = bytes_
            w.smtp.kick()
            mid = w.write(boxes[0])
            wait_until(lambda: [m for m in w.lab.person('luisa').mails() if m['In-Reply-To'] == mid], every=0.1, why='an acknowledgement after a cut at %d' % bytes_)
            wait_until(lambda: not w.lab.ctl('board')[0]['outbox_waiting'], every=0.2, why='everything to be sent')
        w.check(duplicates=len(w.smtp.cuts))


# --- single cases on the real servers ---

def acks_of(lab, mid): return [m for m in lab.person('luisa').mails() if m['In-Reply-To'] == mid]


def wrong_password():
    """A refused login is not tried again and again; a reload tries at once. «For now» is another thing."""
    with World() as w:
        p = w.proxies['sistemas']
        w.lab.start()
        wait_until(p.idles, why='the desk to idle')
        p.arm('LOGIN', says_tagged(b'NO [UNAVAILABLE] en mantenimiento'))
        p.kick()
        w.lab.desk.wait_log('why="login_later: ')
        wait_until(p.idles, why='the next try')
        before = p.count('LOGIN')
        p.arm('LOGIN', says_tagged(b'NO [AUTHENTICATIONFAILED] clave errada'))
        p.kick()
        w.lab.desk.wait_log('why="login: ')
        mid = w.write()
        board = w.lab.ctl('board')[0]
        assert p.count('LOGIN') == before + 1
        second = w.write()
        wait_until(lambda: {mid, second} <= w.in_folder('sistemas', 'INBOX'), why='the mails to wait')
        end = time.monotonic() + 3  # a second try after one or two seconds would be seen
        wait_until(lambda: time.monotonic() > end, why='time to pass')
        assert p.count('LOGIN') == before + 1, 'hammered: %d logins' % (p.count('LOGIN') - before)
        w.lab.desk.proc.send_signal(signal.SIGHUP)
        w.wait_moved('sistemas', second, why='a reload')
        w.check()


def says_tagged(text):
    def tagged(c, unit):
        c.rest(unit)
        c.send(c.tag + b' ' + text + b'\r\n')
        return True
    return tagged


def move_refused():
    """The folder for what is done cannot be written: the cases stand, nothing is read twice, and the
    moves are made when it can."""
    with World() as w:
        lab = w.lab
        lab.start()
        w.wait_moved('sistemas', w.write())
        done = os.path.join(lab.dovecot.mail, 'sistemas', '.Procesados')
        for top, _, _ in os.walk(done): os.chmod(top, 0o555)
        first = w.write()
        lab.desk.wait_log('event=move_failed')
        wait_until(lambda: acks_of(lab, first), why='the acknowledgement although the move fails')
        second = w.write()
        wait_until(lambda: acks_of(lab, second), why='the next mail')
        fetched = w.proxies['sistemas'].count('FETCH')
        assert {first, second} <= w.in_folder('sistemas', 'INBOX')
        assert not lab.ctl('board')[0]['mail_open']
        for top, _, _ in os.walk(done): os.chmod(top, 0o755)
        lab.desk.proc.send_signal(signal.SIGHUP)
        w.wait_moved('sistemas', second, why='the folder can be written again')
        w.wait_moved('sistemas', first)
        assert w.proxies['sistemas'].count('FETCH') == fetched, 'read again'
        w.check()


def folder_vanishes():
    """Somebody deletes the folder: it is made again."""
    with World() as w:
        w.lab.start()
        w.wait_moved('sistemas', w.write())
        with w.lab.dovecot.login('sistemas') as c: c.delete('Procesados')
        w.sent.clear()
        mid = w.write()
        w.wait_moved('sistemas', mid, why='the folder vanished')
        assert len(w.lab.cases()) == 2 and w.lab.ctl('verify')[0]['clean']


def delivered(lab):
    """Nothing of the desk's is on its way: the MTA would deliver again what a server that goes did not confirm."""
    spool = os.path.join(lab.exim.dir, 'spool', 'input')
    wait_until(lambda: not lab.ctl('board')[0]['outbox_waiting'] and not (os.path.isdir(spool) and os.listdir(spool)),
               why='the MTA to have delivered everything')


def forget_uids(w, user):
    """The server loses its list: another UIDVALIDITY, other UIDs."""
    lab = w.lab
    delivered(lab)
    lab.dovecot.stop()
    w.proxies[user].kick()  # Dovecot's last sessions take their time
    top = os.path.join(lab.dovecot.mail, user)
    for name in os.listdir(top):
        if name.startswith('dovecot'): os.remove(os.path.join(top, name))
    lab.dovecot.start()


def validity_changes():
    """Marked in place, under a new UIDVALIDITY: all is listed again, nothing happens twice."""
    with World(after='flag') as w:
        lab = w.lab
        lab.start()
        mids = [w.write() for _ in range(8)]
        wait_until(lambda: all(acks_of(lab, m) for m in mids), why='the acknowledgements')
        def flagged(): return [n for n in os.listdir(os.path.join(lab.dovecot.mail, 'sistemas/cur')) if re.search(r',.*[Sa-z]', n.split(':2')[-1])]
        wait_until(lambda: len(flagged()) == 8, why='all to be marked')
        assert not w.in_folder('sistemas', 'Procesados')
        fetched = w.proxies['sistemas'].count('FETCH')
        for _ in range(2):
            forget_uids(w, 'sistemas')
            mid = w.write()
            wait_until(lambda: acks_of(lab, mid), why='a mail under the new UIDVALIDITY')
        assert w.proxies['sistemas'].count('FETCH') > fetched, 'nothing was looked at again'
        w.check(folder='INBOX')
        lab.restart()
        mid = w.write()
        wait_until(lambda: acks_of(lab, mid), why='a mail after a restart')
        w.check(folder='INBOX')


def server_restarts():
    """The server goes while mails are coming, and comes back on the same ports."""
    with World() as w:
        lab = w.lab
        lab.start()
        for _ in range(3):
            for _ in range(6): w.write()
            lab.dovecot.stop()
            w.proxies['sistemas'].kick()
            w.lab.desk.wait_log('event=mailbox_unreachable')
            lab.dovecot.start()
            mid = w.write()
            w.wait_moved('sistemas', mid, why='a restart of the server')
            del lab.desk.lines[:]
        w.check(duplicates=3)  # the MTA, too, sends again what it is not sure of


def poor_server():
    """No MOVE and no IDLE: copied and marked, looked at every second."""
    with World(extra='protocol imap {\n imap_capability = IMAP4rev1 LITERAL+ UIDPLUS\n}\n') as w:
        conf = w.settings()
        conf['mailboxes'][0]['poll'] = '1s'
        w.lab.configure(mesad=conf)
        w.lab.start()
        p = w.proxies['sistemas']
        for _ in range(3):
            mid = w.write()
            wait_until(lambda: mid in w.in_folder('sistemas', 'Procesados'), why='a copy in the folder')
        assert not p.count('IDLE') and not p.count('MOVE') and p.count('COPY') >= 3 and p.count('NOOP'), p.counts
        fetched = p.count('FETCH')
        w.lab.restart()
        assert p.count('FETCH') == fetched, 'what was copied is not read again'
        assert w.in_folder('sistemas', 'INBOX') == {mid for mid, _ in w.sent}, 'nothing is ever expunged'
        w.check(folder='INBOX')


def two_mailboxes():
    """One mail to both is one case."""
    with World(['sistemas', 'soporte']) as w:
        lab, luisa = w.lab, w.lab.person('luisa')
        lab.start()
        m = luisa.compose('A los dos', 'Por si acaso.', to='sistemas@%s, soporte@%s' % (DOMAIN, DOMAIN))
        for box in w.boxes: luisa.send(m.as_bytes(), '%s@%s' % (box, DOMAIN))
        for box in w.boxes: w.wait_moved(box, str(m['Message-ID']))
        other = [w.write('sistemas'), w.write('soporte')]
        wait_until(lambda: all(acks_of(lab, x) for x in other), why='one mail each')
        wait_until(lambda: not lab.ctl('board')[0]['outbox_waiting'], every=0.1, why='everything to be sent')
        assert len(lab.cases()) == 3, [c['subject'] for c in lab.cases()]
        assert len(acks_of(lab, str(m['Message-ID']))) == 1
        assert lab.ctl('verify')[0]['clean']


def before_the_start():
    """What lay there before the very first start is left alone, for ever."""
    with World() as w:
        conf = w.settings()
        conf['mailboxes'][0]['start'] = '1s'
        w.lab.configure(mesad=conf)
        lab, luisa = w.lab, w.lab.person('luisa')
        old = luisa.write('Muy viejo', 'De antes.')
        wait_until(lambda: w.lab.person('sistemas').mails(), why='the old mail')
        end = time.time() + 3  # older than `start`
        wait_until(lambda: time.time() > end, why='the mail to be old')
        lab.start()
        mid = w.write()
        w.wait_moved('sistemas', mid)
        lab.restart()
        second = w.write()
        w.wait_moved('sistemas', second)
        assert {c['subject'] for c in lab.cases()} == {'Solicitud 0', 'Solicitud 1'}, lab.cases()
        assert w.in_folder('sistemas', 'INBOX') == {str(old['Message-ID'])}, 'the old mail was touched'
        w.check()


def mount_small(folder):
    """A disk of 6 MB; false where mounting is not allowed."""
    os.makedirs(folder, exist_ok=True)
    return subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=6m,mode=700', 'tmpfs', folder], stderr=subprocess.DEVNULL).returncode == 0


def may_mount():
    with tempfile.TemporaryDirectory() as folder:
        return mount_small(folder) and subprocess.run(['umount', folder]).returncode == 0


def disk_full():
    """Nothing is lost while the disk is full: the mail stays on the server, and all goes on by itself."""
    with World() as w:
        lab = w.lab
        assert mount_small(lab.state_dir)
        try:
            lab.start()
            w.wait_moved('sistemas', w.write())
            filler = os.path.join(lab.state_dir, 'lleno')
            with open(filler, 'wb', buffering=0) as f:
                for size in (65536, 4096, 512):
                    try:
                        while True: f.write(b'x' * size)
                    except OSError: pass
            mids = [w.write(text='Texto.\n' * 3000) for _ in range(4)]
            lab.desk.wait_log('event=store_waits')
            assert set(mids) <= w.in_folder('sistemas', 'INBOX'), 'moved before it was kept'
            assert not [m for m in mids if acks_of(lab, m)]
            assert lab.desk.proc.poll() is None
            assert len(lab.cases()) == 1, 'reading goes on'
            os.remove(filler)
            for mid in mids: w.wait_moved('sistemas', mid, why='there is room again')
            w.check()
            lab.desk.stop()
        finally:
            if lab.desk and lab.desk.proc: lab.desk.stop(signal.SIGKILL)
            subprocess.run(['umount', lab.state_dir])


def idle_dropped():
    """A firewall that drops idle connections does not make the waits longer and longer."""
    with World() as w:
        p = w.proxies['sistemas']
        w.lab.start()
        took = []
        for k in range(4):
            wait_until(p.idles, why='the desk to idle')
            end = time.monotonic() + 22
            wait_until(lambda: time.monotonic() > end, why='the connection to have lived')
            begin = time.monotonic()
            p.kick()
            wait_until(lambda: not p.idles(), why='the drop')
            wait_until(p.idles, why='the desk to idle again')
            took.append(time.monotonic() - begin)
        assert max(took) < 3.5, took


def silence():
    """The real deadline: a server that keeps silent for ever is given up."""
    with World() as w:
        p = w.proxies['sistemas']
        w.lab.start()
        wait_until(p.idles, why='the desk to idle')
        def mute(c, unit): c.hold(300)
        fault = p.arm('SEARCH', mute)
        mid = w.write()
        wait_until(fault.fired.is_set, why='silence')
        w.wait_moved('sistemas', mid, why='silence')
        w.check()


CASES = [imap_faults, smtp_faults, tls_cuts, wrong_password, move_refused, folder_vanishes, validity_changes, server_restarts,
         poor_server, two_mailboxes, before_the_start, disk_full]
if SOAK: CASES += [idle_dropped, silence]

if __name__ == '__main__':
    for fn in CASES:
        if len(sys.argv) > 1 and fn.__name__ not in sys.argv[1:]: continue
        if fn is disk_full and not may_mount():
            tap.n += 1
            print('ok %d - disk_full # skip mounting is not allowed here' % tap.n, flush=True)
            continue
        tap.run(fn.__name__, fn)
    tap.done()
