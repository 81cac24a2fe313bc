"""What a browser would send: the fields of a form on a page, as they stand."""

import html
import re
from html.parser import HTMLParser

from django.urls import reverse

from tests.factories import PASSWORD


class _Form(HTMLParser):
    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside, self.fields, self.select, self.area = form_id, False, {}, None, None
        self.buttons, self.several = [], False

    def handle_starttag(self, tag, pairs):
        attrs = dict(pairs)
        if tag == "button" and self.inside and "name" in attrs:
            self.buttons.append((attrs["name"], attrs.get("value", "")))
        if tag == "form":
            self.inside = attrs.get("id") == self.form_id
        if not self.inside or "disabled" in attrs:
            return
        name = attrs.get("name")
        if tag == "input" and name:
            self._input(name, attrs)
        elif tag == "select":
            self.select, self.several = [name, None], "multiple" in attrs
        elif tag == "option" and self.select:
            self._option(attrs.get("value", ""), "selected" in attrs)
        elif tag == "textarea":
            self.area = [name, ""]

    def _option(self, value, chosen):
        if self.several and chosen:
            self._add(self.select[0], value)
        elif chosen or self.select[1] is None:
            self.select[1] = value

    def _input(self, name, attrs):
        if attrs.get("type") not in ("checkbox", "radio"):
            self._add(name, attrs.get("value") or "")
        elif "checked" in attrs:
            self._add(name, attrs.get("value", "on"))

    def handle_data(self, data):
        if self.area:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            if not self.several:
                self._add(*self.select)
            self.select = None
        elif tag == "textarea" and self.area:
            self._add(self.area[0], self.area[1].removeprefix("\n"))
            self.area = None

    def _add(self, name, value):
        self.fields.setdefault(name, []).append(value)


def sent_by(response, form_id="sheet-form"):
    """The fields of the form with this id: name -> list of values, without the CSRF token."""
    form = _Form(form_id)
    form.feed(response.content.decode())
    form.fields.pop("csrfmiddlewaretoken", None)
    return form.fields


def buttons_on(response, form_id="sheet-form"):
    form = _Form(form_id)
    form.feed(response.content.decode())
    return form.buttons


def problems_on(response):
    """The lines of the error summary, as text."""
    found = re.search(r"<error-summary.*?</error-summary>", response.content.decode(), re.DOTALL)
    lines = re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL) if found else []
    return [html.unescape(re.sub(r"<[^>]+>", "", line)).strip() for line in lines]


def come_in(client, user):
    """Signed in, and asked for the password a moment ago, as before roles and second factors of others are changed."""
    client.force_login(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
