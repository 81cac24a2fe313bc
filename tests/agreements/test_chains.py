import datetime as dt
import threading

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.urls import reverse
from django.utils import translation

from agreements import moving, reference
from agreements.chains import chain_of
from agreements.models import Agreement
from agreements.moving import Grounds
from agreements.rules import broken_rule
from records.models import Stale
from tests.factories import (
    make_agreement,
    make_officer,
    make_organisation,
    make_process,
    make_region,
    make_sector,
    make_signing,
    make_superuser,
    make_viewer,
)
from tests.sent import sent_by

ACTS = ["renewal", "amendment", "addendum", "replacement", "termination"]


@pytest.fixture
def other(malang):
    return malang


def signed(batam, malang, on=dt.date(2020, 11, 15), **fields):
    return make_agreement(batam, malang, signed=on, **{"term_months": 36, "notice_days": 60} | fields)


def act(client, name, agreement, **fields):
    url = reverse(f"agreements:{name}", args=[agreement.pk])
    return client.post(url, sent_by(client.get(url), "act-form") | fields)


def chain(agreement, user=None):
    return chain_of(agreement, user or make_superuser())


pytestmark = pytest.mark.django_db


# Acts


def test_a_renewal_takes_over_what_is_shared_and_leads_to_the_full_form(client, officer, batam, malang):
    parent = make_agreement(batam, malang, title="Induk", signed=dt.date(2019, 1, 1))
    unit = make_organisation("Bappeda", batam)
    old = signed(batam, malang, parent=parent, kind="PKS", objectives="Saling belajar", title="Pangan")
    first, second = old.parties.all()
    first.unit, first.liaison, first.number = unit, "Jl. Engku Putri", "1/2020"
    first.save()
    old.scope.create(text="Cabai", direction="ONE_WAY", giver=second, receiver=first)
    old.sector_links.create(sector=make_sector())

    answer = act(client, "renewal", old)

    new = old.successors.get()
    assert answer.url == reverse("agreements:edit", args=[new.pk])
    assert (new.nature, new.kind, new.parent, new.owner) == ("RENEWAL", "PKS", parent, batam)
    assert (new.title, new.objectives, new.term_months, new.notice_days) == ("Pangan", "Saling belajar", 36, 60)
    assert new.valid_from == dt.date(2023, 11, 15)
    copied = list(new.parties.all())
    assert [(p.role, p.region, p.unit, p.liaison, p.number) for p in copied] == [
        ("FIRST", batam, unit, "Jl. Engku Putri", ""),
        ("SECOND", malang, None, "", ""),
    ]
    point = new.scope.get()
    assert (point.text, point.giver, point.receiver) == ("Cabai", copied[1], copied[0])
    assert [s.code for s in new.sectors.all()] == ["tourism"]
    assert (new.is_signed, new.created_by) == (False, officer)


def test_what_was_only_inferred_is_not_stated_by_its_renewal(client, officer, batam, malang):
    old = signed(batam, malang)
    old.parties.update(certainty="INFERRED")
    old.scope.create(text="Cabai", certainty="DISPUTED")

    act(client, "renewal", old)

    new = old.successors.get()
    assert [party.certainty for party in new.parties.all()] == ["INFERRED", "INFERRED"]
    assert new.scope.get().certainty == "DISPUTED"


def test_the_new_one_starts_on_the_way_of_its_category(client, officer, batam, malang):
    reference.load()
    act(client, "renewal", signed(batam, malang, category="KSDD_S"))

    assert Agreement.objects.get(nature="RENEWAL").step.code == "MAPPING"


@pytest.mark.parametrize(
    ("name", "kind"), [("amendment", "ADENDUM"), ("addendum", "ADENDUM"), ("termination", "PENGAKHIRAN")]
)
def test_a_change_has_a_kind_of_its_own_and_lies_under_nothing(client, officer, batam, malang, name, kind):
    parent = make_agreement(batam, malang, title="Induk", signed=dt.date(2019, 1, 1))
    old = signed(batam, malang, parent=parent)
    act(client, name, old, about="Jangka waktu menjadi 5 tahun")

    new = old.successors.get()
    assert (new.nature, new.kind, new.parent) == (name.upper(), kind, None)
    assert (new.about, new.parties.count()) == ("Jangka waktu menjadi 5 tahun", 2)


