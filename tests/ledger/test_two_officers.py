"""Two officers edit, delete and restore the same visit in every order: nothing is lost, and the later one is told."""

import html
import itertools
import os

import pytest
from django.urls import reverse

from records.models import Trashed
from tests import factories as make
from tests.ledger.conftest import signed_in
from tests.sent import sent_by
from visits.models import Visit

pytestmark = pytest.mark.django_db

FIELDS = {"sari": "purpose", "budi": "remarks"}


class Officer:
    """Somebody with the form open. What they type goes into a field of their own, so that nothing has to be chosen."""

    def __init__(self, name, visit, region):
        self.name, self.pk = name, visit.pk
        self.client = signed_in(make.make_officer(region, language="en", name=name))
        self.form, self.version, self.saved, self.typed, self.told = None, None, 0, "", []

    @property
    def url(self):
        return reverse("visits:edit", args=[self.pk])

    def open(self):
        page = self.client.get(self.url)
        if page.status_code == 200:
            self.form = sent_by(page)

    def save(self):
        """Type and save what is on the screen, and go on as the page offers until it is saved."""
        self.saved += 1
        self.typed = f"{self.name} {self.saved}"
        answer = self.client.post(self.url, self.form | {FIELDS[self.name]: self.typed})
        for _try in range(3):
            if answer.status_code == 302:
                break
            self.told.append(answer.status_code)
            page = answer.content.decode()
            assert answer.status_code == 409, page[:500]
            assert html.escape(self.typed) in page  # what was typed is there
            if "bring-back" in page:
                assert "put in the trash" in page
                answer = self.client.post(self.url, sent_by(answer, "bring-back") | {"bring_back": "1"})
            else:
                answer = self.client.post(self.url, sent_by(answer))
        assert answer.status_code == 302
        self.open()

    def delete(self):
        """Asks anew and then deletes; somebody else may have been first."""
        page = self.client.get(reverse("visits:delete", args=[self.pk]))
        if page.status_code == 404:
            self.told.append(404)
            assert "lies in the trash" in page.content.decode()
            return
        sent = self.client.post(reverse("visits:delete", args=[self.pk]), {"version": page.context["record"].version})
        assert sent.status_code == 302

    def restore(self):
        thrown = Trashed.objects.filter(object_id=self.pk).first()
        if thrown is None:
            return
        assert self.client.post(reverse("ledger:restore", args=[thrown.pk])).status_code == 302


def merged(one, two):
    """Every order in which two lists of deeds can happen."""
    n = len(one) + len(two)
    for places in itertools.combinations(range(n), len(one)):
        mine, theirs = iter(one), iter(two)
        yield [("sari", next(mine)) if at in places else ("budi", next(theirs)) for at in range(n)]


MINE = [("save", "save"), ("delete", "restore")]
THEIRS = [("save", "save"), ("delete", "save")]
if os.environ.get("SIMPUL_ALL_ORDERS") == "1":  # minutes
    MINE += [("save", "delete"), ("restore", "save")]
    THEIRS += [("delete", "restore")]
DEEDS = sorted({tuple(order) for mine in MINE for theirs in THEIRS for order in merged(mine, theirs)})


@pytest.mark.parametrize("part", range(4))
def test_in_every_order_nothing_is_lost(part):
    """All of them; each begins with both having the same form open."""
    region = make.make_region("Kota Batam", code="21.71")
    for order in DEEDS[part::4]:
        visit = make.make_visit(region, purpose="Awal", remarks="Awal")
        Trashed.objects.all().delete()
        people = {name: Officer(name, visit, region) for name in FIELDS}
        for person in people.values():
            person.open()
        for name, deed in order:
            before = Visit.objects.filter(pk=visit.pk).exists()
            getattr(people[name], deed)()
            if deed == "save":
                assert Visit.objects.filter(pk=visit.pk).exists(), order
                if not before:
                    assert people[name].told, order
        stored = Visit.objects.filter(pk=visit.pk).first()
        if stored is None:
            Officer("sari", visit, region).restore()
            stored = Visit.objects.get(pk=visit.pk)
        for name, person in people.items():
            if person.typed:
                assert getattr(stored, FIELDS[name]) == person.typed, order
        assert Trashed.objects.filter(object_id=visit.pk).count() == 0
        assert Visit.objects.filter(owner=region).count() == 1, order  # nobody made a copy
        Visit.objects.all().delete()
