#!/usr/bin/env python3
# run: timeout=300
"""XOAUTH2: a token endpoint of ours, Dovecot that asks it who a token belongs to, Exim that asks a file."""
import glob, http.server, json, os, signal, sys, threading, time, urllib.parse
from lab import *

tap = Tap()


class Issuer:
    """A token endpoint that turns refresh tokens over: an old one is refused and its use remembered."""

    def __init__(self, lab):
        self.lab, self.turn, self.life = lab, 0, 3600
        self.valid = {'primero': 0}     # refresh token -> family
        self.access = {}                # access token -> the refresh token that came with it
        self.asked, self.unsaved, self.reused = [], [], []
        self.refuse = None              # (status, body) for every request
        self.rotate = True
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers['Content-Length'] or 0)).decode()))
                status, answer = issuer.token(form) if self.path == '/token' else issuer.introspect(form)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args): pass
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.port = self.server.server_address[1]
        self.lock = threading.Lock()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def on_disk(self):
        found = []
        for path in glob.glob(os.path.join(self.lab.state_dir, 'token-*')):
            with open(path) as f: found.append(f.read().strip())
        return found

    def token(self, form):
        with self.lock:
            self.asked.append((time.monotonic(), form))
            if self.refuse: return self.refuse
            old = form.get('refresh_token', '')
            if form.get('grant_type') == 'refresh_token' and old not in self.valid:
                self.reused.append(old)
                return 400, {'error': 'invalid_grant', 'error_description': 'Token has been expired or revoked.'}
            self.turn += 1
            access, answer = 'acceso%d' % self.turn, {'token_type': 'Bearer', 'expires_in': self.life}
            fresh = ''
            if form.get('grant_type') == 'refresh_token' and self.rotate:
                fresh = 'renovado%d' % self.turn
                family = self.valid.pop(old)
                self.valid[fresh] = family
                answer['refresh_token'] = fresh
            answer['access_token'] = access
            self.access[access] = fresh
            with open(self.lab.path('exim', 'tokens'), 'a') as f: f.write('%s: yes\n' % access)
            return 200, answer

    def introspect(self, form):
        """Dovecot asks about a token that somebody logs in with: what came with it must be on disk."""
        with self.lock:
            token = form.get('token', '')
            if token not in self.access: return 200, {'active': False}
            fresh = self.access[token]
            if fresh and fresh not in self.on_disk(): self.unsaved.append(fresh)
            return 200, {'active': True, 'username': 'sistemas'}

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class TokenExim(Exim):
    def config(self):
        return super().config() + r'''
xoauth2:
  driver = plaintext
  public_name = XOAUTH2
  server_prompts = :
  server_condition = ${if match{$auth1}{\N^user=sistemas\x01auth=Bearer ([a-z0-9]+)\x01\x01$\N}{${lookup{$1}lsearch{%s/tokens}{yes}{no}}}{no}}
  server_set_id = sistemas
  server_advertise_condition = ${if def:tls_in_cipher}
''' % self.dir


class TokenLab(Lab):
    """Servers where the desk's account has a token and no password."""

    def __enter__(self):
        self.issuer = Issuer(self)
        conf = self.path('oauth2.conf')
        with open(conf, 'w') as f:
            f.write('introspection_mode = post\nintrospection_url = http://127.0.0.1:%d/introspect\n'
                    'username_attribute = username\nactive_attribute = active\nactive_value = true\n' % self.issuer.port)
        self.dovecot.extra = 'passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = %s\n}\n' % conf
        self.dovecot.start()
        self.exim = TokenExim(self)
        open(self.path('exim', 'tokens'), 'w').close()
        self.exim.start()
        return self

    def close(self):
        super().close()
        self.issuer.close()

    def tokens(self, smtp=True, **oauth):
        """mesad.yaml with oauth2; a first refresh token, one for each server."""
        for name, token in (('imap', 'primero'), ('smtp', 'segundo')):
            with open(self.path(name + '.token'), 'w') as f: f.write(token + '\n')
            os.chmod(self.path(name + '.token'), 0o600)
        self.issuer.valid.setdefault('segundo', 1)

        def way(name):
            return {'auth': 'oauth2', 'password_file': None,
                    'oauth2': dict({'token_url': 'http://127.0.0.1:%d/token' % self.issuer.port, 'client_id': 'mesad',
                                    'refresh_token_file': self.path(name + '.token')}, **oauth)}
        conf = self.settings(imap=way('imap'), smtp=way('smtp') if smtp else None)
        for server in (conf['mailboxes'][0]['imap'], conf['smtp']):
            for key in [k for k, v in server.items() if v is None]: del server[key]
            for key in [k for k, v in server.get('oauth2', {}).items() if v is None]: del server['oauth2'][key]
        return conf


def cut_off(lab):
    """The servers end every session; the old ones survive a restart of their master."""
    for d in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % d) as f: name, rest = re.match(r'\d+ \((.*)\) \S (\d+)', f.read()).groups()
            if (name == 'imap' and int(rest) == lab.dovecot.proc.pid) or int(rest) == lab.exim.proc.pid: os.kill(int(d), signal.SIGKILL)
        except OSError: pass


def whole_case(lab, subject):
    luisa = lab.person('luisa')
    sent = luisa.write(subject, 'Texto.')
    return luisa.wait_mail(where=lambda m: m['In-Reply-To'] == sent['Message-ID'])