def test_a_signed_amendment_moves_the_end_and_the_day_for_notice(client, officer, batam, malang):
    old = signed(batam, malang)
    act(client, "amendment", old, valid_until="2025-12-31")
    before = Agreement.objects.with_state(dt.date(2022, 1, 1)).get(pk=old.pk).reach
    make_signing(old.successors.get(), dt.date(2022, 1, 1))
    after = Agreement.objects.with_state(dt.date(2022, 1, 1)).get(pk=old.pk).reach

    assert (before, after) == (dt.date(2023, 11, 14), dt.date(2025, 12, 31))
    page = client.get(reverse("agreements:termination", args=[old.pk])).content.decode()
    assert "31 December 2025" in page
    assert "moved by a signed act on it" in page
    assert "1 November 2025" in page  # 60 days before


@pytest.mark.parametrize("name", ACTS)
def test_what_was_never_signed_is_not_acted_on(client, officer, batam, malang, name):
    agreement = make_agreement(batam, malang)
    moving.close(agreement, "REJECTED", Grounds(agreement.today(), "Ditolak"), by=None, version=None)
    url = reverse(f"agreements:{name}", args=[agreement.pk])

    page, answer = client.get(url), client.post(url, {"kind": "KB"})

    words = "Only a signed agreement is renewed, changed, replaced or ended. This one was never signed."
    assert (page.status_code, answer.status_code) == (200, 422)
    assert words in page.content.decode()
    assert words in answer.content.decode()
    assert Agreement.objects.count() == 1


def test_an_amendment_is_not_amended(client, officer, batam, malang):
    old = signed(batam, malang)
    change = signed(batam, malang, predecessor=old, nature="AMENDMENT", title="Perubahan")

    answer = client.post(reverse("agreements:amendment", args=[change.pk]), {"kind": "ADENDUM"})

    assert answer.status_code == 422
    assert "Choose the agreement itself" in answer.content.decode()


def test_sent_twice_it_is_made_once(client, officer, batam, malang):
    old = signed(batam, malang)
    url = reverse("agreements:renewal", args=[old.pk])
    sent = sent_by(client.get(url), "act-form")
    first, second = client.post(url, sent), client.post(url, sent)

    assert first.url == second.url
    assert old.successors.count() == 1


def test_sent_again_with_other_words_it_says_so_and_keeps_them(client, officer, batam, malang):
    old = signed(batam, malang)
    url = reverse("agreements:renewal", args=[old.pk])
    sent = sent_by(client.get(url), "act-form")
    client.post(url, sent | {"title": "Pangan II"})

    answer = client.post(url, sent | {"title": "Pangan III"})

    assert (answer.status_code, old.successors.get().title) == (409, "Pangan II")
    assert "This form was saved already" in answer.content.decode()
    assert answer.context["form"]["title"].value() == "Pangan III"
    client.post(url, sent_by(answer, "act-form"))
    assert sorted(one.title for one in old.successors.all()) == ["Pangan II", "Pangan III"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("valid_until", "2020-01-01"),
        ("term_months", "0"),
        ("term_months", "9999"),
        ("notice_days", "-1"),
        ("kind", "NOPE"),
        ("valid_from", "2025-13-45"),
        ("title", "x" * 301),
        ("about", "a\x00b"),
    ],
)
def test_bad_input_is_refused_and_kept(client, officer, batam, malang, field, value):
    old = signed(batam, malang)
    answer = act(client, "renewal", old, **{field: value})

    assert (answer.status_code, old.successors.count()) == (422, 0)
    if "\x00" not in value:
        assert value in answer.content.decode()


def test_both_terms_are_shown_while_the_form_is_filled_in(client, officer, batam, malang):
    url = reverse("agreements:renewal", args=[signed(batam, malang).pk])
    typed = {"valid_from": "2024-01-08", "term_months": "60", "notice_days": "30"}
    part = client.get(url, typed, HTTP_HX_REQUEST="true").content.decode()

    assert "<html" not in part
    for words in ("14 November 2023", "8 January 2024", "7 January 2029", "8 December 2028"):
        assert words in part


def test_who_may_act(client, batam, malang):
    url = reverse("agreements:renewal", args=[signed(batam, malang).pk])
    codes = []
    for user in (make_officer(make_region("Kabupaten Soppeng")), make_viewer(batam), make_officer(malang)):
        client.force_login(user)
        codes.append((client.get(url).status_code, client.post(url, {"kind": "KB"}).status_code))

    assert codes == [(404, 404), (403, 403), (403, 403)]


