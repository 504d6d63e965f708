"""proxy: stands between the desk and a mail server on loopback, understands IMAP or SMTP well
enough to know at which step of the conversation it is, and misbehaves there when told to. A fault
happens once; then the proxy is honest again.

    with Proxy(Imap, lab.dovecot.imap) as p:
        fault = p.arm('FETCH', cut)
        ...
        fault.wait()
"""
import re, socket, struct, threading, time

HOLD = 1.0            # seconds that a stalled server keeps silent before it hangs up
FLOOD = 64 * 1024**2  # more than this nobody should be willing to read


class Closed(Exception):
    """One side of the conversation is gone."""


class Half:
    """One side: reads by line or by number, writes."""

    def __init__(self, sock): self.sock, self.buf = sock, b''

    def more(self):
        try:
            data = self.sock.recv(65536)
        except OSError:
            raise Closed
        if not data: raise Closed
        self.buf += data

    def line(self):
        while b'\n' not in self.buf: self.more()
        at = self.buf.index(b'\n') + 1
        line, self.buf = self.buf[:at], self.buf[at:]
        return line

    def some(self, most):
        if not self.buf: self.more()
        data, self.buf = self.buf[:most], self.buf[most:]
        return data

    def exactly(self, n):
        while len(self.buf) < n: self.more()
        data, self.buf = self.buf[:n], self.buf[n:]
        return data

    def send(self, data):
        try:
            self.sock.sendall(data)
        except OSError:
            raise Closed


class Fault:
    """What to do at which step. where: at the first line of the answer, at its last one, or before
    the command is passed on."""

    def __init__(self, step, act, where='first', rcpt=None):
        self.step, self.act, self.where, self.rcpt = step, act, where, rcpt
        self.fired, self.connection = threading.Event(), None

    def __str__(self): return '%s at %s' % (self.act.__name__, self.step)


class Connection:
    """A conversation. `step` is the server's turn: which command it answers."""

    def __init__(self, proxy, client, server):
        self.proxy, self.client, self.server = proxy, Half(client), Half(server)
        self.step, self.tag, self.rcpt, self.data = 'greeting', b'*', '', False
        self.sent = 0  # bytes to the desk

    def send(self, data):
        """To the desk."""
        self.client.send(data)
        self.sent += len(data)

    def close(self):
        for half in (self.client, self.server):
            try: half.sock.shutdown(socket.SHUT_RDWR)
            except OSError: pass
        raise Closed

    def reset(self):
        """A RST instead of a FIN."""
        self.client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.client.sock.shutdown(socket.SHUT_RD)  # wakes the thread that reads it
        self.client.sock.close()
        self.close()

    def hold(self, seconds=HOLD):
        """Silence, until the desk hangs up or the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.proxy.stopping:
            time.sleep(0.02)
            if self.gone: break
        self.close()

    gone = False

    def answer(self):
        """The next unit of the server's answer."""
        return self.proxy.dialect.unit(self.server)

    def last(self, unit): return self.proxy.dialect.last(self, unit)

    def rest(self, unit):
        """Swallow the server's answer up to its end. News that come while idling have none."""
        while self.step != 'NEWS' and not self.last(unit): unit = self.answer()


# --- what is said, and what is heard ---

class Imap:
    TAIL = re.compile(rb'\{(\d+)\+?\}\r?\n$')

    @staticmethod
    def unit(half): return half.line()

    @staticmethod
    def last(c, unit): return unit.startswith(c.tag + b' ') or c.step == 'greeting' or unit.startswith(b'+')

    @classmethod
    def hear(cls, c, line):
        """A line of the desk: what is asked?"""
        words = line.split()
        if c.step == 'NEWS' and words[:1] == [b'DONE']:
            c.step = 'DONE'
            return
        if len(words) < 2: return
        verb = words[1].upper().decode('latin-1')
        if verb == 'UID' and len(words) > 2: verb = words[2].upper().decode('latin-1')
        if verb == 'FETCH': verb = 'SIZES' if b'RFC822.SIZE' in line.upper() else 'FETCH'
        c.proxy.note(verb)
        c.tag, c.step = words[0], 'MOVE' if verb == 'COPY' else verb

    @classmethod
    def up(cls, c):
        while True:
            line = c.client.line()
            cls.hear(c, line)
            if c.proxy.consider(c, 'up', line): continue  # the server never hears of it
            c.server.send(line)

    @classmethod
    def down(cls, c):
        while True:
            line = c.answer()
            step = c.step
            if c.proxy.consider(c, 'last' if cls.last(c, line) else 'first', line): continue
            c.send(line)
            tail = cls.TAIL.search(line)
            if tail:
                cls.passed(c, int(tail.group(1)))
            elif step == 'greeting':
                c.step = ''
            elif step == 'IDLE' and line.startswith(b'+'):
                c.step = 'NEWS'

    @staticmethod
    def passed(c, n):
        while n > 0:
            some = c.server.some(n)
            n -= len(some)
            c.send(some)


