"""What a browser would send back from a page: every field of its main form as it stands."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self._select, self._textarea = [], None, None

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.forms.append({"action": a.get("action", ""), "method": a.get("method", "get").lower(), "fields": []})
        if not self.forms:
            return
        fields = self.forms[-1]["fields"]
        if tag == "input" and a.get("name") and a.get("type") not in ("submit", "button", "file"):
            if a.get("type") in ("checkbox", "radio"):
                if "checked" in a:
                    fields.append((a["name"], a.get("value", "on")))
            else:
                fields.append((a["name"], a.get("value", "") or ""))
        elif tag == "select":
            self._select = [a.get("name"), None, None]
        elif tag == "option" and self._select:
            value = a.get("value", "")
            self._select[1] = value if self._select[1] is None else self._select[1]
            self._select[2] = value if "selected" in a else self._select[2]
        elif tag == "textarea" and a.get("name"):
            self._textarea = [a["name"], ""]

    def handle_data(self, data):
        if self._textarea:
            self._textarea[1] += data

    def handle_endtag(self, tag):
        if tag == "select" and self._select and self.forms:
            name, first, chosen = self._select
            self.forms[-1]["fields"].append((name, (chosen if chosen is not None else first) or ""))
            self._select = None
        elif tag == "textarea" and self._textarea:
            self.forms[-1]["fields"].append((self._textarea[0], self._textarea[1].removeprefix("\n")))
            self._textarea = None


def forms_on(page):
    """[(where it goes, method, its fields as they stand)] of every form."""
    parser = _Fields()
    parser.feed(page.content.decode())
    found = []
    for form in parser.forms:
        data = {}
        for name, value in form["fields"]:
            data.setdefault(name, []).append(value)
        found.append((form["action"], form["method"], data))
    return found


def sent(page, action, /, **changed):
    """The form that goes to `action` (its end), filled in as the page shows it, with the changes."""
    return next(data for to, _method, data in forms_on(page) if to.endswith(action)) | changed
