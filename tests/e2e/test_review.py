#!/usr/bin/env python3
"""What a nasty reader tried: each case was a defect once."""
import sqlite3, time
from lab import *
from test_life import first_link, get, open_case, post, types

tap = Tap()


def settled(lab):
    def still():
        board = lab.ctl('board')[0]
        return not lab.person('sistemas').mails() and not board['outbox_waiting'] and not board['mail_open']
    wait_until(still, why='the desk to settle', every=0.1)


def world(fn, **kw):
    with Lab() as lab:
        lab.configure(**kw)
        lab.start()
        fn(lab)
        settled(lab)
        assert lab.ctl('verify')[0]['clean']


def column(lab, sql):
    db = sqlite3.connect('file:%s/mesad.db?mode=ro' % lab.state_dir, uri=True)
    try:
        return [r[0] for r in db.execute(sql)]
    finally:
        db.close()


def thanks_above_a_card(lab):
    number, luisa, ack, ana, notice = open_case(lab)
    ana.reply(notice, '#resuelto Se cambió el tóner.')
    survey = luisa.wait_mail(text='Se cambió el tóner')
    luisa.reply(survey, 'Muchas gracias\n\nLuisa Peña\nProfesional Universitaria\nTesorería Municipal\nTel. 300 555 0147')
    wait_until(lambda: 'thanked' in types(lab.show(number)), why='the thanks to be recorded')
    assert lab.show(number)['state'] == 'resolved', 'thanks reopened a case'


def digit_of_a_copied_person(lab):
    rosa = lab.person('rosa', 'Rosa Díaz')
    number, luisa, ack, ana, notice = open_case(lab, headers=[('Cc', rosa.address)])
    ana.reply(notice, '#resuelto Se cambió el tóner.')
    copy = rosa.wait_mail(text='Se cambió el tóner')
    rosa.reply(copy, '5')
    wait_until(lambda: 'thanked' in types(lab.show(number)), why='the digit to be recorded')
    case = lab.show(number)
    assert case['state'] == 'resolved' and case['survey']['score'] is None, (case['state'], case['survey'])
    assert [e['actor'] for e in case['events'] if e['type'] == 'thanked'] == ['participant']


def machine_without_marks(lab):
    ups = lab.person('ups', 'UPS')
    for level in (10, 5):
        ups.write('Batería baja', 'Batería al %d %%' % level)
    wait_until(lambda: lab.cases() and 'automatic' in types(lab.show(lab.cases()[0]['number'])), why='both alarms')
    settled(lab)
    assert len(lab.cases()) == 1, [c['number'] for c in lab.cases()]
    assert not ups.mails(), 'a machine was answered'


def signs_once(lab):
    number, luisa, ack, ana, notice = open_case(lab)
    ana.reply(notice, 'Voy para allá.\n\nCordialmente,\nAna Ruiz\nTécnica de sistemas')
    got = luisa.wait_mail(text='Voy para allá')
    assert got.text.count('Ana Ruiz') == 1, got.text
    ana.reply(notice, 'Llego a las tres.')
    assert 'Ana Ruiz' in luisa.wait_mail(text='Llego a las tres').text


def solved_meanwhile(lab):
    """Two write at once, and one of them has solved it: the other is told before hers leaves."""
    number, luisa, ack, ana, notice = open_case(lab)
    carlos = lab.person('carlos')
    ana.reply(notice, '#asignar carlos')
    his = carlos.wait_mail(subject=number)
    time.sleep(1.1)  # the answers are told apart by whole seconds
    carlos.reply(his, '#resuelto Era el cable.')
    lab.wait_state(number, 'resolved')
    ana.reply(notice, 'Doña Luisa, mañana paso.')
    back = ana.wait_mail(text='mientras usted escribía')
    settled(lab)
    assert luisa.no_mail(where=lambda m: 'mañana paso' in m.text), 'a second answer left'
    ana.reply(back, 'Doña Luisa, de todos modos mañana paso.')
    luisa.wait_mail(text='de todos modos mañana paso')


def survey_to_nobody(lab):
    """The solution bounces: the coordinator, who alone may close it, learns it."""
    nadie = lab.person('nadie', 'Don Nadie')
    nadie.write('Sin correo', 'No me llegan los correos.')
    ana, carlos = lab.person('ana'), lab.person('carlos')
    notice = ana.wait_mail(text='No me llegan los correos')
    ana.reply(notice, '#resuelto Ya le arreglé el buzón.')
    for staff in (ana, carlos):
        staff.wait_mail(where=lambda m: 'aviso de solución con la encuesta' in m.text)


def older_survey(lab):
    """Solved twice: the first link sends to the second, and counts for nothing."""
    number, luisa, ack, ana, notice = open_case(lab)
    ana.reply(notice, '#resuelto Se cambió el tóner.')
    first = first_link(luisa.wait_mail(text='Se cambió el tóner'))
    assert post(first, solved='no', comment='Sigue igual.')[0] == 200
    ana.reply(notice, '#resuelto Se cambió el cable.')
    luisa.wait_mail(text='Se cambió el cable')
    for page in (get(first)[1], post(first, score='5', solved='yes')[1]):
        assert 'último correo' in page and 'se sigue atendiendo' not in page, page
    assert lab.show(number)['state'] == 'resolved'


