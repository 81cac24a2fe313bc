import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_officer, make_region, make_series, make_superuser, make_viewer, make_visit
from tests.sent import problems_on, sent_by
from visits.models import VisitSeries

pytestmark = pytest.mark.django_db
URL = "/visits/series/"


@pytest.fixture
def series(batam):
    return make_series("Bimtek Smart City", batam, phases_planned=3, about="Masterplan")


def test_the_list_counts_the_visits_that_the_reader_may_see(client, officer, series, batam):
    make_visit(batam, series=series)
    make_visit(make_region("Kota Medan"), False, series=series)

    response = client.get(URL)

    assert [(s.name, s.held) for s in response.context["programmes"]] == [("Bimtek Smart City", 1)]


def test_what_is_only_mentioned_is_left_out_of_the_number_as_in_the_list_that_it_leads_to(
    client, officer, series, batam
):
    make_visit(batam, series=series)
    make_visit(batam, series=series, standing="CLAIMED", on=None)

    counts = [
        client.get(URL).context["programmes"][0].held,
        client.get(f"{URL}{series.pk}/").context["count"],
        client.get("/visits/", {"programme": series.pk}).context["total"].number,
    ]

    assert counts == [1, 1, 1]


def test_the_list_costs_the_same_for_one_and_three(client, officer, batam):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    make_visit(batam, series=make_series("A", batam))
    one = ask()
    make_visit(batam, series=make_series("B", batam))
    make_visit(batam, series=make_series("C", batam))

    assert ask() == one


def test_the_phases_stand_in_order_and_an_empty_one_is_told(client, officer, series, batam, malang):
    make_visit(batam, malang, series=series, phase=3, title="Penutupan")
    make_visit(batam, malang, series=series, phase=1, title="Pembukaan")
    make_visit(batam, malang, series=series, title="Rapat")

    response = client.get(f"{URL}{series.pk}/")

    assert [(p.number, [v["title"] for v in p.visits]) for p in response.context["phases"]] == [
        (1, ["Pembukaan"]), (2, []), (3, ["Penutupan"]), (None, ["Rapat"]),
    ]  # fmt: skip
    assert "No visit is recorded for this phase." in response.content.decode()


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (["COMPLETED", "CANCELLED"], "done"),
        (["SCHEDULED", "POSTPONED"], "planned"),
        (["CANCELLED", "POSTPONED"], "cancelled"),
        ([], "unknown"),
    ],
)
def test_a_phase_is_done_once_one_of_its_visits_was_held(client, officer, series, batam, malang, statuses, state):
    for status in statuses:
        make_visit(batam, malang, series=series, phase=1, status=status)

    page = client.get(f"{URL}{series.pk}/").content.decode()

    assert re.search(r'<li data-state="(\w+)">', page)[1] == state


class TestAVisitIsPutIntoAProgrammeOfAnother:
    """Whoever sees a visit reads what is said of its programme."""

    def put(self, client, visit, series):
        client.force_login(make_officer(visit.owner, language="en"))
        chosen = {"series": str(series.pk), "series_text": f"{series.name} — {series.owner.name}"}
        return client.post(f"/visits/{visit.pk}/edit/", sent_by(client.get(f"/visits/{visit.pk}/edit/")) | chosen)

    def test_that_takes_part_in_it(self, client, series, batam, malang):
        make_visit(batam, malang, series=series)
        visit = make_visit(malang, batam)

        assert self.put(client, visit, series).status_code == 302
        visit.refresh_from_db()
        assert visit.series == series

    def test_that_has_no_part_in_it(self, client, series, batam, malang):
        make_visit(batam, malang, series=series)
        surabaya = make_region("Kota Surabaya", code="35.78")
        visit = make_visit(malang, surabaya)

        answer = self.put(client, visit, series)

        assert problems_on(answer) == [
            "This programme is kept by Kota Batam, which does not take part in this visit. Choose another."
        ]
        client.force_login(make_officer(surabaya))
        assert client.get(f"{URL}{series.pk}/").status_code == 404

    def test_where_it_stands_already_it_stays(self, client, series, malang):
        visit = make_visit(malang, make_region("Kota Surabaya", code="35.78"), series=series)

        assert self.put(client, visit, series).status_code == 302


