"""lab: a private world for mesad: a real Dovecot, a real MTA (Exim), people with mailboxes, and the
desk itself, on loopback high ports in a temporary folder. Everything is stopped by its pid.

    with Lab() as lab:
        lab.configure(desk={'response': {'within': '12s'}})
        lab.start()
        lab.person('luisa').write('La impresora no imprime', 'No sale nada.')
        lab.person('ana').wait_mail(subject='impresora')
"""
import email, email.policy, email.utils, imaplib, json, os, pwd, random, re, shutil, signal, smtplib, socket
import ssl, struct, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get('MESAD_BUILD') or os.path.join(ROOT, 'build')
MTA = os.environ.get('MESAD_MTA') or os.path.join(os.environ.get('MESAD_BUILD') or os.path.join(ROOT, 'build'), 'mta')
DOMAIN = 'entidad.example'
PASSWORD = 'secreto-de-ensayo'
PATIENCE = 60  # seconds, at the least: what was seen to happen ends a wait, and a machine may be busy


def free_port(given=set()):
    """Below the ports that connections outwards take, which come and go before it is used."""
    while True:
        port = random.SystemRandom().randrange(10000, 32000)
        with socket.socket() as s:
            try:
                s.bind(('127.0.0.1', port))
            except OSError: continue
        if port not in given:
            given.add(port)
            return port


def wait_until(what, seconds=None, every=0.02, why='condition'):
    """Poll until what() is true; its value. No test waits longer than it must."""
    end = time.monotonic() + max(seconds or 0, PATIENCE)
    while True:
        value = what()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError('timed out waiting for ' + (why() if callable(why) else why))
        time.sleep(every)


def yaml(value, indent=0):
    """A small YAML writer: maps, lists, scalars."""
    pad = ' ' * indent
    if isinstance(value, dict):
        return ''.join('%s%s:%s' % (pad, k, ' %s\n' % scalar(v) if not isinstance(v, (dict, list)) or not v
                                    else '\n' + yaml(v, indent + 2)) for k, v in value.items())
    return ''.join('%s- %s\n' % (pad, flow(v)) for v in value)


def scalar(v):
    if v == {}: return '{}'
    if v == []: return '[]'
    if v is True: return 'true'
    if v is False: return 'false'
    return json.dumps(v, ensure_ascii=False) if isinstance(v, str) else str(v)


def flow(v):
    if isinstance(v, dict): return '{' + ', '.join('%s: %s' % (k, flow(x)) for k, x in v.items()) + '}'
    if isinstance(v, list): return '[' + ', '.join(flow(x) for x in v) + ']'
    return scalar(v)


def wait_port(port, proc=None, name='server'):
    def answers():
        if proc and proc.poll() is not None:
            raise AssertionError('%s ended with %s' % (name, proc.returncode))
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return True
        except OSError:
            return False
    wait_until(answers, why='%s on port %d' % (name, port))


class Certificates:
    """A small authority and certificates by name."""

    def __init__(self, folder):
        self.folder = folder
        self.ca = os.path.join(folder, 'ca.pem')
        self.make_ca('ca')

    def run(self, *args, stdin=None):
        subprocess.run(['openssl'] + list(args), check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, input=stdin)

    def path(self, name): return os.path.join(self.folder, name)

    def make_ca(self, name):
        self.run('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
                 '-subj', '/CN=Autoridad de ensayo ' + name, '-keyout', self.path(name + '.key'), '-out', self.path(name + '.pem'))

    def make(self, name, san='DNS:localhost,IP:127.0.0.1', ca='ca', days='30', extra=()):
        key, csr, crt, ext = (self.path(name + s) for s in ('.key', '.csr', '.pem', '.ext'))
        self.run('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=' + name, '-keyout', key, '-out', csr)
        with open(ext, 'w') as f:
            f.write('subjectAltName=%s\n' % san)
        self.run('x509', '-req', '-in', csr, '-CA', self.path(ca + '.pem'), '-CAkey', self.path(ca + '.key'),
                 '-CAcreateserial', '-days', days, '-extfile', ext, '-out', crt, *extra)
        return crt, key


