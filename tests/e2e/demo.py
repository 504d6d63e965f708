#!/usr/bin/env python3
"""The life of three cases on private, real servers, hours as seconds; people are played by this script.
DEMO_WAIT=0 ends at once instead of waiting for Enter. The people are invented."""
import os, queue, re, signal, subprocess, sys, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))


def installed():
    """Run by `mesactl demo`: what `make demo` brings, from a folder of this user's own."""
    if os.geteuid() != 0:
        sys.exit('La demostración levanta servidores de correo propios y para eso necesita root: sudo mesactl demo')
    missing = subprocess.run(['sh', os.path.join(HERE, 'deps.sh'), '--missing', 'demo'], stdout=subprocess.PIPE, text=True).stdout.strip()
    if missing:
        sys.exit('Faltan paquetes para la demostración. Instálelos con:\n  apt-get install --no-install-recommends ' + missing)
    cache = '/var/tmp/mesad-demo'
    try:
        os.mkdir(cache, 0o700)
    except FileExistsError: pass
    have = os.lstat(cache)
    if not os.path.isdir(cache) or os.path.islink(cache) or have.st_uid != os.geteuid() or have.st_mode & 0o022:
        sys.exit('%s no es una carpeta solo suya; bórrela e intente otra vez' % cache)
    subprocess.run(['sh', os.path.join(HERE, 'get-mta.sh'), cache], check=True)
    os.chmod(cache, 0o755)  # the MTA runs as a user of its own
    os.environ['MESAD_MTA'] = os.path.join(cache, 'mta')


if os.path.exists(os.path.join(HERE, 'deps.sh')): installed()

from lab import *
from labels import EVENTS

TTY = sys.stdout.isatty() and not os.environ.get('NO_COLOR')
COLOURS = {'luisa': '36', 'pedro': '35', 'rosa': '33', 'ana': '32', 'carlos': '34', 'mesad': '1', 'quiet': '2', 'bad': '31', 'good': '32'}
START = time.monotonic()
SCREEN = threading.Lock()


def paint(kind, text):
    return '\033[%sm%s\033[0m' % (COLOURS[kind], text) if TTY else text


def say(kind, who, what):
    with SCREEN:
        print('%s  %s  %s' % (paint('quiet', '%5.1f s' % (time.monotonic() - START)), paint(kind, '%-13s' % who), what), flush=True)


class Telling(Desk):
    """The desk, its events told as they are logged."""

    def read(self, proc, lines):
        for line in proc.stderr:
            lines.append(line.rstrip('\n'))
            m = re.search(r'event=(\w+) ticket=(ST-\S+)(?: actor=(\S+))?', line)
            if m and m.group(1) in EVENTS:
                bad = m.group(1) in ('warned', 'breached', 'reopened')
                say('bad' if bad else 'mesad', 'mesad', '%s  %s' % (m.group(2), EVENTS[m.group(1)]))


def ask(lab, user, name, subject, text):
    who = lab.person(user, name)
    say(user, name.split()[0], 'escribe a %s: «%s»' % (lab.address, subject))
    sent = who.write(subject, text)
    ack = who.wait_mail(where=lambda m: m['In-Reply-To'] == sent['Message-ID'])
    number = lab.number_in(ack)
    say(user, name.split()[0], 'recibe el acuse: «%s»' % ack.subject)
    return number, who


def notice_of(lab, number, subject=''):
    return lab.person('ana').wait_mail(subject=number)


def link(mail):
    return next(l.strip() for l in mail.text.splitlines() if re.match(r'https?://\S+$', l.strip()))


def vote(url, **fields):
    import urllib.parse, urllib.request
    urllib.request.urlopen(url, urllib.parse.urlencode(fields).encode(), timeout=20).read()


def evaluated(lab, done):
    number, luisa = ask(lab, 'luisa', 'Luisa Peña', 'La impresora no imprime', 'Buenos días. La impresora del piso 2 no imprime desde ayer.')
    ana = lab.person('ana')
    notice = notice_of(lab, number)
    say('ana', 'Ana', 'recibe el caso y contesta al mismo correo')
    ana.reply(notice, 'Buenos días, doña Luisa. ¿Tiene alguna luz roja encendida?')
    answer = luisa.wait_mail(text='luz roja')
    say('luisa', 'Luisa', 'lee la respuesta de %s y contesta' % email.utils.parseaddr(str(answer['From']))[0])
    luisa.reply(answer, 'Sí, una roja a la derecha.')
    relay = ana.wait_mail(text='a la derecha')
    say('ana', 'Ana', 'escribe: #resuelto Se cambió el tóner y se imprimió una prueba.')
    ana.reply(relay, '#resuelto Se cambió el tóner y se imprimió una prueba.')
    survey = luisa.wait_mail(text='Se cambió el tóner')
    say('luisa', 'Luisa', 'abre el enlace y califica con 5')
    vote(link(survey), score='5', solved='yes', comment='Muy amable y muy rápida.')
    lab.wait_state(number, 'closed')
    done['evaluated'] = number


