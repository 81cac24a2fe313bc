"""Choosing one record by typing: words, keys and candidates."""

import pytest
from django import forms
from django.http import QueryDict
from django.utils.translation import override

from pages.lookups import LookupField, prime
from pages.templatetags.lookups import marked
from regions.lookups import OFFICIALS, REGIONS
from tests.factories import (
    make_country,
    make_malangs,
    make_official,
    make_place,
    make_position,
    make_province,
    make_region,
)

pytestmark = pytest.mark.django_db


class HostForm(forms.Form):
    host = LookupField(REGIONS)


class OptionalForm(forms.Form):
    host = LookupField(REGIONS, required=False)


def form_of(form_class=HostForm, **data):
    query = QueryDict(mutable=True)
    query.update(data)
    return form_class(query)


def test_a_key_alone_is_enough():
    malang, _city = make_malangs()

    form = form_of(host=malang.pk)

    assert form.is_valid()
    assert form.cleaned_data["host"] == malang


@pytest.mark.parametrize("words", ["35.07", " 35.07 ", "Kabupaten Malang", "kab. malang", "malang regency"])
def test_words_that_name_one_region_beyond_doubt_are_taken(words):
    malang, _city = make_malangs()

    form = form_of(host="", host_text=words)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["host"] == malang


def test_a_whole_label_is_taken_in_either_language():
    malang, _city = make_malangs()
    with override("en"):
        english = malang.label
    with override("id"):
        indonesian = malang.label

    assert [form_of(host="", host_text=label).is_valid() for label in (english, indonesian)] == [True, True]


@override("en")
def test_words_that_fit_several_are_never_matched_silently():
    regency, city = make_malangs()

    form = form_of(host="", host_text="malang")

    assert form.errors == {"host": ["“malang” matches 2 regions: choose one."]}
    assert [o.value for o in form.fields["host"].widget.candidates] == [regency.pk, city.pk]


@override("en")
def test_the_candidates_are_radio_buttons_under_the_words_that_were_typed():
    regency, _city = make_malangs()
    form = form_of(host="", host_text="malang")
    form.is_valid()

    html = str(form["host"])

    assert 'value="malang"' in html
    assert f'type="radio" name="host_pick" value="{regency.pk}"' in html
    assert html.count('type="radio"') == 2
    assert "Regency, 35.07, East Java" in html


def test_a_picked_candidate_is_taken():
    _regency, city = make_malangs()

    form = form_of(host="", host_text="malang", host_pick=city.pk)

    assert form.is_valid()
    assert form.cleaned_data["host"] == city


def test_a_pick_that_does_not_fit_the_words_any_more_is_not_taken():
    regency, _city = make_malangs()
    make_region("Kota Batam", code="21.71")

    form = form_of(host="", host_text="Kota Batam", host_pick=regency.pk)

    assert form.is_valid()
    assert form.cleaned_data["host"].code == "21.71"


def test_the_words_win_over_a_key_that_they_do_not_fit():
    malang, _city = make_malangs()
    batam = make_region("Kota Batam", code="21.71")

    form = form_of(host=malang.pk, host_text="21.71")

    assert form.is_valid()
    assert form.cleaned_data["host"] == batam


def test_the_key_stands_when_the_words_are_its_label():
    malang, _city = make_malangs()

    form = form_of(host=malang.pk, host_text=malang.label)

    assert form.is_valid()
    assert form.cleaned_data["host"] == malang


def test_a_single_region_that_only_holds_the_words_is_confirmed_first():
    make_region("Kota Batam", code="21.71")

    form = form_of(host="", host_text="batam")

    assert not form.is_valid()
    assert len(form.fields["host"].widget.candidates) == 1


def test_the_province_jambi_is_not_taken_for_the_city():
    jambi = make_province("Jambi", "15")
    make_region("Kota Jambi", code="15.71", parent=jambi)

    ambiguous, province = form_of(host="", host_text="Jambi"), form_of(host="", host_text="provinsi Jambi")

    assert not ambiguous.is_valid()
    assert province.is_valid()
    assert province.cleaned_data["host"] == jambi


@override("en")
def test_a_typing_error_is_asked_about():
    make_malangs()
    soppeng = make_region("Kabupaten Soppeng", code="73.12")

    form = form_of(host="", host_text="sopeng")

    assert form.errors["host"][0].startswith("No region is called “sopeng”.")
    assert [o.value for o in form.fields["host"].widget.candidates] == [soppeng.pk]


def test_an_empty_field_is_an_error_only_where_it_is_required():
    assert not form_of(host="", host_text="").is_valid()
    form = form_of(OptionalForm, host="", host_text="")
    assert form.is_valid()
    assert form.cleaned_data["host"] is None