class Dovecot:
    """IMAP (plain with STARTTLS, and TLS) and LMTP over maildirs; one password for everybody."""

    def __init__(self, lab, cert=None, extra=''):
        self.lab, self.proc = lab, None
        self.dir = lab.path('dovecot')
        os.makedirs(self.dir, exist_ok=True)
        self.imap, self.imaps, self.lmtp = free_port(), free_port(), free_port()
        self.cert = cert or lab.certs.make('dovecot')
        self.extra = extra
        self.mail = lab.path('mail')
        os.makedirs(self.mail, exist_ok=True)
        nobody = pwd.getpwnam('nobody')
        if os.geteuid() == 0:
            os.chown(self.mail, nobody.pw_uid, nobody.pw_gid)
        self.uid, self.gid = (nobody.pw_uid, nobody.pw_gid) if os.geteuid() == 0 else (os.getuid(), os.getgid())

    def config(self):
        return f'''
base_dir = {self.dir}/run
state_dir = {self.dir}/state
log_path = {self.dir}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{self.cert[0]}
ssl_key = <{self.cert[1]}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
mail_location = maildir:{self.mail}/%Ln
first_valid_uid = 1
last_valid_uid = 0
mail_uid = {self.uid}
mail_gid = {self.gid}
default_internal_user = {'dovecot' if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name}
default_login_user = {'dovenull' if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name}
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
mailbox_idle_check_interval = 1s
imap_idle_notify_interval = 2 mins
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={self.uid} gid={self.gid} home={self.mail}/%Ln allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.imap}
  }}
  inet_listener imaps {{
    port = {self.imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {self.lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
protocol imap {{
  mail_max_userip_connections = 200
}}
namespace inbox {{
  inbox = yes
}}
{self.extra}
'''

    def start(self):
        for d in ('run', 'state'):
            os.makedirs(os.path.join(self.dir, d), exist_ok=True)
        conf = os.path.join(self.dir, 'dovecot.conf')
        with open(conf, 'w') as f:
            f.write(self.config())
        self.proc = subprocess.Popen(['/usr/sbin/dovecot', '-F', '-c', conf], stdout=subprocess.DEVNULL,
                                     stderr=open(os.path.join(self.dir, 'err'), 'a'))
        for p in (self.imap, self.imaps, self.lmtp):
            wait_port(p, self.proc, 'dovecot')

    def stop(self):
        if self.proc and self.proc.poll() is None:
            self.proc.terminate()
            try:
                self.proc.wait(10)
            except subprocess.TimeoutExpired:
                self.proc.kill()
                self.proc.wait()
        self.proc = None

    def restart(self):
        self.stop()
        self.start()

    def login(self, user):
        c = imaplib.IMAP4('127.0.0.1', self.imap)
        c.login(user, PASSWORD)
        return c