def lists_what_shows(lab):
    number, luisa, ack, ana, notice = open_case(lab)
    shown, listed = lab.show(number), lab.ctl('list')[0]
    assert listed == {k: v for k, v in shown.items() if not isinstance(v, list)}, listed


def socket_acts_are_logged(lab):
    number, luisa, ack, ana, notice = open_case(lab)
    lab.ctl('do', number, '--as', 'ana', '#tomar')
    lab.desk.wait_log('event=taken ticket=%s actor=ana' % number)


def gone_is_finished():
    """Moved by the desk, which died before it heard so: the next listing tells."""
    with Lab() as lab:
        lab.configure()
        lab.start()
        open_case(lab)
        settled(lab)
        wait_until(lambda: column(lab, 'select finished from mail') == [1], why='the move to be recorded')
        lab.desk.stop()
        db = sqlite3.connect('%s/mesad.db' % lab.state_dir)
        db.execute('update mail set finished = 0')
        db.commit()
        db.close()
        lab.start()
        wait_until(lambda: column(lab, 'select finished from mail') == [1], why='a gone mail to be finished')


def drain_without_smtp():
    """Nothing can leave: it ends all the same, and says that something waits."""
    with Lab() as lab:
        conf = lab.settings()
        del conf['smtp']
        lab.configure(mesad=conf)
        lab.person('luisa').write('No imprime', 'No imprime.')
        wait_until(lambda: lab.person('sistemas').mails(), why='the mail to arrive')
        desk = Desk(lab, args=['--drain']).start(ready=False)
        rc = wait_until(lambda: desk.proc.poll() is not None and [desk.proc.returncode], why='the drain to end')[0]
        assert rc == 75, rc
        assert len(lab.cases()) == 1


def slow_clock():
    """The clock is before the last event: intake waits without burning time, and goes on by itself."""
    with Lab() as lab:
        lab.configure()
        lab.start()
        open_case(lab)
        lab.desk.stop()
        db = sqlite3.connect('%s/mesad.db' % lab.state_dir)
        db.execute("insert into event(id, at, type, actor, digest, chain) select max(id) + 1, ?, 'note', 'system', "
                   "zeroblob(32), zeroblob(32) from event", (int(time.time()) + 300 + 8,))
        db.commit()
        db.close()
        lab.start(ready=False)
        lab.desk.wait_log('event=clock_before_last_event')
        lab.person('luisa').write('Otro caso', 'Otra cosa.')
        used = lambda: sum(int(n) for n in open('/proc/%d/stat' % lab.desk.proc.pid).read().rsplit(')', 1)[1].split()[11:13])
        wait_until(lambda: lab.person('sistemas').mails(), why='the mail to arrive')
        before, since = used(), time.monotonic()
        wait_until(lambda: time.monotonic() - since > 2, why='two seconds')
        share = (used() - before) / os.sysconf('SC_CLK_TCK') / (time.monotonic() - since)
        assert len(lab.cases()) == 1, 'intake did not wait'
        lab.desk.wait_log('event=clock_sane')
        wait_until(lambda: len(lab.cases()) == 2, why='intake to go on')
        assert share < 0.25, 'the desk was busy %d %% of the time while it waited' % (100 * share)


def far_clock():
    """The clock was a year ahead once: the coordinator is told, and a person's word ends the waiting. Till then nothing
    of a case leaves: what the server accepts would be recorded at a wrong hour."""
    with Lab() as lab:
        lab.configure()
        lab.start()
        number, luisa, ack, ana, notice = open_case(lab)
        assert lab.ctl('clock', 'accept', check=False).returncode == 65, 'there was no doubt'
        lab.desk.stop()
        lab.ctl('do', number, '--as', 'ana', '#resuelto Se cambió el tóner.')
        db = sqlite3.connect('%s/mesad.db' % lab.state_dir)
        db.execute("insert into event(id, at, type, actor, digest, chain) select max(id) + 1, ?, 'note', 'system', "
                   "zeroblob(32), zeroblob(32) from event", (int(time.time()) + 366 * 86400,))
        db.commit()
        db.close()
        lab.start(ready=False)
        lab.desk.wait_log('event=clock_before_last_event')
        lab.person('luisa').write('Otro caso', 'Otra cosa.')
        assert lab.person('carlos').wait_mail(text='mesactl clock accept')
        assert len(lab.cases()) == 1, 'intake did not wait'
        assert column(lab, "select state from outbox where purpose = 'survey'") == ['queued'], 'the survey did not wait'
        lab.ctl('clock', 'accept')
        lab.desk.wait_log('event=clock_sane')
        wait_until(lambda: len(lab.cases()) == 2, why='intake to go on')
        assert luisa.wait_mail(text='Se cambió el tóner.')
        assert column(lab, "select actor from event where type = 'clock'") == ['system']


def main():
    for fn in (thanks_above_a_card, digit_of_a_copied_person, signs_once, solved_meanwhile, survey_to_nobody,
               older_survey, lists_what_shows, socket_acts_are_logged):
        tap.run(fn.__name__, world, fn)
    tap.run('machine_without_marks', lambda: world(machine_without_marks, desk={
        'intake': [{'name': 'ups', 'from': ['ups@' + DOMAIN], 'acknowledge': False}]}))
    for fn in (gone_is_finished, drain_without_smtp, slow_clock, far_clock):
        tap.run(fn.__name__, fn)
    tap.done()


if __name__ == '__main__':
    main()
