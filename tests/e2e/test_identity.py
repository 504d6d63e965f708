#!/usr/bin/env python3
"""Who may do what, and who reads what: on real servers, with people who forge, err and bounce."""
import fcntl, sys
from lab import *
from test_life import open_case, types, first_link

tap = Tap()


def settled(lab):
    """Everything that was sent to the desk has its fate and everything it wrote is out."""
    def still():
        open_mail = lab.person('sistemas').mails()
        board = lab.ctl('board')[0]
        return not open_mail and not board['outbox_waiting'] and not board['mail_open']
    wait_until(still, why='the desk to settle', every=0.1)


def world(fn, **kw):
    with Lab() as lab:
        lab.configure(**kw)
        lab.start()
        fn(lab)
        settled(lab)
        assert lab.ctl('verify')[0]['clean']


def stranger_with_a_number(lab):
    number, luisa, ack, ana, notice = open_case(lab)
    eve = lab.person('eva', 'Eva Intrusa', domain='otra.example')
    eve.write('Re: [%s] No imprime' % number, '¿En qué va esto?')
    mine = eve.wait_mail(subject='ST-')
    other = lab.number_in(mine)
    assert other != number, 'a stranger joined the case'
    assert number not in mine.text and 'impresora' not in mine.text.lower(), 'a stranger learnt something'
    linked = [e for e in lab.show(other)['events'] if e['type'] == 'linked']
    assert linked, types(lab.show(other))
    assert len(lab.show(number)['messages']) and not [m for m in lab.show(number)['messages'] if 'eva@' in m['from']]


def forged_plain_reply(lab):
    """From: a technician, no token: it must not reach the requester."""
    number, luisa, ack, ana, notice = open_case(lab)
    eve = lab.person('eva', domain='otra.example')
    m = eve.compose('Re: [%s] No imprime' % number, 'Señora, mándeme su clave por aquí.', headers=[('From', 'Ana Ruiz <ana@entidad.example>')])
    eve.send(m.as_bytes())
    confirm = ana.wait_mail(where=lambda m: 'clave por aquí' in m.text)
    settled(lab)
    assert luisa.no_mail(where=lambda m: 'clave' in m.text), 'a forged reply reached the requester'
    assert 'responded' not in types(lab.show(number))


def forged_reply_with_id(lab):
    """From: a technician, In-Reply-To of a mail that the requester got (which he knows): not hers."""
    number, luisa, ack, ana, notice = open_case(lab)
    m = luisa.compose('Re: ' + ack.subject, '#resuelto Ya quedó.', headers=[
        ('From', 'Ana Ruiz <ana@entidad.example>'), ('In-Reply-To', ack.id), ('References', ack.id)])
    luisa.send(m.as_bytes())
    wait_until(lambda: 'held' in types(lab.show(number)), why='the forged command to be held')
    settled(lab)
    assert lab.show(number)['state'] in ('new', 'open'), 'a forged command was done'


def requester_commands(lab):
    number, luisa, ack, ana, notice = open_case(lab)
    luisa.reply(ack, '#cerrar no-soporte\nYa no lo necesito.')
    ana.wait_mail(text='Ya no lo necesito')
    assert lab.show(number)['state'] != 'closed', 'a requester commanded'


def command_below_text(lab):
    number, luisa, ack, ana, notice = open_case(lab)
    ana.reply(notice, 'Doña Luisa, ya quedó lista la impresora.\n#resuelto\nSe cambió el tóner.')
    back = ana.wait_mail(where=lambda m: m.automatic and '#resuelto' in m.text)
    settled(lab)
    assert luisa.no_mail(where=lambda m: 'lista la impresora' in m.text), 'held text was sent'
    assert lab.show(number)['state'] != 'resolved'
    assert 'Doña Luisa' in back.text, 'the technician gets her text back'


def misspelt_command(lab):
    number, luisa, ack, ana, notice = open_case(lab)
    ana.reply(notice, '#resulto Se cambió el tóner.')
    back = ana.wait_mail(where=lambda m: '#resuelto' in m.text and '#resulto' in m.text)
    assert lab.show(number)['state'] != 'resolved'
    ana.reply(notice, '# RESUÉLTO: \nSe cambió el tóner.')
    lab.wait_state(number, 'resolved')


def forwarded_command(lab):
    """A technician hands on, without a word of her own, what a stranger wrote her: it is told, not obeyed."""
    number, luisa, ack, ana, notice = open_case(lab)
    ana.reply(notice, '---------- Mensaje reenviado ----------\nDe: Eva <eva@otra.example>\nFecha: lun, 2 nov 2026\n'
                      'Asunto: Impresora\nPara: Ana <ana@entidad.example>\n\n#cerrar no-soporte\nYa llega el tóner.')
    told = luisa.wait_mail(where=lambda m: 'Ya llega el tóner' in m.text)
    settled(lab)
    assert lab.show(number)['state'] == 'open', 'a stranger commanded'