class Exim:
    """SMTP in (plain with STARTTLS, TLS), AUTH over TLS, local delivery to Dovecot by LMTP, real
    delivery reports for unknown people."""

    def __init__(self, lab, cert=None, unknown=('nadie',), extra_acl='', queue_only=False):
        self.lab, self.proc = lab, None
        self.dir = lab.path('exim')
        self.smtp, self.smtps = free_port(), free_port()
        self.cert = cert or lab.certs.make('exim')
        self.unknown = unknown
        self.extra_acl = extra_acl
        self.queue_only = queue_only  # take mail in, deliver nothing
        os.makedirs(os.path.join(self.dir, 'spool'), exist_ok=True)
        # Exim calls itself anew as its own user, who may not come to where this checkout lies (/root). Copied by
        # a process of its own: a descriptor open for writing here would go into what another thread starts at
        # that moment, and the copy could not be run until that one has called exec (ETXTBSY)
        self.binary = os.path.join(self.dir, 'exim4')
        if not os.path.exists(self.binary): subprocess.run(['cp', os.path.join(MTA, 'usr/sbin/exim4'), self.binary], check=True)
        os.makedirs(os.path.join(self.dir, 'log'), exist_ok=True)

    def config(self):
        return f'''
exim_path = {self.binary}
exim_user = Debian-exim
exim_group = Debian-exim
spool_directory = {self.dir}/spool
log_file_path = {self.dir}/log/%slog
pid_file_path = {self.dir}/exim.pid
primary_hostname = mta.{DOMAIN}
domainlist local_domains = {DOMAIN} : otra.example
local_interfaces = 127.0.0.1
daemon_smtp_ports = {self.smtp} : {self.smtps}
tls_on_connect_ports = {self.smtps}
tls_certificate = {self.dir}/cert.pem
tls_privatekey = {self.dir}/key.pem
tls_advertise_hosts = *
keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP
host_lookup =
rfc1413_hosts =
deliver_drop_privilege
{'queue_only' if self.queue_only else ''}
hosts_connection_nolog = *
smtp_accept_max = 400
smtp_accept_queue_per_connection = 0
remote_max_parallel = 4
deliver_queue_load_max = 1000
queue_only_load = 1000
message_size_limit = 200M
qualify_domain = {DOMAIN}
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
begin acl
acl_rcpt:
{self.extra_acl}
  accept
acl_data:
  accept
begin routers
unknown:
  driver = redirect
  domains = +local_domains
  local_parts = {' : '.join(self.unknown)}
  allow_fail
  data = :fail: no existe ese buzón
local:
  driver = accept
  domains = +local_domains
  local_part_suffix = +*
  local_part_suffix_optional
  transport = lmtp
begin transports
lmtp:
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  port = {self.lab.dovecot.lmtp}
  allow_localhost
  delivery_date_add
  envelope_to_add
  return_path_add
begin retry
* * F,2h,1s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{{PASSWORD}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if eq{{$auth2}}{{{PASSWORD}}}}}
  server_set_id = $auth1
  server_advertise_condition = ${{if def:tls_in_cipher}}
'''

    def start(self):
        uid = 65533
        conf = os.path.join(self.dir, 'exim.conf')
        for i, name in ((0, 'cert.pem'), (1, 'key.pem')):
            shutil.copy(self.cert[i], os.path.join(self.dir, name))
        with open(conf, 'w') as f:
            f.write(self.config())
        os.chmod(conf, 0o644)
        for name, line in (('passwd', 'Debian-exim:x:%d:%d::/nonexistent:/usr/sbin/nologin\n' % (uid, uid)),
                           ('group', 'Debian-exim:x:%d:\n' % uid)):
            with open('/etc/' + name) as src, open(os.path.join(self.dir, name), 'w') as dst:
                dst.write(src.read() + line)
        for name in ('spool', 'log', 'cert.pem', 'key.pem'):
            for top, _, files in os.walk(os.path.join(self.dir, name)) if os.path.isdir(os.path.join(self.dir, name)) else ():
                os.chown(top, uid, uid)
                for x in files: os.chown(os.path.join(top, x), uid, uid)
            os.chown(os.path.join(self.dir, name), uid, uid)
        env = dict(os.environ, LD_PRELOAD='libnss_wrapper.so', NSS_WRAPPER_PASSWD=os.path.join(self.dir, 'passwd'),
                   NSS_WRAPPER_GROUP=os.path.join(self.dir, 'group'))
        env.pop('ASAN_OPTIONS', None)
        self.proc = subprocess.Popen([self.binary, '-C', conf, '-bdf'] + ([] if self.queue_only else ['-q1s']), env=env, stdout=subprocess.DEVNULL,
                                     stderr=open(os.path.join(self.dir, 'err'), 'a'), start_new_session=True)
        for p in (self.smtp, self.smtps):
            wait_port(p, self.proc, 'exim')

    def stop(self):
        if self.proc and self.proc.poll() is None:
            self.proc.terminate()
            try:
                self.proc.wait(10)
            except subprocess.TimeoutExpired:
                self.proc.kill()
                self.proc.wait()
        self.proc = None


class Mail:
    """One received mail."""

    def __init__(self, uid, raw):
        self.uid, self.raw = uid, raw
        self.msg = email.message_from_bytes(raw, policy=email.policy.default)

    def __getitem__(self, name): return self.msg[name]

    @property
    def subject(self): return str(self.msg['Subject'] or '')

    @property
    def text(self):
        part = self.msg.get_body(('plain',))
        return part.get_content() if part else ''

    @property
    def html(self):
        part = self.msg.get_body(('html',))
        return part.get_content() if part else ''

    @property
    def attachments(self): return [(p.get_filename(), p.get_content()) for p in self.msg.iter_attachments()]

    @property
    def id(self): return str(self.msg['Message-ID'] or '').strip()

    @property
    def automatic(self): return (self.msg['Auto-Submitted'] or 'no') != 'no'


