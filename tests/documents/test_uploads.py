import contextlib
import hashlib
import io
import struct
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from documents import archives, pictures
from documents.uploads import clean_name, look_into
from tests.documents import files
from tests.factories import upload


def refusal(name, content):
    """Code and sentence with which an upload is refused."""
    with pytest.raises(ValidationError) as caught:
        look_into(upload(name, content))
    return caught.value.error_list[0].code, caught.value.messages[0]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("Notulen.PDF", files.pdf(), "application/pdf"),
        ("a.docx", files.office("docx"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", files.office("xlsx"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.pptx", files.office("pptx"), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        ("a.odt", files.open_document("text"), "application/vnd.oasis.opendocument.text"),
        ("a.ods", files.open_document("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
    ],
)
def test_a_paper_is_taken_as_it_is(name, content, content_type):
    paper = look_into(upload(name, content))

    assert (paper.name, paper.content_type, paper.size) == (name, content_type, len(content))
    assert paper.checksum == hashlib.sha256(content).hexdigest()
    assert paper.thumbnail is None
    paper.content.seek(0)
    assert paper.content.read() == content


@pytest.mark.parametrize(
    ("name", "form"), [("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.png", "PNG"), ("a.webp", "WEBP")]
)
def test_a_picture_is_made_anew_in_its_form_with_a_small_one_beside_it(name, form):
    paper = look_into(upload(name, files.picture(form, (1200, 800))))

    made, small = Image.open(paper.content), Image.open(paper.thumbnail)
    assert (made.format, made.size) == (form, (1200, 800))
    assert (small.format, small.size) == ("WEBP", (480, 320))
    assert paper.size == len(paper.content.read() if not paper.content.seek(0) else b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_are_left_out_of_a_picture(form):
    content = files.picture(form, place=True)
    assert b"Secret Camera" in content

    paper = look_into(upload(f"a.{form.lower()}", content))

    made = Image.open(paper.content)
    assert dict(made.getexif()) == {}
    assert b"Secret Camera" not in paper.content.file.getvalue()


def test_a_picture_on_its_side_stands_upright():
    paper = look_into(upload("a.jpg", files.picture(size=(60, 40), orientation=6)))

    assert Image.open(paper.content).size == (40, 60)
    assert Image.open(paper.thumbnail).size[0] < Image.open(paper.thumbnail).size[1]


def test_what_was_hidden_behind_a_picture_is_gone():
    paper = look_into(upload("a.png", files.picture("PNG") + b"<script>alert(1)</script>"))

    assert b"script" not in paper.content.file.getvalue()


def test_a_photo_of_a_phone_that_holds_two_pictures_is_a_photo():
    target = io.BytesIO()
    Image.new("RGB", (40, 30)).save(target, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 30))])

    assert Image.open(look_into(upload("a.jpg", target.getvalue())).content).format == "JPEG"


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1", "I;16"])
def test_pictures_of_all_kinds_of_colour_are_taken(mode):
    target = io.BytesIO()
    Image.new("L", (30, 30), 90).convert(mode if mode != "I;16" else "I").convert(mode).save(target, "PNG")

    assert look_into(upload("a.png", target.getvalue())).thumbnail


