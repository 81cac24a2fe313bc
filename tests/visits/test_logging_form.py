"""The full form: logging, changing, rows; what is saved is what was typed, once."""

import datetime as dt
import uuid

import pytest

from records.history import event_model
from tests import factories as make
from tests.sent import buttons_on, problems_on, sent_by
from visits.lookups import VisitLookup
from visits.models import Delegate, Topic, Visit, VisitSeries

pytestmark = pytest.mark.django_db
NEW = "/visits/new/"


@pytest.fixture
def visit(batam, malang):
    """A visit with one of everything."""
    visit = make.make_visit(batam, malang, purpose="Silaturahmi", kinds=[make.make_kind()])
    make.make_delegate(visit.delegations.get(), role="LEADER")
    host = make.make_delegation(visit, batam, side="HOST", position=1)
    make.make_delegate(host, "Amsakar Achmad", capacity="Wali Kota Batam")
    make.make_agenda_item(visit)
    make.make_topic(visit)
    make.make_statement(visit)
    make.make_outcome(visit, quantity=100, unit="perusahaan", comparator="AT_LEAST")
    make.make_citation(visit, source=make.make_source(visit, full_text="Baris satu\nBaris dua"))
    make.make_citation(visit, fact="Tanpa sumber")
    visit.refresh_from_db()
    return visit


def edit(visit):
    return f"/visits/{visit.pk}/edit/"


def pressed(client, url, data, **button):
    """Press a button of a row; what the page holds afterwards."""
    answer = client.post(url, data | button)
    assert answer.status_code == 200
    assert problems_on(answer) == []
    return sent_by(answer)


def chosen(field, record, label=None):
    """What the combobox sends for a record."""
    return {field: str(record.pk), f"{field}_text": label or record.label}


def minimal(client):
    return sent_by(client.get(NEW)) | {"day": "2025-06-16", "guests-0-region_text": "35.07"}


def test_a_visit_is_logged_with_one_date_and_one_delegation(client, batam, malang, officer):
    answer = client.post(NEW, minimal(client))

    visit = Visit.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == visit.get_absolute_url()
    assert str(visit) == "Malang Regency → Kota Batam"
    assert (visit.period, visit.status) == ("16 June 2025", "COMPLETED")
    assert visit.delegations.count() == 1


def test_nothing_is_invented_for_rows_that_were_left_empty(client, malang, officer):
    client.post(NEW, minimal(client))

    assert Delegate.objects.count() == 0
    assert Visit.objects.get().delegations.filter(side="HOST").count() == 0


def test_saving_without_a_change_leaves_no_trace(client, visit, officer):
    data = sent_by(client.get(edit(visit)))
    before = {model: event_model(model).objects.count() for model in (Visit, Delegate, Topic)}

    answer = client.post(edit(visit), data)

    assert answer.status_code == 302
    assert {model: event_model(model).objects.count() for model in before} == before


@pytest.mark.parametrize("language", ["id", "en"])
def test_everything_of_a_visit_stands_in_its_form(client, visit, officer, language):
    officer.language = language
    officer.save()

    data = sent_by(client.get(edit(visit)))

    assert data["purpose"] == ["Silaturahmi"]
    assert data["guests-0-delegates-0-name"] == ["M Sanusi"]
    assert data["host-0-delegates-0-name"] == ["Amsakar Achmad"]
    assert data["agenda-0-title"] == ["Paparan sejarah Batam"]
    assert data["statements-0-verbatim"] == ["on"]
    assert data["outcomes-0-quantity"] == ["100"]
    assert data["sources-0-full_text"] == ["Baris satu\nBaris dua"]
    assert data["sources-0-citations-0-fact"] == ["Tahun disimpulkan"]
    assert data["citations-0-fact"] == ["Tanpa sumber"]
    assert data["kinds"] == [str(visit.kinds.get().pk)]


