import html
import io
import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from documents import forms
from documents.models import Access
from documents.uploads import look_into
from records.models import Trashed
from records.trash import throw
from regions.models import Region
from tests.documents import files
from tests.factories import (
    make_attachment,
    make_membership,
    make_officer,
    make_organisation,
    make_region,
    make_superuser,
    make_unit_user,
    make_user,
    make_viewer,
    make_visit,
    upload,
)
from visits.models import VisitAttachment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def batam():
    return make_region("Kota Batam")


@pytest.fixture
def malang():
    return make_region("Kabupaten Malang")


@pytest.fixture
def visit(batam, malang):
    """Malang comes to Batam; Batam keeps the record."""
    return make_visit(batam, malang)


@pytest.fixture
def officer(batam):
    return make_officer(batam, language="en")


def url(name, visit, paper=None):
    return reverse(f"visits:{name}", args=[visit.pk, *([paper.pk] if paper else [])])


def get(client, address):
    """The answer with the whole file in `.body`; read to the end, the client closes it."""
    answer = client.get(address)
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def text_of(response):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode())))


# Adding


def test_an_officer_adds_papers_and_photos(client, officer, visit, batam):
    client.force_login(officer)

    answer = client.post(
        url("attachments", visit),
        {"uploads": [upload("Notulen.pdf"), upload("foto.jpg", files.picture(place=True))], "access": "INTERNAL"},
    )

    assert answer.status_code == 302
    assert answer.url == f"{visit.get_absolute_url()}#papers"
    paper, photo = visit.attachments.order_by("pk")
    assert (paper.kind, paper.filename, paper.owner, paper.uploaded_by) == ("OTHER", "Notulen.pdf", batam, officer)
    assert (photo.kind, photo.content_type, photo.edition) == ("PHOTO", "image/jpeg", 1)
    with photo.file.open() as stored:
        assert dict(Image.open(stored).getexif()) == {}


def test_a_record_that_goes_while_a_paper_is_looked_into_is_not_found(client, officer, visit, monkeypatch):
    """Pictures take seconds; the page of what is not found says where it lies."""
    client.force_login(officer)

    def slow(file):
        throw(visit, by=officer, region=visit.owner_id)
        return look_into(file)

    monkeypatch.setattr(forms, "look_into", slow)
    answer = client.post(url("attachments", visit), {"uploads": upload("Notulen.pdf"), "access": "INTERNAL"})

    assert answer.status_code == 404
    assert f"/trash/{Trashed.objects.get().pk}/" in answer.content.decode()


def test_a_partner_adds_papers_in_its_own_name(client, visit, malang):
    client.force_login(make_officer(malang))

    about = {"access": "RESTRICTED", "kind": "MINUTES", "title": "T"}
    client.post(url("attachments", visit), about | {"uploads": upload()})

    paper = visit.attachments.get()
    assert (paper.owner, paper.access, paper.kind, paper.title) == (malang, "RESTRICTED", "MINUTES", "T")


def test_whoever_writes_for_both_sides_says_for_which(client, visit, batam, malang):
    user = make_officer(batam)
    make_membership(user, malang, role="OFFICER")
    client.force_login(user)

    client.post(url("attachments", visit), {"uploads": upload(), "access": "INTERNAL", "side": malang.pk})

    assert visit.attachments.get().owner == malang
    page = client.get(url("attachments", visit)).content.decode()
    assert 'name="side"' in page


def test_a_foreign_side_cannot_be_chosen(client, visit, batam, malang):
    user = make_officer(batam)
    make_membership(user, malang, role="OFFICER")
    client.force_login(user)

    answer = client.post(
        url("attachments", visit), {"uploads": upload(), "access": "INTERNAL", "side": make_region("Kota Medan").pk}
    )

    assert answer.status_code == 422
    assert not visit.attachments.exists()