class Person:
    """Somebody with a mailbox who writes, reads and answers mail."""

    def __init__(self, lab, user, name=None, domain=DOMAIN):
        self.lab, self.user, self.name = lab, user, name or user.capitalize()
        self.address = '%s@%s' % (user, domain)
        self.taken = set()

    def send(self, raw, to=None):
        """Raw bytes through the MTA."""
        with smtplib.SMTP('127.0.0.1', self.lab.exim.smtp) as s:
            s.sendmail(self.address, [to or self.lab.address], raw)

    def compose(self, subject, text, to=None, headers=(), attachments=(), html=None):
        m = email.message.EmailMessage(policy=email.policy.SMTP)
        m['From'] = email.utils.formataddr((self.name, self.address))
        m['To'] = to or self.lab.address
        m['Subject'] = subject
        m['Date'] = email.utils.localtime()
        m['Message-ID'] = email.utils.make_msgid(domain='correo.example')
        for k, v in headers:
            del m[k]
            m[k] = v
        m.set_content(text)
        if html:
            m.add_alternative(html, subtype='html')
        for name, data, kind in attachments:
            major, minor = kind.split('/')
            m.add_attachment(data, maintype=major, subtype=minor, filename=name)
        return m

    def write(self, subject, text, **kw):
        m = self.compose(subject, text, **kw)
        self.send(m.as_bytes(), kw.get('to'))
        return m

    def reply(self, mail, text, quote=True, keep_headers=True, to=None, subject=None, **kw):
        """Answer as a mail program does: Reply-To, In-Reply-To, References, quoted text below."""
        target = to or str(mail['Reply-To'] or mail['From'])
        addr = email.utils.parseaddr(target)[1]
        refs = (str(mail['References'] or '') + ' ' + mail.id).split()
        headers = [('In-Reply-To', mail.id), ('References', ' '.join(refs))] if keep_headers else []
        headers += kw.pop('headers', [])
        if quote:
            text += '\n\nEl lun, 2 nov 2026 a las 10:00, Mesa de ayuda (<%s>) escribió:\n\n' % self.lab.address
            text += ''.join('> %s\n' % line for line in mail.text.splitlines())
        if subject is None:
            subject = mail.subject if mail.subject.lower().startswith('re:') else 'Re: ' + mail.subject
        m = self.compose(subject, text, to=addr, headers=headers, **kw)
        self.send(m.as_bytes(), addr)
        return m

    def mails(self, folder='INBOX'):
        """What is in the folder now, oldest first, read from the maildir: reading people's mail is not
        what is under test, and it happens thousands of times."""
        top = os.path.join(self.lab.dovecot.mail, self.user, '' if folder == 'INBOX' else '.' + folder)
        found = []
        for sub in ('cur', 'new'):
            try:
                names = os.listdir(os.path.join(top, sub))
            except OSError:
                continue
            for name in names:
                try:
                    with open(os.path.join(top, sub, name), 'rb') as f: raw = f.read()
                except OSError:
                    continue  # moved while we looked
                found.append((name.split(':')[0], raw))
        return [Mail(uid, raw) for uid, raw in sorted(found, key=lambda x: [int(n) for n in re.findall(r'\d+', x[0].split('.h')[0])][:3])]

    def wait_mail(self, subject=None, text=None, seconds=None, new=True, where=None):
        """The first mail not yet taken that fits; it is taken by this call."""
        def look():
            for m in self.mails():
                if new and m.uid in self.taken: continue
                if subject and subject.lower() not in m.subject.lower(): continue
                if text and text not in m.text: continue
                if where and not where(m): continue
                self.taken.add(m.uid)
                return m
        return wait_until(look, seconds, every=0.05, why=lambda: 'a mail to %s (subject=%r text=%r); has: %s'
                          % (self.user, subject, text, [m.subject for m in self.mails() if m.uid not in self.taken]))

    def no_mail(self, subject=None, where=None):
        """Nothing that fits has come (call it when the desk is settled)."""
        return not [m for m in self.mails() if m.uid not in self.taken and (not subject or subject in m.subject) and (not where or where(m))]