def test_one_changed_word_is_one_line_in_the_history(client, visit, officer):
    item = visit.agenda.get()
    data = sent_by(client.get(edit(visit))) | {"agenda-0-title": "Paparan sejarah"}

    client.post(edit(visit), data)

    item.refresh_from_db()
    assert item.title == "Paparan sejarah"
    assert event_model(type(item)).objects.filter(pgh_obj_id=item.pk, pgh_label="update").count() == 1
    assert event_model(Delegate).objects.filter(pgh_label="update").count() == 0


def test_the_form_costs_the_same_number_of_queries_for_one_and_three_rows(
    client, visit, officer, django_assert_max_num_queries, batam
):
    def queries():
        with django_assert_max_num_queries(60) as counted:
            client.get(edit(visit))
        return len(counted)

    organisation = make.make_organisation(region=batam)
    delegation = visit.delegations.first()
    delegation.delegates.update(organisation=organisation, official=make.make_official())
    visit.agenda.update(venue=make.make_venue())
    once = queries()
    for _ in range(2):
        make.make_delegate(
            delegation, organisation=make.make_organisation(region=batam), official=make.make_official("B")
        )
        make.make_agenda_item(visit, venue=make.make_venue(f"Aula {_}"))
        make.make_outcome(visit, responsible=organisation, sector=make.make_sector(f"s{_}", f"S{_}"))
        make.make_topic(visit, make.make_sector(f"t{_}", f"T{_}"))
        make.make_citation(visit, source=make.make_source(visit))

    assert queries() == once


def test_the_form_of_a_visit_with_all_that_it_may_have_costs_15_queries(
    client, told, officer, django_assert_max_num_queries, batam, malang
):
    unit = make.make_organisation("Dinas Pariwisata", malang)
    official = make.make_official("Sri Wahyuni")
    make.make_position(official, unit)
    for n in range(3):
        guests = make.make_delegation(told, malang, unit, position=n + 1)
        make.make_delegate(guests, "", official=official, organisation=unit)
        make.make_agenda_item(told, venue=make.make_venue(f"Aula {n}", malang))
        make.make_topic(told, make.make_sector(f"s{n}", f"S{n}"))
        make.make_statement(told, official=official)
        make.make_outcome(told, responsible=unit)
        make.make_citation(told, source=make.make_source(told))
    told.kinds.add(make.make_kind("STUDI", "Studi banding"))
    told.title, told.host_organisation = "", make.make_organisation("DPRD Batam", batam)
    told.replies_to, told.mentioned_in = make.make_visit(malang, batam), make.make_visit(batam, malang)
    told.standing = "CLAIMED"
    told.save()

    with django_assert_max_num_queries(15):
        answer = client.get(edit(told))

    shown = sent_by(answer)
    assert shown["guests-3-delegates-0-official_text"] == [official.label]
    assert shown["outcomes-4-responsible_text"] == [unit.label]
    assert sorted(shown["kinds"]) == sorted(str(kind.pk) for kind in told.kinds.all())
    assert f"#{told.mentioned_in_id}" in shown["mentioned_in_text"][0]


# Rows


def test_a_row_is_added_without_javascript_and_keeps_what_was_typed(client, officer):
    data = sent_by(client.get(NEW)) | {"purpose": "belum selesai", "year": "tidak tahu"}

    data = pressed(client, NEW, data, add="agenda")

    assert data["agenda-TOTAL_FORMS"] == ["1"]
    assert data["agenda-0-kind"] == ["DISCUSSION"]
    assert (data["purpose"], data["year"]) == (["belum selesai"], ["tidak tahu"])


def test_with_htmx_only_the_new_row_and_the_count_come_back(client, officer):
    data = sent_by(client.get(NEW)) | {"add": "guests-0-delegates"}

    answer = client.post(NEW, data, headers={"HX-Request": "true"})

    text = answer.content.decode()
    assert text.count('<fieldset class="row"') == 1
    assert 'id="row-guests-0-delegates-1"' in text
    assert 'value="2" id="id_guests-0-delegates-TOTAL_FORMS" hx-swap-oob="true"' in text


