#!/usr/bin/env python3
# run: timeout=600
"""The desk's loop on a machine that misbehaves, with workers that hang or fall: it goes on, and nobody
waits for ever."""
import signal, sqlite3, sys
from lab import *
from proxy import *
from test_faults import World, acks_of
from test_hostile import MIB, drop, has_in_hand, text

tap = Tap()
MINUTE = 60000


def answered(lab, mid): return lambda: acks_of(lab, mid)


def change(lab, sql, *values):
    with sqlite3.connect('%s/mesad.db' % lab.state_dir) as db: db.execute(sql, values)
    db.close()


def far_event(lab):
    """Something was recorded a year from now."""
    change(lab, "insert into event(id, at, type, actor, digest, chain) select coalesce(max(id), 0) + 1, ?, 'note', 'system', "
           "zeroblob(32), zeroblob(32) from event", int(time.time()) + 366 * 86400)


def ended(desk): return wait_until(lambda: desk.proc.poll() is not None and [desk.proc.returncode], why='the desk to end')[0]


def holds_until(event):
    """The answer comes when the test says so."""
    def held(c, unit):
        event.wait(60)
        c.send(unit)
        return True
    return held


def late_wake():
    """The hour of a second try comes while the desk is busy, and something else is handled first: it is sent all the same."""
    with World(smtp_dialect=Smtp) as w:
        machine = Machine(w.lab)
        w.lab.start(env=machine.env)
        machine.set(late_wakes=1)
        p, moved = w.proxies['sistemas'], threading.Event()
        wait_until(p.idles, why='the desk to idle')
        p.arm('MOVE', holds_until(moved), 'last')
        w.smtp.arm('RCPT', says(b'451 4.3.0 intente luego\r\n'), 'up', rcpt=w.lab.person('luisa').address)
        mid = w.write()
        w.lab.desk.wait_log('verdict=later')
        moved.set()
        wait_until(answered(w.lab, mid), why='the acknowledgement at its second try')
        w.check()


def the_worker(lab, name): return wait_until(lambda: lab.desk.children().get(name), why=name)[0]


def replaced(lab, name, pid):
    """The desk looks when something wakes it, as every minute does."""
    def other():
        lab.ctl('board')
        lab.ctl('clock', 'accept', check=False)
        return pid not in lab.desk.children().get(name, [])
    wait_until(other, every=0.2, why='%s to be replaced' % name)


def hung_reader():
    """A reader of the mailbox that says nothing any more is killed, and another reads."""
    with World() as w:
        machine = Machine(w.lab)
        w.lab.start(env=machine.env)
        wait_until(w.proxies['sistemas'].idles, why='the desk to idle')
        pid = the_worker(w.lab, 'mesad-imap')
        os.kill(pid, signal.SIGSTOP)
        mid = w.write()
        machine.set(mono_ms=15 * MINUTE)  # beyond its rhythm of nine and five more
        replaced(w.lab, 'mesad-imap', pid)
        wait_until(answered(w.lab, mid), why='the mail to be read')
        w.check()


def hung_sender():
    """So is a sender, whatever else the desk does meanwhile; the mail that it had is sent by another."""
    with World(smtp_dialect=Smtp) as w:
        lab, machine = w.lab, Machine(w.lab)
        lab.start(env=machine.env)
        first = w.write()
        wait_until(answered(lab, first), why='the first case')
        pid = the_worker(lab, 'mesad-smtp')
        os.kill(pid, signal.SIGSTOP)
        mid = w.write()
        wait_until(lambda: len(lab.cases()) == 2, why='the second case')
        machine.set(mono_ms=10 * MINUTE)
        lab.ctl('do', lab.cases()[0]['number'], '--as', 'ana', '#nota Todavía nada.')
        assert the_worker(lab, 'mesad-smtp') == pid
        machine.set(mono_ms=16 * MINUTE)
        replaced(lab, 'mesad-smtp', pid)
        wait_until(answered(lab, mid), why='the acknowledgement')
        w.check(duplicates=1)


def falls_at_each(lab, proxy):
    """The sender falls whenever this mail is at its final dot; the relay never has it."""
    def fall(c, unit):
        proxy.arm('DOT', fall, 'up', rcpt=c.rcpt)
        for pid in lab.desk.children().get('mesad-smtp', []): os.kill(pid, signal.SIGSEGV)
        c.close()
    return fall


def fatal_mail():
    """A mail that its sender falls over waits its turn like any other that fails: those behind it leave."""
    with World(smtp_dialect=Smtp) as w:
        lab = w.lab
        lab.start()
        wait_until(w.proxies['sistemas'].idles, why='the desk to idle')
        w.smtp.arm('DOT', falls_at_each(lab, w.smtp), 'up', rcpt=lab.person('luisa').address)
        mid = w.write()
        lab.person('ana').wait_mail(subject='ST-')
        lab.desk.wait_log('event=sender_lost_mail')
        tried = lambda: lab.ctl('outbox')[0]['attempts'] >= 2
        wait_until(tried, every=0.2, why='its attempts to be counted')
        w.smtp.fault = None
        wait_until(answered(lab, mid), why='the acknowledgement')
        w.check()