class Desk:
    """mesad as a process, with its log."""

    def __init__(self, lab, build=None, args=(), env=None):
        self.lab, self.program = lab, os.path.join(build, 'mesad') if build else lab.mesad
        self.args, self.env = list(args), env or {}
        self.proc, self.lines = None, []

    def start(self, ready=True):
        env = dict(os.environ, **self.env)
        self.lines = []
        self.proc = subprocess.Popen([self.program, '-c', self.lab.config_dir] + self.args, env=env,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors='replace', start_new_session=True)
        self.reader = threading.Thread(target=self.read, args=(self.proc, self.lines), daemon=True)
        self.reader.start()
        if ready:
            self.wait_log('event=ready')
        return self

    def read(self, proc, lines):
        with open(self.lab.path('mesad.log'), 'a') as f:
            for line in proc.stderr:
                lines.append(line.rstrip('\n'))
                f.write(line)
                f.flush()

    def wait_log(self, text, seconds=None):
        def look():
            for line in list(self.lines):
                if text in line: return line
            if self.proc.poll() is not None:
                self.reader.join(1)
                raise AssertionError('mesad ended with %s:\n%s' % (self.proc.returncode, '\n'.join(self.lines[-20:])))
        return wait_until(look, seconds, why=lambda: '%r in the log:\n%s' % (text, '\n'.join(self.lines[-20:])))

    def stop(self, sig=signal.SIGTERM, seconds=15):
        if self.proc is None: return None
        if self.proc.poll() is None:
            self.proc.send_signal(sig)
        try:
            rc = self.proc.wait(seconds)
        except subprocess.TimeoutExpired:
            self.proc.kill()
            self.proc.wait()
            raise AssertionError('mesad did not stop within %s s' % seconds)
        self.reader.join(2)
        self.proc = None
        return rc

    def children(self):
        """{name: pid} of the workers."""
        out = {}
        for d in os.listdir('/proc'):
            if not d.isdigit(): continue
            try:
                with open('/proc/%s/stat' % d) as f: stat = f.read()
                name, rest = stat[stat.index('(') + 1:stat.rindex(')')], stat[stat.rindex(')') + 2:].split()
                if int(rest[1]) == self.proc.pid and rest[0] != 'Z': out.setdefault(name, []).append(int(d))
            except (OSError, ValueError): pass
        return out


class Machine:
    """What the desk runs on, when it misbehaves (machine.c): its clocks, its sleep, its disk.

        machine = Machine(lab)
        lab.start(env=machine.env)
        machine.set(wall_s=86400)
    """
    FIELDS = ('mono_ms', 'wall_s', 'late_wakes', 'sync_fails', 'sync_ms')

    def __init__(self, lab):
        self.path, library = lab.path('machine'), lab.path('machine.so')
        self.set()
        subprocess.run(['cc', '-shared', '-fPIC', '-o', library, os.path.join(HERE, 'machine.c')], check=True)
        self.env = {'MESAD_MACHINE': self.path, 'LD_PRELOAD': library,
                    'ASAN_OPTIONS': 'verify_asan_link_order=0:' + os.environ.get('ASAN_OPTIONS', '')}

    def set(self, **how):
        with open(self.path, 'r+b' if os.path.exists(self.path) else 'w+b') as f:
            f.write(struct.pack('5q', *(how.get(x, 0) for x in self.FIELDS)))


STAFF = [
    {'id': 'ana', 'name': 'Ana Ruiz', 'email': 'ana@' + DOMAIN, 'role': 'technician', 'level': 1},
    {'id': 'carlos', 'name': 'Carlos Mejía', 'email': 'carlos@' + DOMAIN, 'role': 'coordinator'},
]


