#!/usr/bin/env python3
# run: plain timeout=240
"""What a first-day admin is told of each mail server, and a server that makes the reader fall."""
import copy, sys
from lab import *

tap = Tap()


class Fake(threading.Thread):
    """IMAP in the clear that says what it is told to on CAPABILITY and SELECT, knows no STARTTLS, and
    says OK to the rest."""

    def __init__(self, select=b'', capability=b'IMAP4rev1 IDLE MOVE'):
        super().__init__(daemon=True)
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.says = {b'CAPABILITY': b'* CAPABILITY ' + capability + b'\r\n', b'SELECT': select}
        self.times = 0
        self.start()

    def run(self):
        while True:
            client, _ = self.listener.accept()
            self.times += 1
            threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    def talk(self, client):
        try:
            with client, client.makefile('rwb', 0) as f:
                f.write(b'* OK hola\r\n')
                for line in f:
                    tag, verb = line.split()[:2]
                    f.write(self.says.get(verb.upper(), b'') + tag + (b' BAD x\r\n' if verb.upper() == b'STARTTLS' else b' OK x\r\n'))
        except OSError: pass


def without_ca(settings):
    for side in (settings['mailboxes'][0]['imap'], settings['smtp']): del side['ca_file']


def asked(lab, imap=None, smtp=None, change=None):
    """{'IMAP': row, 'SMTP': row} of check --connect."""
    settings = lab.settings(imap=imap, smtp=smtp)
    if change: change(settings)
    lab.configure(mesad=settings)
    r = lab.ctl('check', '--connect', check=False)
    rows = {x['server']: x for x in map(json.loads, r.stdout.splitlines()) if 'server' in x}
    assert r.returncode == (0 if all(x['ok'] for x in rows.values()) else 69), (r.returncode, rows)
    return rows


def expect(rows, imap, smtp):
    """The fault by its name, and a sentence that says which key to look at."""
    words = {'refused': 'port', 'name': 'host', 'tls': 'tls', 'protocol': 'port', 'login': 'contraseña', 'cert_ca': 'ca_file',
             'cert_name': 'host', 'cert_expired': 'vencido', 'folder': 'folder', 'sender': 'buzón', 'no_starttls': 'STARTTLS',
             'config': 'archivo de la contraseña'}
    for side, fault in (('IMAP', imap), ('SMTP', smtp)):
        row = rows[side]
        assert row['fault'] == fault and row['ok'] == (fault is None), (side, fault, row)
        assert fault is None or words[fault] in row['say'], row
        assert '  ' not in row['say'] and row['say'].endswith(('.', 'systemd')), row


def sentences():
    with Lab() as lab:
        expect(asked(lab), None, None)
        assert 'conexión con cifrado' in asked(lab)['SMTP']['say'].lower()
        port = free_port()
        expect(asked(lab, {'port': port}, {'port': port}), 'refused', 'refused')
        expect(asked(lab, {'port': lab.dovecot.imap}, {'port': lab.exim.smtp}), 'tls', 'tls')
        expect(asked(lab, {'port': lab.exim.smtps}, {'port': lab.dovecot.imaps}), 'protocol', 'protocol')
        expect(asked(lab, {'host': 'imap.nada.invalid'}, {'host': 'smtp.nada.invalid'}), 'name', 'name')
        expect(asked(lab, change=without_ca), 'cert_ca', 'cert_ca')
        expect(asked(lab, {'folder': 'Entrada'}), 'folder', None)
        expect(asked(lab, {'password_file': lab.path('none')}, {'password_file': lab.path('none')}), 'config', 'config')
        with open(lab.path('wrong'), 'w') as f: f.write('mala\n')
        expect(asked(lab, {'password_file': lab.path('wrong')}, {'password_file': lab.path('wrong')}), 'login', 'login')
        plain = Fake(capability=b'IMAP4rev1')
        expect(asked(lab, {'port': plain.port, 'tls': 'starttls'}), 'no_starttls', None)


def certificates():
    with Lab() as lab:
        for fault, kw in (('cert_expired', {'days': '-1'}), ('cert_name', {'san': 'DNS:otro.example'})):
            lab.dovecot.cert = lab.exim.cert = lab.certs.make(fault, **kw)
            lab.dovecot.restart()
            lab.exim.stop()
            lab.exim.start()
            expect(asked(lab), fault, fault)


def sender():
    with Lab() as lab:
        lab.exim.stop()
        lab.exim = Exim(lab, extra_acl='  deny senders = %s\n' % lab.address)
        lab.exim.start()
        expect(asked(lab), None, 'sender')


FALLS = b'* 1 EXISTS\r\n* OK [PERMANENTFLAGS (*)] x\r\n* OK [UIDVALIDITY 7] x\r\n'


def falls():
    """The library dies of a flag: told once, tried ever more slowly, and the other mailbox works."""
    fake = Fake(select=FALLS)
    with Lab() as lab:
        settings = lab.settings()
        broken = copy.deepcopy(settings['mailboxes'][0])
        broken.update(name='roto', address='roto@' + DOMAIN)
        broken['imap'].update(port=fake.port, tls='none')
        settings['mailboxes'].append(broken)
        lab.configure(mesad=settings)
        r = lab.ctl('check', '--connect', check=False)
        rows = {x['name']: x for x in map(json.loads, r.stdout.splitlines()) if 'server' in x}
        assert r.returncode == 69 and rows['sistemas']['ok'] and rows['roto']['fault'] == 'crash' and 'caer' in rows['roto']['say'], rows
        before = fake.times
        lab.start(ready=False)
        wait_until(lambda: fake.times >= before + 4, why='the worker to be started again')
        sent = lab.person('luisa').write('Sigue', 'Texto')
        lab.person('luisa').wait_mail(where=lambda m: m['In-Reply-To'] == sent['Message-ID'])
        told = [x for x in lab.desk.lines if 'event=mailbox_unreachable' in x]
        assert len(told) == 1 and 'mailbox=roto' in told[0] and 'check --connect' in told[0], told
        waits = [int(x.rsplit('next_ms=', 1)[1]) for x in lab.desk.lines if 'event=worker_ended' in x]
        assert waits[-1] > waits[0], waits
        board = subprocess.run([lab.mesactl, '-c', lab.config_dir, 'board'], stdout=subprocess.PIPE, text=True).stdout
        assert re.search(r'roto +.*(caer al lector|conectando)', board), board
        assert lab.desk.stop() == 0


if __name__ == '__main__':
    for fn in (sentences, certificates, sender, falls):
        if len(sys.argv) < 2 or fn.__name__ in sys.argv[1:]: tap.run(fn.__name__, fn)
    tap.done()
