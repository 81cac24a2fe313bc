"""What people do: log a visit with all its parts, change it, add papers, take lists away."""

from __future__ import annotations

import csv
import io
import random
import re
import uuid
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image

from workshop.drill.web.book import Book, Paper, Save
from workshop.drill.web.forms import Fields, fields_of
from workshop.drill.web.visitors import Answer, Sent, Visitor

NEW = "/visits/new/"
ROWS = ("guests", "agenda", "agenda", "statements", "statements", "outcomes")
STAMP = re.compile(r"drill-\d{7}/\d+")
FINE = (302,)
GONE = 422  # of what came in pieces, and was kept before its answer was lost: one is told to look
LATER = (302, 429)
KB = 1024
PIECE = 256 * KB


@dataclass
class Person:
    """Somebody with pages open. `blank` is the form of a new visit as they saw it; `own` are visits they logged."""

    visitor: Visitor
    book: Book
    random: random.Random
    partners: Sequence[str]  # codes of regions that come to visit
    papers_of: int  # a visit to which they add papers
    blank: Fields
    own: dict[str, str]  # mark -> address of the form

    # Visits

    def log(self, *, again: Callable[[], bool] = lambda: False) -> Answer:
        """A new visit with seven lists. `again`: whether what had no answer is sent once more, just as it is."""
        save = self.book.new(statements=2)
        sent = filled(self.blank, save, self.random.sample(list(self.partners), 2))
        answer = self._post("save", NEW, sent, save, again)
        if save.acknowledged:
            self.own[save.mark] = f"{answer.location.split('?')[0]}edit/"
        return answer

    def change(self, *, again: Callable[[], bool] = lambda: False) -> list[Answer]:
        """Open one's own visit, alter every part of it, and add one more. Answers of both requests."""
        marks = list(self.own)
        mark = self.random.choice(marks) if marks else ""
        address = self.own.pop(mark, "")  # no other tab may have it open meanwhile
        if not address:
            return [self.log(again=again)]
        try:
            page = self.visitor.get(address)
            form = fields_of(page.page) if page.status == 200 else {}
            self.book.tell("form", page.status, (200,), address)
            if not form:
                return [page]
            total = int(form["statements-TOTAL_FORMS"][0])
            save = self.book.next(mark, total + 1)
            return [page, self._post("save", address, altered(form, save, total), save, again)]
        finally:
            self.own[mark] = address

    def _post(self, deed: str, path: str, sent: Fields, save: Save, again: Callable[[], bool]) -> Answer:
        """409 after a first try without an answer says that this was saved; without one it would be a fault."""
        answer = self.visitor.post(path, sent)
        tries = 1
        while answer.status == 0 and again():
            answer, tries = self.visitor.post(path, sent), tries + 1
        save.acknowledged = answer.status == 302
        self.book.tell(deed, answer.status, FINE if path == NEW else (302, 409), f"{path} {save.stamp}")
        return answer

    # Papers

    def add_papers(self, *, again: Callable[[], bool] = lambda: False) -> Answer:
        """One to three of them: short and long ones, pictures."""
        makers = [self._short, self._short, self._long, self._picture]
        made = [self.random.choice(makers)() for _ in range(self.random.choice([1, 1, 2, 3]))]
        return self._file([paper for paper, _sent in made], {}, [sent for _paper, sent in made], again)

    def add_in_pieces(self, *, again: Callable[[], bool] = lambda: False) -> Answer:
        """As over a slow line: piece by piece, then the form that names it."""
        paper, sent = self._long()
        announced = {"name": [sent.name], "size": [str(len(sent.content))], "marker": [sent.name]}
        answer = self.visitor.post("/uploads/", announced)
        found = re.search(r'"key": "([0-9a-f-]{36})"', answer.page)
        at = 0
        while found and at < len(sent.content) and answer.status in (200, 201):
            answer = self.visitor.send_piece(f"/uploads/{found[1]}/?at={at}", sent.content[at : at + PIECE])
            at += PIECE
        if found is None or answer.status != 200:
            self.book.tell("piece", answer.status, (201, 200))
            return answer
        return self._file([paper], {"uploads_arrived": [found[1]]}, [], again)

    def _file(self, papers: list[Paper], more: Fields, sent: list[Sent], again: Callable[[], bool]) -> Answer:
        path = f"/visits/{self.papers_of}/attachments/"
        fields: Fields = {"kind": [""], "title": [""], "access": ["INTERNAL"], **more}
        answer = self.visitor.post(path, fields, *sent)
        expected: tuple[int, ...] = FINE
        while answer.status == 0 and again():
            answer = self.visitor.post(path, fields, *sent)
            expected = (*FINE, GONE) if more else FINE
        for paper in papers:
            paper.acknowledged = answer.status == 302
        self.book.tell("papers", answer.status, expected, papers[0].name)
        return answer

    def _short(self) -> tuple[Paper, Sent]:
        return self._pdf(self.random.randrange(1, 200))

    def _long(self) -> tuple[Paper, Sent]:
        """Longer than what Django keeps in memory."""
        return self._pdf(self.random.randrange(2600, 4000))

    def _pdf(self, kilobytes: int) -> tuple[Paper, Sent]:
        body = b"%PDF-1.7\n% " + self.random.randbytes(kilobytes * KB // 2).hex().encode() + b"\n%%EOF\n"
        paper = self.book.paper(body, ".pdf")
        return paper, Sent(paper.name, body, "application/pdf")

    def _picture(self) -> tuple[Paper, Sent]:
        file = io.BytesIO()
        size = (self.random.randrange(80, 400), self.random.randrange(80, 400))
        Image.frombytes("L", size, self.random.randbytes(size[0] * size[1])).save(file, "PNG")
        paper = self.book.paper(file.getvalue(), ".png", kept_as_sent=False)
        return paper, Sent(paper.name, file.getvalue(), "image/png")

    # Lists

    def take_away(self, kind: str) -> Answer:
        """A list as a file. Whatever arrives with the word that it is whole must be whole."""
        answer = self.visitor.get(f"/visits/visits.{kind}")
        self.book.tell("export", answer.status, (200, 429), kind)
        if answer.status == 200 and not (_is_whole_csv if kind == "csv" else _is_whole_book)(answer.body):
            self.book.broken.append(f"{kind} of {len(answer.body)} bytes")
        return answer


def with_rows(visitor: Visitor) -> Fields:
    """The form of a new visit, after the buttons for all the rows that `filled` fills in."""
    form = fields_of(visitor.get(NEW).page)
    for rows in ROWS:
        form = fields_of(visitor.post(NEW, form | {"add": [rows]}).page)
    return form


def filled(blank: Fields, save: Save, partners: Sequence[str]) -> Fields:
    """The form of a new visit, filled in: each part says the stamp."""
    stamp = [save.stamp]
    sent = {name: list(values) for name, values in blank.items()}
    sent |= {"submission": [str(uuid.uuid4())], "title": [save.mark], "precision": ["DAY"], "day": ["2026-03-02"]}
    sent |= {"purpose": stamp, "remarks": stamp, "minutes": stamp}
    for n, code in enumerate(partners):
        sent |= {f"guests-{n}-region_text": [code], f"guests-{n}-headcount": ["7"], f"guests-{n}-topics": stamp}
    sent["guests-0-delegates-0-name"] = stamp
    for n in range(2):
        sent |= {f"agenda-{n}-title": stamp}
    for n in range(save.statements):
        sent |= {f"statements-{n}-speaker": ["Wali Kota"], f"statements-{n}-text": stamp}
    sent |= {"outcomes-0-text": stamp, "outcomes-0-kind": ["PLEDGE"], "outcomes-0-follow_up": ["OPEN"]}
    rows = {"guests": 2, "agenda": 2, "statements": save.statements, "outcomes": 1, "guests-0-delegates": 1}
    return sent | {f"{name}-TOTAL_FORMS": [str(n)] for name, n in rows.items()}


def altered(form: Fields, save: Save, total: int) -> Fields:
    """A stored visit as its form shows it, with the new stamp in each part and one more statement."""
    sent = {name: [STAMP.sub(save.stamp, value) for value in values] for name, values in form.items() if name != "base"}
    sent["base"] = form.get("base", [""])
    row = {
        name.replace("-0-", f"-{total}-"): values for name, values in sent.items() if name.startswith("statements-0-")
    }
    sent |= row | {f"statements-{total}-key": [""], f"statements-{total}-order": [str(1000 + total)]}
    return sent | {"statements-TOTAL_FORMS": [str(total + 1)]}


def _is_whole_csv(body: bytes) -> bool:
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    return body.endswith(b"\r\n") and len({len(row) for row in rows}) == 1


def _is_whole_book(body: bytes) -> bool:
    try:
        return zipfile.ZipFile(io.BytesIO(body)).testzip() is None
    except zipfile.BadZipFile:
        return False
