"""Which files are kept, how each gives itself away, and what to do with one that is not kept."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

OPEN_XML = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
TYPES = {
    ".pdf": "application/pdf",
    ".docx": f"{OPEN_XML}.wordprocessingml.document",
    ".xlsx": f"{OPEN_XML}.spreadsheetml.sheet",
    ".pptx": f"{OPEN_XML}.presentationml.presentation",
    ".odt": f"{OPEN_DOCUMENT}.text",
    ".ods": f"{OPEN_DOCUMENT}.spreadsheet",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
PROGRAMS = {".docx": "Word", ".xlsx": "Excel", ".pptx": "PowerPoint", ".odt": "LibreOffice", ".ods": "LibreOffice"}
PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}  # and what Pillow calls them
SHOWN = {*PICTURES, TYPES[".pdf"]}  # what a browser shows by itself

# First bytes, where they stand, what the file is called, and the ending of its kind. The first that fits counts.
SIGNATURES: list[tuple[bytes, int, Any, str]] = [
    (b"%PDF-", 0, _("a PDF"), ".pdf"),
    (b"\x89PNG\r\n\x1a\n", 0, _("a PNG picture"), ".png"),
    (b"\xff\xd8\xff", 0, _("a JPEG picture"), ".jpg"),
    (b"WEBP", 8, _("a WebP picture"), ".webp"),
    (b"PK\x03\x04", 0, _("a ZIP archive"), ".zip"),
    (b"PK\x05\x06", 0, _("an empty ZIP archive"), ".zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, _("an old or password-protected Office file"), ".doc"),
    (b"MZ", 0, _("a Windows program"), ".exe"),
    (b"\x7fELF", 0, _("a program"), ".exe"),
    (b"#!", 0, _("a script"), ".sh"),
    (b"Rar!\x1a\x07", 0, _("a RAR archive"), ".rar"),
    (b"7z\xbc\xaf\x27\x1c", 0, _("a 7-Zip archive"), ".7z"),
    (b"\x1f\x8b", 0, _("a GZIP archive"), ".gz"),
    (b"GIF8", 0, _("a GIF picture"), ".gif"),
    (b"BM", 0, _("a BMP picture"), ".bmp"),
    (b"II*\x00", 0, _("a TIFF picture"), ".tif"),
    (b"MM\x00*", 0, _("a TIFF picture"), ".tif"),
    (b"ftypheic", 4, _("a HEIC picture"), ".heic"),
    (b"ftypmif1", 4, _("a HEIC picture"), ".heic"),
    (b"ftypavif", 4, _("an AVIF picture"), ".avif"),
    (b"ftyp", 4, _("a video"), ".mp4"),
    (b"{\\rtf", 0, _("a rich text file"), ".rtf"),
    (b"<svg", 0, _("an SVG drawing"), ".svg"),
    (b"<!doctype html", 0, _("a web page"), ".html"),
    (b"<html", 0, _("a web page"), ".html"),
    (b"<?xml", 0, _("an XML file"), ".xml"),
]

AS_PICTURE = _("Save it as JPEG or PNG and try again.")
AS_PDF = _("Print or save it as PDF and upload that.")
AS_OFFICE = _("Open it, save it as .docx, .xlsx or .pptx without a password, and try again.")
NO_MACROS = _("Save it without macros, as .docx, .xlsx or .pptx, and try again.")
UNPACK = _("Unpack it and upload the files in it one by one.")
FROM_PHONE = _("It comes from an iPhone or iPad: share it as JPEG and try again.")
AS_LINK = _("Put it where you keep recordings and note the link in the remarks.")
NO_PROGRAM = _("Choose the document that you meant.")
AS_TABLE = _("Open it in Excel, save it as .xlsx and try again.")
AS_ANY = _("Save it as PDF, Word, Excel, PowerPoint, JPEG or PNG and try again.")
FIXES = [
    ("doc xls ppt rtf", AS_OFFICE),
    ("docm xlsm pptm xlsb dotm xltm potm", NO_MACROS),
    ("zip rar 7z gz tar", UNPACK),
    ("heic heif", FROM_PHONE),
    ("gif bmp tif tiff svg avif", AS_PICTURE),
    ("html htm mht xml txt odp pages", AS_PDF),
    ("mp4 mov avi mkv mp3 wav", AS_LINK),
    ("exe msi bat cmd com scr js vbs jar sh apk ps1 lnk", NO_PROGRAM),
    ("csv numbers", AS_TABLE),
]


def fix_for(ending: str) -> str:
    """What to do with a file of an ending that is not kept."""
    return next((str(fix) for endings, fix in FIXES if ending[1:] in endings.split()), str(AS_ANY))


def save_again_as(ending: str) -> str:
    """What to do with a file of a good ending that is not what it should be."""
    if ending in PROGRAMS:
        words = {"program": PROGRAMS[ending], "ending": ending}
        return gettext("Save it from %(program)s as %(ending)s and try again.") % words
    return gettext("Save it as %(ending)s in the program that made it, and try again.") % {"ending": ending}


def recognise(head: bytes) -> tuple[str, str]:
    """What a file is by its first bytes: in words, and as an ending ('' when it is unknown)."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for start, at, words, ending in SIGNATURES:
        if head[at : at + len(start)] == start or (start[:1] == b"<" and text.startswith(start)):
            return str(words), ending
    return gettext("something else"), ""