def by_itself(lab, done):
    number, pedro = ask(lab, 'pedro', 'Pedro Arias', 'No me abre el correo', 'Me dice que la clave no es válida.')
    ana = lab.person('ana')
    notice = notice_of(lab, number)
    say('ana', 'Ana', 'escribe: #resuelto Se cambió la clave y se probó la entrada.')
    ana.reply(notice, '#resuelto Se cambió la clave y se probó la entrada.')
    pedro.wait_mail(text='Se cambió la clave')
    say('pedro', 'Pedro', 'recibe la solución y la encuesta; no contesta')
    pedro.wait_mail(subject=number, where=lambda m: 'cerr' in m.text.lower() and 'Se cambió' not in m.text)
    lab.wait_state(number, 'closed')
    say('pedro', 'Pedro', 'recibe el aviso de cierre')
    done['by itself'] = number


def breached(lab, done):
    number, rosa = ask(lab, 'rosa', 'Rosa Díaz', 'Teléfono sin tono', 'El teléfono de la recepción no tiene tono.')
    ana, carlos = lab.person('ana'), lab.person('carlos')
    notice = notice_of(lab, number)
    say('ana', 'Ana', 'está ocupada; el reloj corre')
    carlos.wait_mail(subject=number)
    say('carlos', 'Carlos', 'coordinador, recibe la advertencia')
    carlos.wait_mail(subject=number)
    say('carlos', 'Carlos', 'recibe el aviso de vencimiento')
    ana.reply(notice, 'Doña Rosa, disculpe la demora. Ya voy para allá.')
    rosa.wait_mail(text='disculpe la demora')
    say('rosa', 'Rosa', 'recibe por fin una respuesta')
    wait_until(lambda: 'by itself' in done, why='the second case to close by itself')
    configure(lab, close_after='10m')  # what begins from now on has more time: the page stays open
    lab.desk.proc.send_signal(signal.SIGHUP)
    lab.desk.wait_log('event=reloaded')
    say('mesad', 'mesad', 'lee su configuración de nuevo: la encuesta espera más')
    ana.reply(notice, '#resuelto Se cambió el cable de la toma.')
    survey = rosa.wait_mail(text='Se cambió el cable')
    say('rosa', 'Rosa', 'recibe la solución; su encuesta queda abierta')
    done['breached'], done['url'] = number, link(survey)


def configure(lab, close_after):
    lab.configure(desk={'response': {'within': '12s', 'calendar': 'always', 'warn': '75%'},
                        'survey': {'close_after': close_after, 'calendar': 'always'}})


def run(lab):
    configure(lab, close_after='9s')
    print(paint('mesad', 'mesad') + ': tres casos en servidores privados; una hora de la mesa dura un segundo.\n')
    lab.desk = Telling(lab).start()
    say('mesad', 'mesad', 'lee %s y espera' % lab.address)
    done, failures = {}, queue.Queue()

    def play(fn):
        try:
            fn(lab, done)
        except Exception as e:
            failures.put('%s: %s' % (fn.__name__, e))
    threads = []
    for fn in (breached, evaluated, by_itself):
        t = threading.Thread(target=play, args=(fn,), daemon=True)
        t.start()
        threads.append(t)
        time.sleep(0.8)  # so that the reader sees them begin one after another
    for t in threads: t.join(150)
    if not failures.empty() or len(done) < 4:
        print(paint('bad', 'la demostración falló: ' + '; '.join(failures.queue)))
        lab.tell()
        return 1
    print()
    for name, number in (('evaluado', done['evaluated']), ('cerrado por sí mismo', done['by itself']), ('vencido', done['breached'])):
        print(paint('mesad', '%s, el caso %s' % (number, name)), flush=True)
        subprocess.run([lab.mesactl, '-c', lab.config_dir, 'history', number])
        print(flush=True)
    subprocess.run([lab.mesactl, '-c', lab.config_dir, 'board'])
    checked = subprocess.run([lab.mesactl, '-c', lab.config_dir, 'verify']).returncode
    print('\nLa encuesta de %s, abierta para mirarla: %s' % (done['breached'], paint('mesad', done['url'])), flush=True)
    return checked


def main():
    with Lab() as lab:
        rc = run(lab)
        if rc == 0 and os.environ.get('DEMO_WAIT', '1') != '0' and sys.stdin.isatty():
            print('\nEnter borra todo y termina. ', end='', flush=True)
            try:
                sys.stdin.readline()
            except KeyboardInterrupt:
                pass
        lab.desk.stop()
    return rc


if __name__ == '__main__':
    sys.exit(main())