@pytest.mark.parametrize(
    ("name", "content", "code", "message"),
    [
        (
            "a.pdf",
            b"",
            "empty",
            "“a.pdf” is empty (0 bytes). Save it again in the program that made it, and try again.",
        ),
        (
            "surat.pdf.exe",
            b"MZ\x90",
            "ending",
            "“surat.pdf.exe”: files that end in .exe are not kept. Choose the document that you meant.",
        ),
        (
            "surat.pdf",
            b"MZ\x90" * 99,
            "mismatch",
            "“surat.pdf” is a Windows program with a name that ends in .pdf. Choose the document that you meant.",
        ),
        (
            "data.xlsx",
            files.archive({"data.txt": "1"}),
            "mismatch",
            "“data.xlsx” is a ZIP archive with a name that ends in .xlsx. Save it from Excel as .xlsx and try again.",
        ),
        (
            "data.xlsx",
            files.office("docx"),
            "mismatch",
            "“data.xlsx” is a ZIP archive with a name that ends in .xlsx. Save it from Excel as .xlsx and try again.",
        ),
        (
            "foto.png",
            files.picture("JPEG"),
            "mismatch",
            "“foto.png” is a JPEG picture with a name that ends in .png. "
            "Give it a name that ends in .jpg, and try again.",
        ),
        (
            "foto.jpg",
            b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
            "mismatch",
            "“foto.jpg” is a HEIC picture with a name that ends in .jpg. "
            "It comes from an iPhone or iPad: share it as JPEG and try again.",
        ),
        (
            "surat.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "ending",
            "“surat.doc”: files that end in .doc are not kept. "
            "Open it, save it as .docx, .xlsx or .pptx without a password, and try again.",
        ),
        (
            "surat.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "mismatch",
            "“surat.docx” is an old or password-protected Office file with a name that ends in .docx. "
            "Open it, save it as .docx, .xlsx or .pptx without a password, and try again.",
        ),
        (
            "peta.svg",
            b"<svg onload=alert(1)>",
            "ending",
            "“peta.svg”: files that end in .svg are not kept. Save it as JPEG or PNG and try again.",
        ),
        (
            "peta.png",
            b"\xef\xbb\xbf \n<SVG onload=alert(1)>",
            "mismatch",
            "“peta.png” is an SVG drawing with a name that ends in .png. Save it as JPEG or PNG and try again.",
        ),
        (
            "hal.pdf",
            b"<!DOCTYPE html><title>x</title>",
            "mismatch",
            "“hal.pdf” is a web page with a name that ends in .pdf. Print or save it as PDF and upload that.",
        ),
        (
            "arsip.zip",
            files.archive({"a": "b"}),
            "ending",
            "“arsip.zip”: files that end in .zip are not kept. Unpack it and upload the files in it one by one.",
        ),
        (
            "tanpa",
            files.pdf(),
            "ending",
            "“tanpa” has no ending such as .pdf. Save it as PDF, Word, Excel, PowerPoint, JPEG or PNG and try again.",
        ),
        (
            "a.pdf",
            files.pdf()[:-8],
            "truncated",
            "“a.pdf” is cut off: its end is missing. Save the PDF or download it again, and try again.",
        ),
        (
            "a.jpg",
            files.picture(size=(900, 900))[:400],
            "damaged",
            "“a.jpg” is damaged or cut off. Copy the picture from its camera or program again, and try again.",
        ),
        (
            "a.docx",
            files.office()[:-30],
            "damaged",
            "“a.docx” is damaged and cannot be opened. Save it from Word as .docx and try again.",
        ),
        (
            "a.pdf",
            b"halo dunia",
            "mismatch",
            "“a.pdf” is something else with a name that ends in .pdf. "
            "Save it as .pdf in the program that made it, and try again.",
        ),
        (
            "a.xlsx",
            files.office("xlsx", **{"xl/vbaProject.bin": b"x"}),
            "macros",
            "“a.xlsx” contains macros. Save it without macros, as .docx, .xlsx or .pptx, and try again.",
        ),
        (
            "a.ods",
            files.open_document("spreadsheet", **{"Basic/Standard/Module1.xml": "<x/>"}),
            "macros",
            "“a.ods” contains macros. Save it without macros, as .docx, .xlsx or .pptx, and try again.",
        ),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence_that_names_the_way_out(name, content, code, message):
    assert refusal(name, content) == (code, message)


def test_a_file_over_the_limit_is_refused_before_it_is_read(settings):
    settings.MAX_UPLOAD_MB = 1

    code, message = refusal("a.pdf", files.pdf() + b" " * 1024 * 1024)

    assert code == "too_large"
    assert message.replace("\xa0", " ") == (
        "“a.pdf” has 1.0 MB, and at most 1 MB are kept. Make it smaller or split it, and try again."
    )


@pytest.mark.parametrize("size", [(20_000, 20_000), (60_000, 60_000), (8_000, 7_000)])
def test_a_picture_that_unpacks_to_too_much_is_refused_by_its_header(size):
    assert refusal("a.png", files.png_of(*size))[0] == "pixels"


@pytest.mark.parametrize("size", [(1200, 1), (1, 3000)])
def test_a_picture_that_is_a_long_strip_is_taken(size):
    paper = look_into(upload("a.png", files.picture("PNG", size)))

    assert min(Image.open(paper.thumbnail).size) == 1


def test_the_largest_picture_is_still_taken(monkeypatch):
    monkeypatch.setitem(pictures.MOST_PIXELS, "PNG", 100 * 100)

    assert look_into(upload("a.png", files.picture("PNG", (100, 100)))).size
    assert refusal("a.png", files.picture("PNG", (101, 100)))[0] == "pixels"


def test_an_office_file_that_unpacks_to_too_much_is_refused():
    bomb = files.office("xlsx", **{"xl/sheet1.xml": b"0" * (8 * 1024 * 1024)})

    assert refusal("a.xlsx", bomb)[0] == "bomb"


def test_an_office_file_of_too_many_members_is_refused():
    assert refusal("a.xlsx", files.office("xlsx", **{f"m{n}": "" for n in range(archives.MOST_MEMBERS)}))[0] == "bomb"


def test_a_table_of_contents_that_is_too_long_is_not_even_read():
    entry = b"PK\x01\x02" + b"\0" * 42
    long = b"PK\x03\x04" + entry * 30_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 5, 5, 30_000 * 46, 4, 0)

    assert refusal("a.xlsx", long + end)[0] == "bomb"


def test_an_office_file_with_a_password_is_refused():
    content = bytearray(files.office())
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(start)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(start, at + 4)

    assert refusal("a.docx", bytes(content))[0] == "password"


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "..\\x"])
def test_an_office_file_whose_members_lie_outside_is_refused(path):
    assert refusal("a.docx", files.office("docx", **{path: "x"}))[0] == "damaged"


