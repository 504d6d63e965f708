#!/usr/bin/env python3
"""The house's own rules over the sources: floors, foreign headers, banned calls, SQL, purity.
Prints TAP lines without numbers."""
import glob
import os
import re
import subprocess
import sys

# A file includes its own folder and these (DESIGN, section 2).
MAY_USE = {
    'base': set(),
    'core': {'base'},
    'store': {'base', 'core'}, 'mail': {'base', 'core'}, 'conf': {'base', 'core'},
    'face': {'base', 'core'},
    'io': {'base'}, 'work': {'base'},
    'engine': {'base', 'core', 'store', 'mail', 'conf', 'face'},
    'programs': {'base', 'core', 'store', 'mail', 'conf', 'face', 'io', 'work', 'engine'},
}

# Foreign headers: where each may be included. Whatever is neither here nor of the C library and
# the kernel is refused.
FOREIGN = [
    (r'sqlite3\.h', r'src/store/'),
    (r'curl/', r'src/io/'),
    (r'libetpan/', r'src/io/'),
    (r'gnutls/', r'src/io/'),
    (r'gssapi|sasl/', r'(?!)'),
    (r'microhttpd\.h', r'src/programs/mesad-web'),
    (r'gmime/|glib', r'(?!)'),
    (r'libxml/', r'src/mail/html'),
    (r'ytnef\.h', r'(?!)'),
    (r'yaml\.h', r'src/conf/yaml'),
    (r'pcre2\.h|utf8proc\.h|nettle/', r'src/base/'),
    (r'seccomp\.h|linux/seccomp', r'src/io/|src/programs/mesad-parse'),
    (r'iconv\.h', r'src/mail/|src/base/'),
]
LIBC = re.compile(r'(arpa/inet|assert|byteswap|ctype|dirent|endian|errno|fcntl|float|getopt|glob|grp|'
                  r'inttypes|langinfo|limits|locale|malloc|math|netdb|netinet/\w+|poll|pthread|pwd|signal|'
                  r'spawn|stdalign|stdarg|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|'
                  r'strings|sys/[\w-]+|sysexits|syslog|termios|time|unistd|wchar|wctype|linux/\w+)\.h$')

BANNED = re.compile(r'\b(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atoll|atof|strtok|strtok_r|'
                    r'system|popen|alloca|tmpnam|mktemp|strncpy|strncat|rand|srand|asctime|ctime|'
                    r'localtime|gmtime)\s*\(')

PRINTF_CALL = re.compile(r'\b\w*printf\s*\(')
# Numbers are harmless, and a pragma takes no bound parameter.
SQL = re.compile(r'\b(select|insert\s+into|update|delete\s+from|values\s*\(|where|pragma|savepoint|'
                 r'rollback|release|attach|vacuum)\b.*%[-0-9.*]*[sc]', re.I | re.S)

# What an object of src/core may ask of the C library: memory, strings, sorting, formatting to
# memory. No clock, file, socket, environment, random or stream.
PURE = re.compile(r'^(mem\w+|str\w+|__(mem|str|v?snprintf)\w*_chk|v?snprintf|qsort|bsearch|abort|'
                  r'__stack_chk_fail|__isoc99_\w*sscanf|__ctype_\w+_loc|is[a-z]+|to(lower|upper)|'
                  r'free|calloc|malloc|realloc\w*|rawmemchr|div|l?labs|_GLOBAL_OFFSET_TABLE_|'
                  r'__explicit_bzero_chk|explicit_bzero|__assert_fail)$')
IMPURE = re.compile(r'^(log_|str(error|signal|ftime|ptime|coll|xfrm))')


def sources():
    return sorted(glob.glob('src/**/*.[ch]', recursive=True))


def bare(text, keep_strings=False):
    """Without comments, and without what is in strings; lines stay where they are."""
    def blank(m):
        s = m.group(0)
        if s[0] == '/':
            return '\n' * s.count('\n')
        return s if keep_strings else s[0] + s[-1]
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text,
                  flags=re.S)


def read(path):
    with open(path, errors='replace') as f:
        return f.read()


def floors():
    for path in sources():
        room = path.split('/')[1]
        for number, line in enumerate(read(path).splitlines(), 1):
            m = re.match(r'\s*#\s*include\s+(["<])([^">]+)', line)
            if not m:
                continue
            where, kind, name = '%s:%d' % (path, number), m.group(1), m.group(2)
            if kind == '"':
                other = name.split('/')[0]
                if not os.path.exists('src/' + name):
                    yield '%s: "%s" is not relative to src' % (where, name)
                elif other != room and other not in MAY_USE.get(room, set()):
                    yield '%s: src/%s may not use src/%s' % (where, room, other)
                continue
            rows = [allowed for header, allowed in FOREIGN if re.match(header, name)]
            if rows and not re.match(rows[0], path):
                yield '%s: <%s> belongs in %s' % (where, name, rows[0])
            if not rows and not LIBC.match(name):
                yield '%s: <%s> is no header that the house knows' % (where, name)


def headers_once():
    for path in sources():
        if path.endswith('.h') and '#pragma once' not in read(path):
            yield '%s: no #pragma once' % path


def banned():
    for path in sources():
        for number, line in enumerate(bare(read(path)).splitlines(), 1):
            for m in BANNED.finditer(line):
                yield '%s:%d: %s' % (path, number, m.group(1))


def call_text(text, start):
    """From the opening bracket to its partner."""
    depth = 0
    for i in range(start, min(len(text), start + 4000)):
        depth += {'(': 1, ')': -1}.get(text[i], 0)
        if depth == 0:
            return text[start:i]
    return ''


def sql_by_printf():
    for path in sources():
        if not path.startswith(('src/store/', 'src/engine/', 'src/programs/')):
            continue
        text = bare(read(path), keep_strings=True)
        for m in PRINTF_CALL.finditer(text):
            # Only what leaves in a statement matters: messages say «update failed: %s» freely.
            call = call_text(text, m.end() - 1)
            literals = ''.join(re.findall(r'"((?:\\.|[^"\\])*)"', call))
            if path.startswith('src/store/') and SQL.search(literals):
                yield '%s:%d: %s' % (path, text.count('\n', 0, m.start()) + 1, literals[:70])


def symbols(flag, files):
    out = subprocess.run(['nm', '-A', flag] + files, stdout=subprocess.PIPE, text=True,
                         check=False)
    for line in out.stdout.splitlines():
        path, _, rest = line.partition(':')
        yield path, rest.split()[-1]


def purity():
    build = os.environ.get('MESAD_BUILD', 'build')
    core = sorted(glob.glob(build + '/obj/core/*.o'))
    if not core:
        if glob.glob('src/core/*.c'):
            yield 'src/core is not compiled in %s' % build
        return
    if len(core) != len(glob.glob('src/core/*.c')):
        yield 'src/core is not wholly compiled in %s' % build
    ours = {s for _, s in symbols('--defined-only', core + glob.glob(build + '/obj/base/*.o'))}
    for path, symbol in symbols('-u', core):
        if IMPURE.match(symbol) or (symbol not in ours and not PURE.match(symbol)):
            yield '%s uses %s' % (os.path.basename(path), symbol)


CHECKS = [
    ('a room includes its own floor and those below', floors),
    ('headers are read once', headers_once),
    ('no banned call', banned),
    ('no statement is put together by printf', sql_by_printf),
    ('the core is pure', purity),
]


def main():
    failed = 0
    for name, check in CHECKS:
        faults = list(check())
        failed += bool(faults)
        print(('not ok - ' if faults else 'ok - ') + name)
        for fault in faults:
            print('#   ' + fault)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
