#!/usr/bin/env python3
# run: timeout=600
"""The vote in a real browser: Chromium by WebDriver, with mouse and keyboard, with and without
JavaScript. What the page says is read from the page, what it did from the case."""
import base64, json, os, re, subprocess, sys, urllib.error, urllib.request
from lab import *

tap = Tap()
ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
TAB, SPACE, ENTER, LEFT, RIGHT = '\ue004', ' ', '\ue007', '\ue012', '\ue014'
KEEP_PICTURES = os.environ.get('MESAD_PICTURES')  # a folder to look at what the browser showed


class Element:
    def __init__(self, browser, id): self.browser, self.id = browser, id

    def ask(self, what, body=None): return self.browser.ask('/element/%s/%s' % (self.id, what), body)

    def click(self): self.ask('click', {})

    def type(self, text): self.ask('value', {'text': text})

    def attribute(self, name): return self.ask('attribute/' + name)

    @property
    def text(self): return self.ask('text')

    @property
    def chosen(self): return self.ask('selected')


class Browser:
    """One Chromium with a folder of its own; plain WebDriver over HTTP."""

    def __init__(self, lab, name, args=()):
        self.port = free_port()
        self.log = open(lab.path(name + '.driver'), 'w')
        self.driver = subprocess.Popen(['chromedriver', '--port=%d' % self.port], stdout=self.log, stderr=self.log,
                                       stdin=subprocess.DEVNULL, start_new_session=True)
        self.base = 'http://127.0.0.1:%d' % self.port
        self.session = None
        wait_port(self.port, self.driver, 'chromedriver')
        options = {'args': ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
                            '--no-first-run', '--disable-background-networking', '--disable-component-update',
                            '--no-proxy-server', '--user-data-dir=' + lab.path(name), '--window-size=900,1100',
                            '--lang=es-CO'] + list(args)}
        try:
            made = self.call('POST', '/session', {'capabilities': {'alwaysMatch': {
                'browserName': 'chrome', 'goog:chromeOptions': options, 'goog:loggingPrefs': {'browser': 'ALL'}}}})
        except BaseException:
            self.close()
            raise
        self.session = made['sessionId']

    def __enter__(self): return self

    def __exit__(self, *exc): self.close()

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {'Content-Type': 'application/json'}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as r: return json.load(r)['value']
        except urllib.error.HTTPError as e:
            raise AssertionError('webdriver %s: %s' % (path, e.read().decode()[:400]))

    def ask(self, what, body=None):
        return self.call('GET' if body is None else 'POST', '/session/%s%s' % (self.session, what), body)

    def open(self, url): self.ask('/url', {'url': url})

    def reload(self): self.ask('/refresh', {})

    def back(self): self.ask('/back', {})

    def find(self, css): return Element(self, self.ask('/element', {'using': 'css selector', 'value': css})[ELEMENT])

    def script(self, text): return self.ask('/execute/sync', {'script': text, 'args': []})

    def keys(self, *keys):
        """Keys for whatever has the focus, as a person presses them."""
        steps = []
        for k in ''.join(keys): steps += [{'type': 'keyDown', 'value': k}, {'type': 'keyUp', 'value': k}]
        self.ask('/actions', {'actions': [{'type': 'key', 'id': 'keyboard', 'actions': steps}]})

    def key_to(self, wanted, most=25):
        """Tab until wanted(the focused element) is true."""
        for _ in range(most):
            self.keys(TAB)
            focused = Element(self, self.ask('/element/active')[ELEMENT])
            if wanted(focused): return focused
        raise AssertionError('no Tab reaches it')

    def says(self, text):
        wait_until(lambda: text in self.source(), why=lambda: '%r on the page:\n%s' % (text, self.body()))

    def source(self): return self.ask('/source')

    def body(self): return re.sub(r'<style>.*?</style>|<[^>]+>', '', self.source(), flags=re.S)

    def no_complaints(self):
        """Nothing on the console (such as of a breach of the CSP), but for the icon that nobody promised
        and the form that was sent without a score."""
        log = [x['message'] for x in self.ask('/se/log', {'type': 'browser'})]
        log = [x for x in log if 'favicon.ico' not in x and 'status of 422' not in x]
        assert log == [], log

    def picture(self, name):
        if KEEP_PICTURES:
            with open(os.path.join(KEEP_PICTURES, name + '.png'), 'wb') as f: f.write(base64.b64decode(self.ask('/screenshot')))

    def close(self):
        try:
            if self.session: self.call('DELETE', '/session/' + self.session)
        except (AssertionError, OSError): pass
        self.driver.terminate()
        try:
            self.driver.wait(10)
        except subprocess.TimeoutExpired:
            self.driver.kill()
            self.driver.wait()
        self.log.close()


