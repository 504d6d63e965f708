#!/usr/bin/env python3
# run: plain timeout=600
"""What an administrator does: arguments and exit codes, reload, stop, drain, logs, installing, systemd,
privileges, terminals."""
import glob, json, os, pty, pwd, re, shutil, signal, socket, subprocess, sys, threading, time
from lab import *

tap = Tap()
SKIP = []


def run(*args, env=None, text=None, cwd=None, timeout=60):
    r = subprocess.run(list(args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL if text is None else None,
                       input=text, text=True, timeout=timeout, cwd=cwd, env=dict(os.environ, **env) if env else None)
    return r.returncode, r.stdout, r.stderr


def expect(code, *args, **kw):
    rc, out, err = run(*args, **kw)
    assert rc == code, '%s: %d instead of %d\n%s%s' % (' '.join(args), rc, code, out, err)
    return out, err


def bare(fn):
    """A lab that starts no server: for what needs none."""
    def inner():
        lab = Lab()
        try:
            lab.exim = Exim(lab)
            lab.configure()
            fn(lab)
        finally:
            lab.exim = None
            lab.close()
    inner.__name__ = fn.__name__
    return inner


def types(case): return [e['type'] for e in case['events']]


# --- arguments and exit codes ---

@bare
def arguments(lab):
    for program in (lab.mesad, lab.mesactl):
        out, err = expect(0, program, '--version')
        assert re.fullmatch(r'mesa(d|ctl) \d+\.\d+\.\d+\n', out) and not err, (out, err)
        out, err = expect(0, program, '--help')
        assert len(out) > 300 and not err and max(map(len, out.splitlines())) <= 100, out
    expect(64, lab.mesad, '--nonsense')
    expect(64, lab.mesad, 'file')
    expect(64, lab.mesactl)
    out, err = expect(64, lab.mesactl, '-c', lab.config_dir, 'lsit')
    assert '«list»' in err, err
    expect(64, lab.mesactl, 'qwertyuiop')
    verbs = re.findall(r'^  ([a-z]+) +([a-z]+) ', expect(0, lab.mesactl, '--help')[0], re.M)
    assert len(verbs) >= 17, verbs
    for english, spanish in verbs:
        a, b = (expect(0, lab.mesactl, verb, '--help')[0] for verb in (english, spanish))
        assert a == b and 'uso: mesactl' in a and 'Ejemplos:' in a, a
    for wrong in (['show'], ['show', '1', '2'], ['history'], ['do', '1'], ['do', '1', '--as', 'ana'], ['new'], ['new', '--from', 'x'],
                  ['parse'], ['explain'], ['ingest'], ['attachment'], ['attachment', '1', '2'], ['backup'], ['list', 'x'],
                  ['outbox', 'burn'], ['outbox', 'retry'], ['quarantine', 'burn'], ['quarantine', 'export', '1'], ['check', 'x'],
                  ['verify', 'x'], ['clock'], ['clock', 'x'], ['board', 'x'], ['demo', 'x'], ['help', 'nonsense'], ['list', '--state', 'nonsense'],
                  ['show', '--nonsense', '1']):
        out, err = expect(64, lab.mesactl, '-c', lab.config_dir, *wrong)
        assert err and not out, (wrong, out, err)
    for missing in (['parse', lab.path('none.eml')], ['show', 'ST-2026-000001']):
        expect(66, lab.mesactl, '-c', lab.config_dir, *missing)


@bare
def files(lab):
    """What is no plain file has no end or never begins: told with a reason, and the next one goes on. Past «--» all are files."""
    def mail(name, subject):
        with open(lab.path(name), 'w') as f: f.write('From: Luisa <luisa@%s>\r\nTo: sistemas@%s\r\nSubject: %s\r\n\r\nHola.\r\n' % (DOMAIN, DOMAIN, subject))
        return lab.path(name)
    one, two, dashes = mail('uno.eml', 'Uno'), mail('dos.eml', 'Dos'), mail('--json', 'Tres')
    fifo, sparse, none = lab.path('fifo'), lab.path('sparse'), lab.path('none.eml')
    os.mkfifo(fifo)
    with open(sparse, 'wb') as f: f.truncate(60 << 30)
    ctl = [lab.mesactl, '-c', lab.config_dir]
    odd = ['/dev/zero', fifo, sparse, lab.config_dir, none]
    out, err = expect(66, *ctl, 'parse', *odd, one, timeout=20)
    rows = [json.loads(x) for x in out.splitlines()]
    assert [r['file'] for r in rows] == odd + [one] and rows[-1]['subject'] == 'Uno', rows
    assert [r['warnings'] for r in rows[:5]] == [['the file cannot be read']] * 2 + [['the file is too large']] + [['the file cannot be read']] * 2, rows
    told = err.splitlines()
    assert len(told) == 5 and all('mesactl: %s: ' % path in line for path, line in zip(odd, told)), err
    assert all('no es un archivo' in told[i] for i in (0, 1, 3)) and 'pasa de' in told[2], err
    expect(65, *ctl, 'parse', sparse)
    expect(66, *ctl, 'explain', fifo, timeout=20)
    out, err = expect(65, 'sh', '-c', '"$0" -c "$1" parse - </dev/zero', lab.mesactl, lab.config_dir)
    assert len(out.splitlines()) == 1 and 'pasa de' in err, (out, err)
    assert json.loads(expect(0, 'sh', '-c', 'cat "$2" | "$0" -c "$1" parse -', lab.mesactl, lab.config_dir, one)[0])['subject'] == 'Uno'

    for verb in (['parse', one], ['parse', one, two], ['explain', one], ['help']):
        out, err = expect(73, 'sh', '-c', '"$0" -c "$@" >/dev/full', *ctl[:1], lab.config_dir, *verb)
        assert 'no se pudo escribir la salida' in err, (verb, err)

    assert [json.loads(x)['file'] for x in expect(0, *ctl, 'parse', '--', one, two)[0].splitlines()] == [one, two]
    assert json.loads(expect(0, *ctl, 'parse', '--', '--json', cwd=os.path.dirname(dashes))[0])['subject'] == 'Tres'
    expect(66, *ctl, 'parse', '--', one, '--')
    assert expect(0, *ctl, '--', 'parse', one)[0]
    expect(64, *ctl, 'do', '1', '--as', '--', '#tomar')

    out, err = expect(66, *ctl, '--json', 'ingest', none, one, fifo, sparse, two, timeout=60)
    assert [json.loads(x)['fate'] for x in out.splitlines()] == ['case', 'case'], out
    assert len(err.splitlines()) == 3, err
    assert sorted(c['subject'] for c in lab.cases()) == ['Dos', 'Uno'], lab.cases()


@bare
def before_the_first_start(lab):
    """What a mail would become can be asked before there is a database; nothing is left behind."""
    mails = []
    for i, subject in enumerate(('No imprime', 'Cambio de clave del correo')):
        mails.append(lab.path('m%d.eml' % i))
        with open(mails[-1], 'w') as f:
            f.write('From: Luisa <luisa@%s>\r\nTo: sistemas@%s\r\nSubject: %s\r\n\r\nHola.\r\n' % (DOMAIN, DOMAIN, subject))
    tmp = lab.path('tmp')
    os.mkdir(tmp)
    out, err = expect(66, lab.mesactl, '-c', lab.config_dir, '--json', 'explain', mails[0], lab.path('none.eml'), mails[1], env={'TMPDIR': tmp})
    rows = [json.loads(x) for x in out.splitlines()]
    assert [r['subject'] for r in rows] == ['No imprime', 'Cambio de clave del correo'], 'one that cannot be read stops nobody'
    for r in rows:
        assert r['thread']['decision'] == 'new' and r['ticket']['assignee'] == 'ana' and r['clocks'], r
        assert r['mails'] and all(re.match(r'\[ST-\d{4}-0{6}\] \w', m['subject']) for m in r['mails']), r['mails']
    assert 'aún no hay datos' in err and not os.listdir(tmp) and not os.path.exists(lab.state_dir)
    for verb in ('list', 'board', 'verify'): expect(66, lab.mesactl, '-c', lab.config_dir, verb)


@bare
def nothing_there(lab):
    """No case, no daemon: 66, and a quiet desk that comes and goes by itself."""
    out, err = expect(0, lab.mesactl, '-c', lab.config_dir, '--json', 'new', '--from', 'luisa@' + DOMAIN, '--subject', 'Por teléfono',
                      '--channel', 'telefono', '--body', '-', text='No imprime\n')
    pid = quiet_pid(lab)
    for args in (['show', '999'], ['history', 'ST-1999-000001'], ['attachment', '999'], ['do', '999', '--as', 'ana', '#tomar'],
                 ['quarantine', 'show', '5'], ['outbox', 'retry', '555']):
        expect(66, lab.mesactl, '-c', lab.config_dir, *args)
    case = lab.cases()[0]
    assert case['channel'] == 'telefono' and case['assignee'] == 'ana', case
    out, err = expect(0, lab.mesactl, '-c', lab.config_dir, 'do', case['number'], '--as', 'ana', '#resuelto Se cambió el cable.')
    assert out == 'El caso queda solucionado; el solicitante recibe su informe y la encuesta.\n', out
    out, err = expect(65, lab.mesactl, '-c', lab.config_dir, 'do', case['number'], '--as', 'ana', '#resuelto')
    assert not out and err.startswith('mesactl: «#resuelto»: ') and '{' not in err, (out, err)
    for who, what in (('pedro', '#tomar'), ('luisa@' + DOMAIN, '#tomar'), ('ana', '#cerrar trasladado')):
        out, err = expect(77, lab.mesactl, '-c', lab.config_dir, 'do', case['number'], '--as', who, what)
        assert err and not out, (out, err)
    out, err = expect(0, lab.mesactl, '-c', lab.config_dir, 'nuevo', '--from', 'José Niño <jose@%s>' % DOMAIN, '--subject', 'Vino', '--channel', 'Presencial')
    made = lab.show(out.strip())
    assert made['requester'] == 'José Niño <jose@%s>' % DOMAIN and made['channel'] == 'presencial', made
    expect(64, lab.mesactl, '-c', lab.config_dir, 'new', '--from', 'luisa@' + DOMAIN, '--subject', 'x', '--channel', 'paloma')
    expect(65, lab.mesactl, '-c', lab.config_dir, 'new', '--from', 'Luisa <luisa>', '--subject', 'x')
    assert lab.show(case['number'])['state'] == 'resolved'
    assert lab.ctl('verify')[0]['clean']
    expect(0, lab.mesactl, '-c', lab.config_dir, 'backup', lab.path('copy.db'))
    expect(73, lab.mesactl, '-c', lab.config_dir, 'backup', lab.path('copy.db'))
    assert os.stat(lab.path('copy.db')).st_mode & 0o077 == 0, 'a backup is nobody else\'s to read'
    if pid: wait_until(lambda: not os.path.exists('/proc/%d' % pid), why='the quiet desk to leave')


def quiet_pid(lab):
    for d in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/cmdline' % d, 'rb') as f: words = f.read().split(b'\0')
        except OSError: continue
        if b'--quiet' in words and lab.config_dir.encode() in words: return int(d)
    return None


@bare
def check(lab):
    out, err = expect(0, lab.mesad, '-n', '-c', lab.config_dir)
    assert not os.path.exists(lab.state_dir), 'checking makes nothing'
    with open(os.path.join(lab.config_dir, 'desk.yaml'), 'w') as f:
        f.write('number: "ST-{year}"\nresponse: {withn: 12h}\nsurvey: {close_after: pronto}\n')
    with open(os.path.join(lab.config_dir, 'staff.yaml'), 'w') as f:
        f.write('staff:\n  - {id: ana, name: Ana, email: nada, role: jefa}\n')
    for args in ([lab.mesad, '-n', '-c', lab.config_dir], [lab.mesactl, '-c', lab.config_dir, 'check'], [lab.mesad, '-c', lab.config_dir]):
        rc, out, err = run(*args)
        assert rc == 78, (args, rc)
        told = [line for line in (out + err).splitlines() if ': error: ' in line]
        places = {re.match(r'(\S+?:\d+:\d+): ', line).group(1) for line in told}
        assert {'desk.yaml:1:9', 'desk.yaml:2:12', 'desk.yaml:3:23', 'staff.yaml:2:33', 'staff.yaml:2:45'} <= places, (places, out + err)
        assert all('Remedio: ' in line for line in told), told
        assert any('within' in line for line in told), 'the likely key is named'
    rows = [json.loads(x) for x in run(lab.mesactl, '-c', lab.config_dir, '--json', 'check')[1].splitlines()]
    assert {(r['file'], r['line']) for r in rows if r['severity'] == 'error'} >= {('desk.yaml', 1), ('desk.yaml', 2), ('desk.yaml', 3), ('staff.yaml', 2)}
    expect(78, lab.mesad, '-n', '-c', lab.path('nowhere'))
    expect(78, lab.mesactl, '-c', lab.path('nowhere'), 'check')


@bare
def shipped(lab):
    for folder in [os.path.join(ROOT, 'config')] + sorted(glob.glob(os.path.join(ROOT, 'config/examples/*'))):
        out, err = expect(0, lab.mesactl, '-c', folder, 'check')
        assert 'error' not in out + err, out + err
        expect(0, lab.mesad, '-c', folder, '-n')


# --- a desk at work ---

def reload():
    with Lab() as lab:
        lab.configure()
        lab.start()
        workers = lab.desk.children()
        first = lab.person('luisa').write('Antes', 'Texto')
        lab.person('luisa').wait_mail(where=lambda m: m['In-Reply-To'] == first['Message-ID'])
        lab.configure(desk={'response': {'within': '6h', 'calendar': 'always', 'warn': '50%'}})
        lab.desk.proc.send_signal(signal.SIGHUP)
        lab.desk.wait_log('event=reloaded')
        wait_until(lambda: len([x for x in lab.desk.lines if 'event=ready' in x]) == 2, why='ready to be said anew')
        wait_until(lambda: lab.desk.children().get('mesad-imap', workers['mesad-imap']) != workers['mesad-imap'], why='a new mesad-imap')
        ack = whole(lab, 'Después', '6 horas')
        with open(os.path.join(lab.config_dir, 'rules.yaml'), 'w') as f: f.write('rules:\n  - {name: a, when: {subjet: x}}\n')
        lab.desk.proc.send_signal(signal.SIGHUP)
        line = lab.desk.wait_log('event=reload_refused')
        lab.desk.wait_log('rules.yaml:2:')
        ack = whole(lab, 'La vieja sigue', '6 horas')
        with open(os.path.join(lab.config_dir, 'rules.yaml'), 'w') as f: f.write('rules: []\n')
        for key, change in (('state_dir', {'state_dir': lab.path('elsewhere')}),
                            ('web.listen', {'web': {'listen': '127.0.0.1:%d' % free_port(), 'base_url': 'http://127.0.0.1:1'}})):
            n = len([x for x in lab.desk.lines if 'event=reload_refused' in x])
            with open(os.path.join(lab.config_dir, 'mesad.yaml'), 'w') as f: f.write(yaml(dict(lab.settings(), **change)))
            lab.desk.proc.send_signal(signal.SIGHUP)
            wait_until(lambda: len([x for x in lab.desk.lines if 'event=reload_refused' in x]) > n, why='the refusal')
            assert key + ' only changes with a restart' in [x for x in lab.desk.lines if 'event=reload_refused' in x][-1]
        assert not os.path.exists(lab.path('elsewhere'))
        whole(lab, 'Y sigue', '6 horas')
        assert 'worker_ended' not in '\n'.join(lab.desk.lines), 'an orderly restart of the workers is no news'
        assert lab.desk.stop() == 0
        assert 'worker_ended' not in '\n'.join(lab.desk.lines)
        lab.configure(desk={'response': {'within': '6h', 'calendar': 'always', 'warn': '50%'}})
        assert lab.ctl('verify')[0]['clean']


def whole(lab, subject, text):
    """A request is acknowledged with these words."""
    luisa = lab.person('luisa')
    sent = luisa.write(subject, 'Texto')
    ack = luisa.wait_mail(where=lambda m: m['In-Reply-To'] == sent['Message-ID'])
    assert text in ack.text, ack.text
    return ack


def stopped():
    """SIGTERM in the middle of a hundred mails, several times over: at once, and nothing is lost."""
    with Lab() as lab:
        lab.configure()
        people = [lab.person('persona%d' % i) for i in range(10)]
        for i in range(100): people[i % 10].write('Solicitud %d' % i, 'Texto %d' % i)
        rounds = 0
        while rounds < 5:
            lab.start(ready=False)
            try:
                wait_until(lambda: len([x for x in lab.desk.lines if 'event=received' in x]) >= 15 or 'event=ready' in '\n'.join(lab.desk.lines), why='work')
            finally:
                begun = time.monotonic()
                rc = lab.desk.stop()
            assert rc == 0 and time.monotonic() - begun < 10, (rc, time.monotonic() - begun)
            rounds += 1
        lab.start()
        wait_until(lambda: sum(len(p.mails()) for p in people) >= 100, why='the acknowledgements')
        wait_until(lambda: not lab.ctl('outbox'), why='the outbox to empty')
        for p in people:
            subjects = [m['In-Reply-To'] for m in p.mails()]
            assert len(subjects) == len(set(subjects)) == 10, (p.user, len(subjects), len(set(subjects)))
        numbers = sorted(c['number'] for c in lab.cases())
        assert len(numbers) == 100 and numbers[-1].endswith('000100'), numbers[-1]
        assert lab.ctl('verify')[0]['clean']
        assert lab.desk.stop() == 0


def second():
    with Lab() as lab:
        lab.configure()
        lab.start()
        for args in ([], ['--drain'], ['--quiet']):
            out, err = expect(75, lab.mesad, '-c', lab.config_dir, *args)
            assert 'another mesad' in err, err
        whole(lab, 'El primero sigue', 'ST-')
        assert lab.desk.stop() == 0


def after_writing():
    """The desk starts at once after mesactl wrote without it; four who write at once share one quiet desk."""
    with Lab() as lab:
        lab.configure()
        new = [lab.mesactl, '-c', lab.config_dir, 'new', '--from', 'luisa@' + DOMAIN, '--subject']
        several = [subprocess.Popen(new + ['Caso %d' % i], stdout=subprocess.PIPE, text=True) for i in range(4)]
        assert all(re.fullmatch(r'ST-\d{4}-00000[1-4]\n', p.communicate(timeout=60)[0]) for p in several)
        expect(0, *new, 'El quinto')
        lab.start()
        assert len(lab.cases()) == 5
        assert lab.desk.stop() == 0
        expect(0, *new, 'El sexto')
        expect(0, lab.mesad, '-c', lab.config_dir, '--drain')
        lab.person('luisa').wait_mail(subject='ST-', where=lambda m: '000006' in m.subject)


def drain():
    with Lab() as lab:
        lab.configure()
        luisa = lab.person('luisa')
        luisa.write('Uno', 'Texto')
        wait_until(lambda: lab.person('sistemas').mails(), why='the mail in the mailbox')
        expect(0, lab.mesad, '-c', lab.config_dir, '--drain')
        wait_until(lambda: luisa.mails(), why='the acknowledgement')
        luisa.write('Dos', 'Texto')
        wait_until(lambda: lab.person('sistemas').mails(), why='the mail in the mailbox')
        lab.exim.stop()
        expect(75, lab.mesad, '-c', lab.config_dir, '--drain')
        assert len(lab.cases()) == 2 and not lab.person('sistemas').mails(), 'the mail has its fate although nothing can be sent'
        assert lab.ctl('outbox'), 'what waits is listed'
        lab.exim.start()
        expect(0, lab.mesad, '-c', lab.config_dir, '--drain')
        wait_until(lambda: len(luisa.mails()) == 2, why='the acknowledgement')
        lab.dovecot.stop()
        expect(75, lab.mesad, '-c', lab.config_dir, '--drain')


def restored():
    """Yesterday's copy in the place of the database: no number twice, and the coordinator is told what is missing."""
    with Lab() as lab:
        lab.configure()
        luisa, carlos = lab.person('luisa'), lab.person('carlos')
        lab.start()

        def opens(subject):
            luisa.write(subject, 'Texto')
            return lab.number_in(luisa.wait_mail(subject='Recibimos'))
        database = os.path.join(lab.state_dir, 'mesad.db')
        first = opens('Uno')
        expect(0, lab.mesactl, '-c', lab.config_dir, 'backup', lab.path('copy.db'))
        second, third = opens('Dos'), opens('Tres')
        lab.desk.stop()
        for left in glob.glob(database + '-*'): os.unlink(left)
        os.replace(lab.path('copy.db'), database)
        lab.start()
        told = carlos.wait_mail(where=lambda m: 'copia anterior' in m.text)
        assert '%s a %s' % (second, third) in ' '.join(told.text.split()), told.text
        fourth = opens('Cuatro')
        assert int(fourth[-6:]) == int(third[-6:]) + 1, (first, second, third, fourth)
        assert sorted(c['number'] for c in lab.cases()) == [first, fourth], lab.cases()
        assert lab.ctl('verify')[0]['clean']
        ids = [m.id for m in luisa.mails()]
        assert len(ids) == len(set(ids)) == 4, ids
        lab.restart()
        opens('Cinco')
        assert sum('copia anterior' in m.text for m in carlos.mails()) == 1, 'it is told once'


def known():
    """Why a mail went where it did can still be asked when it is in the ledger."""
    with Lab() as lab:
        lab.configure(rules=[{'name': 'vpn', 'when': {'subject': ['vpn']}, 'set': {'priority': 'high'}}])
        luisa = lab.person('luisa')
        lab.start()
        luisa.write('Falla la VPN', 'Texto')
        number = lab.number_in(luisa.wait_mail(subject='Recibimos'))
        done = wait_until(lambda: lab.person('sistemas').mails('Procesados'), why='the mail in its folder')
        with open(lab.path('done.eml'), 'wb') as f: f.write(done[0].raw)
        said = lab.ctl('explain', lab.path('done.eml'))[0]
        assert said['fate'] == said['thread']['decision'] == 'duplicate' and said['thread']['ticket'] == number, said
        assert [r['matched'] for r in said['rules']] == [True], said['rules']
        assert len(lab.cases()) == 1


def logs():
    """One line an event, with the number of its case; nothing that a sender wrote reaches a terminal raw."""
    evil = 'Falla \x1b[2J\x1b]0;hola\x07 \u009b31m \x7f fin'
    with Lab() as lab:
        lab.configure()
        lab.start()
        luisa, ana = lab.person('luisa'), lab.person('ana')
        import email.header
        raw = ('From: =?utf-8?q?Luisa_=1B=5B31m?= <%s>\r\nTo: %s\r\nMessage-ID: <mal@correo.example>\r\nSubject: %s\r\n\r\nTexto \x1b[31m rojo\r\n'
               % (luisa.address, lab.address, email.header.Header(evil, 'utf-8').encode(linesep='\r\n'))).encode('utf-8')
        luisa.send(raw)
        ack = luisa.wait_mail(where=lambda m: m['In-Reply-To'] == '<mal@correo.example>')
        number = lab.number_in(ack)
        notice = ana.wait_mail(subject=number)
        ana.reply(notice, '#resuelto Se revisó \x1b[5m todo.')
        luisa.wait_mail(text='Se revisó')
        wait_until(lambda: lab.show(number)['survey']['sent_at'], why='the survey to be accepted')
        for m in luisa.mails() + ana.mails():
            assert not re.search(rb'[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]', m.raw), m.raw
        for event in lab.show(number)['events']:
            line = [x for x in lab.desk.lines if 'event=%s ' % event['type'] in x and 'ticket=' + number in x]
            assert line or event['type'] in ('received_mail',), (event, lab.desk.lines)
        sends = [x for x in lab.desk.lines if 'event=smtp' in x]
        assert len(sends) >= 3 and all('ticket=' + number in x for x in sends), sends
        assert all(re.match(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z mesad\S*\[\d+\] (info|warn|error) event=\w+', x)
                   for x in lab.desk.lines if 'yaml' not in x), lab.desk.lines
        everything = '\n'.join(lab.desk.lines)
        for args in (['list'], ['show', number], ['history', number], ['board'], ['outbox', '--all'], ['explain', os.path.join(lab.path('x.eml'))]):
            if args[0] == 'explain':
                with open(args[1], 'wb') as f: f.write(raw)
            for out in (run(lab.mesactl, '-c', lab.config_dir, *args)[1], on_terminal(lab.mesactl, '-c', lab.config_dir, *args)):
                # Our own colours apart, nothing that a terminal obeys.
                everything += re.sub(r'\x1b\[[0-9;]*m', '', out) if out.count('\x1b') else out
                assert '\x1b[2J' not in out and '\x1b]' not in out and '\x1b[5m' not in out and '\x1b[31m rojo' not in out, out
        bad = re.search('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]', everything)
        assert not bad, repr(everything[max(0, bad.start() - 80):bad.start() + 40])
        assert lab.desk.stop() == 0


def on_terminal(*args, columns=100):
    """What the program prints on a terminal."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ['TERM'] = 'xterm'
        os.environ.pop('NO_COLOR', None)
        os.execv(args[0], list(args))
    import fcntl, struct, termios
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 40, columns, 0, 0))
    out = b''
    while True:
        try:
            more = os.read(fd, 65536)
        except OSError: break
        if not more: break
        out += more
    os.waitpid(pid, 0)
    os.close(fd)
    return out.decode('utf-8', 'replace').replace('\r\n', '\n')


@bare
def terminals(lab):
    for i in range(3):
        expect(0, lab.mesactl, '-c', lab.config_dir, 'new', '--from', 'luisa@' + DOMAIN, '--subject', 'No imprime la impresora %d del segundo piso' % i)
    for args in (['list'], ['board'], ['show', '1'], ['history', '1'], ['outbox']):
        plain = expect(0, lab.mesactl, '-c', lab.config_dir, *args)[0]
        assert '\x1b' not in plain and 'impresora' in plain or args[0] in ('board', 'outbox', 'history'), plain
        shown = on_terminal(lab.mesactl, '-c', lab.config_dir, *args)
        assert '\x1b[' in shown or args[0] in ('outbox',), (args, shown)
        for line in shown.splitlines():
            assert len(re.sub(r'\x1b\[[0-9;]*m', '', line)) <= 100, (args, line)
        assert '\x1b' not in expect(0, lab.mesactl, '-c', lab.config_dir, '--json', *args)[0] if args[0] != 'board' else True
    expect(0, 'sh', '-c', 'NO_COLOR=1 "$0" -c "$1" list', lab.mesactl, lab.config_dir)
    for name, words in (('reenviado-outlook', ('De quién es', 'Luis Peña', 'Qué haría mesad', 'abre un caso', 'nada en él nombra un caso')),
                        ('devuelto-como-acuse', ('No entregado', '5.2.2, definitivo', 'es el rechazo de un correo que no es nuestro')),
                        ('imagen-en-el-texto-y-adjunta', ('captura.png (image/png, 70 B, dentro del texto)',))):
        mail = os.path.join(ROOT, 'tests/mail', name, 'in.eml')
        shown = re.sub(r'\x1b\[[0-9;]*m', '', on_terminal(lab.mesactl, '-c', lab.config_dir, 'explain', mail))
        assert all(w in shown for w in words) and '{"' not in shown and max(map(len, shown.splitlines())) <= 100, shown
        assert json.loads(expect(0, lab.mesactl, '-c', lab.config_dir, 'explain', mail)[0])['mails'] is not None, 'a program gets a line'


# --- the service manager ---

@bare
def notifies(lab):
    """READY, RELOADING, STOPPING and WATCHDOG, told to a socket of ours; secrets as credentials."""
    lab.dovecot.start()
    lab.exim.start()
    try:
        os.makedirs(lab.path('credentials'))
        for name in ('imap.pass', 'smtp.pass'): os.rename(lab.path(name), lab.path('credentials', name))
        lab.configure(mesad=lab.settings(imap={'password_file': 'imap.pass'}, smtp={'password_file': 'smtp.pass'}))
        for name in ('imap.pass', 'smtp.pass'): os.unlink(lab.path(name))
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind(lab.path('notify'))
        s.settimeout(20)
        told = []

        def until(what):
            while not told or what not in told[-1]: told.append(s.recv(4096).decode())
            return told[-1]
        lab.start(env={'NOTIFY_SOCKET': lab.path('notify'), 'WATCHDOG_USEC': '600000', 'CREDENTIALS_DIRECTORY': lab.path('credentials')})
        until('READY=1')
        for _ in range(3): until('WATCHDOG=1') and told.append('')
        whole(lab, 'Con credenciales', 'ST-')
        lab.desk.proc.send_signal(signal.SIGHUP)
        assert re.search(r'MONOTONIC_USEC=\d+', until('RELOADING=1')), told[-1]
        until('READY=1')

        def kept_back():  # between fork and exec a child still shows its parent's
            for pid in sum(lab.desk.children().values(), []):
                with open('/proc/%d/environ' % pid, 'rb') as f: environ = f.read()
                if b'NOTIFY_SOCKET' in environ or b'CREDENTIALS' in environ: return False
            return True
        wait_until(kept_back, why='the workers to be without what systemd gave the desk alone')
        lab.desk.proc.send_signal(signal.SIGTERM)
        until('STOPPING=1')
        assert lab.desk.stop() == 0
        s.close()
    finally:
        if lab.desk and lab.desk.proc: lab.desk.stop(signal.SIGKILL)
        lab.exim.stop()


@bare
def unit(lab):
    if not shutil.which('systemd-analyze'):
        SKIP.append('systemd-analyze is not installed')
        return
    with open(os.path.join(ROOT, 'systemd/mesad.service')) as f: text = f.read()
    text = text.replace('/usr/local/sbin/mesad', lab.mesad)
    with open(lab.path('mesad.service'), 'w') as f: f.write(text)
    rc, out, err = run('systemd-analyze', 'verify', '--man=no', lab.path('mesad.service'))
    ours = [x for x in (out + err).splitlines() if 'mesad' in x]
    assert rc == 0 and not ours, ours
    rc, out, err = run('systemd-analyze', 'security', '--offline=true', '--threshold=15', '--no-pager', lab.path('mesad.service'))
    assert rc == 0, '\n'.join(out.splitlines()[-3:]) + err


def owner():
    """The state belongs to another user: root's mesactl becomes that user, running desk or not."""
    if os.geteuid() != 0:
        SKIP.append('needs root')
        return
    nobody = pwd.getpwnam('nobody')
    with Lab() as lab:
        lab.configure()
        os.makedirs(lab.state_dir, 0o700)
        for path in (lab.state_dir, lab.path('imap.pass'), lab.path('smtp.pass')): os.chown(path, nobody.pw_uid, nobody.pw_gid)
        program = lab.mesad
        if run('setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', 'test', '-x', program)[0]:
            SKIP.append('nobody may not run %s' % program)
            return
        desk = Desk(lab)
        lab.desk = desk
        wrapper = lab.path('as-nobody')
        with open(wrapper, 'w') as f: f.write('#!/bin/sh\nexec setpriv --reuid=nobody --regid=nogroup --clear-groups %s "$@"\n' % program)
        os.chmod(wrapper, 0o755)
        desk.program = wrapper
        desk.start()
        assert 'runs_as_root' not in '\n'.join(desk.lines)
        whole(lab, 'Sin ser root', 'ST-')
        number = lab.cases()[0]['number']
        lab.ctl('do', number, '--as', 'ana', '#tomar')
        assert lab.ctl('verify')[0]['clean']
        desk.stop()
        lab.ctl('do', number, '--as', 'ana', '#nota Con el servicio parado.')
        pid = quiet_pid(lab)
        assert pid, 'a quiet desk'
        assert os.stat('/proc/%d' % pid).st_uid == nobody.pw_uid, 'the quiet desk runs as the owner'
        lab.cases(), lab.ctl('verify')

        # What is brought out goes to root's own folder; a backup needs one of the owner's, and says so.
        roots, theirs = lab.path('roots'), lab.path('theirs')
        for folder, uid in ((roots, 0), (theirs, nobody.pw_uid)):
            os.mkdir(folder, 0o755)
            os.chown(folder, uid, -1)
        out, err = expect(66, lab.mesactl, '-c', lab.config_dir, 'attachment', '999', '1', '-o', os.path.join(roots, 'no.bin'))
        assert 'no hay un caso' in err and 'bórrelo' in err, err
        os.unlink(os.path.join(roots, 'no.bin'))
        expect(66, lab.mesactl, '-c', lab.config_dir, 'quarantine', 'export', '999', '-o', os.path.join(theirs, 'no.eml'))
        assert not os.listdir(theirs), 'nothing half made is left'
        raw = ('From: Luisa <luisa@%s>\r\nTo: sistemas@%s\r\nSubject: Con foto\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n'
               '--b\r\nContent-Type: text/plain\r\n\r\nHola.\r\n--b\r\nContent-Type: image/png; name=foto.png\r\n'
               'Content-Disposition: attachment; filename=foto.png\r\nContent-Transfer-Encoding: base64\r\n\r\nAQIDBAU=\r\n--b--\r\n' % (DOMAIN, DOMAIN))
        with open(lab.path('foto.eml'), 'w') as f: f.write(raw)
        taken = lab.ctl('ingest', lab.path('foto.eml'))[0]['number']
        photo = lab.ctl('attachment', taken)[0]['id']
        path = os.path.join(roots, 'foto.png')
        expect(0, lab.mesactl, '-c', lab.config_dir, 'attachment', taken, str(photo), '-o', path)
        st = os.stat(path)
        with open(path, 'rb') as f: assert f.read() == b'\1\2\3\4\5'
        assert st.st_uid == 0 and st.st_mode & 0o777 == 0o600, (st.st_uid, oct(st.st_mode))
        expect(73, lab.mesactl, '-c', lab.config_dir, 'attachment', taken, str(photo), '-o', path)
        out, err = expect(73, lab.mesactl, '-c', lab.config_dir, 'backup', os.path.join(roots, 'copia.db'))
        assert 'Remedio: ' in err and 'install -d -o %d' % nobody.pw_uid in err and not os.path.exists(os.path.join(roots, 'copia.db')), err
        expect(0, lab.mesactl, '-c', lab.config_dir, 'backup', os.path.join(theirs, 'copia.db'))
        for name in os.listdir(lab.state_dir):
            st = os.stat(os.path.join(lab.state_dir, name))
            assert st.st_uid == nobody.pw_uid and st.st_mode & 0o077 == 0, (name, st.st_uid, oct(st.st_mode))
        rc, out, err = run('setpriv', '--reuid=65000', '--regid=65000', '--clear-groups', lab.mesactl, '-c', lab.config_dir, 'list')
        assert rc == 77, (rc, out, err)
        wait_until(lambda: not os.path.exists('/proc/%d' % pid), why='the quiet desk to leave')


# --- what is installed ---

def installed():
    """From a copy of the build (linking anew with another PREFIX must not change the one under test)."""
    with Lab() as lab:
        build, dest = lab.path('build'), lab.path('dest')
        os.makedirs(build)
        for name in os.listdir(lab.build):
            if name in ('obj', 'gen') or re.fullmatch(r'lib\w+\.a|mesad|mesactl|mesad-\w+', name):
                path = os.path.join(lab.build, name)
                (shutil.copytree if os.path.isdir(path) else shutil.copy2)(path, os.path.join(build, name))
        flags = ['BUILD=' + build, 'DESTDIR=' + dest, 'PREFIX=/usr']
        env = {k: '' for k in ('MAKEFLAGS', 'MFLAGS', 'MAKELEVEL')}
        expect(0, 'make', '-C', ROOT, 'install', *flags, env=env, timeout=400)
        for path in ('usr/sbin/mesad', 'usr/bin/mesactl', 'usr/libexec/mesad/mesad-parse', 'usr/lib/systemd/system/mesad.service',
                     'usr/share/man/man8/mesad.8', 'usr/share/bash-completion/completions/mesactl', 'etc/mesad/mesad.yaml',
                     'usr/share/mesad/config/examples/narino/mesad.yaml', 'usr/share/mesad/demo/demo.py', 'usr/lib/sysusers.d/mesad.conf'):
            assert os.path.isfile(os.path.join(dest, path)), path
        with open(os.path.join(dest, 'usr/lib/systemd/system/mesad.service')) as f: text = f.read()
        assert 'ExecStart=/usr/sbin/mesad\n' in text and '/usr/local' not in text, text
        lab.mesad, lab.mesactl = os.path.join(dest, 'usr/sbin/mesad'), os.path.join(dest, 'usr/bin/mesactl')
        lab.configure()
        lab.start()
        whole(lab, 'Instalado', 'ST-')
        for pids in lab.desk.children().values():
            for pid in pids: assert os.readlink('/proc/%d/exe' % pid).startswith(os.path.join(dest, 'usr/libexec/mesad/')), os.readlink('/proc/%d/exe' % pid)
        assert lab.desk.stop() == 0
        lab.ctl('do', lab.cases()[0]['number'], '--as', 'ana', '#nota Una escritura sin servicio.')
        assert os.readlink('/proc/%d/exe' % quiet_pid(lab)) == os.path.realpath(lab.mesad)
        with open(os.path.join(dest, 'etc/mesad/desk.yaml'), 'a') as f: f.write('# mío\n')
        expect(0, 'make', '-C', ROOT, 'install', *flags, env=env, timeout=400)
        with open(os.path.join(dest, 'etc/mesad/desk.yaml')) as f: assert f.read().endswith('# mío\n'), 'the administrator\'s file was overwritten'
        expect(0, 'make', '-C', ROOT, 'uninstall', *flags, env=env, timeout=60)
        left = [os.path.join(top, x) for top, _, files in os.walk(dest) for x in files]
        assert left and all(x.startswith(os.path.join(dest, 'etc/mesad/')) for x in left), left


@bare
def completion(lab):
    script = ('PATH=%s:$PATH; source %s/docs/mesactl.bash-completion; c() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _mesactl; '
              'printf "%%s\\n" "${COMPREPLY[@]}"; }; ' % (os.path.dirname(lab.mesactl), ROOT))
    verbs = {v for pair in re.findall(r'^  ([a-z]+) +([a-z]+) ', expect(0, lab.mesactl, '--help')[0], re.M) for v in pair}
    told = set(expect(0, 'bash', '-c', script + 'c mesactl ""')[0].split())
    assert verbs <= told, verbs - told
    assert expect(0, 'bash', '-c', script + 'c mesactl his')[0].split() == ['history', 'historia']
    assert expect(0, 'bash', '-c', script + 'c mesactl -c /tmp li')[0].split() == ['list', 'lista']
    assert 'open' in expect(0, 'bash', '-c', script + 'c mesactl list --state o')[0].split()
    assert '--as' in expect(0, 'bash', '-c', script + 'c mesactl do 1 --')[0].split()
    expect(0, lab.mesactl, '-c', lab.config_dir, 'new', '--from', 'luisa@' + DOMAIN, '--subject', 'X')
    out = expect(0, 'bash', '-c', script + 'c mesactl show S', env={'CONFIGURATION_DIRECTORY': lab.config_dir})[0]
    assert re.fullmatch(r'ST-\d{4}-000001', out.strip()), out


@bare
def manuals(lab):
    if not shutil.which('mandoc'):
        SKIP.append('mandoc is not installed')
        return
    for page in sorted(glob.glob(os.path.join(ROOT, 'docs/*.[158]'))):
        out, err = expect(0, 'mandoc', '-T', 'lint', '-W', 'warning', page)
        assert not out, out
    verbs = re.findall(r'^  ([a-z]+) +([a-z]+) ', expect(0, lab.mesactl, '--help')[0], re.M)
    with open(os.path.join(ROOT, 'docs/mesactl.1')) as f: text = f.read()
    for english, spanish in verbs: assert '.It Ic ' + english in text and spanish in text, english


def main():
    every = (arguments, files, before_the_first_start, nothing_there, check, shipped, reload, stopped, second, after_writing, drain, restored, known, logs, terminals, notifies, unit, owner,
             installed, completion, manuals)
    for fn in every:
        if len(sys.argv) >= 2 and fn.__name__ not in sys.argv[1:]: continue
        SKIP.clear()
        tap.run(fn.__name__, fn)
        if SKIP: print('# %s: skipped, %s' % (fn.__name__, '; '.join(SKIP)), flush=True)
    tap.done()


if __name__ == '__main__':
    main()
