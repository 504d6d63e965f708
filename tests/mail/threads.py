#!/usr/bin/env python3
# run: timeout=240
"""Which case a mail belongs to, and why. The folders hilo-* are mails to a desk that has one case, opened by
luisa@entidad.example with «No imprime la del piso 2»; expect.json says under "thread" what `mesactl explain` must
decide, and under "case" the state the case is in by then (new, closed). What only a desk can know stands in
braces: {{NUMBER}}, {{REQUEST}} (her Message-ID), {{ACK}} (that of the acknowledgement), {{REF}} (its last line),
{{REPLY_TO}} (its reply address)."""
import json, os, sys

MAILS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(MAILS), 'e2e'))
from lab import *
from test_life import open_case

tap = Tap()


def fixtures(state):
    for name in sorted(os.listdir(MAILS)):
        path = os.path.join(MAILS, name, 'expect.json')
        if name.startswith('hilo-'):
            with open(path, encoding='utf-8') as f:
                want = json.load(f)
            if want['case'] == state:
                yield name, want['thread']


def filled(name, known):
    with open(os.path.join(MAILS, name, 'in.eml'), encoding='utf-8') as f:
        text = f.read()
    for word, value in known.items():
        text = text.replace('{{%s}}' % word, value)
    assert '{{' not in text, 'a word that is not known'
    return text


def decide(lab, known, name, want):
    path = lab.path('hilo.eml')
    with open(path, 'w', encoding='utf-8') as f:
        f.write(filled(name, known))
    got = lab.ctl('explain', path)[0]['thread']
    wrong = {k: got[k] for k in want if got[k] != want[k]}
    assert not wrong, 'wanted %r, found %r' % (want, got)
    assert got['ticket'] == (None if got['decision'] == 'new' else known['NUMBER']) or got['decision'] == 'linked', got


def signed_address(lab, luisa, ack, ana):
    luisa.write('Otra cosa', 'Es la HP gris.', to=ack['Reply-To'])
    ana.wait_mail(text='Es la HP gris.')
    assert len(lab.cases()) == 1, lab.cases()


def main():
    with Lab() as lab:
        lab.configure(mesad=lab.settings(mailbox={'plus_addresses': True}))
        lab.start()
        number, luisa, ack, ana, notice = open_case(lab)
        known = {'NUMBER': number, 'ACK': ack.id, 'REQUEST': ack['In-Reply-To'], 'REPLY_TO': ack['Reply-To'],
                 'REF': [line for line in ack.text.splitlines() if line.startswith('Ref. ')][0]}
        for name, want in fixtures('new'):
            tap.run(name, decide, lab, known, name, want)
        tap.run('the signed address is delivered', signed_address, lab, luisa, ack, ana)
        ana.reply(notice, '#cerrar no-soporte\nEsto lo atiende Archivo.')
        lab.wait_state(number, 'closed')
        for name, want in fixtures('closed'):
            tap.run(name, decide, lab, known, name, want)
    tap.done()


main()
