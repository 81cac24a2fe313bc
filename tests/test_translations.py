"""Every string in both languages: English stands in the code, Indonesian in the catalogue, and the two agree."""

import ast
import re

import pytest

from pages.management.commands import catalogues

PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%%|\{\w*\}|<[a-z/][^>]*>")


@pytest.fixture(scope="module")
def said():
    """The strings of code and templates."""
    return {_key(message): message for message in catalogues.extract() if message.id}


@pytest.fixture(scope="module")
def catalogue():
    return catalogues.read(catalogues.SOURCE)


@pytest.fixture(scope="module")
def translated(catalogue):
    return {_key(message): message for message in catalogue if message.id}


def test_every_string_of_the_code_is_in_the_catalogue(said, translated):
    assert sorted(said.keys() - translated.keys()) == [], "run: bin/manage catalogues --extract"


def test_every_string_of_the_catalogue_is_in_the_code(said, translated):
    assert sorted(translated.keys() - said.keys()) == [], "run: bin/manage catalogues --extract"


def test_no_string_waits_for_its_translation(translated):
    assert [key for key, message in translated.items() if not catalogues.is_translated(message.string)] == []


def test_no_translation_is_a_guess_or_a_leftover(catalogue, translated):
    assert [key for key, message in translated.items() if message.fuzzy] == []
    assert list(catalogue.obsolete) == []


def test_placeholders_and_tags_are_the_same_in_both_languages(translated):
    def differs(message):
        return [text for text in _texts(message.string) if _placeholders(text) != _placeholders(_texts(message.id)[-1])]

    assert [message.id for message in translated.values() if differs(message)] == []


def test_space_and_punctuation_at_the_ends_are_the_same_in_both_languages(translated):
    def ends(text):
        return (text[:1].isspace(), text[-1:].isspace(), text[-1:] if text[-1:] in ":.…" else "")

    def differs(message):
        return [text for text in _texts(message.string) if ends(text) != ends(_texts(message.id)[-1])]

    assert [message.id for message in translated.values() if differs(message)] == []


def test_no_string_is_marked_under_a_name_that_the_extraction_does_not_know():
    """`from … import gettext as _now`: its strings would stay English for everybody."""
    assert [alias for path, text in catalogues._texts() if path.suffix == ".py" for alias in aliases(text)] == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from django.utils.translation import gettext as _\n_('x')", []),
        ("from django.utils.translation import gettext_lazy as _", []),
        ("from django.utils.translation import get_language as language_of", []),
        ("from django.utils.translation import gettext as _now", ["_now"]),
        ("from django.utils.translation import ngettext as _", ["_"]),
        ("from django.utils import translation\nsay = translation.gettext", ["say"]),
        ("from django.utils.translation import gettext\nsay: object = gettext", ["say"]),
        ("import gettext as g", ["g"]),
    ],
)
def test_such_names_are_found(code, found):
    assert list(aliases(code)) == found


def aliases(code):
    """Names given to the functions that mark strings, but for `_` of those that take one string."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom | ast.Import):
            given = [(name.name, name.asname) for name in node.names if name.asname]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            value = node.value
            named = getattr(value, "id", None) or getattr(value, "attr", "")
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            given = [(named, getattr(target, "id", "?")) for target in targets]
        else:
            continue
        for name, alias in given:
            if "gettext" in name and alias != name and (alias != "_" or not name.startswith("gettext")):
                yield alias


def _key(message):
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def _texts(value):
    return [value] if isinstance(value, str) else list(value)


def _placeholders(text):
    return sorted(PLACEHOLDER.findall(text))
