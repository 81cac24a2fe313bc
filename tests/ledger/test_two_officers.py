"""Two officers edit, move, delete and restore the same record in every order: nothing is lost, the later one is told."""

import datetime as dt
import html
import itertools
import os

import pytest
from django.urls import reverse

from agreements import moving
from agreements.models import Agreement
from followups.models import Milestone
from records.models import Trashed
from tests import factories as make
from tests.ledger.conftest import signed_in
from tests.sent import problems_on, sent_by
from visits.models import Visit

pytestmark = pytest.mark.django_db

ALL = os.environ.get("SIMPUL_ALL_ORDERS") == "1"  # minutes
NAMES = ("sari", "budi")


class Officer:
    """Somebody with the pages open. What they type goes into a field of their own, so that nothing has to be chosen."""

    model, app, fields = Visit, "visits", {"sari": "purpose", "budi": "remarks"}

    def __init__(self, name, record, region):
        self.name, self.pk, self.field = name, record.pk, self.fields[name]
        self.client = signed_in(make.make_officer(region, language="en", name=name))
        self.form, self.number, self.typed, self.moves, self.told = None, 0, "", [], []

    @classmethod
    def make(cls, region):
        return make.make_visit(region, purpose="Awal", remarks="Awal")

    def address(self, name):
        return reverse(f"{self.app}:{name}", args=[self.pk])

    def words(self):
        self.number += 1
        return f"{self.name} {self.number}"

    def open(self):
        page = self.client.get(self.address("edit"))
        if page.status_code == 200:
            self.form = sent_by(page)

    def save(self):
        """Type and save what is on the screen, and go on as the page offers until it is saved."""
        self.typed = self.words()
        answer = self.client.post(self.address("edit"), self.form | {self.field: self.typed})
        for _try in range(3):
            if answer.status_code == 302:
                break
            self.told.append(answer.status_code)
            page = answer.content.decode()
            assert answer.status_code == 409, problems_on(answer)
            assert html.escape(self.typed) in page  # what was typed is there
            if "bring-back" in page:
                assert "put in the trash" in page
                answer = self.client.post(self.address("edit"), sent_by(answer, "bring-back") | {"bring_back": "1"})
            else:
                answer = self.client.post(self.address("edit"), sent_by(answer))
        assert answer.status_code == 302
        self.open()

    def delete(self):
        """Asks anew and then deletes; somebody else may have been first."""
        page = self.client.get(self.address("delete"))
        if self.finds_it_in_the_trash(page):
            return
        sent = self.client.post(self.address("delete"), {"version": page.context["record"].version})
        assert sent.status_code == 302

    def finds_it_in_the_trash(self, page):
        if page.status_code != 404:
            return False
        self.told.append(404)
        assert "lies in the trash" in page.content.decode()
        return True

    def restore(self):
        thrown = Trashed.objects.filter(object_id=self.pk).first()
        if thrown is None:
            return
        assert self.client.post(reverse("ledger:restore", args=[thrown.pk])).status_code == 302

    def kept(self):
        """What of the officer's must stand at the end."""
        stored = self.model.objects.get(pk=self.pk)
        assert not self.typed or getattr(stored, self.field) == self.typed
        assert self.moves == [text for text in self.log(stored) if text.startswith(self.name)]

    def log(self, _stored):
        return []


class Mover(Officer):
    """With the page open on which the record is moved: on it the reason is typed."""

    deed, form_id, reason = "", "", ""

    def open(self):
        super().open()
        page = self.client.get(self.address(self.deed))
        if page.status_code == 200:
            self.form_of_move = sent_by(page, self.form_id)

    def move(self):
        typed = self.words()
        sent = self.form_of_move | {self.reason: typed} | self.where_to(first=True)
        for _try in range(4):
            answer = self.client.post(self.address(self.deed), sent)
            if answer.status_code == 302:
                break
            page = answer.content.decode()
            assert html.escape(typed) in page  # what was typed is there
            if self.finds_it_in_the_trash(answer):
                assert "Send again" in page
                self.restore()
                continue
            self.told.append(answer.status_code)
            assert answer.status_code == 409, problems_on(answer)
            sent = sent_by(answer, self.form_id)
            assert sent[self.reason] == [typed]
            sent |= self.where_to()
        assert answer.status_code == 302
        self.moves.append(typed)
        self.came_there(sent)
        self.open()

    def where_to(self, *, first=False):
        """As the officer chooses on the page as it is shown: `first` on that which was open."""
        raise NotImplementedError

    def came_there(self, sent):
        raise NotImplementedError


