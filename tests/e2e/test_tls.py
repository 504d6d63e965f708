#!/usr/bin/env python3
# run: parallel
"""Bad certificates and downgrades: the password is never sent to a server that is not the one meant,
and people are told in one Spanish sentence what is wrong and what to do."""
import base64, sys, types, warnings
from lab import *

warnings.simplefilter('ignore', DeprecationWarning)  # of TLS 1.1, which is what is meant
tap = Tap()
CANARY = 'clave-que-no-sale-4711'


class Authority(Certificates):
    """Certificates with everything wrong that can be."""

    def extended(self, name, san='DNS:localhost,IP:127.0.0.1', ca='ca', ext=(), start=None, end=None, key=None):
        """By «openssl ca», which takes dates."""
        base = self.path('authority-' + ca)
        os.makedirs(base, exist_ok=True)
        for file, text in (('index.txt', ''), ('serial', '%02x' % (hash(name) % 200 + 16)), ('conf',
                '[ca]\ndefault_ca=d\n[d]\ndir=%s\ndatabase=%s/index.txt\nserial=%s/serial\nnew_certs_dir=%s\ndefault_md=sha256\n'
                'policy=p\nunique_subject=no\n[p]\ncommonName=supplied\n' % (base, base, base, base))):
            with open(os.path.join(base, file), 'w') as f: f.write(text)
        with open(self.path(name + '.ext'), 'w') as f: f.write('\n'.join(('subjectAltName=' + san, *ext)) + '\n')
        out, secret, csr = self.path(name + '.pem'), self.path(name + '.key'), self.path(name + '.csr')
        kind = key or ('ec', '-pkeyopt', 'ec_paramgen_curve:P-256')
        self.run('req', '-newkey', *kind, '-nodes', '-subj', '/CN=' + name, '-keyout', secret, '-out', csr)
        now = time.time()
        stamp = lambda days: time.strftime('%Y%m%d%H%M%SZ', time.gmtime(now + days * 86400))
        self.run('ca', '-batch', '-notext', '-config', os.path.join(base, 'conf'), '-cert', self.path(ca + '.pem'), '-keyfile', self.path(ca + '.key'),
                 '-in', csr, '-out', out, '-extfile', self.path(name + '.ext'), '-startdate', stamp(start or -1), '-enddate', stamp(end or 30))
        return out, secret