# The family


def test_the_tree_shows_parents_children_and_acts(batam, malang):
    memorandum = signed(batam, malang, title="MoU")
    pks = make_agreement(batam, malang, title="PKS", parent=memorandum)
    make_agreement(batam, malang, title="IA", parent=pks)
    signed(batam, malang, title="MoU 2", on=dt.date(2024, 1, 8), predecessor=memorandum, nature="RENEWAL")

    found = chain(pks)

    (root,) = found.roots
    assert root.row["heading"] == "MoU"
    assert [m.row["heading"] for m in root.under] == ["PKS"]
    assert [m.row["heading"] for m in root.under[0].under] == ["IA"]
    assert [(m.row["nature"], m.row["heading"]) for m in root.acts] == [("RENEWAL", "MoU 2")]
    assert (found.parent.row["heading"], found.predecessor, found.here.row["heading"]) == ("MoU", None, "PKS")


def test_a_lapse_stays_visible(client, officer, batam, malang):
    """Ended 14 November 2023, renewed from 8 January 2024: 15 November to 7 January are 54 days."""
    old = signed(batam, malang)
    new = signed(batam, malang, on=dt.date(2024, 1, 8), term_months=60, predecessor=old, nature="RENEWAL", title="Lagi")
    for one in (old, new):
        page = client.get(one.get_absolute_url()).content.decode()
        assert "ended 14 November 2023, renewed from 8 January 2024: 54 days without an agreement" in page


@pytest.mark.parametrize(("begins", "lapse"), [("2023-11-14", False), ("2023-11-15", False), ("2023-11-16", True)])
def test_there_is_a_lapse_only_where_a_day_lies_between(batam, malang, begins, lapse):
    old = signed(batam, malang)
    signed(batam, malang, on=dt.date.fromisoformat(begins), predecessor=old, nature="RENEWAL")

    assert bool(chain(old).here.acts[0].lapse) == lapse


def test_a_renewal_in_preparation_says_how_long_there_has_been_none(batam, malang):
    old = signed(batam, malang)
    make_agreement(batam, malang, predecessor=old, nature="RENEWAL", title="Lagi")
    days = (old.today() - dt.date(2023, 11, 14)).days

    assert f"{days}" in chain(old).here.acts[0].lapse


def test_a_renewed_record_points_to_what_stands_now(client, officer, batam, malang):
    old = signed(batam, malang, title="Satu")
    second = signed(
        batam, malang, on=dt.date(2023, 11, 15), predecessor=old, nature="RENEWAL", title="Dua", term_months=12
    )
    third = signed(batam, malang, on=dt.date(2024, 11, 15), predecessor=second, nature="RENEWAL", title="Tiga")

    assert chain(old).stands_now.row["pk"] == third.pk
    page = " ".join(client.get(old.get_absolute_url()).content.decode().split())
    assert (
        f'It was renewed from 15 November 2023. What stands now: <a href="{third.get_absolute_url()}">Tiga</a>' in page
    )


def test_a_terminated_and_an_amended_record_say_so(client, officer, batam, malang):
    old = signed(batam, malang, term_months=None, open_ended=True)
    signed(
        batam, malang, on=dt.date(2022, 1, 1), predecessor=old, nature="AMENDMENT", title="Perubahan", term_months=None
    )
    signed(
        batam, malang, on=dt.date(2023, 1, 1), predecessor=old, nature="TERMINATION", title="Akhir", term_months=None
    )
    page = " ".join(client.get(old.get_absolute_url()).content.decode().split())

    assert "It was amended. Read it together with:" in page
    assert "It was ended from 1 January 2023 by:" in page


def test_a_renewal_of_a_month_is_told_by_its_month(batam, malang):
    old = signed(batam, malang)
    new = make_agreement(batam, malang, predecessor=old, nature="RENEWAL", term_months=12)
    new.signings.create(precision="MONTH", starts_on=dt.date(2023, 12, 1), ends_on=dt.date(2023, 12, 31))

    with translation.override("en"):
        found = chain(old)
        (banner,) = found.banners
        assert banner.words == "It was renewed from December 2023. What stands now:"
        assert found.members[new.pk].term == "December 2023 – November 2024"