def test_of_several_files_the_good_ones_are_kept_the_bad_ones_explained_and_nothing_typed_is_lost(
    client, officer, visit
):
    client.force_login(officer)

    answer = client.post(
        url("attachments", visit),
        {
            "uploads": [upload("baik.pdf"), upload("kosong.pdf", b""), upload("x.pdf.exe", b"MZ")],
            "kind": "MINUTES",
            "title": "Notulen rapat",
            "access": "RESTRICTED",
        },
    )

    assert answer.status_code == 422
    assert [p.filename for p in visit.attachments.all()] == ["baik.pdf"]
    said = text_of(answer)
    assert "1 file is kept." in said
    assert "“kosong.pdf” is empty (0 bytes)." in said
    assert "“x.pdf.exe”: files that end in .exe are not kept." in said
    form = answer.context["papers_form"]
    assert (form["kind"].value(), form["title"].value(), form["access"].value()) == (
        "MINUTES",
        "Notulen rapat",
        "RESTRICTED",
    )
    assert 'value="Notulen rapat"' in answer.content.decode()


def test_with_something_else_wrong_no_file_is_kept(client, officer, visit):
    client.force_login(officer)

    answer = client.post(url("attachments", visit), {"uploads": upload(), "access": "INTERNAL", "title": "x" * 300})

    assert answer.status_code == 422
    assert not visit.attachments.exists()


def test_no_file_is_said(client, officer, visit):
    client.force_login(officer)

    answer = client.post(url("attachments", visit), {"access": "INTERNAL"})

    assert answer.status_code == 422
    assert "Choose a file." in text_of(answer)


def test_the_same_file_is_not_stored_twice(client, officer, visit):
    client.force_login(officer)
    make_attachment(visit, title="Notulen", content=files.pdf("sama"))

    answer = client.post(
        url("attachments", visit), {"uploads": upload("lain.pdf", files.pdf("sama")), "access": "INTERNAL"}
    )

    assert visit.attachments.count() == 1
    assert told(answer) == ["“lain.pdf” is here already as “Notulen” and was not stored twice."]


def test_a_restricted_paper_of_the_other_side_is_not_betrayed_by_its_twin(client, officer, visit, malang):
    client.force_login(officer)
    make_attachment(visit, malang, title="Rahasia", access=Access.RESTRICTED, content=files.pdf("sama"))

    answer = client.post(
        url("attachments", visit), {"uploads": upload("a.pdf", files.pdf("sama")), "access": "INTERNAL"}
    )

    assert visit.attachments.count() == 2
    assert told(answer) == ["1 file is kept."]


def test_htmx_gets_the_part_alone(client, officer, visit):
    client.force_login(officer)

    htmx = {"HX-Request": "true"}
    good = client.post(url("attachments", visit), {"uploads": upload(), "access": "INTERNAL"}, headers=htmx)
    bad = client.post(url("attachments", visit), {"access": "INTERNAL"}, headers=htmx)

    assert (good.status_code, bad.status_code) == (200, 422)
    for answer in (good, bad):
        assert answer.content.decode().startswith('<section class="sheet" id="papers"')
    assert "1 file is kept." in text_of(good)


@pytest.mark.parametrize(
    "name", ["a\r\nX-Bad: 1.pdf", "../../x.pdf", "a\x00.pdf", "\u202efdp.pdf", "x" * 300 + ".pdf", "\r\n"]
)
def test_hostile_names_never_break_the_page(client, officer, visit, name):
    client.force_login(officer)

    answer = client.post(url("attachments", visit), {"uploads": upload(name), "access": "INTERNAL"})

    assert answer.status_code in {302, 422}
    for paper in visit.attachments.all():
        served = get(client, paper.get_absolute_url())
        assert served.status_code == 200
        assert "\n" not in served["Content-Disposition"]


# Serving


def test_a_paper_is_served_to_be_saved_under_its_name(client, officer, visit):
    client.force_login(officer)
    paper = make_attachment(visit, name="Notulen “Batam” — é.pdf", content=files.pdf("isi"))

    answer = get(client, url("attachment", visit, paper))

    assert answer.body == files.pdf("isi")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''Notulen%20%E2%80%9CBatam%E2%80%9D%20%E2%80%94%20%C3%A9.pdf"
    )
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    ("name", "content", "way"),
    [
        ("a.pdf", files.pdf(), "inline"),
        ("a.jpg", files.picture(), "inline"),
        ("a.docx", files.office(), "attachment"),
    ],
)
def test_only_pictures_and_pdfs_are_shown(client, officer, visit, name, content, way):
    client.force_login(officer)
    paper = make_attachment(visit, name=name, content=content)

    answer = get(client, url("attachment", visit, paper) + "?view=1")

    assert answer["Content-Disposition"] == f'{way}; filename="{name}"'
    assert answer["Content-Security-Policy"].startswith("sandbox;")