class Trap:
    """A server that remembers all that it hears. Its protocol goes as far as the password."""

    def __init__(self, protocol, cert=None, starttls=None, plain=False, old=False):
        self.protocol, self.cert, self.starttls, self.plain, self.old = protocol, cert, starttls, plain, old
        self.heard, self.visits = b'', 0
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=16)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def context(self):
        ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if self.old:
            ctx.set_ciphers('ALL:@SECLEVEL=0')
            ctx.minimum_version, ctx.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        else:
            ctx.set_ciphers('DEFAULT:@SECLEVEL=0')
        ctx.load_cert_chain(*self.cert)
        return ctx

    def serve(self):
        while True:
            try:
                s, _ = self.listener.accept()
            except OSError:
                return
            self.visits += 1
            threading.Thread(target=self.run, args=(s,), daemon=True).start()

    def run(self, s):
        try:
            s.settimeout(20)
            if self.starttls is None and not self.plain: s = self.context().wrap_socket(s, server_side=True)
            self.talk(s, secure=self.starttls is None and not self.plain)
        except (OSError, ValueError):
            pass
        finally:
            s.close()

    def lines(self, s):
        buf = b''
        while True:
            data = s.recv(4096)
            if not data: return
            self.heard += data
            buf += data
            while b'\n' in buf:
                line, buf = buf.split(b'\n', 1)
                yield line.rstrip(b'\r')

    def talk(self, s, secure):
        say = lambda text: s.sendall(text.encode() + b'\r\n')
        imap = self.protocol == 'imap'
        if not (secure and self.starttls): say(('* PREAUTH hola' if self.starttls == 'preauth' else '* OK hola') if imap else '220 trampa ESMTP')
        for line in self.lines(s):
            words = line.decode('latin-1').split()
            if not words: continue
            tag, verb = (words[0], words[1].upper()) if imap and len(words) > 1 else ('', words[0].upper())
            if verb == 'STARTTLS':
                if self.starttls in ('stripped', 'preauth'):
                    say(tag + ' BAD no existe' if imap else '502 no existe')
                    continue
                if self.starttls == 'refused':
                    say(tag + ' NO ahora no' if imap else '454 ahora no')
                    continue
                begin = (tag + ' OK empiece') if imap else '220 empiece'
                if self.starttls == 'injected':
                    begin += '\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nzz OK hecho' if imap else '\r\n250-trampa\r\n250 AUTH PLAIN LOGIN'
                say(begin)
                self.talk(self.context().wrap_socket(s, server_side=True), True)
                return
            if imap: self.imap(say, tag, verb, secure)
            else: self.smtp(say, verb, secure)

    def imap(self, say, tag, verb, secure):
        if verb == 'CAPABILITY':
            say('* CAPABILITY IMAP4rev1 AUTH=PLAIN' + (' STARTTLS' if self.starttls not in (None, 'stripped') and not secure else ''))
        if verb == 'SELECT': say('* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x')
        say(tag + ' OK hecho')

    def smtp(self, say, verb, secure):
        if verb == 'EHLO':
            say('250-trampa' + ('\r\n250-STARTTLS' if self.starttls not in (None, 'stripped') and not secure else '') + '\r\n250 AUTH PLAIN LOGIN')
        elif verb == 'AUTH':
            say('334 ')
        elif self.heard.splitlines()[-2:-1] and self.heard.splitlines()[-2].startswith(b'AUTH'):
            say('235 pase')
        elif verb == 'DATA':
            say('354 siga')
        else:
            say('250 bueno')

    def has_secret(self):
        """In the clear, or as AUTH PLAIN or LOGIN write it."""
        if CANARY.encode() in self.heard: return True
        for word in re.findall(rb'[A-Za-z0-9+/=]{8,}', self.heard):
            try:
                if CANARY.encode() in base64.b64decode(word): return True
            except ValueError: pass
        return False