class Lab:
    def __init__(self, build=None, keep=False):
        self.build = build or BUILD
        self.mesad = os.environ.get('MESAD_PROGRAM') or os.path.join(self.build, 'mesad')
        self.mesactl = os.environ.get('MESACTL_PROGRAM') or os.path.join(self.build, 'mesactl')
        self.folder = tempfile.mkdtemp(prefix='mesad-')
        os.chmod(self.folder, 0o755)
        self.keep = keep
        self.certs = Certificates(self.path())
        self.dovecot, self.exim = Dovecot(self), None
        self.people, self.desk = {}, None
        self.user, self.address = 'sistemas', 'sistemas@' + DOMAIN
        self.config_dir, self.state_dir = self.path('config'), self.path('state')
        self.web_port = free_port()

    def path(self, *names): return os.path.join(self.folder, *names)

    def __enter__(self):
        self.dovecot.start()
        self.exim = Exim(self)
        self.exim.start()
        return self

    def __exit__(self, kind, value, tb):
        if kind:
            self.tell()
        self.close()

    def tell(self):
        """What the servers and the desk said, when a test fails."""
        for name in ('mesad.log', 'dovecot/log', 'exim/log/mainlog'):
            try:
                with open(self.path(name), errors='replace') as f:
                    tail = [x for x in f if 'imap-login' not in x and 'queue run' not in x][-25:]
                print(''.join('# %s: %s' % (name, x if x.endswith('\n') else x + '\n') for x in tail), end='', flush=True)
            except OSError: pass

    def close(self):
        if self.desk and self.desk.proc:
            self.desk.proc.kill()
            self.desk.proc.wait()
        for s in (self.exim, self.dovecot):
            if s: s.stop()
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def person(self, user, name=None, domain=DOMAIN):
        return self.people.setdefault(user, Person(self, user, name, domain))

    def settings(self, imap=None, smtp=None, mailbox=None, web=True, **more):
        """mesad.yaml as a map; imap and smtp override keys of theirs."""
        box = {'name': 'sistemas', 'address': self.address, 'start': 'all',
               'imap': dict({'host': 'localhost', 'port': self.dovecot.imaps, 'tls': 'implicit', 'ca_file': self.certs.ca,
                             'user': self.user, 'password_file': self.path('imap.pass'), 'folder': 'INBOX', 'after': {'move': 'Procesados'}},
                            **(imap or {}))}
        box.update(mailbox or {})
        conf = {'entity': {'name': 'Entidad de Ensayo', 'timezone': 'America/Bogota', 'locale': 'es-CO', 'domains': [DOMAIN]},
                'state_dir': self.state_dir, 'mailboxes': [box],
                'smtp': dict({'host': 'localhost', 'port': self.exim.smtps, 'tls': 'implicit', 'ca_file': self.certs.ca,
                              'user': self.user, 'password_file': self.path('smtp.pass')}, **(smtp or {})),
                'trust': {'commands': 'token'}}
        if web:
            conf['web'] = {'listen': '127.0.0.1:%d' % self.web_port, 'base_url': 'http://127.0.0.1:%d' % self.web_port}
        conf.update(more)
        return conf

    def configure(self, desk=None, staff=STAFF, rules=None, services=None, mesad=None, calendar=None, **files):
        os.makedirs(self.config_dir, exist_ok=True)
        for name in ('imap.pass', 'smtp.pass'):
            with open(self.path(name), 'w') as f: f.write(PASSWORD + '\n')
            os.chmod(self.path(name), 0o600)
        base = {'number': 'ST-{year}-{seq:6}', 'response': {'within': '12h', 'calendar': 'always', 'warn': '75%'},
                'survey': {'close_after': '2d', 'calendar': 'always'}, 'budgets': 'none'}
        base.update(desk or {})
        docs = {'mesad.yaml': mesad or self.settings(), 'desk.yaml': base, 'staff.yaml': {'staff': staff},
                'rules.yaml': {'rules': rules or []}}
        if services is not None: docs['services.yaml'] = {'services': services}
        if calendar is not None: docs['calendar.yaml'] = calendar
        for name, value in docs.items():
            with open(os.path.join(self.config_dir, name), 'w') as f: f.write(yaml(value))

    def start(self, ready=True, **kw):
        self.desk = Desk(self, **kw)
        return self.desk.start(ready)

    def restart(self):
        self.desk.stop()
        return self.start()

    def ctl(self, *args, check=True, text=None):
        r = subprocess.run([self.mesactl, '-c', self.config_dir, '--json'] + list(args),
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, input=text, text=True, timeout=60)
        if check and r.returncode:
            raise AssertionError('mesactl %s: exit %d: %s%s' % (' '.join(args), r.returncode, r.stdout, r.stderr))
        return [json.loads(line) for line in r.stdout.splitlines() if line.startswith(('{', '['))] if check else r

    def show(self, number): return self.ctl('show', number)[0]

    def cases(self): return self.ctl('list')

    def wait_state(self, number, state, seconds=None):
        return wait_until(lambda: (lambda s: s if s['state'] == state else None)(self.show(number)), seconds, every=0.1,
                          why=lambda: '%s to be %s; is %s' % (number, state, self.show(number)['state']))

    def number_in(self, mail):
        return re.search(r'ST-\d{4}-\d{6}', mail.subject).group(0)


# --- TAP ---

class Tap:
    """Runs functions as test points; a failing one does not stop the others."""

    def __init__(self): self.n = self.bad = 0

    def run(self, name, fn, *args):
        self.n += 1
        start = time.monotonic()
        try:
            fn(*args)
            print('ok %d - %s (%.1f s)' % (self.n, name, time.monotonic() - start), flush=True)
        except Exception as e:
            self.bad += 1
            import traceback
            for line in traceback.format_exc().splitlines(): print('# ' + line)
            print('not ok %d - %s: %s' % (self.n, name, str(e).splitlines()[0] if str(e) else type(e).__name__), flush=True)

    def done(self):
        print('1..%d' % self.n, flush=True)
        sys.exit(1 if self.bad else 0)
