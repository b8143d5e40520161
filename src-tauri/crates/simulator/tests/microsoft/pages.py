"""A person at the sign-in pages without a browser: reads the page, presses a button, follows where it leads."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class Visit:
    """One visit, from page to page."""

    def __init__(self, front):
        self._session = requests.Session()
        self._session.verify = front.certificate
        self._session.trust_env = False
        self.page = None

    def open(self, address):
        return self._arrive(self._session.get(address, allow_redirects=False))

    def press(self, button, **typed):
        """Presses the button with this id, with text typed into the inputs of these names."""
        form = _Form.of(self.page.text, button)
        target = urljoin(self.page.url, form.action or self.page.url)
        return self._arrive(self._session.post(target, data={**form.fields, **typed}, allow_redirects=False))

    def form(self, button):
        """Where the form with this button leads, and its fields."""
        form = _Form.of(self.page.text, button)
        return form.action, form.fields

    def has(self, element):
        return f'id="{element}"' in self.page.text

    def _arrive(self, page):
        while page.is_redirect:
            page = self._session.get(urljoin(page.url, page.headers["Location"]), allow_redirects=False)
        self.page = page
        assert page.ok, f"{page.status_code} {page.text}"
        return self


class _Form(HTMLParser):
    """The form with one button, as the button would send it."""

    @staticmethod
    def of(page, button):
        form = _Form(button)
        form.feed(page)
        assert form.found, f"no button {button} in {page}"
        return form

    def __init__(self, button):
        super().__init__()
        self._button = button
        self.found = False
        self.action = None
        self.fields = {}

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and not self.found:
            self.action, self.fields = attributes.get("action"), {}
        elif tag == "input" and attributes.get("name"):
            self.fields[attributes["name"]] = attributes.get("value") or ""
        elif tag == "button" and attributes.get("id") == self._button:
            self.found = True
            if attributes.get("name"):
                self.fields[attributes["name"]] = attributes.get("value") or ""