class Smtp:
    @staticmethod
    def unit(half):
        reply = line = half.line()
        while line[3:4] == b'-':
            line = half.line()
            reply += line
        return reply

    @staticmethod
    def last(c, unit): return True

    @classmethod
    def hear(cls, c, line):
        verb = line.split()[0].upper().decode('latin-1') if line.split() else ''
        if verb == 'HELO': verb = 'EHLO'
        if verb == 'RCPT': c.rcpt = line.split(b'<')[-1].split(b'>')[0].decode('latin-1').lower()
        if verb in ('EHLO', 'STARTTLS', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'QUIT', 'RSET', 'NOOP'):
            c.step = verb
            c.proxy.note(verb)

    @classmethod
    def up(cls, c):
        while True:
            line = c.client.line()
            if not c.data:
                cls.hear(c, line)
                if c.proxy.consider(c, 'up', line): continue  # the server never hears of it
            elif line == b'.\r\n':
                c.data, c.step = False, 'DOT'
                c.proxy.note('DOT')
                c.proxy.consider(c, 'up', line)
            c.server.send(line)

    @classmethod
    def down(cls, c):
        while True:
            reply = c.answer()
            if c.step == 'DATA' and reply[:3] == b'354': c.data = True
            if not c.proxy.consider(c, 'last', reply): c.send(reply)


class Bytes:
    """No dialect: TLS passes, and can be cut after so many bytes from the server."""

    @staticmethod
    def up(c):
        while True: c.server.send(c.client.some(65536))

    @staticmethod
    def down(c):
        while True:
            data = c.server.some(65536)
            most = c.proxy.cut_at
            if most is not None and c.sent + len(data) >= most:
                c.proxy.cut_at = None
                c.send(data[:max(0, most - c.sent)])
                c.proxy.cuts.append(most)
                c.close()
            c.send(data)


class Proxy:
    def __init__(self, dialect, port):
        self.dialect, self.port_of_server = dialect, port
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.stopping, self.lock = False, threading.Lock()
        self.fault, self.connections, self.counts, self.floods = None, [], {}, []
        self.cut_at, self.cuts, self.deaf = None, [], False
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self): return self

    def __exit__(self, *_): self.stop()

    def stop(self):
        self.stopping = True
        self.listener.close()
        self.kick()

    def accept(self):
        while not self.stopping:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.note('connect')
            try:
                server = socket.create_connection(('127.0.0.1', self.port_of_server), 5)
            except OSError:
                client.close()
                continue
            for s in (client, server):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                s.settimeout(None)
            c = Connection(self, client, server)
            with self.lock: self.connections.append(c)
            for way in (self.dialect.up, self.dialect.down):
                threading.Thread(target=self.run, args=(c, way), daemon=True).start()

    def run(self, c, way):
        try:
            way(c)
        except Closed:
            pass
        if way is self.dialect.up: c.gone = True  # the desk hung up
        try: c.close()
        except Closed: pass
        with self.lock:
            if c in self.connections: self.connections.remove(c)

    def note(self, what):
        with self.lock: self.counts[what] = self.counts.get(what, 0) + 1

    def count(self, what):
        with self.lock: return self.counts.get(what, 0)

    def idles(self):
        """Is somebody idling at this moment?"""
        with self.lock: return [c for c in self.connections if c.step == 'NEWS']

    def kick(self):
        """Hang up on everybody."""
        with self.lock: there = list(self.connections)
        for c in there:
            try: c.close()
            except Closed: pass

    def arm(self, step, act, where='first', rcpt=None):
        self.fault = Fault(step, act, where, rcpt)
        return self.fault

    def consider(self, c, where, unit):
        """Is this the moment? True: the fault has spoken in the server's place."""
        with self.lock:
            f = self.fault
            if not f or f.step != c.step or (f.rcpt and f.rcpt != c.rcpt): return False
            # An answer of one line is its own first and last.
            if not (f.where == where or (f.where == 'first' and where == 'last')): return False
            self.fault = None
            f.connection = c
        f.fired.set()
        return f.act(c, unit)