def link_of(mail):
    return next(x.strip() for x in mail.text.splitlines() if re.match(r'https?://\S+$', x.strip()))


def solved(lab, subject, report):
    """A case solved and its survey in the requester's mailbox: (number, the survey's link)."""
    luisa, ana = lab.person('luisa', 'Luisa Peña'), lab.person('ana')
    sent = luisa.write(subject, 'No funciona.')
    ack = luisa.wait_mail(where=lambda m: m['In-Reply-To'] == sent['Message-ID'])
    number = lab.number_in(ack)
    ana.reply(ana.wait_mail(subject=number), '#resuelto ' + report)
    url = link_of(luisa.wait_mail(text=report))
    wait_until(lambda: lab.show(number)['survey']['sent_at'], why='the survey to be accepted')
    return number, url


def mouse(lab, browser):
    number, url = solved(lab, 'No imprime la del piso 2', 'Se cambió el tóner.')
    before = lab.show(number)
    for _ in range(10):
        browser.open(url)
        browser.says('¿Cómo le atendimos?')
    assert lab.show(number)['events'] == before['events'], 'opening the link ten times wrote something'
    assert 'Se cambió el tóner.' in browser.body() and number in browser.body(), browser.body()
    assert browser.find('input[name=solved][value=yes]').chosen, '«yes» comes chosen'
    assert not [v for v in '12345' if browser.find('input[name=score][value="%s"]' % v).chosen], 'no score comes chosen'
    browser.picture('form')
    browser.find('button[type=submit]').click()  # nothing chosen: asked for, nothing lost
    browser.says('Falta elegir')
    assert lab.show(number)['events'] == before['events'], 'a form without a score wrote something'
    browser.picture('missing')
    browser.find('input[name=score][value="4"]').click()
    browser.find('#comment').type('Muy atenta, «gracias» <b>doña Ana</b> & equipo.\nÁ ñ €')
    browser.picture('filled')
    browser.find('button[type=submit]').click()
    browser.says('Gracias por su calificación')
    assert '4 de 5 (Buena)' in browser.body(), browser.body()
    browser.picture('thanks')
    case = lab.wait_state(number, 'closed')
    assert case['closed_as'] == 'evaluated' and case['survey']['score'] == 4, case
    assert case['survey']['comment'] == 'Muy atenta, «gracias» <b>doña Ana</b> & equipo.\nÁ ñ €', case['survey']
    end = lab.show(number)
    browser.reload()  # sends the form again
    browser.says('Ya recibimos su calificación')
    browser.back()
    browser.open(url)
    browser.says('Ya recibimos su calificación')
    assert lab.show(number)['events'] == end['events'], 'reload and back changed something'
    browser.no_complaints()


def again_by_back(lab, browser):
    """Back to the form that the browser kept, another score, sent once more: the first vote counts."""
    number, url = solved(lab, 'Sin red', 'Se cambió el cable de red.')
    browser.open(url)
    browser.find('input[name=score][value="5"]').click()
    browser.find('button[type=submit]').click()
    browser.says('Gracias por su calificación')
    lab.wait_state(number, 'closed')
    end = lab.show(number)
    browser.back()
    wait_until(lambda: '¿Cómo le atendimos?' in browser.source() or 'Ya recibimos' in browser.source(), why='a page')
    if '¿Cómo le atendimos?' in browser.source():
        browser.find('input[name=score][value="1"]').click()
        browser.find('button[type=submit]').click()
        browser.says('Ya recibimos su calificación')
    case = lab.show(number)
    assert case['survey']['score'] == 5 and case['events'] == end['events'], case


