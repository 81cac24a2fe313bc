"""`manage.py catalogues`: compile the translations; with `--extract`, bring the .po up to what the code says.

English is the source: its strings stand in code and templates and need no catalogue. Babel does the work, so that no
machine needs the gettext programs.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation.reloader import translation_file_changed
from django.utils.translation.template import templatize

KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
msgid ""
msgstr ""
"Language: id\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
SOURCE: Path = settings.BASE_DIR / "locale/id/LC_MESSAGES/django.po"


class Command(BaseCommand):
    help = "Compile the translations (locale/id/LC_MESSAGES/django.po). --extract first updates them from the code."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--extract", action="store_true", help="add new strings, drop those that are gone")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["extract"]:
            missing = update(SOURCE)
            self.stdout.write(f"{SOURCE.relative_to(settings.BASE_DIR)}: {missing} strings to translate")
        if SOURCE.exists():
            compile_to_mo(SOURCE)


def read(source: Path) -> Catalog:
    with source.open("rb") as file:
        return read_po(file, abort_invalid=True)


def extract() -> Catalog:
    """Every string of our own code and templates, with the files that hold it."""
    found = Catalog()
    for path, text in _texts():
        calls: Iterator[Any] = extract_python(io.BytesIO(text.encode()), KEYWORDS, ["Translators:"], {})
        for _line, function, said, comments in calls:
            context, message = _message(function, list(said) if isinstance(said, tuple | list) else [said])
            if message:
                name = str(path.relative_to(settings.BASE_DIR))
                found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def update(source: Path) -> int:
    """Write the catalogue anew; the glossary and what is translated already stay. How many strings are missing."""
    old = read(source) if source.exists() else Catalog()
    new = read_po(io.StringIO(HEADER))
    messages = [message for message in extract() if message.id]
    for message in sorted(messages, key=lambda message: (_first(message.id), message.context or "")):
        known = old.get(message.id, message.context)
        kept = known.string if known and not known.fuzzy and isinstance(known.id, type(message.id)) else None
        places = sorted({(name, 0) for name, _line in message.locations})
        new.add(message.id, kept, places, auto_comments=message.auto_comments, context=message.context)
    head = _glossary(source) + HEADER
    source.parent.mkdir(parents=True, exist_ok=True)
    with source.open("wb") as file:
        file.write(head.encode())
        write_po(file, new, omit_header=True, include_lineno=False, width=120)
    return sum(1 for message in new if message.id and not is_translated(message.string))


def compile_to_mo(source: Path) -> None:
    """Beside the source; where that may not be written (a checkout of somebody else), in VAR_DIR."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return
    if not os.access(target.parent, os.W_OK):
        target = settings.VAR_DIR / target.relative_to(settings.BASE_DIR)
        target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(f".{os.getpid()}")
    with half.open("wb") as file:
        write_mo(file, read(source))
    half.replace(target)
    translation_file_changed(None, target)  # this process forgets what it read before


def is_translated(string: Any) -> bool:
    return all(string) if isinstance(string, (list, tuple)) else bool(string)


def _glossary(source: Path) -> str:
    """The comment on top of the file, where the translator notes which word stands for which."""
    return source.read_text().partition("msgid")[0] if source.exists() else ""


def _texts() -> Iterator[tuple[Path, str]]:
    """Our Python files as they are, our templates as Django turns them into calls of gettext."""
    for package in sorted(settings.BASE_DIR.glob("*/__init__.py")):
        if package.parent.name != "tests":
            for path in sorted(package.parent.rglob("*.py")):
                if path.parent.name != "migrations":
                    yield path, path.read_text()
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.*")):
        if path.is_file():
            # The brackets keep Python's tokenizer from caring for the indentation of HTML.
            yield path, f"({templatize(path.read_text())})"


def _message(function: str, said: list[Any]) -> tuple[str | None, Any]:
    """The context and the message of one call. None for what is not written out, such as `gettext(variable)`."""
    places: Any = KEYWORDS[function] or (1,)
    numbers = [place[0] if isinstance(place, tuple) else place for place in places]
    words = [said[number - 1] if number <= len(said) else None for number in numbers]
    if not all(words):
        return None, None
    context = words.pop(0) if isinstance(places[0], tuple) else None
    return context, words[0] if len(words) == 1 else tuple(words)


def _first(message: Any) -> str:
    return message if isinstance(message, str) else str(message[0])