@pytest.mark.parametrize("target", ["nonsense", "guests-x-delegates", "", "agenda-0-delegates-1-2"])
def test_a_row_of_a_list_that_there_is_not_is_refused_gently(client, officer, target):
    data = sent_by(client.get(NEW)) | {"add": target}

    assert client.post(NEW, data).status_code == 200
    assert client.post(NEW, data, headers={"HX-Request": "true"}).status_code == 400


def test_a_removed_row_can_be_put_back_until_the_visit_is_saved(client, visit, officer):
    data = pressed(client, edit(visit), sent_by(client.get(edit(visit))), remove="agenda-0")
    assert data["agenda-0-removed"] == ["yes"]
    assert visit.agenda.count() == 1

    back = pressed(client, edit(visit), data, back="agenda-0")
    client.post(edit(visit), back)
    assert visit.agenda.count() == 1

    data = pressed(client, edit(visit), sent_by(client.get(edit(visit))), remove="agenda-0")
    client.post(edit(visit), data)
    assert visit.agenda.count() == 0


def test_a_removed_row_is_not_judged(client, visit, officer):
    data = sent_by(client.get(edit(visit))) | {"agenda-0-title": "", "agenda-0-removed": "yes"}

    assert client.post(edit(visit), data).status_code == 302


def test_rows_stand_in_the_order_of_the_page(client, visit, officer):
    make.make_agenda_item(visit, "Makan siang", position=1)
    data = pressed(client, edit(visit), sent_by(client.get(edit(visit))), down="agenda-0")

    client.post(edit(visit), data)

    assert [item.title for item in visit.agenda.all()] == ["Makan siang", "Paparan sejarah Batam"]


def test_moving_passes_over_removed_rows(client, visit, officer):
    make.make_agenda_item(visit, "Batal", position=1)
    make.make_agenda_item(visit, "Makan siang", position=2)
    data = pressed(client, edit(visit), sent_by(client.get(edit(visit))), remove="agenda-1")
    data = pressed(client, edit(visit), data, up="agenda-2")

    client.post(edit(visit), data)

    assert [item.title for item in visit.agenda.all()] == ["Makan siang", "Paparan sejarah Batam"]


def test_enter_in_a_text_field_saves_and_presses_no_button_of_a_row(client, officer):
    answer = client.get(NEW)

    first = answer.content.decode().split('id="sheet-form"')[1].split("<button")[1]
    assert 'class="visually-hidden" type="submit"' in first
    assert ("add", "guests") in buttons_on(answer)


def test_a_citation_belongs_to_its_source(client, malang, officer):
    data = pressed(client, NEW, minimal(client), add="sources")
    data = pressed(client, NEW, data | {"sources-0-outlet": "batampos"}, add="sources-0-citations")
    client.post(NEW, data | {"sources-0-citations-0-fact": "Senin (16/6)", "sources-0-citations-0-about": "DATE"})

    citation = Visit.objects.get().citations.get()
    assert (citation.source.outlet, citation.fact, citation.about) == ("batampos", "Senin (16/6)", "DATE")


def test_heads_of_a_delegation_can_be_swapped(client, visit, officer):
    delegation = visit.delegations.get(side="GUEST")
    make.make_delegate(delegation, "Wakil", role="DEPUTY", position=1)
    data = sent_by(client.get(edit(visit)))
    data |= {"guests-0-delegates-0-role": "DEPUTY", "guests-0-delegates-1-role": "LEADER"}

    assert client.post(edit(visit), data).status_code == 302
    assert [member.role for member in delegation.delegates.all()] == ["DEPUTY", "LEADER"]


def test_topics_can_swap_their_sectors(client, visit, officer):
    other = make.make_sector("food", "Pangan")
    first, second = visit.topics.get(), make.make_topic(visit, other)
    data = sent_by(client.get(edit(visit)))
    data |= {"topics-0-sector": str(second.sector_id), "topics-1-sector": str(first.sector_id)}

    assert client.post(edit(visit), data).status_code == 302
    assert {topic.sector for topic in visit.topics.all()} == {first.sector, other}


# Who, and what they were on the day


