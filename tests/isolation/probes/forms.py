"""What a form begins with and offers when its address or its fields name what somebody else keeps."""

from __future__ import annotations

from typing import Any

from django.http import Http404, QueryDict
from django.test import RequestFactory

from agreements.origins import beginning_for as agreement_for
from documents.papers import file_papers
from documents.uploads import look_into
from followups.forms.duties import duty_for
from followups.forms.sheet import Filling, MilestoneSheet
from followups.forms.sheet import beginning_for as milestone_for
from pages.sheets.once import saved_before
from sides.subjects import subject_of
from tests import factories as make
from tests.documents import files
from tests.isolation.probes.base import acting, foreign, notices, ours
from tests.isolation.world import World
from visits.duplicates import possible_duplicates
from visits.models import Visit


def begun(world: World, beginning_for: Any, name: str, *keys: str) -> list[int]:
    """What of the foreign things, named in the address, the new record is given: `keys` of it."""
    groups = {
        "visit": ("visit", "pk"), "outcome": ("outcome", "pk"), "agreement": ("agreement", "pk"),
        "programme": ("agreements", "programme_pk"), "indicator": ("agreements", "indicator_pk"),
    }  # fmt: skip
    group, key = groups[name]
    with acting(world, "stranger") as user:
        found = beginning_for(user, QueryDict(f"{name}={world.foreign[group][key]}"))
        return [value for name in keys if (value := getattr(found.record, name))]


@notices("followups/forms/sheet.py:beginning_for:1")
def task_begins_with_a_foreign_outcome(world: World) -> Any:
    return begun(world, milestone_for, "outcome", "title")


@notices("followups/forms/sheet.py:beginning_for:2")
def task_begins_with_a_foreign_indicator(world: World) -> Any:
    return begun(world, milestone_for, "indicator", "indicator_id", "agreement_id")


@notices("followups/forms/sheet.py:beginning_for:3")
def task_begins_with_a_foreign_programme(world: World) -> Any:
    return begun(world, milestone_for, "programme", "programme_id", "agreement_id")


@notices("followups/forms/sheet.py:beginning_for:4")
def task_begins_with_a_foreign_agreement(world: World) -> Any:
    return begun(world, milestone_for, "agreement", "agreement_id")


@notices("followups/forms/sheet.py:beginning_for:5")
def task_begins_with_a_foreign_visit(world: World) -> Any:
    return begun(world, milestone_for, "visit", "visit_id")


@notices("followups/forms/duties.py:duty_for:1")
def duty_begins_with_a_foreign_programme(world: World) -> Any:
    return begun(world, duty_for, "programme", "programme_id", "agreement_id")


@notices("followups/forms/duties.py:duty_for:2")
def duty_begins_with_a_foreign_agreement(world: World) -> Any:
    return begun(world, duty_for, "agreement", "agreement_id")


@notices("agreements/origins.py:_visible:1")
def agreement_begins_with_a_foreign_visit(world: World) -> Any:
    return begun(world, agreement_for, "visit", "about") or begun(world, agreement_for, "outcome", "about")


@notices("followups/forms/sheet.py:MilestoneForm._offer_what_it_is_about:1")
def foreign_indicator_may_be_chosen(world: World) -> Any:
    with acting(world, "stranger") as user:
        offered: Any = MilestoneSheet(Filling(user)).form.fields["indicator"]
        return list(offered.queryset.filter(pk=world.foreign["agreements"]["indicator_pk"]))


@notices("followups/forms/sheet.py:MilestoneForm._offer_what_it_is_about:2")
def foreign_outcome_may_be_chosen(world: World) -> Any:
    with acting(world, "stranger") as user:
        offered: Any = MilestoneSheet(Filling(user)).form.fields["outcome"]
        return list(offered.queryset.filter(pk=world.foreign["outcome"]["pk"]))


@notices("visits/duplicates.py:possible_duplicates:1")
def foreign_visit_is_told_as_a_twin(world: World) -> Any:
    known = foreign(world)
    visit, host, guest = known.visit, known.host, known.guest
    typed = {"day": str(visit.starts_on), "host_region": str(host.pk), "guests-0-region": str(guest.pk)}
    with acting(world, "stranger") as user:
        return possible_duplicates(user, typed)


@notices("pages/sheets/once.py:saved_before:1")
def foreign_visit_answers_for_a_form_that_was_sent(world: World) -> Any:
    visit = foreign(world).visit
    request = RequestFactory().post("/", {"submission": str(visit.submission)})
    with acting(world, "stranger") as request.user:
        return saved_before(request, Visit)


@notices("documents/papers.py:file_papers:1")
def restricted_paper_of_the_other_side_is_known_when_it_is_sent_again(world: World) -> Any:
    visit, content = ours(world).visit, files.pdf("Rahasia")
    make.make_attachment(visit, ours(world).guest, name="rahasia.pdf", content=content, access="RESTRICTED")
    paper = look_into(make.upload("sama.pdf", content))
    with acting(world, "officer") as user:
        return file_papers(visit, [paper], by=user, owner=visit.owner).known


def may_be_spoken_of(world: World, what: str, pk: int) -> bool:
    with acting(world, "stranger") as user:
        try:
            return bool(subject_of(user, what, pk))
        except Http404:
            return False


@notices("sides/subjects.py:subject_of:2")
def foreign_agreement_is_corrected(world: World) -> Any:
    return may_be_spoken_of(world, "agreement", foreign(world).agreement.pk)


@notices("sides/subjects.py:subject_of:3")
def foreign_delegation_is_confirmed(world: World) -> Any:
    return may_be_spoken_of(world, "delegation", world.foreign["confirm"]["pk"])


@notices("sides/subjects.py:subject_of:4")
def foreign_party_is_confirmed(world: World) -> Any:
    return may_be_spoken_of(world, "party", foreign(world).agreement.parties.all()[0].pk)


@notices("sides/subjects.py:subject_of:5")
def foreign_measurement_is_confirmed(world: World) -> Any:
    return may_be_spoken_of(world, "measurement", world.foreign["agreements"]["measurement_pk"])
