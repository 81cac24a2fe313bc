import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboards.lists import LISTS
from dashboards.models import DefaultView, SavedView
from regions.models import Sector
from tests.factories import (
    make_agreement,
    make_malangs,
    make_manager,
    make_milestone,
    make_officer,
    make_organisation,
    make_region,
    make_saved_view,
    make_sector,
    make_superuser,
    make_unit_user,
    make_viewer,
    make_visit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def batam():
    return make_region("Kota Batam", code="21.71")


@pytest.fixture
def malang():
    return make_malangs()[0]


@pytest.fixture
def officer(client, batam):
    user = make_officer(batam, language="en")
    client.force_login(user)
    return user


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def saved(client, of="visits", query="", **data):
    return client.post("/views/new/", {"of": of, "query": query, "name": "Milikku"} | data)


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


# Saving


def test_a_list_is_saved_with_filters_columns_and_order(client, officer):
    response = saved(client, query="status=COMPLETED&sort=date&columns=status,date&page=3&q=&nonsense=1&view=9")

    view = SavedView.objects.get()
    assert (view.owner, view.of, view.name, view.region) == (officer, "visits", "Milikku", None)
    assert view.query == "status=COMPLETED&sort=date&columns=date%2Cstatus"
    assert response.url == f"/views/{view.pk}/"
    assert client.get(response.url).url == f"/visits/?{view.query}&view={view.pk}"


@pytest.mark.parametrize("code", LISTS)
def test_every_list_has_its_views(client, officer, code):
    saved(client, code, "q=malang")
    view = SavedView.objects.get()

    response = client.get(f"/views/{view.pk}/", follow=True)

    assert response.redirect_chain == [(f"{LISTS[code].url}?q=malang&view={view.pk}", 302)]
    menu = response.content.decode().partition('class="list-views"')[2].partition("</details>")[0]
    assert re.search(rf'href="/views/{view.pk}/" aria-current="true"', menu)
    assert "<span>Milikku</span>" in menu


def test_words_typed_for_a_look_up_are_kept_as_what_they_mean(client, officer, malang):
    saved(client, query="region_text=35.07")

    assert SavedView.objects.get().query == f"region={malang.pk}"


def test_the_form_says_what_is_saved(client, officer):
    page = client.get("/views/new/?of=visits&query=status%3DCOMPLETED%26sort%3Dhost").content.decode()

    assert '<span class="chip-label">Status</span> Completed' in page
    assert "Host, A to Z" in page
    assert 'value="status=COMPLETED&amp;sort=host"' in page


def test_nothing_typed_is_lost_where_something_is_wrong(client, officer, batam):
    response = saved(client, query="status=COMPLETED", name=" ", region=batam.pk, default="on")

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="status=COMPLETED"' in page
    assert re.search(rf'value="{batam.pk}" selected', page)
    assert re.search(r'name="default"[^>]* checked', page)
    assert not SavedView.objects.exists()


def test_nobody_has_two_views_of_one_list_under_one_name(client, officer, batam):
    saved(client)

    again, other_list = saved(client, query="status=COMPLETED"), saved(client, "agreements")
    saved(signed_in(make_officer(batam)))

    assert again.status_code == 422
    assert "There is a view of this name already" in again.content.decode()
    assert other_list.status_code == 302
    assert SavedView.objects.count() == 3


@pytest.mark.parametrize("of", ["", "zzz", "\x00"])
def test_a_view_of_no_list_is_not_found(client, officer, of):
    assert client.get("/views/new/", {"of": of}).status_code == 404
    assert saved(client, of).status_code == 404


@pytest.mark.parametrize("query", ["\x00", "status=zzz", "%00=%00", "region=99999999999999999999", "a" * 4000, "&&=&="])
def test_nonsense_in_what_is_saved_is_left_out(client, officer, query):
    assert saved(client, query=query).status_code in (302, 422)
    assert all(view.query == "" for view in SavedView.objects.all())


def test_the_usual_order_is_no_choice(client, officer):
    """The filter panel sends it with every filter."""
    saved(client, query="status=COMPLETED&sort=-date")
    view = SavedView.objects.get()

    page = client.get("/visits/?sort=-date&status=COMPLETED").content.decode()

    assert view.query == "status=COMPLETED"
    assert re.search(rf'href="/views/{view.pk}/" aria-current="true"', page)


# Sharing


def test_a_shared_view_is_read_by_the_region_and_changed_by_its_maker_or_a_manager(client, officer, batam):
    saved(client, region=batam.pk)
    view = SavedView.objects.get()
    colleague, manager = signed_in(make_viewer(batam)), signed_in(make_manager(batam))
    of_unit, stranger = (
        signed_in(make_unit_user(make_organisation("Dinas", batam))),
        signed_in(make_officer(make_region("Kota Medan"))),
    )

    reading = [c.get(f"/views/{view.pk}/").status_code for c in (client, colleague, manager, of_unit, stranger)]
    editing = [c.get(f"/views/{view.pk}/edit/").status_code for c in (client, colleague, manager, of_unit, stranger)]
    updating = [
        c.post(f"/views/{view.pk}/update/", {"query": "status=COMPLETED", "version": view.version}).status_code
        for c in (colleague, of_unit, stranger, client, manager)
    ]
    deleting = [c.post(f"/views/{view.pk}/delete/").status_code for c in (colleague, of_unit, stranger, manager)]

    assert reading == [302, 302, 302, 302, 404]
    assert editing == [200, 403, 200, 403, 404]
    assert updating == [403, 403, 404, 302, 302]
    assert deleting == [403, 403, 404, 302]
    assert not SavedView.objects.exists()


def test_who_left_the_region_no_longer_changes_what_they_shared_with_it(client, officer, batam):
    view = make_saved_view(officer, "visits", "status=COMPLETED", name="Kunjungan", region=batam)
    alone = make_saved_view(officer, "visits", name="Sendiri")
    officer.memberships.all().delete()
    data = {"name": "Telepon 0812", "region": batam.pk, "version": view.version}

    sent = [
        client.post(f"/views/{view.pk}/{path}/", data | {"query": "status=CANCELLED"}).status_code
        for path in ("edit", "update", "delete")
    ]

    view.refresh_from_db()
    assert sent == [403, 403, 403]
    assert (view.name, view.query, view.region) == ("Kunjungan", "status=COMPLETED", batam)
    assert f"/views/{view.pk}/edit/" not in client.get("/views/").content.decode()
    assert client.post(f"/views/{alone.pk}/delete/").status_code == 302
    assert signed_in(make_manager(batam)).get(f"/views/{view.pk}/edit/").status_code == 200


def test_who_may_only_read_now_no_longer_changes_what_they_shared(client, officer, batam):
    view = make_saved_view(officer, region=batam)
    officer.memberships.update(role="VIEWER")

    assert client.get(f"/views/{view.pk}/edit/").status_code == 403


def test_a_shared_view_is_there_once_however_many_offices_the_region_has(client, officer, batam):
    view = make_saved_view(make_officer(batam), region=batam)
    units = [make_organisation(f"Dinas {number}", batam) for number in range(3)]

    assert list(SavedView.objects.visible_to(officer)) == [view]
    assert list(SavedView.objects.visible_to(make_unit_user(units[0]))) == [view]


def test_a_private_view_is_nobody_elses(client, officer, batam):
    view = make_saved_view(officer)
    for other in (make_manager(batam), make_superuser()):
        window = signed_in(other)
        for path in ("", "edit/", "delete/"):
            assert window.get(f"/views/{view.pk}/{path}").status_code == 404, path
        for path in ("edit/", "update/", "default/", "delete/"):
            assert window.post(f"/views/{view.pk}/{path}").status_code == 404, path
        assert view.name not in window.get("/views/").content.decode()
        assert view.name not in window.get("/visits/").content.decode()


def test_only_who_writes_for_a_region_shares_with_it(client, batam, malang):
    client.force_login(make_viewer(batam, language="en"))

    assert 'name="region"' not in client.get("/views/new/?of=visits").content.decode()
    saved(client, region=batam.pk)
    assert SavedView.objects.get().region is None

    officer = signed_in(make_officer(batam))
    assert saved(officer, region=malang.pk).status_code == 422


def test_a_shared_view_shows_each_reader_only_what_they_may_see(client, officer, batam, malang):
    make_visit(batam, title="Milik Batam")
    make_visit(malang, title="Milik Malang")
    view = make_saved_view(officer, "visits", "q=milik", region=batam)
    colleague = signed_in(make_viewer(batam))

    titles = [row["title"] for row in colleague.get(f"/views/{view.pk}/", follow=True).context["page"].object_list]

    assert titles == ["Milik Batam"]


def test_a_filter_by_a_record_that_the_reader_does_not_see_is_left_out(client, officer, batam, malang):
    hidden = make_agreement(malang, title="RAHASIAQX")
    view = make_saved_view(officer, "follow-ups", f"agreement={hidden.pk}&state=all", region=batam)

    response = client.get(f"/views/{view.pk}/", follow=True)

    assert response.request["QUERY_STRING"] == f"state=all&view={view.pk}"
    assert "RAHASIAQX" not in response.content.decode()


# What no longer makes sense


def test_a_view_whose_sector_is_gone_says_so_and_shows_the_rest(client, officer):
    sector = make_sector()
    view = make_saved_view(officer, "visits", f"status=COMPLETED&sector={sector.pk}", name="Wisata")
    Sector.objects.all().delete()

    response = client.get(f"/views/{view.pk}/", follow=True)

    assert response.request["QUERY_STRING"] == f"status=COMPLETED&view={view.pk}"
    assert said(response) == "Not everything in the view “Wisata” makes sense any more. Left out: Sector."
    assert SavedView.objects.get().query == f"status=COMPLETED&sector={sector.pk}", "nobody changed it"


def test_a_view_that_contradicts_itself_is_mended(client, officer):
    view = make_saved_view(officer, "visits", "since=2026-02-01&until=2026-01-01&sort=zzz&status=COMPLETED")

    assert client.get(f"/views/{view.pk}/").url == f"/visits/?since=2026-02-01&status=COMPLETED&view={view.pk}"


# The default


@pytest.mark.parametrize("code", LISTS)
def test_a_list_opens_with_the_default_view(client, officer, code):
    saved(client, code, "q=malang", default="on")
    view = SavedView.objects.get()

    assert client.get(LISTS[code].url).url == f"{LISTS[code].url}?q=malang&view={view.pk}"
    assert client.get(LISTS[code].url, {"view": "all"}).status_code == 200
    assert client.get(LISTS[code].url, {"q": "batam"}).status_code == 200
    assert client.get(LISTS[code].url, HTTP_HX_REQUEST="true").status_code == 200
    assert Client().get(LISTS[code].url).url.startswith("/accounts/login/")


def test_one_gets_out_of_the_default_view_from_everywhere_on_the_page(client, officer, batam):
    make_visit(batam)
    saved(client, query="status=COMPLETED&kind=", default="on")
    pk = SavedView.objects.get().pk

    page = client.get("/visits/", follow=True).content.decode()

    chip, clear = re.findall(r'<a href="([^"]*)" hx-get', page.partition('class="chips"')[2])[0], "/visits/?view=all"
    assert chip == f"?view={pk}"
    assert page.count(f'href="{clear}"') >= 4, "menu, leave, chips, panel"
    assert client.get(f"/visits/{chip}").status_code == 200


def test_the_last_chip_removed_without_a_view_leads_to_everything(client, officer):
    chips = client.get("/visits/?status=COMPLETED").context["chips"]

    assert [chip.remove_url for chip in chips] == ["?view=all"]


def test_everything_is_everything(client, officer, batam):
    make_visit(batam, title="Satu")
    saved(client, query="status=CANCELLED", default="on")

    response = client.get("/visits/?view=all")

    assert [row["title"] for row in response.context["page"].object_list] == ["Satu"]
    assert response.context["chips"] == []


def test_a_list_has_one_default_and_may_have_none(client, officer):
    saved(client, name="satu", default="on")
    saved(client, name="dua", query="status=CANCELLED", default="on")
    one, two = SavedView.objects.get(name="satu"), SavedView.objects.get(name="dua")
    assert DefaultView.objects.get().view == two

    client.post(f"/views/{one.pk}/default/", {"on": "1", "next": "/views/"})
    assert client.get("/visits/").url == f"/visits/?view={one.pk}"

    assert (
        client.post(f"/views/{one.pk}/default/", {"on": "", "next": "https://evil.example/"}).url == f"/views/{one.pk}/"
    )
    assert client.get("/visits/").status_code == 200


def test_a_default_that_is_no_longer_shared_is_none(client, officer, batam):
    reader = make_viewer(batam)
    view = make_saved_view(officer, "visits", "status=COMPLETED", region=batam)
    window = signed_in(reader)
    window.post(f"/views/{view.pk}/default/", {"on": "1"})
    assert window.get("/visits/").status_code == 302

    view.region = None
    view.save()

    assert window.get("/visits/").status_code == 200


def test_a_default_that_no_longer_makes_sense_says_so(client, officer):
    view = make_saved_view(officer, "visits", "sector=999", name="Wisata", default=True)

    response = client.get("/visits/", follow=True)

    assert response.request["QUERY_STRING"] == f"view={view.pk}"
    assert "Left out: Sector" in said(response)


# The menu


def menu(response):
    return response.content.decode().partition('class="list-views"')[2].partition("</div>\n")[0]


def test_the_view_that_is_open_is_marked_and_what_was_changed_can_be_kept(client, officer, batam):
    view = make_saved_view(officer, "visits", "status=COMPLETED&sort=date", name="Selesai")
    make_visit(batam)

    by_address = client.get("/visits/?sort=date&status=COMPLETED")
    changed = client.get(f"/visits/?status=CANCELLED&view={view.pk}").content.decode()

    assert re.search(rf'href="/views/{view.pk}/" aria-current="true"', by_address.content.decode())
    assert "Update “Selesai”" not in by_address.content.decode()
    assert "Update “Selesai”" in changed
    assert not re.search(rf'href="/views/{view.pk}/" aria-current="true"', changed)
    client.post(f"/views/{view.pk}/update/", {"query": "status=CANCELLED&page=2", "version": view.version})
    assert SavedView.objects.get().query == "status=CANCELLED"


def test_views_of_others_and_of_other_lists_are_not_in_the_menu(client, officer, batam, malang):
    make_saved_view(officer, "visits", name="Tampilan Satu")
    make_saved_view(officer, "agreements", name="Tampilan Dua")
    make_saved_view(make_officer(batam), "visits", name="Tampilan Tiga")
    make_saved_view(make_officer(batam), "visits", name="Tampilan Empat", region=batam)
    make_saved_view(make_officer(malang), "visits", name="Tampilan Lima", region=malang)

    page = client.get("/visits/").content.decode()

    assert set(re.findall(r"Tampilan (Satu|Dua|Tiga|Empat|Lima)", page)) == {"Satu", "Empat"}


@pytest.mark.parametrize("nonsense", ["zzz", "999999", "9" * 40, "-1", "\x00", "٣"])
def test_nonsense_in_place_of_a_view_is_no_view(client, officer, nonsense):
    assert client.get("/visits/", {"view": nonsense}).status_code == 200


@pytest.mark.parametrize("code", LISTS)
def test_the_menu_costs_one_query_however_many_views_there_are(client, officer, batam, code):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LISTS[code].url).status_code == 200
        return len([q for q in queries if "dashboards_savedview" in q["sql"]]), len(queries)

    none, before = ask()
    for number in range(3):
        make_saved_view(officer, code, "q=a", name=f"{number}", region=batam)

    assert (none, ask()) == (1, (1, before))