def all_commands(lab):
    number, luisa, ack, ana, notice = open_case(lab)
    ana.reply(notice, '#tomar\n#nota revisar también la del piso 3')
    wait_until(lambda: 'note' in types(lab.show(number)), why='the note')
    assert lab.show(number)['state'] == 'open' and lab.show(number)['assignee'] == 'ana'
    ana.reply(notice, '#asignar carlos')
    wait_until(lambda: lab.show(number)['assignee'] == 'carlos', why='the assignment')
    carlos = lab.person('carlos')
    got = carlos.wait_mail(subject=number, where=lambda m: 'La impresora del piso 2' in m.text)
    carlos.reply(got, '#ver')
    carlos.wait_mail(where=lambda m: number in m.text and 'Luisa' in m.text and m['In-Reply-To'])
    carlos.reply(got, '#ayuda')
    carlos.wait_mail(where=lambda m: '#tomar' in m.text and '#cerrar' in m.text)
    carlos.reply(got, '#cerrar no-soporte\nEsto lo atiende Archivo.')
    case = lab.wait_state(number, 'closed')
    assert case['closed_as'] == 'not-support', case['closed_as']
    told = luisa.wait_mail(subject=number, where=lambda m: 'cerr' in m.text.lower())
    carlos.reply(got, '#reabrir')
    lab.wait_state(number, 'open')


def phone_without_headers(lab):
    """A phone that drops References: the Ref. in the quote finds the case."""
    number, luisa, ack, ana, notice = open_case(lab)
    luisa.reply(ack, 'Se me olvidó: es la HP gris.', keep_headers=False, to=lab.address, subject='Re: impresora')
    ana.wait_mail(text='HP gris')
    ana.reply(notice, 'Gracias, ya sé cuál es.', keep_headers=False, to=lab.address, subject='RE: caso')
    luisa.wait_mail(text='ya sé cuál es')
    assert len(lab.cases()) == 1, [c['number'] for c in lab.cases()]


def automatic_mail(lab):
    number, luisa, ack, ana, notice = open_case(lab)
    luisa.reply(ack, 'Estoy fuera de la oficina hasta el lunes.', headers=[('Auto-Submitted', 'auto-replied')])
    wait_until(lambda: 'automatic' in types(lab.show(number)), why='the automatic reply to be recorded')
    before = len(luisa.mails())
    lab.person('boletin', domain='otra.example').write('Ofertas', 'Compre ya', headers=[('List-Id', '<ofertas.otra.example>'), ('Precedence', 'bulk')])
    settled(lab)
    assert len(luisa.mails()) == before and len(lab.cases()) == 1
    assert not lab.person('boletin').mails(), 'a list was answered'


def mail_to_nobody(lab):
    """The answer bounces: the technician is told, and the clock goes on."""
    nadie = lab.person('nadie', 'Don Nadie')
    nadie.write('Sin correo', 'No me llegan los correos.')
    ana = lab.person('ana')
    notice = ana.wait_mail(text='No me llegan los correos')
    number = lab.number_in(notice)
    wait_until(lambda: 'bounced' in types(lab.show(number)), why='the bounce of the acknowledgement')
    ana.reply(notice, 'Ya le arreglé el buzón.')
    wait_until(lambda: types(lab.show(number)).count('bounced') == 2, why='the bounce of the answer')
    told = ana.wait_mail(where=lambda m: 'nadie@entidad.example' in m.text and m.automatic and 'arreglé' not in m.text.split('Ref.')[0][:40])
    case = lab.show(number)
    assert 'unresponded' in types(case), types(case)
    assert case['clocks'][0]['stopped_at'] is None


DELAYED = """From: Mail Delivery System <MAILER-DAEMON@otra.example>
To: sistemas@entidad.example
Subject: Delayed Mail (still being retried)
Message-ID: <demora@otra.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="limite"

--limite
Content-Type: text/plain

Your message could not be delivered for 4 hours. It will be retried.
--limite
Content-Type: message/delivery-status

Reporting-MTA: dns; otra.example

Final-Recipient: rfc822; %s
Action: delayed
Status: 4.4.1
--limite
Content-Type: text/rfc822-headers

Subject: caso
Message-ID: %s
--limite--
"""

TEXT_ALONE = """From: Mail Delivery System <MAILER-DAEMON@otra.example>
To: sistemas@entidad.example
Subject: Delivery failure
Message-ID: <texto@otra.example>
Date: Mon, 02 Nov 2026 10:00:00 -0500
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Your message could not be delivered to the following recipient:

<%s>: 550 5.1.1 mailbox unavailable

--- The text of your message follows ---

Recibimos su solicitud.

%s
"""

RETURNED = """From: MAILER-DAEMON@otra.example
To: sistemas@entidad.example
Subject: failure notice
Message-ID: <devuelto@otra.example>
Content-Type: text/plain; charset=utf-8

Hi. This is the qmail-send program at otra.example.
This is a permanent error; I've given up. Sorry it didn't work out.

<%s>:
Remote host said: 452 4.2.2 mailbox full; I'm not going to try again

--- Below this line is a copy of the message.

Subject: caso
Message-ID: %s

Recibimos su solicitud.
"""