@pytest.mark.parametrize(
    "types",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><Types>&b;</Types>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Types>&b;</Types>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><Types/>',
        "<Types",
        "\x00\x01",
        "<Types>" + "<a/>" * 400_000 + "</Types>",
    ],
)
def test_hostile_xml_in_an_office_file_is_refused(types):
    content = files.archive({"[Content_Types].xml": types}, zipfile.ZIP_STORED)

    assert refusal("a.docx", content)[0] in {"damaged", "bomb"}


def test_a_size_that_lies_is_found_out():
    content = bytearray(files.archive({"[Content_Types].xml": "<Types>" + "x" * 5000 + "</Types>"}))
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<L", 10)

    assert refusal("a.docx", bytes(content))[0] == "damaged"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("notulen.pdf", "notulen.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\surat\\notulen.pdf", "notulen.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie: x=1.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("foto\u202egpj.exe", "fotogpj.exe"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("  surat   undangan .pdf", "surat undangan.pdf"),
        ("...", "file"),
        ("", "file"),
        (".pdf", "pdf"),
        ("tanpa akhiran", "tanpa akhiran"),
        ("laporan. bagian kesatu dan kedua", "laporan. bagian kesatu dan kedua"),
        ("résumé 🎉.docx", "résumé 🎉.docx"),
    ],
)
def test_a_name_is_made_harmless(name, clean):
    assert clean_name(name) == clean


@pytest.mark.parametrize("name", ["foto\u202egpj.exe", "surat.pdf\x00.exe", "surat.pdf.exe ", "con.exe."])
def test_tricks_with_names_do_not_hide_the_ending(name):
    assert refusal(name, b"MZ\x90")[0] == "ending"


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, about hidden data that it skips
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_is_a_crash(data):
    """Whatever a file is cut or changed into: it is taken or refused with a sentence."""
    name, good = data.draw(
        st.sampled_from(
            [
                ("a.docx", files.office()),
                ("a.ods", files.open_document("spreadsheet")),
                ("a.jpg", files.picture(place=True, orientation=8)),
                ("a.png", files.picture("PNG")),
                ("a.webp", files.picture("WEBP")),
                ("a.pdf", files.pdf()),
            ]
        )
    )
    content = bytearray(good)
    for at in data.draw(st.lists(st.integers(0, len(good) - 1), max_size=6)):
        content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(good)))

    with contextlib.suppress(ValidationError):
        look_into(upload(name, bytes(content[:cut])))