class OfAgreement(Mover):
    """Moving it is moving it to the next step."""

    model, app, fields = Agreement, "agreements", {"sari": "about", "budi": "remarks"}
    deed, form_id, reason = "move", "move-form", "reason"

    @classmethod
    def make(cls, region):
        record = make.make_agreement(region, make.make_malangs()[0], category="KSDD_S", about="Awal", remarks="Awal")
        moving.start(record, by=None)
        return record

    def where_to(self, *, first=False):
        if first:
            return {}
        here = Agreement.objects.select_related("step").get(pk=self.pk)
        return {"to": here.process.steps.get(position=here.step.position + 1).pk}

    def came_there(self, sent):
        to = sent["to"][0] if isinstance(sent["to"], list) else sent["to"]
        assert str(Agreement.objects.get(pk=self.pk).step_id) == str(to)

    def log(self, stored):
        return list(stored.log.filter(deed="MOVED").order_by("pk").values_list("reason", flat=True))


class OfFollowUp(Mover):
    """Moving it is moving it to another day. It is deleted in Django admin only, by an administrator."""

    model, app, fields = Milestone, "followups", {"sari": "note", "budi": "requested_by"}
    deed, form_id, reason = "reschedule", "deed-form", "words"
    days = itertools.count(1)

    @classmethod
    def make(cls, region):
        return make.make_milestone("Kirim draf", region, owner=region, due=dt.date(2030, 1, 1))

    def where_to(self, *, first=False):
        return {"due_day": (dt.date(2030, 1, 1) + dt.timedelta(days=next(self.days))).isoformat()}

    def came_there(self, sent):
        day = sent["due_day"][0] if isinstance(sent["due_day"], list) else sent["due_day"]
        assert Milestone.objects.get(pk=self.pk).due_on.isoformat() == day

    def delete(self):
        boss = signed_in(make.make_superuser(language="en"))
        url = reverse("admin:followups_milestone_delete", args=[self.pk])
        if Milestone.objects.filter(pk=self.pk).exists():
            assert boss.post(url, {"post": "yes"}).status_code == 302
        else:
            assert boss.get(url).status_code == 404
            self.finds_it_in_the_trash(self.client.get(self.address("edit")))

    def log(self, stored):
        return list(stored.log.filter(deed="RESCHEDULED").order_by("pk").values_list("text", flat=True))


def merged(one, two):
    """Every order in which two lists of deeds can happen."""
    n = len(one) + len(two)
    for places in itertools.combinations(range(n), len(one)):
        mine, theirs = iter(one), iter(two)
        yield [("sari", next(mine)) if at in places else ("budi", next(theirs)) for at in range(n)]


def orders(mine, theirs):
    return sorted({tuple(order) for my in mine for their in theirs for order in merged(my, their)})


# Two deeds of each, of every sort against every other.
WITHOUT_MOVES = orders(
    [("save", "save"), ("delete", "restore"), *([("save", "delete"), ("restore", "save")] if ALL else [])],
    [("save", "save"), ("delete", "save"), *([("delete", "restore")] if ALL else [])],
)
WITH_MOVES = orders([("move", "save")], [("delete", "move")]) + orders([("move",)], [("move",)])
if ALL:
    WITH_MOVES += orders(
        [("move", "save"), ("move", "move"), ("delete", "move"), ("move", "delete"), ("save", "move")],
        [("move", "move"), ("save", "move"), ("move", "delete"), ("delete", "restore")],
    )
CASES = [(Officer, WITHOUT_MOVES), (OfAgreement, WITH_MOVES), (OfFollowUp, WITH_MOVES)]
if ALL:
    CASES += [(OfAgreement, WITHOUT_MOVES), (OfFollowUp, WITHOUT_MOVES)]


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize(("kind", "deeds"), CASES, ids=lambda one: one.app if isinstance(one, type) else str(len(one)))
def test_in_every_order_nothing_is_lost(kind, deeds, part):
    """All of them; each begins with both having the same pages open."""
    make.make_process("KSDD_S", "a b c d e f g signed* h")
    for number, order in enumerate(deeds[part::4]):
        region = make.make_region(f"Kota {number}")
        record = kind.make(region)
        Trashed.objects.all().delete()
        people = {name: kind(name, record, region) for name in NAMES}
        for person in people.values():
            person.open()
        for name, deed in order:
            before = kind.model.objects.filter(pk=record.pk).exists()
            getattr(people[name], deed)()
            if deed in ("save", "move"):
                assert kind.model.objects.filter(pk=record.pk).exists(), order
                if not before:
                    assert people[name].told, order
        if not kind.model.objects.filter(pk=record.pk).exists():
            kind("sari", record, region).restore()
        for person in people.values():
            person.kept()
        assert Trashed.objects.filter(object_id=record.pk).count() == 0
        assert kind.model.objects.filter(owner=region).count() == 1, order  # nobody made a copy
