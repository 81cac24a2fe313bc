"""The command that finds our strings and compiles their translations."""

import gettext

import pytest

from pages.management.commands import catalogues


@pytest.fixture
def project(tmp_path, settings):
    """A project with one app and one template, which say something in every way there is."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "app/migrations").mkdir(parents=True)
    (tmp_path / "app/__init__.py").touch()
    (tmp_path / "app/words.py").write_text(
        'gettext("plain"); _("short"); pgettext("month", "May"); ngettext("%(n)s cat", "%(n)s cats", n)\n'
        'npgettext_lazy("sea", "%(n)s dog", "%(n)s dogs", n); gettext(variable); gettext(f"no {way}")\n'
    )
    (tmp_path / "app/migrations/0001_initial.py").write_text('_("of a migration")')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/page.html").write_text(
        '   {% translate "tag" %}<p>\n {% translate "Reply" context "verb" %} (\n\t{{ x|default:_("filter") }}\n'
        "{% blocktranslate trimmed with name=x.y %}\n  Dear\n  {{ name }}\n{% endblocktranslate %}\n"
        '{% blocktranslate count n=n context "net" %}{{ n }} fish{% plural %}{{ n }} fishes{% endblocktranslate %}\n'
    )
    return tmp_path


def test_strings_are_found_however_they_are_said(project):
    found = {(message.context, message.id) for message in catalogues.extract() if message.id}

    assert found == {
        (None, "plain"),
        (None, "short"),
        ("month", "May"),
        (None, ("%(n)s cat", "%(n)s cats")),
        ("sea", ("%(n)s dog", "%(n)s dogs")),
        (None, "tag"),
        ("verb", "Reply"),
        (None, "filter"),
        (None, "Dear %(name)s"),
        ("net", ("%(n)s fish", "%(n)s fishes")),
    }


def test_updating_keeps_translations_drops_the_gone_and_names_files_without_lines(project):
    source = project / "locale/id/LC_MESSAGES/django.po"

    assert catalogues.update(source) == 10
    source.write_text(_translate(source.read_text(), tag="tanda", plain="polos"))
    (project / "app/words.py").write_text('gettext("plain")')
    assert catalogues.update(source) == 4

    text = source.read_text()
    assert '#: app/words.py\nmsgid "plain"\nmsgstr "polos"\n' in text
    assert '#: templates/page.html\nmsgid "tag"\nmsgstr "tanda"\n' in text
    assert "cat" not in text


def test_the_compiled_catalogue_speaks_indonesian_with_its_one_plural(project):
    source = project / "locale/id/LC_MESSAGES/django.po"
    catalogues.update(source)
    source.write_text(_translate(source.read_text(), tag="tanda").replace('msgstr[0] ""', 'msgstr[0] "%(n)s hewan"'))

    catalogues.compile_to_mo(source)

    with source.with_suffix(".mo").open("rb") as file:
        indonesian = gettext.GNUTranslations(file)
    assert indonesian.gettext("tag") == "tanda"
    assert {indonesian.ngettext("%(n)s cat", "%(n)s cats", n) for n in (0, 1, 2)} == {"%(n)s hewan"}


def _translate(text, **words):
    for english, indonesian in words.items():
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{indonesian}"')
    return text