def cases(lab, protocol):
    """(name, host, tls, trap, fault, a word of the remedy)"""
    a = Authority(lab.folder)
    a.make_ca('extraña')
    a.run('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-subj', '/CN=localhost',
          '-addext', 'subjectAltName=DNS:localhost', '-keyout', a.path('sola.key'), '-out', a.path('sola.pem'))
    good = a.make('buena')
    a.extended('intermedia', ext=('basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'))
    a.extended('hoja', ext=('basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'))
    for name, ca in (('debajo', 'hoja'),):  # a chain: the leaf, and the server's certificate that signed it
        cert, key = a.extended(name, ca=ca)
        with open(cert, 'a') as f, open(a.path(ca + '.pem')) as more: f.write(more.read())
    trap = lambda **kw: Trap(protocol, **kw)
    only = lambda name, **kw: trap(cert=a.extended(name, **kw))
    rows = [
        ('autoridad', 'localhost', 'implicit', trap(cert=a.make('ajena', ca='extraña')), ('cert_ca',), 'ca_file'),
        ('autofirmado', 'localhost', 'implicit', trap(cert=(a.path('sola.pem'), a.path('sola.key'))), ('cert_self', 'cert_ca'), 'ca_file'),
        ('nombre', 'localhost', 'implicit', only('otro', san='DNS:otro.example'), ('cert_name',), 'host'),
        ('vencido', 'localhost', 'implicit', only('vencida', start=-40, end=-10), ('cert_expired',), 'renueve'),
        ('futuro', 'localhost', 'implicit', only('futura', start=10, end=40), ('cert_future',), 'fecha'),
        ('antiguo', 'localhost', 'implicit', trap(cert=good, old=True), ('tls_old',), '1.2'),
        ('despojado', 'localhost', 'starttls', trap(cert=good, starttls='stripped'), ('no_starttls',), 'STARTTLS'),
        ('negado', 'localhost', 'starttls', trap(cert=good, starttls='refused'), ('no_starttls',), 'STARTTLS'),
        ('inyectado', 'localhost', 'starttls', trap(cert=good, starttls='injected'), ('injected', 'protocol', 'no_starttls', 'lost', 'tls'), ''),
        ('claro', 'localhost', 'implicit', trap(cert=good, plain=True), ('tls', 'lost'), 'port'),
        ('direccion', '127.0.0.1', 'implicit', only('sin-ip', san='DNS:localhost'), ('cert_name',), 'host'),
        ('incompleta', 'localhost', 'implicit', only('corta', ca='intermedia'), ('cert_ca',), 'ca_file'),
        ('cliente', 'localhost', 'implicit', only('cliente', ext=('extendedKeyUsage=clientAuth',)), ('cert_other',), 'otro uso'),
        ('hoja', 'localhost', 'implicit', trap(cert=(a.path('debajo.pem'), a.path('debajo.key'))), ('cert_ca', 'cert_other'), ''),
        ('debil', 'localhost', 'implicit', only('debil', key=('rsa:1024',)), ('cert_other',), 'débil'),
        ('ajena-starttls', 'localhost', 'starttls', trap(cert=a.make('ajena2', ca='extraña'), starttls='honest'), ('cert_ca',), 'ca_file'),
    ]
    if protocol == 'imap': rows.append(('preauth', 'localhost', 'starttls', trap(cert=good, starttls='preauth'), ('protocol',), ''))
    return rows, trap(cert=good), trap(cert=good, starttls='honest')


def lab_without_servers():
    lab = Lab()
    lab.exim = types.SimpleNamespace(smtp=free_port(), smtps=free_port(), stop=lambda: None)
    return lab


def configure(lab, boxes, smtp):
    conf = lab.settings(smtp=smtp, web=False, retry={'first': '1s', 'most': '1s'})
    template = conf['mailboxes'][0]
    conf['mailboxes'] = [dict(template, name=name, address='%s@%s' % (name, DOMAIN),
                              imap=dict(template['imap'], host=host, port=port, tls=tls)) for name, host, tls, port in boxes]
    lab.configure(mesad=conf)
    for name in ('imap.pass', 'smtp.pass'):
        with open(lab.path(name), 'w') as f: f.write(CANARY + '\n')


def told(said, word):
    """One or two sentences for people, with the remedy."""
    assert said and said[0].isupper() and said.rstrip().endswith('.'), said
    assert word.lower() in said.lower(), '%r does not say %r' % (said, word)
    assert CANARY not in said


def probe(lab, server, name):
    r = lab.ctl('check', '--connect', check=False)
    assert r.returncode == 69, (r.returncode, r.stdout, r.stderr)
    assert CANARY not in r.stdout + r.stderr
    rows = [json.loads(x) for x in r.stdout.splitlines() if x.startswith('{"server"')]
    return [x for x in rows if x['server'] == server and (name is None or x['name'] == name)]