def test_cleared_words_empty_the_field_though_the_key_is_still_sent():
    malang, _city = make_malangs()

    form = form_of(OptionalForm, host=malang.pk, host_text="")

    assert form.is_valid()
    assert form.cleaned_data["host"] is None


@pytest.mark.parametrize(
    "data",
    [
        {"host": "999999999"},
        {"host": "9" * 40},
        {"host": "²"},
        {"host": "x'; DROP TABLE"},
        {"host": "", "host_text": "\x00"},
        {"host": "", "host_text": "a" * 10_000},
        {"host": "", "host_text": "😀 <b>%_\\"},
        {"host": "", "host_text": "(((["},
        {"host": "", "host_text": "malang", "host_pick": "99999999999999999999999"},
    ],
)
def test_nonsense_is_an_error_and_no_crash(data):
    make_malangs()

    form = form_of(**data)

    assert not form.is_valid()
    assert str(form["host"])


def test_a_resolved_field_shows_the_label_when_another_field_is_wrong():
    malang, _city = make_malangs()
    form = form_of(host="", host_text="35.07")
    form.is_valid()

    assert f'value="{malang.pk}"' in str(form["host"])
    assert malang.label in str(form["host"])


def test_the_label_points_to_the_words_and_not_to_the_hidden_key():
    form = HostForm()

    assert form["host"].id_for_label == "id_host"
    assert 'name="host_text"' in str(form["host"])


def test_only_a_real_change_counts_as_changed():
    malang, city = make_malangs()

    def changed(**data):
        query = QueryDict(mutable=True)
        query.update(data)
        return HostForm(query, initial={"host": malang.pk}).has_changed()

    assert [
        changed(host=malang.pk),
        changed(host=malang.pk, host_text=malang.label),
        changed(host=city.pk, host_text=city.label),
        changed(host="", host_text=""),
        changed(host="", host_text="malang"),
    ] == [False, False, True, True, True]


def test_words_in_an_empty_row_count_as_changed():
    assert form_of(OptionalForm, host="", host_text="malang").has_changed()
    assert not form_of(OptionalForm, host="", host_text="").has_changed()


def test_params_narrow_what_can_be_chosen():
    class CountryForm(forms.Form):
        host = LookupField(REGIONS, params={"level": "COUNTRY"})

    malang, _city = make_malangs()
    china = make_country()

    assert form_of(CountryForm, host="", host_text="Tiongkok").is_valid()
    assert form_of(CountryForm, host=china.pk).is_valid()
    assert not form_of(CountryForm, host=malang.pk).is_valid()
    assert "?level=COUNTRY" in str(CountryForm()["host"])


def test_two_people_of_one_name_are_told_apart_by_their_position():
    mayor = make_position(make_official("Amsakar Achmad"), title="Wali Kota Batam").official
    make_position(make_official("Amsakar Achmad"), title="Direktur")

    class PersonForm(forms.Form):
        person = LookupField(OFFICIALS)

    assert not form_of(PersonForm, person="", person_text="Amsakar Achmad").is_valid()
    labelled = form_of(PersonForm, person="", person_text="Amsakar Achmad — Wali Kota Batam")
    assert labelled.is_valid()
    assert labelled.cleaned_data["person"] == mayor


@pytest.mark.parametrize("count", [1, 3])
def test_the_labels_of_many_fields_are_read_in_one_query(count, django_assert_num_queries):
    places = [make_place(f"Kota {n}") for n in range(count)]
    forms_ = [HostForm(initial={"host": place.pk}, prefix=str(n)) for n, place in enumerate(places)]

    with django_assert_num_queries(1):
        prime(forms_)
        html = [str(form["host"]) for form in forms_]

    assert [place.label in shown for place, shown in zip(places, html, strict=True)] == [True] * count


def test_a_label_that_was_given_as_a_record_costs_no_query(django_assert_num_queries):
    malang, _city = make_malangs()
    malang = REGIONS.records().get(pk=malang.pk)

    with django_assert_num_queries(0):
        html = str(HostForm(initial={"host": malang})["host"])

    assert malang.label in html


def test_two_forms_do_not_share_what_they_found():
    make_malangs()
    first = form_of(host="", host_text="malang")
    first.is_valid()

    assert HostForm().fields["host"].widget.candidates == []


def test_the_typed_part_is_marked_and_everything_is_escaped():
    assert marked("Kota <Malang>", "mal k") == "<mark>K</mark>ota &lt;<mark>Mal</mark>ang&gt;"
    assert marked("A & B", "") == "A &amp; B"