def test_a_type_that_is_not_ours_is_served_as_bytes(client, officer, visit):
    client.force_login(officer)
    paper = make_attachment(visit)
    VisitAttachment.objects.filter(pk=paper.pk).update(content_type="text/html")

    answer = get(client, url("attachment", visit, paper) + "?view=1")

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_thumbnail_is_served_only_of_pictures(client, officer, visit):
    client.force_login(officer)
    photo = make_attachment(visit, name="a.jpg", content=files.picture(size=(900, 600)))
    paper = make_attachment(visit)

    answer = get(client, url("attachment-thumbnail", visit, photo))

    assert Image.open(io.BytesIO(answer.body)).size == (480, 320)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/webp", "private, no-store")
    assert get(client, url("attachment-thumbnail", visit, paper)).status_code == 404


def test_nginx_sends_the_file_when_a_setting_says_so(client, officer, visit, settings):
    settings.X_ACCEL_PREFIX = "/private/"
    client.force_login(officer)
    paper = make_attachment(visit)

    answer = get(client, url("attachment", visit, paper))

    assert answer["X-Accel-Redirect"] == f"/private/{paper.file.name}"
    assert answer.content == b""
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_is_gone_is_not_found(client, officer, visit):
    client.force_login(officer)
    paper = make_attachment(visit)
    paper.file.storage.delete(paper.file.name)

    assert get(client, url("attachment", visit, paper)).status_code == 404


# Changing


def test_a_paper_is_changed(client, officer, visit):
    client.force_login(officer)
    paper = make_attachment(visit)

    answer = client.post(
        url("attachment-edit", visit, paper),
        {"kind": "TOR", "title": "KAK", "access": "PUBLIC", "version": paper.version},
    )

    assert answer.status_code == 302
    paper.refresh_from_db()
    assert (paper.kind, paper.title, paper.access) == ("TOR", "KAK", "PUBLIC")


def test_two_who_change_a_paper_at_once_both_learn_of_it(client, officer, visit):
    client.force_login(officer)
    paper = make_attachment(visit, title="lama")
    read = paper.version
    VisitAttachment.objects.filter(pk=paper.pk).update(title="milik orang lain")
    typed = {"kind": "TOR", "title": "milik saya", "access": "PUBLIC", "version": read}

    stale = client.post(url("attachment-edit", visit, paper), typed)

    assert stale.status_code == 409
    assert "milik orang lain" in stale.content.decode()
    assert "milik saya" in stale.content.decode()
    again = client.post(
        url("attachment-edit", visit, paper), typed | {"version": stale.context["form"]["version"].value()}
    )
    assert again.status_code == 302
    paper.refresh_from_db()
    assert paper.title == "milik saya"


def test_a_new_edition_stands_before_the_old_one(client, officer, visit):
    client.force_login(officer)
    old = make_attachment(visit, title="Notulen", kind="MINUTES", access="RESTRICTED", content=files.pdf("1"))

    answer = client.post(url("attachment-edition", visit, old), {"uploads": upload("n2.pdf", files.pdf("2"))})

    assert answer.status_code == 302
    new = visit.attachments.get(replaces=old)
    assert (new.edition, new.title, new.kind, new.access) == (2, "Notulen", "MINUTES", "RESTRICTED")
    assert new.owner == old.owner
    filings = client.get(url("attachments", visit)).context["papers"]
    assert [(f.paper, f.earlier) for f in filings] == [(new, [old])]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (files.pdf("1"), "This is the same file as the edition that is here."),
        (files.pdf("3"), "There is a later edition already."),
        (b"", "is empty (0 bytes)"),
    ],
)
def test_an_edition_that_is_none_is_refused(client, officer, visit, content, sentence):
    client.force_login(officer)
    old = make_attachment(visit, content=files.pdf("1"))
    make_attachment(visit, content=files.pdf("2"), replaces=old, edition=2)

    answer = client.post(url("attachment-edition", visit, old), {"uploads": upload("n.pdf", content)})

    assert answer.status_code == 422
    assert sentence in text_of(answer)