def test_an_officer_adds_a_programme_for_the_own_region(client, officer, batam):
    response = client.post(f"{URL}new/", {"name": "Sister city", "phases_planned": "", "about": ""})

    series = VisitSeries.objects.get()
    assert response.url == f"{URL}{series.pk}/"
    assert (series.name, series.owner, series.phases_planned) == ("Sister city", batam, None)


def test_a_programme_that_is_sent_twice_is_one_and_with_other_words_another(client, officer):
    sent = {"submission": str(uuid.uuid4())}

    first, second, other = (client.post(f"{URL}new/", sent | {"name": name}) for name in ("A", "A", "B"))

    assert (first.url, other.status_code) == (second.url, 302)
    assert [series.name for series in VisitSeries.objects.order_by("pk")] == ["A", "B"]


def test_who_writes_for_two_regions_chooses(client, batam, malang):
    user = make_officer(batam)
    user.memberships.create(region=malang, role="OFFICER")
    client.force_login(user)

    client.post(f"{URL}new/", {"name": "Sister city", "owner": malang.pk})

    assert VisitSeries.objects.get().owner == malang


def test_a_programme_of_nobody_is_refused_with_everything_typed(client):
    client.force_login(make_superuser(language="en"))

    response = client.post(f"{URL}new/", {"name": "Sister city", "about": "Panjang", "phases_planned": "-1"})

    assert response.status_code == 422
    assert "Panjang" in response.content.decode()
    assert not VisitSeries.objects.exists()


def test_a_programme_is_changed(client, officer, series):
    response = client.post(
        f"{URL}{series.pk}/edit/", {"name": "Kota cerdas", "phases_planned": 4, "about": "", "version": series.version}
    )

    series.refresh_from_db()
    assert response.status_code == 302
    assert (series.name, series.phases_planned) == ("Kota cerdas", 4)


def test_a_stale_save_shows_both_and_loses_neither(client, officer, series):
    VisitSeries.objects.filter(pk=series.pk).update(name="Nama mereka")

    response = client.post(f"{URL}{series.pk}/edit/", {"name": "Nama kita", "version": series.version})

    page = response.content.decode()
    assert response.status_code == 409
    assert "Nama mereka" in page
    assert "Nama kita" in page
    assert VisitSeries.objects.get().name == "Nama mereka"


@pytest.mark.parametrize("name", ["a" * 251, "", "\x00"])
def test_a_bad_name_is_refused(client, officer, name):
    assert client.post(f"{URL}new/", {"name": name}).status_code == 422


class TestWhoMay:
    def test_read(self, client, series, batam):
        client.force_login(make_viewer(batam))
        assert client.get(f"{URL}{series.pk}/").status_code == 200
        assert client.get(URL).status_code == 200

    def test_change_only_officers(self, client, series, batam):
        client.force_login(make_viewer(batam))
        assert client.get(f"{URL}{series.pk}/edit/").status_code == 403
        assert client.get(f"{URL}new/").status_code == 403

    def test_change_only_those_who_keep_it(self, client, series, malang):
        make_visit(malang, False, series=series)
        client.force_login(make_officer(malang))
        assert client.get(f"{URL}{series.pk}/").status_code == 200
        assert client.post(f"{URL}{series.pk}/edit/", {"name": "x", "version": 1}).status_code == 403

    @pytest.mark.parametrize("deed", ["", "edit/"])
    def test_a_stranger(self, client, series, deed):
        client.force_login(make_officer(make_region("Kota Medan")))
        assert client.get(f"{URL}{series.pk}/{deed}").status_code == 404

    @pytest.mark.parametrize("deed", ["", "new/", "1/", "1/edit/"])
    def test_nobody(self, client, deed):
        assert client.get(f"{URL}{deed}").status_code == 302

    @pytest.mark.parametrize("deed", ["", "{pk}/"])
    def test_lists_take_no_posts(self, client, officer, series, deed):
        assert client.post(f"{URL}{deed.format(pk=series.pk)}").status_code == 405

    def test_a_programme_that_does_not_exist(self, client, officer):
        assert client.get(f"{URL}999999/").status_code == 404