# All of them on a page


def test_the_page_of_views_shows_own_and_shared_ones(client, officer, batam):
    make_saved_view(officer, "visits", name="Satu")
    make_saved_view(make_officer(batam), "agreements", name="Dua", region=batam)
    make_saved_view(make_officer(batam), "agreements", name="Tiga")

    page = client.get("/views/").content.decode()

    assert [name for name in ("Satu", "Dua", "Tiga") if f">{name}</a>" in page] == ["Satu", "Dua"]
    assert page.count("/edit/") == 1, "the other is not mine"


def test_the_page_of_views_costs_the_same_however_many_there_are(client, officer):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            client.get("/views/")
        return len(queries)

    make_saved_view(officer, name="a")
    one = ask()
    make_saved_view(officer, name="b")
    make_saved_view(officer, "agreements", name="c")

    assert ask() == one <= 8


def test_a_view_is_renamed_and_shared(client, officer, batam):
    view = make_saved_view(officer, query="status=COMPLETED", name="Lama")
    data = {"name": "Baru", "region": batam.pk, "version": view.version}

    response = client.post(f"/views/{view.pk}/edit/", data)
    late = client.post(f"/views/{view.pk}/edit/", data | {"name": "Terlambat"})

    view.refresh_from_db()
    assert response.url == "/views/"
    assert (view.name, view.region, view.query) == ("Baru", batam, "status=COMPLETED")
    assert late.status_code == 409


def test_deleting_asks_first(client, officer):
    view = make_saved_view(officer, name="Lama", default=True)

    assert "Delete this view?" in client.get(f"/views/{view.pk}/delete/").content.decode()
    assert client.post(f"/views/{view.pk}/delete/").url == "/views/"
    assert not SavedView.objects.exists()
    assert client.get("/visits/").status_code == 200


@pytest.mark.parametrize("path", ["", "new/", "5/", "5/edit/", "5/delete/"])
def test_nobody_is_sent_to_sign_in(client, path):
    assert client.get(f"/views/{path}").url.startswith("/accounts/login/")


def test_wrong_methods_are_refused(client, officer):
    view = make_saved_view(officer)

    assert [client.get(f"/views/{view.pk}/{path}/").status_code for path in ("update", "default")] == [405, 405]
    assert [client.post(path).status_code for path in ("/views/", f"/views/{view.pk}/")] == [405, 405]


def test_a_number_and_its_list_agree_for_who_has_a_default(client, officer, batam):
    make_milestone("Satu", batam, owner=batam)
    saved(client, "follow-ups", "priority=HIGH", default="on")

    assert len(client.get("/follow-ups/?whose=ours").context["page"].object_list) == 1