def test_a_paper_is_deleted_after_a_question(client, officer, visit, django_capture_on_commit_callbacks):
    client.force_login(officer)
    paper = make_attachment(visit)

    asked = client.get(url("attachment-delete", visit, paper))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url("attachment-delete", visit, paper))

    assert asked.status_code == 200
    assert answer.status_code == 302
    assert not visit.attachments.exists()
    assert paper.file.storage.exists(paper.file.name)  # it waits in the trash with its row
    assert Trashed.objects.get().files == [paper.file.name]


# Who may what

PAGES = ["attachment", "attachment-thumbnail", "attachment-edit", "attachment-edition", "attachment-delete"]


@pytest.fixture
def photo(visit, batam):
    return make_attachment(visit, batam, name="a.jpg", content=files.picture(), kind="PHOTO")


def answers(client, visit, paper):
    return [client.get(url("attachments", visit)).status_code] + [
        get(client, url(name, visit, paper)).status_code for name in PAGES
    ]


def test_strangers_and_agency_users_of_others_find_nothing(client, visit, photo):
    elsewhere = make_region("Kota Medan")
    for user in (make_user(), make_officer(elsewhere), make_unit_user(make_organisation(region=elsewhere))):
        client.force_login(user)
        assert answers(client, visit, photo) == [404] * 6
        assert client.post(url("attachments", visit), {"uploads": upload()}).status_code == 404
        assert client.post(url("attachment-delete", visit, photo)).status_code == 404


def test_anonymous_visitors_are_led_to_the_sign_in(client, visit, photo):
    assert answers(client, visit, photo) == [302] * 6


def test_a_viewer_reads_and_changes_nothing(client, visit, photo, batam):
    client.force_login(make_viewer(batam))

    assert answers(client, visit, photo) == [200, 200, 200, 403, 403, 403]
    assert client.post(url("attachments", visit), {"uploads": upload()}).status_code == 403
    assert "Add papers" not in client.get(url("attachments", visit)).content.decode()


def test_the_other_side_reads_and_changes_only_its_own(client, visit, photo, malang):
    client.force_login(make_officer(malang))

    assert answers(client, visit, photo) == [200, 200, 200, 403, 403, 403]


def test_a_restricted_paper_is_for_its_own_side_alone(client, visit, photo, batam, malang):
    VisitAttachment.objects.update(access=Access.RESTRICTED)
    province = Region.objects.create(level="PROVINCE", name_id="Kepulauan Riau", code="99")
    Region.objects.filter(pk=batam.pk).update(parent=province)
    unit = make_organisation(region=batam)
    visit.delegations.create(organisation=unit, side="HOST")

    seen = {}
    for name, user in {
        "own officer": make_officer(batam),
        "own viewer": make_viewer(batam),
        "partner": make_officer(malang),
        "supervising province": make_officer(province, supervises=True),
        "agency user": make_unit_user(unit),
        "administrator": make_superuser(),
    }.items():
        client.force_login(user)
        listed = len(client.get(url("attachments", visit)).context["photos"])
        seen[name] = (get(client, url("attachment", visit, photo)).status_code, listed)

    assert seen == {
        "own officer": (200, 1),
        "own viewer": (200, 1),
        "partner": (404, 0),
        "supervising province": (404, 0),
        "agency user": (404, 0),
        "administrator": (200, 1),
    }


def test_a_paper_is_found_only_under_its_own_visit(client, officer, photo, batam):
    client.force_login(officer)

    assert client.get(reverse("visits:attachment", args=[make_visit(batam).pk, photo.pk])).status_code == 404


def test_other_methods_are_refused(client, officer, visit, photo):
    client.force_login(officer)

    assert client.post(url("attachment", visit, photo)).status_code == 405
    assert client.put(url("attachments", visit)).status_code == 405
    assert client.delete(url("attachment-delete", visit, photo)).status_code == 405


def test_one_and_three_papers_cost_the_same(client, officer, visit):
    client.force_login(officer)
    counts = []
    for content in ("1", "2", "3"):
        old = make_attachment(visit, content=files.pdf(content), by=officer)
        make_attachment(visit, content=files.pdf(content + "b"), replaces=old, by=officer)
        photo = files.picture("PNG", colour=(int(content), 0, 0))
        make_attachment(visit, name="a.png", content=photo, by=officer, kind="PHOTO")
        with CaptureQueriesContext(connection) as queries:
            client.get(url("attachments", visit))
        counts.append(len(queries))

    assert counts[0] == counts[2]
