"""What a browser would send: the fields of a form on a page, as they stand."""

from __future__ import annotations

from html.parser import HTMLParser

Fields = dict[str, list[str]]


class _Form(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.fields: Fields = {}
        self.select: tuple[str, list[str], list[str]] | None = None  # its name, all that it offers, what is chosen
        self.several = False
        self.area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attrs = dict(pairs)
        name = attrs.get("name") or ""
        if tag == "form":
            self.inside = attrs.get("id") == self.form_id
        if not self.inside or "disabled" in attrs:
            return
        if tag == "input" and name:
            self._input(name, attrs)
        elif tag == "select":
            self.select, self.several = (name, [], []), "multiple" in attrs
        elif tag == "option" and self.select:
            (self.select[2] if "selected" in attrs else self.select[1]).append(attrs.get("value") or "")
        elif tag == "textarea":
            self.area = (name, [])

    def _input(self, name: str, attrs: dict[str, str | None]) -> None:
        if attrs.get("type") not in ("checkbox", "radio"):
            self.fields.setdefault(name, []).append(attrs.get("value") or "")
        elif "checked" in attrs:
            self.fields.setdefault(name, []).append(attrs.get("value") or "on")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            name, offered, chosen = self.select
            for value in chosen if self.several else (chosen or offered)[:1]:
                self.fields.setdefault(name, []).append(value)
            self.select = None
        elif tag == "textarea" and self.area:
            self.fields.setdefault(self.area[0], []).append("".join(self.area[1]).removeprefix("\n"))
            self.area = None


def fields_of(page: str, form_id: str = "sheet-form") -> Fields:
    """The fields of the form with this id: name -> values, without the CSRF token. Empty where there is none."""
    form = _Form(form_id)
    form.feed(page)
    form.fields.pop("csrfmiddlewaretoken", None)
    return form.fields