def test_an_organisation_brings_its_region_so_that_its_side_sees_the_visit(client, malang, officer):
    council = make.make_organisation("DPRD Kabupaten Malang", malang, kind="DPRD")
    data = minimal(client) | {"guests-0-region_text": ""} | chosen("guests-0-organisation", council)

    client.post(NEW, data)

    assert Visit.objects.visible_to(make.make_officer(malang)).count() == 1


def test_the_receiving_side_is_the_host_and_follows_it_when_it_is_corrected(client, visit, officer):
    bintan = make.make_region("Kabupaten Bintan", code="21.01")
    data = sent_by(client.get(edit(visit)))
    assert data["host-0-region"] == [""]

    client.post(edit(visit), data | chosen("host_region", bintan))

    assert visit.delegations.get(side="HOST").region == bintan


def test_another_body_that_received_stays_what_it_is(client, batam, malang, officer):
    authority = make.make_organisation("BP Batam", batam, kind="SPECIAL_AUTHORITY")
    data = minimal(client) | chosen("host-0-organisation", authority) | {"host-0-delegates-0-name": "Kepala BP"}

    client.post(NEW, data)

    assert Visit.objects.get().delegations.get(side="HOST").organisation == authority


# Date and status


def test_a_visit_ahead_is_scheduled_and_its_agenda_planned(client, malang, officer, time_machine):
    time_machine.move_to(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC), tick=False)
    data = minimal(client) | {"day": "2026-03-02"}

    client.post(NEW, data)

    assert Visit.objects.get().status == "SCHEDULED"
    data = sent_by(client.get(edit(Visit.objects.get())))
    answer = client.post(NEW, data | {"add": "agenda"}, headers={"HX-Request": "true"})
    assert '<option value="PLANNED" selected>' in answer.content.decode()


def test_a_visit_ahead_cannot_be_completed(client, malang, officer):
    answer = client.post(NEW, minimal(client) | {"day": "2199-01-01", "status": "COMPLETED"})

    assert answer.status_code == 422
    assert problems_on(answer) == [
        "Status: The visit lies ahead, so it is not over. Choose “Scheduled”, or correct the date."
    ]


def test_without_date_and_words_the_status_is_asked_for(client, malang, officer):
    data = minimal(client) | {"precision": "UNKNOWN", "day": ""}

    answer = client.post(NEW, data)

    assert problems_on(answer) == ["Status: Choose the status: the date does not tell whether the visit took place."]
    client.post(NEW, sent_by(answer) | {"status": "INVITED"})
    assert Visit.objects.get().status == "INVITED"


# Programme, sequence, owner


def test_a_programme_is_started_together_with_the_visit(client, batam, malang, officer):
    client.post(NEW, minimal(client) | {"new_series": "Bimtek Smart City", "phase": "4"})

    visit = Visit.objects.get()
    assert (visit.series.name, visit.series.owner, visit.phase) == ("Bimtek Smart City", batam, 4)
    assert VisitSeries.objects.count() == 1


def test_a_new_programme_beside_a_chosen_one_is_asked_about(client, visit, officer):
    Visit.objects.filter(pk=visit.pk).update(series=make.make_series("Bimtek lama", visit.owner))

    answer = client.post(edit(visit), sent_by(client.get(edit(visit))) | {"new_series": "Bimtek baru"})

    assert problems_on(answer) == [
        "Or start a new programme: Choose a programme or start a new one: clear one of the two."
    ]


def test_a_return_visit_points_to_a_visit_that_the_officer_sees(client, visit, officer):
    secret = make.make_visit(make.make_region("Kota Jambi"), make.make_region("Kota Bogor"))
    data = minimal(client)

    lookup = VisitLookup(make.make_superuser())
    assert client.post(NEW, data | chosen("replies_to", secret, lookup.option(secret).label)).status_code == 422
    client.post(NEW, data | chosen("replies_to", visit, lookup.option(visit).label))

    assert Visit.objects.filter(replies_to=visit).count() == 1