def failed_sync():
    """A person's command whose commit is in doubt: the desk ends, and the next one knows what is on the disk."""
    with World() as w:
        lab, machine = w.lab, Machine(w.lab)
        lab.start(env=machine.env)
        wait_until(answered(lab, w.write()), why='the case')
        wait_until(lambda: not lab.ctl('board')[0]['outbox_waiting'], why='everything to be sent')
        machine.set(sync_fails=1)
        r = lab.ctl('do', lab.cases()[0]['number'], '--as', 'ana', '#nota Quién sabe.', check=False)
        assert r.returncode == 75, r
        assert ended(lab.desk) == 70
        machine.set()
        lab.start()
        wait_until(answered(lab, w.write()), why='the next case')
        w.check()


def slow_disk():
    """A commit of twelve seconds is not charged to the mail that is read next."""
    with World() as w:
        lab, machine = w.lab, Machine(w.lab)
        lab.start(env=machine.env)
        wait_until(w.proxies['sistemas'].idles, why='the desk to idle')
        machine.set(sync_ms=12000)
        body = ('<p>' + '<b>a</b> <i>b</i> &aacute; <a href="http://x.example/">c</a> ' * 40 + '</p>\r\n') * 6000
        heavy = text('pesado', body.encode(), 'text/html; charset=utf-8').replace(b'From: Eva <eva@otra.example>', b'From: Luisa <luisa@entidad.example>')
        drop(lab, heavy)
        wait_until(lambda: [p for p in lab.desk.children().get('mesad-parse', []) if has_in_hand(p) > MIB], every=0.002, why='a parser to have it')
        lab.ctl('clock', 'accept', check=False)  # wakes the loop
        wait_until(lambda: lab.cases(), every=0.2, why='the case')
        assert not [x for x in lab.desk.lines if 'event=parser_lost_mail' in x], 'charged to the mail'
        assert not lab.ctl('quarantine')


def unseen_jump():
    """The clock is set in the one moment in which no timer tells of it."""
    with World() as w:
        machine = Machine(w.lab)
        w.lab.start(env=machine.env)
        wait_until(answered(w.lab, w.write()), why='the case')
        machine.set(wall_s=86400)
        w.write()
        w.lab.desk.wait_log('event=clock_jumped seconds=86')


def refuses_fetch(proxy, of=None):
    """NO to every FETCH, or to every one of a certain mail, until proxy.fault is None."""
    def refuse(c, unit):
        proxy.arm('FETCH', refuse, 'up')
        uids = set()
        for part in unit.split()[3].split(b','):
            first, _, last = part.partition(b':')
            uids |= set(range(int(first), int(last or first) + 1))
        if of is not None and of not in uids: return False
        c.send(c.tag + b' NO [UNAVAILABLE] ahora no\r\n')
        return True
    proxy.arm('FETCH', refuse, 'up')


def fetch_refused_for_a_while():
    """The server lists its mails and does not give them: they wait, whole, until it does."""
    with World() as w:
        lab, p = w.lab, w.proxies['sistemas']
        lab.start()
        wait_until(p.idles, why='the desk to idle')
        refuses_fetch(p)
        mids = [w.write() for _ in range(5)]
        wait_until(lambda: p.count('FETCH') >= 4, why='it to be asked again and again')
        wait_until(lambda: w.in_folder('sistemas', 'INBOX') == set(mids), why='all to be there')
        assert not lab.cases(), 'handled without having been read'
        p.fault = None
        for mid in mids: wait_until(answered(lab, mid), why='the mails to be read')
        w.check()


def one_mail_never_comes():
    """A mail that its server never gives holds nobody up, and in the end it is put aside and somebody told."""
    with World() as w:
        lab, p, machine = w.lab, w.proxies['sistemas'], Machine(w.lab)
        lab.start(env=machine.env)
        wait_until(p.idles, why='the desk to idle')
        refuses_fetch(p, of=1)
        mids = [w.write() for _ in range(3)]
        for mid in mids[1:]: wait_until(answered(lab, mid), why='the others')
        assert not lab.ctl('quarantine') and mids[0] in w.in_folder('sistemas', 'INBOX'), 'given up at once'
        for k in range(1, 12):
            if lab.ctl('quarantine'): break
            machine.set(mono_ms=k * 6 * MINUTE)
            before = p.count('FETCH')
            wait_until(answered(lab, w.write()), why='another mail')
            wait_until(lambda: lab.ctl('quarantine') or p.count('FETCH') >= before + 2, why='it to be asked for again')
        assert k >= 4, 'given up after %d tries' % k
        aside = lab.ctl('quarantine')
        assert len(aside) == 1, aside
        assert lab.person('carlos').wait_mail(text='cuarentena')
        assert len(lab.cases()) == len(w.sent) - 1
        assert lab.ctl('verify')[0]['clean']