def not_solved(lab, browser):
    number, url = solved(lab, 'Teléfono sin tono', 'Se cambió la toma.')
    browser.open(url)
    browser.find('input[name=solved][value=no]').click()
    browser.find('#comment').type('Sigue sin tono.')
    browser.find('button[type=submit]').click()
    browser.says('Su caso vuelve a estar en atención')
    browser.picture('reopened')
    assert lab.wait_state(number, 'open')['survey']['score'] is None
    lab.person('ana').wait_mail(text='Sigue sin tono')
    browser.open(url)
    browser.says('de nuevo en atención')
    browser.no_complaints()


def keyboard(lab, browser):
    """Tab, arrows, blank and Enter alone, in the order of the page."""
    number, url = solved(lab, 'Correo lleno', 'Se amplió el buzón.')
    browser.open(url)
    browser.key_to(lambda e: e.attribute('name') == 'solved')
    browser.key_to(lambda e: e.attribute('name') == 'score')
    browser.keys(SPACE)
    assert browser.find('input[name=score][value="1"]').chosen, 'blank chooses'
    browser.keys(RIGHT, RIGHT, RIGHT, LEFT)
    assert browser.find('input[name=score][value="3"]').chosen, 'arrows move the choice'
    browser.key_to(lambda e: e.attribute('id') == 'comment', 1)
    browser.keys('Bien.')
    button = browser.key_to(lambda e: e.attribute('type') == 'submit', 1)
    outline = browser.script('return getComputedStyle(document.activeElement).outlineStyle')
    assert outline != 'none', 'one sees where the focus is'
    browser.keys(ENTER)
    browser.says('Gracias por su calificación')
    case = lab.wait_state(number, 'closed')
    assert case['survey']['score'] == 3 and case['survey']['comment'] == 'Bien.', case['survey']
    browser.no_complaints()


def narrow(lab, browser):
    """On a telephone's width nothing is cut off sideways, and fingers find what they press."""
    number, url = solved(lab, 'Pantalla ' + 'larguísima' * 12, 'Se cambió https://intranet.entidad.example/' + 'ruta/' * 30)
    browser.ask('/goog/cdp/execute', {'cmd': 'Emulation.setDeviceMetricsOverride',
                                     'params': {'width': 360, 'height': 740, 'deviceScaleFactor': 2, 'mobile': True}})
    try:
        browser.open(url)
        wide, seen = browser.script('return [document.documentElement.scrollWidth, window.innerWidth]')
        assert wide <= seen <= 360, (wide, seen)
        low = browser.script('return Math.min(...[...document.querySelectorAll(".choice,button")].map(e => e.getBoundingClientRect().height))')
        assert low >= 44, low
        browser.picture('narrow')
    finally:
        browser.ask('/goog/cdp/execute', {'cmd': 'Emulation.clearDeviceMetricsOverride', 'params': {}})


def no_script(lab):
    """JavaScript switched off: everything works, since nothing uses it."""
    number, url = solved(lab, 'Sin sonido', 'Se conectaron los parlantes.')
    with Browser(lab, 'chromium-plain', ['--blink-settings=scriptEnabled=false']) as browser:
        browser.open('data:text/html,<p id=p>off</p><script>document.getElementById("p").textContent="on"</script>')
        assert 'off' in browser.body(), 'JavaScript is on: this tests nothing'
        browser.open(url)
        assert '<script' not in browser.source().lower()
        browser.find('input[name=score][value="2"]').click()
        browser.find('button[type=submit]').click()
        browser.says('Gracias por su calificación')
    assert lab.wait_state(number, 'closed')['survey']['score'] == 2


def main():
    with Lab() as lab:
        lab.configure()
        lab.start()
        with Browser(lab, 'chromium') as browser:
            for fn in (mouse, again_by_back, not_solved, keyboard, narrow):
                if len(sys.argv) < 2 or fn.__name__ in sys.argv[1:]: tap.run(fn.__name__, fn, lab, browser)
        if len(sys.argv) < 2 or 'no_script' in sys.argv[1:]: tap.run('no_script', no_script, lab)
        assert lab.ctl('verify')[0]['clean']
        assert lab.desk.stop() == 0
    tap.done()


if __name__ == '__main__':
    main()