# --- faults of any protocol: (connection, the unit of the server that is due) ---

def cut(c, unit): c.close()


def reset(c, unit): c.reset()


def half(c, unit):
    c.send(unit[:max(1, len(unit) // 2)])
    c.close()


def last_half(c, unit):
    """Only the beginning of the last line: «A12 O»."""
    c.send(unit[:5])
    c.close()


def last_cut(c, unit):
    """The whole answer, and then the end."""
    c.send(unit)
    c.close()


def stall(c, unit): c.hold()


def garble(c, unit):
    c.send(bytes(b ^ 0xa5 if b not in b'\r\n' else b for b in unit))
    c.hold()


def endless(c, unit):
    """A line that never ends."""
    c.send(unit[:4])
    flood(c, b'x' * 65536)


def flood(c, block):
    begin = c.sent
    while c.sent - begin < FLOOD and not c.proxy.stopping: c.send(block)
    if not c.proxy.stopping: c.proxy.floods.append(c.step)
    c.close()


def crumbs(c, unit):
    """All of it, a byte at a time."""
    for i in range(len(unit)): c.send(unit[i:i + 1])
    return True


# --- faults of IMAP ---

def bye(c, unit):
    c.send(b'* BYE Servidor en mantenimiento\r\n')
    c.close()


def no(c, unit):
    c.rest(unit)
    c.send(b'%s NO no se puede ahora\r\n' % c.tag)
    return True


def bad(c, unit):
    c.rest(unit)
    c.send(b'%s BAD no entiendo\r\n' % c.tag)
    return True


def other_tag(c, unit):
    c.rest(unit)
    c.send(b'zz9 OK hecho\r\n')
    c.hold()


def literal(size):
    def huge_literal(c, unit):
        c.send(b'* 1 FETCH (UID 1 BODY[] {%s}\r\n' % size)
        flood(c, b'A' * 65534 + b'\r\n')
    return huge_literal


def literal_half(c, unit):
    """Half of the body, then the end."""
    n = int(Imap.TAIL.search(unit).group(1))
    c.send(unit)
    c.send(c.server.exactly(n // 2))
    c.close()


def literal_end(c, unit):
    """The body, and nothing behind it."""
    n = int(Imap.TAIL.search(unit).group(1))
    c.send(unit)
    c.send(c.server.exactly(n))
    c.close()


def literal_stall(c, unit):
    n = int(Imap.TAIL.search(unit).group(1))
    c.send(unit)
    c.send(c.server.exactly(n // 2))
    c.hold()


def chatty(c, unit):
    """Everything that a server may say without being asked, before what was asked."""
    c.send(b'* OK [ALERT] hola\r\n* 7 EXISTS\r\n* 3 RECENT\r\n* 1 FETCH (FLAGS (\\Seen))\r\n'
           b'* NO cuidado\r\n* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n')
    c.send(unit)
    return True


def liar(c, unit):
    """UIDs that are not there, twice, and zero."""
    unit = unit.rstrip(b'\r\n') if unit.upper().startswith(b'* SEARCH') else b'* SEARCH'
    c.send(unit + b' 0 4294967295 4000000 4000000\r\n')
    return True


def lies(size):
    """Another size than the mail has."""
    def size_lie(c, unit):
        c.send(re.sub(rb'RFC822.SIZE \d+', b'RFC822.SIZE ' + size, unit))
        return True
    return size_lie


# --- faults of SMTP ---

def says(text, then=None, name=None):
    """This reply instead of the server's."""
    def reply(c, unit):
        c.send(text)
        if then: then(c, unit)
        return True
    reply.__name__ = name or 'says %r' % text[:24]
    return reply


def refuses(text):
    """Before the final dot is passed on: the server never has the mail."""
    def refusal(c, unit):
        c.send(text)
        c.close()
    refusal.__name__ = 'refuses with %r' % text[:24]
    return refusal


def many_lines(c, unit):
    """The server's answer in a thousand lines: legal."""
    code = unit[:3]
    c.send((code + b'-una de muchas lineas\r\n') * 1000 + unit)
    return True


def unending(c, unit):
    """Lines upon lines, and never the last one."""
    flood(c, unit[:3] + b'-' + b'x' * 500 + b'\r\n')