def imap():
    lab = lab_without_servers()
    try:
        rows, good, good_starttls = cases(lab, 'imap')
        boxes = [(name, host, tls, trap.port) for name, host, tls, trap, _, _ in rows]
        boxes += [('buena', 'localhost', 'implicit', good.port), ('buena-starttls', 'localhost', 'starttls', good_starttls.port)]
        configure(lab, boxes, {'port': free_port()})
        lab.start(ready=False)
        wait_until(lambda: good.has_secret() and good_starttls.has_secret(), why='the good servers to get the password: else this test sees nothing')
        for name, _, _, trap, faults, _ in rows:
            line = lab.desk.wait_log('event=mailbox_unreachable mailbox=%s ' % name)
            assert re.search(r'why="(%s): ' % '|'.join(faults), line), '%s: %s' % (name, line)
        lab.desk.stop()
        for name, _, _, trap, faults, word in rows:
            found = probe(lab, 'IMAP', name) if name == rows[0][0] else [x for x in said if x['name'] == name]
            if name == rows[0][0]: said = probe(lab, 'IMAP', None)
            assert len(found) == 1 and not found[0]['ok'] and found[0]['fault'] in faults, (name, found)
            told(found[0]['say'], word)
        assert [x['ok'] for x in said if x['name'].startswith('buena')] == [True, True], said[-2:]
        for name, _, _, trap, _, _ in rows:
            assert trap.visits >= 2, '%s was not visited by both' % name
            assert not trap.has_secret(), '%s: the password was sent: %r' % (name, trap.heard)
            assert b'LOGIN' not in trap.heard and b'AUTHENTICATE' not in trap.heard, '%s: %r' % (name, trap.heard)
        with open(lab.path('mesad.log')) as f: assert CANARY not in f.read(), 'the password is in the log'
        print('# imap: %d cases' % len(rows), flush=True)
    finally:
        lab.close()


def smtp():
    lab = lab_without_servers()
    try:
        rows, good, good_starttls = cases(lab, 'smtp')
        nobody = [('sistemas', 'localhost', 'implicit', free_port())]
        configure(lab, nobody, {'port': free_port()})
        lab.ctl('new', '--from', 'luisa@entidad.example', '--subject', 'Prueba', '--channel', 'telefono', '--body', 'Hola.')
        wait_until(lambda: not any(b'mesad' in c and b'--quiet' in c for c in commands(lab)), why='the quiet desk to end')
        for name, host, tls, trap, faults, word in rows:
            configure(lab, nobody, {'host': host, 'port': trap.port, 'tls': tls})
            lab.start(ready=False)
            line = lab.desk.wait_log('event=smtp ')
            assert 'verdict=later' in line, '%s: %s' % (name, line)
            lab.desk.stop(signal.SIGKILL)
            said = probe(lab, 'SMTP', None)
            assert len(said) == 1 and not said[0]['ok'], (name, said)
            assert said[0]['fault'] in faults + (('cert_other',) if 'cert_self' in faults else ()), (name, said)
            told(said[0]['say'], word)
            assert trap.visits >= 2, '%s was not visited by both' % name
            assert not trap.has_secret(), '%s: the password was sent: %r' % (name, trap.heard)
            assert b'AUTH' not in trap.heard, '%s: %r' % (name, trap.heard)
        for trap, tls in ((good, 'implicit'), (good_starttls, 'starttls')):
            configure(lab, nobody, {'port': trap.port, 'tls': tls})
            lab.ctl('outbox', 'retry', check=False)
            lab.start(ready=False)
            wait_until(trap.has_secret, why='the good server to get the password: else this test sees nothing')
            lab.desk.stop(signal.SIGKILL)
        with open(lab.path('mesad.log')) as f: assert CANARY not in f.read(), 'the password is in the log'
        print('# smtp: %d cases' % len(rows), flush=True)
    finally:
        lab.close()


def commands(lab):
    """Command lines of processes that mention the lab's configuration."""
    found = []
    for d in os.listdir('/proc'):
        if not d.isdigit(): continue
        try:
            with open('/proc/%s/cmdline' % d, 'rb') as f: line = f.read()
        except OSError: continue
        if lab.config_dir.encode() in line: found.append(line)
    return found


if __name__ == '__main__':
    for fn in (imap, smtp):
        if len(sys.argv) < 2 or fn.__name__ in sys.argv[1:]: tap.run(fn.__name__, fn)
    tap.done()