def rotated():
    """In and out with tokens; each new refresh token is on disk before what came with it is used; after
    a restart and a kill the one on disk is used, never the administrator's first one again."""
    with TokenLab() as lab:
        lab.configure(mesad=lab.tokens())
        lab.start()
        whole_case(lab, 'Con token')
        assert sorted(f.get('refresh_token') for _, f in lab.issuer.asked) == ['primero', 'segundo'], lab.issuer.asked
        assert all(f['client_id'] == 'mesad' for _, f in lab.issuer.asked)
        for how in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
            lab.desk.stop(how)
            lab.start()
            whole_case(lab, 'Después de %s' % how.name)
        assert lab.issuer.unsaved == [], lab.issuer.unsaved
        assert lab.issuer.reused == [], lab.issuer.reused
        assert len(lab.issuer.on_disk()) == 2, lab.issuer.on_disk()
        for path in glob.glob(os.path.join(lab.state_dir, 'token-*')):
            assert os.stat(path).st_mode & 0o777 == 0o600, oct(os.stat(path).st_mode)
        log = open(lab.path('mesad.log')).read()
        for secret in list(lab.issuer.access) + list(lab.issuer.valid) + ['primero', 'segundo']:
            assert not re.search(r'\b%s\b' % secret, log), 'a token in the log'
        assert 'primero' not in open('/proc/%d/environ' % lab.desk.proc.pid).read()
        assert lab.desk.stop() == 0


def expired():
    """An access token is asked for anew when its time is over, with the refresh token that is valid then."""
    with TokenLab() as lab:
        lab.issuer.life = 4
        lab.configure(mesad=lab.tokens(smtp=False))
        lab.start()
        begun = len(lab.issuer.asked)
        for i in range(2):
            asked = len(lab.issuer.asked)
            last = lab.issuer.asked[-1][0]
            wait_until(lambda: time.monotonic() - last > 4, why='the token to expire')
            cut_off(lab)  # it has to log in again
            wait_until(lambda: len(lab.issuer.asked) > asked, why='a new access token')
            whole_case(lab, 'Vuelta %d' % i)
        assert len(lab.issuer.asked) - begun == 2, lab.issuer.asked
        assert lab.issuer.unsaved == [] and lab.issuer.reused == []
        assert lab.desk.stop() == 0


def withdrawn():
    """An access token that is refused before its time costs another one, not a quarter of an hour."""
    with TokenLab() as lab:
        lab.configure(mesad=lab.tokens())
        lab.start()
        whole_case(lab, 'Con el primero')
        asked = len(lab.issuer.asked)
        lab.issuer.access.clear()
        open(lab.path('exim', 'tokens'), 'w').close()
        wait_until(lambda: not lab.ctl('board')[0]['outbox_waiting'], why='nothing to be under way')
        cut_off(lab)
        whole_case(lab, 'Con el siguiente')
        assert len(lab.issuer.asked) == asked + 2, lab.issuer.asked
        assert lab.desk.stop() == 0


def shared():
    """One account, one refresh token for both ways, turned over by a strict server."""
    with TokenLab() as lab:
        conf = lab.tokens()
        conf['smtp']['oauth2']['refresh_token_file'] = conf['mailboxes'][0]['imap']['oauth2']['refresh_token_file']
        lab.configure(mesad=conf)
        lab.start()
        whole_case(lab, 'Un solo token')
        lab.restart()
        whole_case(lab, 'Otra vez')
        assert lab.issuer.unsaved == [] and lab.issuer.reused == [], lab.issuer.reused
        assert lab.desk.stop() == 0


def refused():
    """invalid_grant needs a person: it is told in words, and the endpoint is not hammered."""
    with TokenLab() as lab:
        lab.issuer.refuse = 400, {'error': 'invalid_grant', 'error_description': 'Token has been \x1b[31mrevoked'}
        lab.configure(mesad=lab.tokens(smtp=False))
        lab.start(ready=False)
        line = lab.desk.wait_log('invalid_grant')
        assert 'revoked' in line and '\x1b' not in line and 'mailbox=sistemas' in line, line
        end = time.monotonic() + 4
        wait_until(lambda: time.monotonic() > end or len(lab.issuer.asked) > 1, why='time')
        assert len(lab.issuer.asked) == 1, len(lab.issuer.asked)
        lab.issuer.refuse = None
        lab.desk.proc.send_signal(signal.SIGHUP)  # the administrator put things right
        lab.desk.wait_log('event=ready')
        whole_case(lab, 'Otra vez con permiso')
        assert lab.desk.stop() == 0


def trouble():
    """An endpoint that is ill (500, not JSON) is tried again by itself."""
    with TokenLab() as lab:
        lab.issuer.refuse = 500, {'error': 'server_error'}
        lab.configure(mesad=lab.tokens(smtp=False))
        lab.start(ready=False)
        wait_until(lambda: len(lab.issuer.asked) >= 2, why='a second try')
        lab.issuer.refuse = None
        lab.desk.wait_log('event=ready')
        assert lab.desk.stop() == 0


def client_credentials():
    """No refresh token at all: the client's own secret."""
    with TokenLab() as lab:
        with open(lab.path('client.secret'), 'w') as f: f.write('el-secreto-del-cliente\n')
        lab.configure(mesad=lab.tokens(refresh_token_file=None, grant='client_credentials', scope='correo',
                                       client_secret_file=lab.path('client.secret')))
        lab.start()
        whole_case(lab, 'Con credenciales')
        for _, form in lab.issuer.asked:
            assert form == {'grant_type': 'client_credentials', 'client_id': 'mesad', 'scope': 'correo',
                            'client_secret': 'el-secreto-del-cliente'}, form
        assert lab.desk.stop() == 0


if __name__ == '__main__':
    for fn in (rotated, expired, withdrawn, shared, refused, trouble, client_credentials):
        if len(sys.argv) < 2 or fn.__name__ in sys.argv[1:]: tap.run(fn.__name__, fn)
    tap.done()
