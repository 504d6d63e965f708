#!/usr/bin/env python3
# run: plain parallel timeout=120
"""A second opinion on structure. Mails of random shape (parts within parts, every encoding, CRLF or LF,
preambles, folded and quoted boundaries) are read by mesad and by GMime: both must find the files that
were put in, byte for byte and in order. Of mails that are cut off mesad alone is asked: GMime may lose
their last bytes. GMIME_SEED replays, GMIME_MAILS says how many."""
import base64, binascii, hashlib, json, os, random, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get('MESAD_BUILD', os.path.join(os.path.dirname(os.path.dirname(HERE)), 'build'))
SEED = int(os.environ.get('GMIME_SEED', '20261128'))
MAILS = int(os.environ.get('GMIME_MAILS', '400'))


def encode(rnd, data, eol):
    """(encoding, body without its last line end) of a file."""
    kind = rnd.choice(('base64', 'base64', 'quoted-printable', '7bit', 'binary'))
    if kind == 'base64':
        width = rnd.choice((57, 54, 45, 300))
        lines = [base64.b64encode(data[i:i + width]) for i in range(0, len(data), width)]
        return kind.upper() if rnd.random() < 0.2 else kind, eol.join(lines)
    if kind == 'quoted-printable':
        return kind, eol.join(binascii.b2a_qp(data, quotetabs=True, istext=False).replace(b'\r', b'').split(b'\n'))
    return kind, data


def payload(rnd):
    if rnd.random() < 0.05: return b''
    if rnd.random() < 0.3: return rnd.randbytes(rnd.randint(1, 3000))
    words = ('acta', 'informe', '--', '--=_x', 'From ', '.', '..', '=', 'Content-Type: text/plain', 'ñandú')
    return '\n'.join(' '.join(rnd.choice(words) for _ in range(rnd.randint(0, 6))) for _ in range(rnd.randint(1, 30))).encode()


class Builder:
    def __init__(self, rnd):
        self.rnd, self.eol, self.files, self.count, self.cut = rnd, rnd.choice((b'\r\n', b'\n')), [], 0, False

    def file(self):
        data = payload(self.rnd)
        encoding, body = encode(self.rnd, data, self.eol)
        if encoding in ('7bit', 'binary'):  # its lines are the mail's own
            data = body = b'fila %d' % len(self.files) + self.eol + b'x' * self.rnd.randint(1, 60)
        self.files.append(hashlib.sha256(data).hexdigest())
        name = 'archivo-%d.bin' % len(self.files)
        head = ['Content-Type: application/octet-stream;%sname="%s"' % (self.rnd.choice((' ', '\n\t', '\n  ')), name),
                'Content-Disposition: attachment; filename=%s' % self.rnd.choice((name, '"%s"' % name)),
                'Content-Transfer-Encoding: ' + encoding]
        self.rnd.shuffle(head)
        return self.lines(head) + self.eol + body

    def lines(self, head):
        return b''.join(h.encode().replace(b'\n', self.eol) + self.eol for h in head)

    def text(self):
        return self.lines(['Content-Type: text/plain; charset=utf-8']) + self.eol + 'Va lo pedido, señora.'.encode()

    def part(self, depth):
        if depth < 6 and self.rnd.random() < 0.4: return self.multipart(depth + 1)
        return self.file()

    def multipart(self, depth, last=False):
        self.count += 1
        boundary = self.rnd.choice(('b', '=_b', 'a b', "it's(1)+_,-./:=?", 'b' * 60)) + str(self.count)
        quoted = '"%s"' % boundary if self.rnd.random() < 0.7 or not boundary.isalnum() else boundary
        out = self.lines(['Content-Type: multipart/mixed;%sboundary=%s' % (self.rnd.choice((' ', '\n\t')), quoted)]) + self.eol
        if self.rnd.random() < 0.3: out += b'Esto es un preambulo.' + self.eol
        parts = ([self.text()] if depth == 0 else []) + [self.part(depth) for _ in range(self.rnd.randint(1, 4))]
        for p in parts:
            out += b'--' + boundary.encode() + self.rnd.choice((b'', b'', b' ', b'\t ')) + self.eol + p + self.eol
        self.cut = last and self.rnd.random() < 0.2
        if self.cut: return out[:-len(self.eol)]
        return out + b'--' + boundary.encode() + b'--' + self.rnd.choice((b'', self.eol + b'epilogo'))

    def mail(self):
        head = ['From: Luisa <luisa@entidad.example>', 'To: sistemas@entidad.example', 'Subject: Archivos', 'MIME-Version: 1.0']
        return self.lines(head) + self.multipart(0, last=True) + (b'' if self.cut else self.eol)


def mesad(paths):
    out = subprocess.run([os.path.join(BUILD, 'mesactl'), 'parse'] + paths, stdout=subprocess.PIPE, check=True, timeout=100).stdout
    return {o['file']: [a['sha256'] for a in o['attachments']] for o in map(json.loads, out.splitlines())}


def gmime(paths):
    found = {p: [] for p in paths}
    out = subprocess.run([os.path.join(BUILD, 'bench', 'gmime_parts')] + paths, stdout=subprocess.PIPE, check=True, timeout=100).stdout
    for line in out.decode().splitlines():
        path, _, digest, kind = line.split('\t')
        if kind == 'application/octet-stream': found[path].append(digest)
    return found


def tell(n, who, paths, want, found):
    wrong = [p for p in paths if found.get(p) != want[p]]
    print('%sok %d - %s finds %d files in %d mails' % ('not ' if wrong else '', n, who, sum(len(want[p]) for p in paths), len(paths)))
    for p in wrong[:5]: print('# GMIME_MAILS=1 GMIME_SEED=%s: %d files, found %d' % (os.path.basename(p)[:-4], len(want[p]), len(found.get(p, []))))
    return not wrong


def main():
    with tempfile.TemporaryDirectory() as folder:
        want, whole = {}, []
        for seed in range(SEED, SEED + MAILS):
            b, path = Builder(random.Random(seed)), os.path.join(folder, '%d.eml' % seed)
            with open(path, 'wb') as f: f.write(b.mail())
            want[path] = b.files
            if not b.cut: whole.append(path)
        print('1..2')
        good = [tell(1, 'mesad', list(want), want, mesad(list(want))), tell(2, 'GMime', whole, want, gmime(whole))]
    sys.exit(0 if all(good) else 1)


main()
