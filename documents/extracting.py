"""The text of a paper, found in a process of its own: a file that kills its reader kills only that.

Run as a program it reads a file from its input and writes the text; it knows nothing of Django, of the database or of
settings, and gives up after a while and beyond some memory. `text_of` starts it.
"""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SECONDS = 45
MEMORY = 1024 * 1024 * 1024
MOST_TEXT = 1_000_000  # characters: a book; the rest is not kept
MOST_PAGES = 2_000
MOST_XML = 64 * 1024 * 1024
READABLE = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
}
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ODF = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


class Unreadable(Exception):
    """The text could not be found; `str()` is a word for the log: “time”, “killed”, “damaged” …"""


def text_of(file: IO[bytes], content_type: str, *, seconds: int = SECONDS) -> str:
    """The text of a PDF, Word or OpenDocument file without NUL characters; '' of a scan. Raises `Unreadable`."""
    command = [sys.executable, "-I", str(Path(__file__)), READABLE[content_type]]
    try:
        done = subprocess.run(
            command, input=file.read(), capture_output=True, timeout=seconds, check=False, env={"PYTHONUTF8": "1"}
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("time") from None
    if done.returncode < 0:
        raise Unreadable("killed")
    if done.returncode:
        raise Unreadable("damaged")
    return done.stdout.decode("utf-8", "replace").replace("\0", " ")[:MOST_TEXT].strip()


def _read(kind: str, data: bytes) -> str:
    parts: list[str] = []
    length = 0
    for part in {"pdf": _of_pdf, "docx": _of_docx, "odt": _of_odt}[kind](data):
        parts.append(part)
        length += len(part)
        if length > MOST_TEXT:
            break
    return "".join(parts)


def _of_pdf(data: bytes) -> Iterator[str]:
    import pypdfium2  # noqa: PLC0415 -- only the child loads it

    paper = pypdfium2.PdfDocument(data)
    for number in range(min(len(paper), MOST_PAGES)):
        page = paper[number]
        yield page.get_textpage().get_text_bounded() + "\n"
        page.close()


def _of_docx(data: bytes) -> Iterator[str]:
    stands_for = {f"{WORD}tab": "\t", f"{WORD}br": "\n"}
    for paragraph in _elements(data, "word/document.xml", {f"{WORD}p"}):
        for part in paragraph.iter():
            yield (part.text or "") if part.tag == f"{WORD}t" else stands_for.get(part.tag, "")
        yield "\n"


def _of_odt(data: bytes) -> Iterator[str]:
    for paragraph in _elements(data, "content.xml", {f"{ODF}p", f"{ODF}h"}):
        yield "".join(paragraph.itertext()) + "\n"


def _elements(data: bytes, member: str, tags: set[str]) -> Iterator[Element]:
    """The elements of a member one after the other; each is thrown away after it was read."""
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415 -- only the child loads it

    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(member) as source:
        if archive.getinfo(member).file_size > MOST_XML:
            raise ValueError("too large")
        for _event, element in iterparse(source, forbid_dtd=True):
            if element.tag in tags:
                yield element
                element.clear()


def _limit() -> None:
    """Where the system can: processor time and memory, and no core file."""
    try:
        import resource  # noqa: PLC0415 -- not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit()
    sys.stdout.buffer.write(_read(sys.argv[1], sys.stdin.buffer.read()).encode("utf-8", "replace"))
