"""Office files are archives: judged by their table of contents, with one small member read, and never unpacked."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from documents.accepted import AS_OFFICE, AS_PDF, NO_MACROS, TYPES, save_again_as

MOST_MEMBERS = 2_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 100
SMALL = 1024 * 1024  # a table of contents, and the members that are read; up to here a high ratio is nothing either
MACROS = ("basic/", "scripts/")
MOST_LINKS = 200  # members that say what a document is tied to
CLICKED = "/hyperlink"  # ends the one type of link outwards that nothing follows by itself
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    DefusedXmlException,
    ParseError,
    NotImplementedError,
    RuntimeError,
    LookupError,
    EOFError,
    ValueError,
    OSError,
)


def check_office(name: str, file: IO[bytes], ending: str) -> None:
    """Raises ValidationError unless the file is the Office file that its ending promises, without macros and small."""
    try:
        _check_table_of_contents(name, file)
        with zipfile.ZipFile(file) as archive:
            _check_members(name, archive.infolist())
            found = _type_of(archive, ending)
            _check_links(name, archive)
    except DAMAGED:
        words = {"name": name, "fix": save_again_as(ending)}
        raise ValidationError(_("“%(name)s” is damaged and cannot be opened. %(fix)s"), "damaged", words) from None
    if found != TYPES[ending]:
        words = {"name": name, "ending": ending, "fix": save_again_as(ending)}
        raise ValidationError(
            _("“%(name)s” is a ZIP archive with a name that ends in %(ending)s. %(fix)s"), "mismatch", words
        )


def _check_table_of_contents(name: str, file: IO[bytes]) -> None:
    """Its size, before zipfile makes an object of each entry: 25 MB of entries would take 300 MB.

    The record at the end is found as zipfile finds it: without a comment, else the last one in reach.
    """
    size = file.seek(0, 2)
    file.seek(max(size - 22 - 65_535, 0))
    tail = file.read()
    start = len(tail) - 22
    if tail[start : start + 4] != b"PK\x05\x06" or tail[-2:] != b"\0\0":
        start = tail.rfind(b"PK\x05\x06")
    if start < 0:
        raise zipfile.BadZipFile("No table of contents.")
    entries, contents = struct.unpack_from("<HL", tail, start + 10)
    if entries > MOST_MEMBERS or contents > SMALL:
        raise _too_much(name)


def _check_members(name: str, members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > MOST_UNPACKED or unpacked > max(SMALL, MOST_RATIO * packed) or len(members) > MOST_MEMBERS:
        raise _too_much(name)
    paths = [member.filename.lower().replace("\\", "/") for member in members]
    if any(path.endswith("vbaproject.bin") or path.startswith(MACROS) for path in paths):
        words = {"name": name, "fix": NO_MACROS}
        raise ValidationError(_("“%(name)s” contains macros. %(fix)s"), "macros", words)
    if any(member.flag_bits & 1 for member in members):
        words = {"name": name, "fix": AS_OFFICE}
        raise ValidationError(_("“%(name)s” is protected by a password. %(fix)s"), "password", words)
    if any(path.startswith("/") or ".." in PurePosixPath(path).parts for path in paths):
        raise zipfile.BadZipFile("A member lies outside the archive.")


def _check_links(name: str, archive: zipfile.ZipFile) -> None:
    """Links that one clicks are fine; what a program fetches by itself may run, and tells others who opened it.

    Programs mind no case of letters in the names of members.
    """
    members = [member for member in archive.namelist() if member.lower().endswith(".rels")]
    if len(members) > MOST_LINKS:
        raise _too_much(name)
    for member in members:
        for link in fromstring(_read(archive, member), forbid_dtd=True):
            if link.get("TargetMode", "").lower() == "external" and not link.get("Type", "").endswith(CLICKED):
                words = {"name": name, "fix": AS_PDF}
                raise ValidationError(_("“%(name)s” fetches parts of itself from elsewhere. %(fix)s"), "fetches", words)


def _too_much(name: str) -> ValidationError:
    words = {"name": name}
    return ValidationError(
        _("“%(name)s” unpacks to more than can be kept. Take out what is not needed, or save it as PDF."), "bomb", words
    )


def _type_of(archive: zipfile.ZipFile, ending: str) -> str:
    """The type that the archive gives itself; '' when it is no Office file."""
    names = set(archive.namelist())
    if ending in {".odt", ".ods"}:
        return _read(archive, "mimetype").decode("ascii").strip() if "mimetype" in names else ""
    if "[Content_Types].xml" not in names:
        return ""
    types = fromstring(_read(archive, "[Content_Types].xml"), forbid_dtd=True)
    parts = {part.get("ContentType", "").removesuffix(".main+xml") for part in types}
    return TYPES[ending] if TYPES[ending] in parts else ""


def _read(archive: zipfile.ZipFile, member: str) -> bytes:
    """One member; more of it than there can honestly be is damage."""
    with archive.open(member) as source:
        data = source.read(SMALL + 1)
    if len(data) > SMALL:
        raise zipfile.BadZipFile("A member is larger than it can be.")
    return data
