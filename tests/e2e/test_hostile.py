#!/usr/bin/env python3
# run: plain timeout=600
"""Mail made to break its reader: contained, told, and the next one goes on."""
import base64, hashlib, sys
from lab import *
from test_faults import peak, is_sanitized

tap = Tap()
MIB = 1024**2
PARSE_SECONDS = 4


# --- the mails ---

def head(name, extra='', who='eva'):
    return ('From: %s <%s@otra.example>\r\nTo: sistemas@%s\r\nSubject: %s\r\nMessage-ID: <%s.%d@otra.example>\r\n%s'
            % (who.capitalize(), who, DOMAIN, name, name, time.time_ns(), extra)).encode()


def nested(depth, name, leaf=b'hola\r\n'):
    """Parts within parts."""
    out = [head(name, 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="n0"\r\n\r\n')]
    out += [b'--n%d\r\nContent-Type: multipart/mixed; boundary="n%d"\r\n\r\n' % (i, i + 1) for i in range(depth)]
    out += [b'--n%d\r\nContent-Type: text/plain\r\n\r\n' % depth, leaf]
    out += [b'--n%d--\r\n' % i for i in range(depth, -1, -1)]
    return b''.join(out)


def enclosed(depth, name):
    """Mails within mails."""
    return head(name, 'MIME-Version: 1.0\r\n') + b'Content-Type: message/rfc822\r\n\r\n' * depth + b'Subject: fondo\r\n\r\nhola\r\n'


def attachment(n, name, who='luisa'):
    line = base64.b64encode(b'\x00\xffabc' * 12)[:76] + b'\r\n'
    return b''.join((head(name, 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n', who),
                     b'--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nVa el archivo.\r\n',
                     b'--b\r\nContent-Type: application/zip; name="grande.zip"\r\nContent-Transfer-Encoding: base64\r\n'
                     b'Content-Disposition: attachment; filename="grande.zip"\r\n\r\n', line * (n // len(line)), b'--b--\r\n'))


def flat(n, name):
    return head(name, 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="p"\r\n\r\n') + b'--p\r\n\r\nx\r\n' * n + b'--p--\r\n'


def text(name, body, kind='text/plain; charset=utf-8', extra=''):
    return head(name, 'MIME-Version: 1.0\r\nContent-Type: %s\r\n%s\r\n' % (kind, extra)) + body


BOUNDARY = b'From: e@otra.example\r\nContent-Type: multipart/mixed; boundary="\\""\r\n\r\nhola\r\n'
assert len(BOUNDARY) <= 80


def hostile():
    """{name: bytes}: shapes that have killed mail readers, made here."""
    h = {
        'comilla': BOUNDARY,
        'anidado-10000': nested(10000, 'anidado-10000'),
        'encerrado-30000': enclosed(30000, 'encerrado-30000'),
        'cabeceras-100000': head('cabeceras-100000', ''.join('X-C%d: v\r\n' % i for i in range(100000))) + b'\r\nhola\r\n',
        'partes-100000': flat(100000, 'partes-100000'),
        'parentesis': b'From: ' + b'(' * 100000 + b' e@otra.example\r\nSubject: parentesis\r\n\r\nhola\r\n',
        'grupos': b'From: e@otra.example\r\nTo: ' + b'a:' * 50000 + b';\r\nSubject: grupos\r\n\r\nhola\r\n',
        'angulos': b'From: ' + b'<' * 100000 + b'e@otra.example\r\nSubject: angulos\r\n\r\nhola\r\n',
        'destinatarios': head('destinatarios', 'Cc: ' + ', '.join('p%d@otra.example' % i for i in range(100000)) + '\r\n') + b'\r\nhola\r\n',
        'parametros': head('parametros', 'MIME-Version: 1.0\r\nContent-Type: text/plain' + ''.join('; a%d=b' % i for i in range(100000)) + '\r\n\r\n') + b'hola\r\n',
        'continuaciones': head('continuaciones', 'MIME-Version: 1.0\r\nContent-Type: application/x' + ''.join(';\r\n name*%d*=%%41' % i for i in range(30000)) + '\r\n\r\n') + b'hola\r\n',
        'palabras': head('=?utf-8?q?' + '=41' * 10 + '?= ' + '=?iso-8859-1?b?4Q==?= ' * 50000) + b'\r\nhola\r\n',
        'referencias': head('referencias', 'References: ' + '\r\n '.join('<r%d@otra.example>' % i for i in range(100000)) + '\r\n') + b'\r\nhola\r\n',
        'linea': text('linea', b'x' * (10 * MIB)),
        'base64-una-linea': text('base64-una-linea', base64.b64encode(b'hola ' * (2 * MIB)), extra='Content-Transfer-Encoding: base64\r\n'),
        'iguales': text('iguales', b'=' * (4 * MIB), extra='Content-Transfer-Encoding: quoted-printable\r\n'),
        'html-hondo': text('html-hondo', b'<div><table><tr><td>' * 100000 + b'hola', 'text/html; charset=utf-8'),
        'html-atributos': text('html-atributos', b'<p ' + b' '.join(b'a%d="x"' % i for i in range(200000)) + b'>hola', 'text/html; charset=utf-8'),
        'html-entidades': text('html-entidades', b'&lt' * (1 * MIB) + b'&#' * 200000, 'text/html; charset=utf-8'),
        'citas': text('citas', (b'>' * 2000 + b' hola\r\n') * 500),
        'escribio': text('escribio', 'El lun, 2 nov 2026 a las 10:00, Ana (<a@b.example>) escribió:\r\n\r\n> hola\r\n'.encode() * 20000),
        'blancos': text('blancos', (b' ' * 900 + b'\r\n') * 4000),
        'nulos': text('nulos', b'\0' * MIB),
        'utf7': text('utf7', b'+AGE-' * 300000, 'text/plain; charset=utf-7'),
        'iso-2022': text('iso-2022', b'\x1b$B\x1b(B' * 300000, 'text/plain; charset=iso-2022-jp'),
        'juego-inexistente': text('juego-inexistente', b'ma\xf1ana\r\n', 'text/plain; charset=' + 'x' * 60000),
        'limite-largo': head('limite-largo', 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="%s"\r\n\r\n' % ('b' * 60000)) + b'--b\r\n\r\nhola\r\n' * 1000,
        'prefijos': head('prefijos', 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="a"\r\n\r\n')
                    + b''.join(b'--%s\r\nContent-Type: multipart/mixed; boundary="%s"\r\n\r\n' % (b'a' * i, b'a' * (i + 1)) for i in range(1, 900)),
        'tnef': text('tnef', base64.encodebytes(b'\x78\x9f\x3e\x22\x01\x00' + b'\x02\x90\x06\x00\x06\x00\xff\xff\xff\x7f' * 5000), 'application/ms-tnef; name=winmail.dat', 'Content-Transfer-Encoding: base64\r\n'),
        'sin-cabeceras': b'\r\n\r\nhola\r\n', 'vacio': b'', 'un-salto': b'\n', 'solo-crs': b'\r' * 100000, 'binario': bytes(range(256)) * 4000,
        'asunto-escape': head('\x1b]0;malo\x07\x1b[2J') + b'\r\nhola\r\n',
        'fecha': head('fecha', 'Date: ' + '9' * 50000 + '\r\n') + b'\r\nhola\r\n',
        'informe': head('informe', 'MIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="r"\r\n\r\n')
                   + b'--r\r\nContent-Type: message/delivery-status\r\n\r\n' + b'Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n' * 50000 + b'--r--\r\n',
    }
    return h


# --- mesactl parse: one line a file, in time, in bounded memory ---

MEASURE = ('import resource, subprocess, sys\n'
           'rc = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL).returncode\n'
           'print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, rc, file=sys.stderr)')


def run_measured(args, seconds):
    """(output, seconds, MiB at the most) of a program and its children, by way of a small process:
    what starts a program counts as a part of it."""
    begin = time.monotonic()
    r = subprocess.run([sys.executable, '-c', MEASURE] + args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=seconds)
    return r.stdout, time.monotonic() - begin, int(r.stderr.split()[0]) / 1024


def parse_all():
    h = hostile()
    h['adjunto-60MB'] = attachment(60 * MIB, 'adjunto-60MB')
    with tempfile.TemporaryDirectory() as folder:
        slowest = biggest = (0, '')
        for name, raw in h.items():
            path = os.path.join(folder, name + '.eml')
            with open(path, 'wb') as f: f.write(raw)
            out, took, mib = run_measured([os.path.join(BUILD, 'mesactl'), 'parse', path], 30)
            lines = out.splitlines()
            assert len(lines) == 1 and out.endswith('\n'), '%s: %d lines' % (name, len(lines))
            row = json.loads(lines[0])
            assert row['file'] == path and row['kind'], name
            if row['kind'] == 'malformed': assert row['warnings'], name
            slowest, biggest = max(slowest, (took, name)), max(biggest, (mib, name))
            assert took < PARSE_SECONDS * (3 if os.environ.get('MESAD_SLOW') else 1), '%s took %.1f s' % (name, took)
        paths = [os.path.join(folder, n + '.eml') for n in h if n != 'adjunto-60MB']
        out, _, _ = run_measured([os.path.join(BUILD, 'mesactl'), 'parse'] + paths, 120)
        assert [json.loads(x)['file'] for x in out.splitlines()] == paths, 'all in one call, in order'
    print('# %d mails; slowest %.2f s (%s); most memory %.0f MiB (%s)' % (len(h), *slowest, *biggest), flush=True)
    with open(os.path.join(BUILD, 'mesactl'), 'rb') as f: sanitized = b'__asan_init' in f.read()
    assert sanitized or biggest[0] < 400, biggest


# --- through the whole desk ---

def drop(lab, raw, user='sistemas'):
    """Straight into the mailbox: an MTA would have refused some of these."""
    top = os.path.join(lab.dovecot.mail, user)
    if not os.path.isdir(os.path.join(top, 'new')):
        with lab.dovecot.login(user) as c: c.select()
    name = '%d.M%dP%d.hostil' % (time.time(), time.time_ns() // 1000 % 10**6, drop.n)
    drop.n += 1
    tmp = os.path.join(top, 'tmp', name)
    with open(tmp, 'wb') as f: f.write(raw)
    os.chown(tmp, lab.dovecot.uid, lab.dovecot.gid)
    os.rename(tmp, os.path.join(top, 'new', name))
drop.n = 0


def waiting(lab, folder='', user='sistemas'):
    """File names; nobody here parses these mails."""
    top = os.path.join(lab.dovecot.mail, user, folder)
    return [os.path.join(top, sub, x) for sub in ('new', 'cur') if os.path.isdir(os.path.join(top, sub)) for x in os.listdir(os.path.join(top, sub))]


def settle(lab, seconds=120):
    def still():
        board = lab.ctl('board')[0]
        return not waiting(lab) and not board['outbox_waiting'] and not board['mail_open']
    wait_until(still, seconds, every=0.3, why='the desk to settle')


def peaks(lab):
    found = {'mesad': peak(lab.desk.proc.pid)}
    for name, pids in lab.desk.children().items(): found[name] = max(peak(p) for p in pids)
    return found


def through_the_desk():
    """Each is followed by an ordinary mail, which must not notice."""
    h = hostile()
    h['adjunto-60MB'] = attachment(60 * MIB, 'adjunto-60MB')
    with Lab() as lab:
        lab.configure()
        lab.start()
        luisa = lab.person('luisa')
        ordinary = []
        for name, raw in h.items():
            drop(lab, raw)
            m = luisa.compose('Ordinario tras ' + name, 'Hola.')
            drop(lab, m.as_bytes())
            ordinary.append(str(m['Message-ID']))
        acked = lambda: {str(m['In-Reply-To']) for m in luisa.mails()}
        wait_until(lambda: acked() >= set(ordinary), 150, every=0.3, why=lambda: 'the ordinary mails; %d missing' % len(set(ordinary) - acked()))
        settle(lab)
        subjects = [c['subject'] for c in lab.cases()]
        aside = lab.ctl('quarantine')
        for name in h: assert subjects.count('Ordinario tras ' + name) == 1, name
        for name in ('anidado-10000', 'cabeceras-100000', 'adjunto-60MB', 'partes-100000', 'linea', 'html-hondo', 'referencias'):
            assert [s for s in subjects if s == name], '%s became no case: %s' % (name, aside)
            if name == 'html-hondo': continue  # read whole
            number = [c['number'] for c in lab.cases() if c['subject'] == name][0]
            assert [e for e in lab.show(number)['events'] if e['type'] == 'limited'], '%s: the case does not say that a limit was hit' % name
        big = [c for c in lab.cases() if c['subject'] == 'adjunto-60MB'][0]
        notice = lab.person('ana').wait_mail(subject=big['number'])
        assert 'tamaño' in notice.text or 'grande' in notice.text or 'MB' in notice.text, 'nobody says that the body was left behind: ' + notice.text
        mid = re.search(rb'(?i)message-id: (\S+)', h['adjunto-60MB']).group(1).decode()
        assert mid in acked(), 'its sender is answered'
        assert len(waiting(lab, '.Procesados')) == 2 * len(h), 'mails that were not moved'
        if aside: lab.person('carlos').wait_mail(where=lambda m: 'cuarentena' in m.text.lower() or 'no se pudo leer' in m.text.lower())
        assert lab.ctl('verify')[0]['clean']
        found = peaks(lab)
        with open(lab.path('mesad.log'), 'rb') as f: log = f.read()
        assert b'\x1b' not in log, 'an escape sequence in the log'
        size = sum(len(r) for r in h.values()) / MIB
        print('# %d mails, %.0f MiB; %d quarantined, %d deaths of a parser; peaks: %s' % (2 * len(h), size, len(aside), log.count(b'event=parser_lost_mail'),
              ', '.join('%s %.0f MiB' % x for x in found.items())), flush=True)
        if not is_sanitized(lab.desk.proc.pid):
            assert found['mesad'] < 200, found
            assert all(v < 200 for k, v in found.items() if k != 'mesad-parse'), found


# --- a mail that kills its parser ---

HEAVY = 10 * MIB  # more than any other mail here


def has_in_hand(pid):
    """Size of the largest file that a process has open: the parser opens a mail when its turn comes."""
    sizes = [0]
    try:
        for fd in os.scandir('/proc/%d/fd' % pid):
            try:
                sizes.append(os.stat(fd.path).st_size)
            except OSError: continue
    except OSError: pass
    return max(sizes)


def kill_at_it(lab):
    """It is held still before it is looked at again: it must not answer between the look and the shot."""
    for pid in lab.desk.children().get('mesad-parse', []):
        if has_in_hand(pid) <= HEAVY: continue
        try:
            os.kill(pid, signal.SIGSTOP)
            hit = has_in_hand(pid) > HEAVY
            if hit: os.kill(pid, signal.SIGSEGV)
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError: continue
        if hit: return True


def shoot(lab, times):
    """Kill the parser that has the heavy mail in hand, as often as asked."""
    for k in range(times):
        wait_until(lambda: kill_at_it(lab), every=0.002, why='a parser with the heavy mail')
        wait_until(lambda: sum('event=parser_lost_mail' in x for x in lab.desk.lines) > k, why='the loss to be noticed')


class Shooter(threading.Thread):
    """Shoots beside the test; what goes wrong there is told where it is waited for."""

    def __init__(self, lab, times):
        super().__init__()
        self.lab, self.times, self.failure = lab, times, None
        self.start()

    def run(self):
        try:
            shoot(self.lab, self.times)
        except Exception as e:
            self.failure = e

    def wait(self):
        self.join()
        if self.failure: raise self.failure


def killer():
    with Lab() as lab:
        lab.configure()
        lab.start()
        luisa, carlos = lab.person('luisa'), lab.person('carlos')
        first = luisa.write('Antes', 'Hola.')
        luisa.wait_mail(subject='ST-')
        body = ('<p>' + '<b>a</b> <i>b</i> &aacute; <a href="http://x.example/">c</a> ' * 40 + '</p>\r\n') * 6000
        raw = text('mortal', body.encode(), 'text/html; charset=utf-8').replace(b'From: Eva <eva@otra.example>', b'From: Luisa <luisa@entidad.example>')
        shooter = Shooter(lab, 2)
        drop(lab, raw)
        behind = {'Detrás %d' % i for i in range(12)}
        for subject in behind: drop(lab, luisa.compose(subject, 'Hola.').as_bytes())
        shooter.wait()
        aside = wait_until(lambda: lab.ctl('quarantine'), why='the quarantine')
        assert len(aside) == 1, aside
        wait_until(lambda: {c['subject'] for c in lab.cases()} == {'Antes'} | behind, why='those behind it to become cases')
        blamed = {re.search(r'entry=(\d+)', x).group(1) for x in lab.desk.lines if 'event=parser_lost_mail' in x}
        assert len(blamed) == 1, 'a death is charged to the mail in hand alone: %s' % blamed
        told = carlos.wait_mail(where=lambda m: m.automatic and ('cuarentena' in m.text.lower() or 'cuarentena' in m.subject.lower()))
        second = luisa.write('Después', 'Hola otra vez.')
        luisa.wait_mail(where=lambda m: m['In-Reply-To'] == second['Message-ID'])
        settle(lab)
        assert {c['subject'] for c in lab.cases()} == {'Antes', 'Después'} | behind
        ident = str(aside[0]['id'])
        out = lab.path('fuera.eml')
        lab.ctl('quarantine', 'export', ident, '-o', out)
        with open(out, 'rb') as f: assert hashlib.sha256(f.read()).digest() == hashlib.sha256(raw).digest(), 'the exported bytes are others'
        assert lab.ctl('quarantine', 'show', ident)
        assert carlos.no_mail(where=lambda m: 'cuarentena' in m.text.lower()), 'told once'
        lab.ctl('quarantine', 'retry', ident)
        wait_until(lambda: 'mortal' in {c['subject'] for c in lab.cases()}, every=0.2, why='the retried mail to become a case')
        settle(lab)
        assert not lab.ctl('quarantine')
        assert carlos.no_mail(where=lambda m: 'cuarentena' in m.text.lower()), 'told once'
        assert lab.ctl('verify')[0]['clean']


def killed_once():
    """One death alone proves nothing: the mail is tried again."""
    with Lab() as lab:
        lab.configure()
        lab.start()
        body = ('<p>' + '<b>a</b> <i>b</i> &aacute; <a href="http://x.example/">c</a> ' * 40 + '</p>\r\n') * 6000
        shooter = Shooter(lab, 1)
        drop(lab, text('herido', body.encode(), 'text/html; charset=utf-8'))
        shooter.wait()
        wait_until(lambda: 'herido' in {c['subject'] for c in lab.cases()}, every=0.2, why='the mail to become a case')
        settle(lab)
        assert not lab.ctl('quarantine') and lab.ctl('verify')[0]['clean']


if __name__ == '__main__':
    for fn in (parse_all, through_the_desk, killer, killed_once):
        if len(sys.argv) < 2 or fn.__name__ in sys.argv[1:]: tap.run(fn.__name__, fn)
    tap.done()
