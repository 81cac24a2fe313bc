"""The template tags of every page."""

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from pages.templatetags.pages import badge, icon, initials, problems


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


class Named(forms.Form):
    name = forms.CharField(label="What is it called?")
    size = forms.ChoiceField(label="Size", choices=[("s", "Small")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Nothing fits.")


def drawn(template, query="", **context):
    return Template(template).render(Context({"request": RequestFactory().get(f"/{query}"), **context}))


def test_the_errors_of_a_form_lead_to_its_fields():
    assert list(problems(Named({}, prefix="x"))) == [
        ("", "Nothing fits."),
        ("id_x-name", "What is it called: This field is required."),
        ("id_x-size_0", "Size: This field is required."),
        ("", "This field is required."),
    ]


def test_the_errors_of_a_formset_name_their_row():
    formset = forms.formset_factory(Named, min_num=1, validate_min=True, extra=0)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "A", "form-0-size": "s"}
    )
    formset.forms[0].row_label = "Delegation 1"

    assert list(problems(formset)) == [
        ("", "Delegation 1: Nothing fits."),
        ("", "Delegation 1: This field is required."),
    ]


def test_other_errors_are_taken_as_they_are():
    page = drawn("{% error_summary none others %}", none=None, others=[("id_a", "Too late.")])

    assert '<a href="#id_a">Too late.</a>' in page


def test_no_error_no_summary():
    assert drawn("{% error_summary form %}", form=Named()).strip() == ""


@pytest.mark.parametrize(
    ("query", "state", "link"),
    [
        ("?q=a&page=3", "none", "?q=a&amp;sort=date"),
        ("?sort=date", "ascending", "?sort=-date"),
        ("?sort=-date", "descending", "?sort=date"),
    ],
)
def test_a_column_head_sorts_and_keeps_the_filters(query, state, link):
    head = drawn('{% sort_header "Date" "date" %}', query)

    assert f'aria-sort="{state}"' in head
    assert f'href="{link}"' in head


def test_a_badge_escapes_its_words():
    assert badge("<b>") == '<span class="badge" data-tone="quiet">&lt;b&gt;</span>'


def test_a_badge_of_many_words_may_stand_on_two_lines():
    assert badge("Dalam proses").startswith('<span class="badge" ')
    assert badge("beserta kabupaten dan kotanya").startswith('<span class="badge badge-long" ')


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Siti Rahma Dewi", "SD"),
        ("M Sanusi", "MS"),
        ("siti@batam.go.id", "S"),
        ("Amsakar", "A"),
        ("", "?"),
        ("(-) ~", "?"),
    ],
)
def test_initials_are_those_of_the_first_and_last_name(name, letters):
    assert initials(name) == letters


def test_a_field_shows_label_hint_and_error_and_says_so_to_screen_readers():
    class Hinted(forms.Form):
        email = forms.EmailField(label="E-mail", help_text="Of your office.")
        phone = forms.CharField(label="Telephone", required=False)

    page = drawn("{{ form.email.as_field_group }}{{ form.phone.as_field_group }}", form=Hinted({"email": "x"}))

    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_email_helptext id_email_error"' in page
    assert page.count('id="id_email_helptext"') == page.count('id="id_email_error"') == 1
    assert page.count("field-optional") == 1


def test_a_kept_part_knows_who_is_inside_and_the_language():
    class Inside:
        is_authenticated = True

    part = '{% kept "components/_scripts.html" %}'
    assert ("hot-keys.js" in drawn(part, user=Inside()), "hot-keys.js" in drawn(part)) == (True, False)

    part = '{% kept "components/_cloth.html" %}'
    english = drawn(part)
    with override("id"):
        assert drawn(part) != english


def test_an_icon_is_drawn_as_large_as_the_place_wants_it_and_is_no_word():
    drawing = icon("info", 14)

    assert drawing.startswith('<svg width="14" height="14" viewBox="0 0 24 24"')
    assert 'aria-hidden="true"' in drawing
    assert drawing.count("<path") == 2
    assert "xmlns" not in drawing


def test_an_icon_that_the_package_does_not_have_is_an_error_of_who_builds():
    with pytest.raises(KeyError, match="no-such-icon"):
        icon("no-such-icon")