def bounces_of_others(lab):
    """A delay moves nothing. A report in words, which has the returned mail only as text and a code of
    4.x, says that it did not arrive: the technician is told to whom and what to do."""
    number, luisa, ack, ana, notice = open_case(lab)
    daemon = lab.person('MAILER-DAEMON', domain='otra.example')
    before = len(ana.mails())
    daemon.send((DELAYED % (luisa.address, ack.id)).encode())
    wait_until(lambda: 'automatic' in types(lab.show(number)), why='the delay to be recorded')
    settled(lab)
    assert 'bounced' not in types(lab.show(number)) and len(ana.mails()) == before
    daemon.send((RETURNED % (luisa.address, ack.id)).encode())
    told = ana.wait_mail(where=lambda m: luisa.address in m.text and 'otro medio' in m.text)
    assert '452 4.2.2' in told.text, told.text
    assert 'bounced' in types(lab.show(number)) and len(lab.cases()) == 1
    assert not daemon.mails(), 'a bounce was answered'


def bounce_of_text_alone(lab):
    """The report gives back what we wrote, but not its header: the code at its foot says which mail it was."""
    number, luisa, ack, ana, notice = open_case(lab)
    daemon = lab.person('MAILER-DAEMON', domain='otra.example')
    foot = [l for l in ack.text.splitlines() if l.startswith('Ref. ')][0]
    daemon.send((TEXT_ALONE % (luisa.address, foot)).encode())
    told = ana.wait_mail(where=lambda m: luisa.address in m.text and 'otro medio' in m.text)
    assert 'mailbox unavailable' in told.text, told.text
    assert 'bounced' in types(lab.show(number)) and len(lab.cases()) == 1


def participants(lab):
    """Somebody of the entity in copy follows the case; no acknowledgement for her."""
    rosa = lab.person('rosa', 'Rosa Díaz')
    luisa = lab.person('luisa', 'Luisa Peña')
    sent = luisa.write('Portátil nuevo', 'Para Rosa.', headers=[('Cc', 'Rosa Díaz <rosa@entidad.example>')])
    ack = luisa.wait_mail(subject='ST-')
    number = lab.number_in(ack)
    ana = lab.person('ana')
    notice = ana.wait_mail(subject=number)
    ana.reply(notice, 'Llega el jueves.')
    got = rosa.wait_mail(text='Llega el jueves')
    luisa.wait_mail(text='Llega el jueves')
    assert len(rosa.mails()) == 1, [m.subject for m in rosa.mails()]
    rosa.reply(got, 'Perfecto, que sea con ratón.')
    ana.wait_mail(text='con ratón')
    assert len(lab.cases()) == 1


def same_mail_twice(lab):
    luisa = lab.person('luisa')
    m = luisa.compose('Duplicado', 'Una sola vez, por favor.').as_bytes()
    luisa.send(m)
    luisa.send(m)
    luisa.wait_mail(subject='ST-')
    settled(lab)
    assert len(lab.cases()) == 1 and len(luisa.mails()) == 1


def unlocked(lab):
    """Does nobody hold the state directory?"""
    with open(os.path.join(lab.state_dir, 'lock')) as f:
        try:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            return False


def by_keyboard(lab):
    """mesactl writes with the desk running, and without it."""
    made = lab.ctl('new', '--from', 'luisa@entidad.example', '--subject', 'Llamó por el teléfono', '--channel', 'telefono', '--body', 'No timbra.')
    number = made[0]['number']
    luisa = lab.person('luisa')
    luisa.wait_mail(subject=number)
    lab.ctl('do', number, '--as', 'ana', '#tomar')
    assert lab.show(number)['assignee'] == 'ana'
    r = lab.ctl('do', number, '--as', 'ana', '#resulto x', check=False)
    assert r.returncode == 65, r.returncode
    assert lab.ctl('show', '999', check=False).returncode == 66
    assert lab.ctl('outbox', 'retry', '1', check=False).returncode == 65, 'what was sent cannot go out again'
    lab.desk.stop()
    lab.ctl('do', number, '--as', 'ana', '#resuelto Se cambió el cable del teléfono.')
    assert lab.show(number)['state'] == 'resolved'
    with open(lab.path('m.eml'), 'wb') as f: f.write(luisa.compose('Por archivo', 'Hola').as_bytes())
    fate = lab.ctl('ingest', lab.path('m.eml'))[0]
    assert fate['fate'] == 'case', fate
    lab.ctl('backup', lab.path('copia.db'), check=False)
    assert os.path.getsize(lab.path('copia.db')) > 10000
    wait_until(lambda: unlocked(lab), why='the quiet desk to end by itself')
    lab.start()
    luisa.wait_mail(text='cable del teléfono')


CASES = (stranger_with_a_number, forged_plain_reply, forged_reply_with_id, requester_commands, command_below_text, misspelt_command, forwarded_command,
         all_commands, phone_without_headers, automatic_mail, mail_to_nobody, bounces_of_others, bounce_of_text_alone, participants, same_mail_twice, by_keyboard)

if __name__ == '__main__':
    for fn in CASES:
        if len(sys.argv) < 2 or fn.__name__ in sys.argv[1:]: tap.run(fn.__name__, world, fn)
    tap.done()