def test_who_writes_for_several_regions_says_for_which(client, batam, malang, officer):
    bintan = make.make_region("Kabupaten Bintan", code="21.01")
    make.make_membership(officer, bintan)
    data = minimal(client)
    assert data["owner"] == [str(batam.pk)]

    client.post(NEW, data | {"owner": str(bintan.pk)})
    refused = client.post(NEW, minimal(client) | {"owner": str(malang.pk)})

    assert Visit.objects.get().owner == bintan
    assert refused.status_code == 422


def test_an_administrator_of_all_finds_the_region_by_typing(client, batam, malang):
    client.force_login(make.make_superuser(language="en"))

    answer = client.post(NEW, minimal(client) | {"owner_text": "21.71", "host_region_text": "21.71"})

    assert answer.status_code == 302
    assert Visit.objects.get().owner == batam


# Once


def test_posting_twice_is_posting_once(client, malang, officer):
    data = minimal(client)

    first, second = client.post(NEW, data), client.post(NEW, data)

    assert Visit.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_what_was_typed_after_saving_is_not_thrown_away(client, malang, officer):
    data = minimal(client)
    client.post(NEW, data)

    answer = client.post(NEW, data | {"purpose": "lebih lengkap"})

    assert answer.status_code == 409
    assert "This form was saved already" in answer.content.decode()
    again = sent_by(answer)
    assert again["purpose"] == ["lebih lengkap"]
    assert again["submission"] != data["submission"]
    assert client.post(NEW, again).status_code == 302
    assert Visit.objects.count() == 2


def test_the_submission_of_somebody_else_is_not_told(client, malang, officer):
    theirs = make.make_visit(make.make_region("Kota Jambi"), make.make_region("Kota Bogor"))

    answer = client.post(NEW, minimal(client) | {"submission": str(theirs.submission)})

    assert answer.status_code == 302
    assert Visit.objects.count() == 2


def test_a_visit_that_is_named_after_its_guests_is_told_by_the_new_ones(client, visit, officer):
    jambi = make.make_region("Kota Jambi", code="15.71")
    sent = pressed(client, edit(visit), sent_by(client.get(edit(visit))), add="guests")

    answer = client.post(
        edit(visit), sent | {"guests-0-removed": "yes"} | chosen("guests-1-region", jambi), follow=True
    )

    assert [str(message) for message in answer.context["messages"]] == [
        f'Saved: <a href="/visits/{visit.pk}/">Kota Jambi → Kota Batam</a>'
    ]


def test_a_saved_form_names_its_submission_so_that_the_draft_can_go(client, malang, officer):
    data = minimal(client)

    answer = client.post(NEW, data)

    assert answer.cookies["saved"].value == data["submission"][0]
    assert answer.cookies["saved"]["samesite"] == "Lax"


def test_a_draft_is_drawn_again_with_all_its_rows_and_without_a_word_about_it(client, officer):
    data = sent_by(client.get(NEW)) | {"guests-TOTAL_FORMS": "3", "guests-2-region_text": "malang", "day": "kemarin"}
    draft = data | {"guests-2-delegates-TOTAL_FORMS": "2", "guests-2-delegates-INITIAL_FORMS": "0"}

    answer = client.post(NEW, draft | {"guests-2-delegates-1-name": "Sanusi", "restore": "1"})

    assert problems_on(answer) == []
    shown = sent_by(answer)
    assert shown["guests-2-delegates-1-name"] == ["Sanusi"]
    assert shown["guests-2-region_text"] == ["malang"]
    assert shown["day"] == ["kemarin"]
    assert uuid.UUID(shown["submission"][0])
    assert Visit.objects.count() == 0


def test_a_meeting_without_guests_needs_a_title(client, batam, officer):
    data = minimal(client) | {"guests-0-region_text": ""}

    refused = client.post(NEW, data)
    saved = client.post(NEW, data | {"title": "Bimtek Smart City, tahap 1"})

    assert (refused.status_code, saved.status_code) == (422, 302)
    assert Visit.objects.get().delegations.count() == 0


def test_where_the_place_is_not_known_no_host_is_needed(client, malang, officer):
    data = minimal(client) | {"host_region": "", "host_region_text": "", "setting": "UNKNOWN"}

    assert client.post(NEW, data).status_code == 302
    assert Visit.objects.get().host_region is None
