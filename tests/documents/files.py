"""Contents of files for the tests: good ones, and the ways in which they go wrong."""

import io
import struct
import zipfile
import zlib

from PIL import Image

CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Override PartName="/main.xml" ContentType="application/vnd.openxmlformats-officedocument.{main}.main+xml"/></Types>"""
MAIN = {"docx": "wordprocessingml.document", "xlsx": "spreadsheetml.sheet", "pptx": "presentationml.presentation"}


def pdf(text="Notulen"):
    return b"%PDF-1.7\n% " + text.encode() + b"\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def archive(members, compression=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return target.getvalue()


def office(kind="docx", **more):
    """The least that passes for an Office file; `more` are further members."""
    return archive({"[Content_Types].xml": CONTENT_TYPES.format(main=MAIN[kind]), "main.xml": "<x/>"} | more)


def open_document(kind="text", **more):
    return archive({"mimetype": f"application/vnd.oasis.opendocument.{kind}"} | more)


def picture(form="JPEG", size=(60, 40), colour=(200, 30, 30), *, place=False, orientation=None, mode="RGB"):
    """A picture; with `place` it says where it was taken, with `orientation` (an EXIF number) it lies on its side."""
    made = Image.new(mode, size, colour)
    exif = Image.Exif()
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (1.0, 7.0, 30.0), 3: "E", 4: (104.0, 3.0, 0.0)})
        exif[0x0110] = "Secret Camera 3"
    if orientation:
        exif[0x0112] = orientation
    target = io.BytesIO()
    made.save(target, form, exif=exif)
    return target.getvalue()


def png_of(width, height):
    """A few bytes that claim to be a huge PNG."""
    good = picture("PNG", (1, 1))
    header = b"IHDR" + struct.pack(">II", width, height) + b"\x08\x02\x00\x00\x00"
    checked = header + struct.pack(">I", zlib.crc32(header))
    return good[:12] + checked + good[33:]


def pdf_saying(text):
    """A PDF of one page whose text can be read."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode("latin-1")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj%sendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return made + end % (table, len(made))


def word(*paragraphs):
    """A Word file of these paragraphs."""
    from docx import Document

    made, target = Document(), io.BytesIO()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    made.save(target)
    return target.getvalue()