def empty_mails():
    """Two mails of nothing are two mails."""
    with World() as w:
        w.lab.start()
        wait_until(w.proxies['sistemas'].idles, why='the desk to idle')
        for _ in range(2): drop(w.lab, b'')
        wait_until(lambda: len(w.lab.cases()) == 2, why='a case for each')


def reload_with_a_clock_behind():
    """What waits for a sane clock keeps no reload waiting, and is not lost by it."""
    with World() as w:
        lab = w.lab
        lab.start()
        wait_until(answered(lab, w.write()), why='the case')
        lab.desk.stop()
        far_event(lab)
        lab.start(ready=False)
        lab.desk.wait_log('event=clock_before_last_event')
        fetched = w.proxies['sistemas'].count('FETCH')
        mid = w.write()
        wait_until(lambda: w.proxies['sistemas'].count('FETCH') > fetched, why='the mail to be fetched')
        lab.desk.proc.send_signal(signal.SIGHUP)
        lab.desk.wait_log('event=reloaded')
        assert len(lab.cases()) == 1, 'intake did not wait'
        lab.ctl('clock', 'accept')
        wait_until(answered(lab, mid), why='the mail to be handled')
        assert len(lab.cases()) == 2


def quiet_desk_ends():
    """A command while no daemon runs, the clock is behind, and a mail waits: nothing stays behind to burn time."""
    with Lab() as lab:
        lab.configure()
        lab.start()
        luisa = lab.person('luisa')
        luisa.write('No imprime', 'No imprime.')
        luisa.wait_mail(subject='ST-')
        lab.desk.stop()
        change(lab, "insert into mail(mailbox, uidvalidity, uid, received_at, size, raw, sha256, body_sha256, headers_only) "
               "select 'ingest', 1, 99, received_at, size, raw, randomblob(32), randomblob(32), 0 from mail limit 1")
        far_event(lab)
        lab.ctl('do', lab.cases()[0]['number'], '--as', 'ana', '#nota Sigue.', check=False)
        free = lambda: subprocess.run(['flock', '-n', '%s/lock' % lab.state_dir, 'true']).returncode == 0
        wait_until(free, why='the quiet desk to end')


def drain_without_a_sender():
    """Nothing can leave, or nothing can be read: the drain ends all the same, and says that something waits."""
    for missing, cases in (('mesad-smtp', 1), ('mesad-parse', 0)):
        with Lab() as lab:
            lab.configure()
            lab.person('luisa').write('No imprime', 'No imprime.')
            wait_until(lambda: lab.person('sistemas').mails(), why='the mail to arrive')
            os.mkdir(lab.path('bin'))
            for name in {'mesad', 'mesad-imap', 'mesad-parse', 'mesad-smtp'} - {missing}: shutil.copy(os.path.join(BUILD, name), lab.path('bin'))
            assert ended(lab.start(ready=False, build=lab.path('bin'), args=['--drain'])) == 75, missing
            assert len(lab.cases()) == cases, missing


def drain_with_a_refused_move():
    with Lab() as lab:
        lab.configure()
        lab.start()
        luisa = lab.person('luisa')
        luisa.write('No imprime', 'No imprime.')
        luisa.wait_mail(subject='ST-')
        wait_until(lambda: not lab.person('sistemas').mails(), why='the first to be moved')
        lab.desk.stop()
        done = os.path.join(lab.dovecot.mail, 'sistemas', '.Procesados')
        for top, _, _ in os.walk(done): os.chmod(top, 0o555)
        luisa.write('Tampoco escanea', 'Tampoco.')
        wait_until(lambda: lab.person('sistemas').mails(), why='the mail to arrive')
        assert ended(lab.start(ready=False, args=['--drain'])) == 75
        for top, _, _ in os.walk(done): os.chmod(top, 0o755)
        assert ended(lab.start(ready=False, args=['--drain'])) == 0
        assert not lab.person('sistemas').mails() and len(lab.cases()) == 2


def first_start_in_the_future():
    """The clock ran ahead at the very first start: what comes once it is right is not taken for old mail."""
    with World() as w:
        lab = w.lab
        lab.start()
        wait_until(answered(lab, w.write()), why='the case')
        lab.desk.stop()
        change(lab, 'update mailbox set started_at = ?', int(time.time()) + 2 * 86400)
        lab.start()
        wait_until(answered(lab, w.write()), why='the second case')
        w.check()


CASES = (late_wake, hung_reader, hung_sender, fatal_mail, failed_sync, slow_disk, unseen_jump,
         fetch_refused_for_a_while, one_mail_never_comes, empty_mails, reload_with_a_clock_behind,
         quiet_desk_ends, drain_without_a_sender, drain_with_a_refused_move, first_start_in_the_future)

if __name__ == '__main__':
    for fn in CASES:
        if len(sys.argv) < 2 or fn.__name__ in sys.argv[1:]: tap.run(fn.__name__, fn)
    tap.done()