def test_an_act_that_is_not_signed_changes_nothing_yet(batam, malang):
    old = signed(batam, malang)
    make_agreement(batam, malang, predecessor=old, nature="TERMINATION", title="Akhir")

    assert chain(old).banners == []


def test_the_tree_names_nothing_that_the_reader_may_not_see(batam, malang):
    soppeng = make_region("Kabupaten Soppeng")
    memorandum = signed(batam, malang, title="MoU")
    hidden = make_agreement(malang, soppeng, title="RAHASIA", parent=memorandum)
    make_agreement(batam, soppeng, title="Jauh", parent=hidden)
    reader = make_officer(batam)

    found = chain(memorandum, reader)

    assert [m.row["heading"] for m in found.members.values()] == ["MoU"]
    assert not found


def test_the_tree_costs_two_queries_however_large(batam, malang, django_assert_num_queries):
    memorandum, user = signed(batam, malang, title="MoU"), make_superuser()
    assert memorandum.owner == batam  # read already, as on the page
    for n in range(4):
        make_agreement(batam, malang, title=f"PKS {n}", parent=memorandum)
    with django_assert_num_queries(2):
        assert len(chain_of(memorandum, user).members) == 5


@pytest.mark.parametrize("link", ["parent", "predecessor"])
def test_nothing_is_its_own_ancestor(batam, malang, link):
    first = signed(batam, malang)
    second = signed(batam, malang, **{link: first}, nature="RENEWAL" if link == "predecessor" else "NEW")
    changed = {f"{link}_id": second.pk} | ({"nature": "RENEWAL"} if link == "predecessor" else {})

    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        Agreement.objects.filter(pk=first.pk).update(**changed)

    assert broken_rule(refusal.value) == "agreement_is_not_its_own_ancestor"


def test_taking_out_the_signing_of_a_renewed_one_locks_nothing(client, officer, batam, malang):
    old = signed(batam, malang, title="Pangan")
    new = make_agreement(batam, malang, predecessor=old, nature="RENEWAL", title="Pangan II")
    old.signings.all().delete()

    malang.name_id = "Kabupaten Malang Raya"
    malang.save()  # writes the words of both anew
    url = reverse("agreements:edit", args=[new.pk])
    answer = client.post(url, sent_by(client.get(url), "sheet-form") | {"about": "Diperpanjang"})

    new.refresh_from_db()
    assert (answer.status_code, new.about) == (302, "Diperpanjang")
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        make_agreement(batam, malang, predecessor=old, nature="RENEWAL")
    assert broken_rule(refusal.value) == "agreement_acts_on_a_signed_one"


# At the same time


def together(*deeds):
    """Each in a thread and a transaction of its own, as nearly at once as can be; what each raised, or None."""
    barrier, raised = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place, deed):
        close_old_connections()
        try:
            barrier.wait(10)
            deed()
        except Exception as error:  # noqa: BLE001 -- whatever it is, the test looks at it
            raised[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_move_it_at_once_one_wins():
    make_process("KSDD_S", "preparation offer drafting signed*")
    agreement = make_agreement(category="KSDD_S")
    moving.start(agreement, by=None)
    version, steps = agreement.version, list(agreement.process.steps.all())

    def mover(step):
        def deed():
            read = Agreement.objects.get(pk=agreement.pk)
            moving.move(read, step, Grounds(dt.date(2025, 1, 1), "x"), by=None, version=version)

        return deed

    raised = together(mover(steps[1]), mover(steps[2]))

    assert sorted(type(error).__name__ for error in raised) == ["NoneType", "Stale"]
    assert isinstance(next(error for error in raised if error), Stale)
    assert [e.deed for e in agreement.log.all()] == ["STARTED", "PASSED", "MOVED"]


@pytest.mark.django_db(transaction=True)
def test_two_who_would_close_a_circle_at_once_do_not():
    first, second = make_agreement(title="A"), make_agreement(make_region("Kota Jambi"), title="B")

    def under(child, parent):
        def deed():
            with transaction.atomic():
                Agreement.objects.filter(pk=child.pk).update(parent=parent)

        return deed

    raised = together(under(first, second), under(second, first))

    assert [error is None for error in raised].count(True) == 1
    refusal = next(error for error in raised if error)
    assert broken_rule(refusal) == "agreement_is_not_its_own_ancestor"
