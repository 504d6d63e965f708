#!/usr/bin/env python3
"""The budgets of automatic mail: what exceeds them waits in one digest; nobody's case is lost, nobody
of the staff misses a mail."""
from lab import *
from test_hostile import drop
from test_review import settled

tap = Tap()
MAILS, ALLOWED, WINDOW = 40, 10, 15


def about(person, text): return [m for m in person.mails() if text in m.subject]


def flood(lab):
    """An address that writes 40 mails gets 10 acknowledgements, and then one digest of the 30."""
    luisa, ana, carlos = lab.person('luisa'), lab.person('ana'), lab.person('carlos')
    for i in range(MAILS):
        drop(lab, luisa.compose('Solicitud %d' % i, 'No imprime la %d.' % i).as_bytes())
    wait_until(lambda: len(lab.cases()) == MAILS, why='a case for every mail')
    digest = luisa.wait_mail(subject='Recibimos sus solicitudes')
    settled(lab)
    cases = {c['number'] for c in lab.cases()}
    acks = about(luisa, 'Recibimos su solicitud')
    acked = {lab.number_in(m) for m in acks if m.id != digest.id and 'ST-' in m.subject}
    listed = set(re.findall(r'ST-\d{4}-\d{6}', digest.text))
    assert len(cases) == MAILS and len(acked) == ALLOWED, (len(cases), len(acked))
    assert listed == cases - acked, 'the digest lists what was not acknowledged, and nothing else'
    assert digest.automatic and digest['X-Auto-Response-Suppress'] == 'All' and 'No imprime' not in digest.text
    assert len(about(luisa, 'Recibimos sus solicitudes')) == 1
    assert len([m for m in ana.mails() + carlos.mails() if 'Solicitud' in m.subject]) == MAILS, 'staff got every case'
    assert len([m for m in carlos.mails() if 'está frenado' in m.text]) == 1, 'the coordinator is told once'
    late = sorted(listed)[-1]
    assert [e['type'] for e in lab.show(late)['events'] if e['type'] in ('acknowledged', 'postponed', 'digested')] == ['postponed', 'digested']
    # a number from the digest in the subject is the way to say more
    luisa.write('[%s] algo más' % late, 'Es la del segundo piso.')
    wait_until(lambda: [m for m in lab.show(late)['messages'] if 'segundo piso' in m['text']], why='the words to join the case')


def one_case_by_socket(lab):
    """A case registered and closed through the control socket is counted too; a digest of one case is
    a mail about that case."""
    pepe = lab.person('pepe')
    a, b = [lab.ctl('new', '--from', pepe.address, '--subject', 'Llamada %d' % i)[0]['number'] for i in range(2)]
    assert pepe.wait_mail(subject=a)
    lab.ctl('do', b, '--as', 'carlos', '#cerrar duplicado')
    digest = pepe.wait_mail(subject=b)
    assert 'cerrado' in digest.text and 'Ref. ' + b in digest.text, digest.text
    assert len(pepe.mails()) == 2, [m.subject for m in pepe.mails()]
    pepe.reply(digest, 'No es duplicado.')
    lab.wait_state(b, 'open')


def world(fn, budgets):
    with Lab() as lab:
        lab.configure(desk={'budgets': budgets})
        lab.start()
        fn(lab)
        settled(lab)
        assert lab.ctl('verify')[0]['clean']


if __name__ == '__main__':
    tap.run('the surplus of a flood waits in one digest', world, flood, {'address': '%d/%ds' % (ALLOWED, WINDOW), 'total': '1000/1m'})
    tap.run('the control socket is counted too', world, one_case_by_socket, {'address': '1/8s', 'total': '1000/1m'})
    tap.done()
