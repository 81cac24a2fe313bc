import datetime as dt

import pytest
from django import forms
from django.test.html import parse_html

from pages.filtering import QuickInput, QuickSelect

CHOICES = [("", "Semua"), ("a&b", "<b>Satu</b>"), (2, "Dua")]


class Quick(forms.Form):
    one = forms.ChoiceField(choices=CHOICES, widget=QuickSelect, required=False)
    text = forms.CharField(widget=QuickInput({"type": "search"}), max_length=9, required=False)


class Plain(forms.Form):
    one = forms.ChoiceField(choices=CHOICES, required=False)
    text = forms.CharField(widget=forms.TextInput({"type": "search"}), max_length=9, required=False)


@pytest.mark.parametrize(
    "data", [{}, {"one": "a&b", "text": '"><script>'}, {"one": "2", "text": "x" * 20}, {"one": "nothing"}]
)
@pytest.mark.parametrize("name", ["one", "text"])
def test_quick_widgets_draw_what_those_of_django_draw(data, name):
    assert parse_html(str(Quick(data)[name])) == parse_html(str(Plain(data)[name]))


def test_a_quick_select_marks_the_initial_value():
    field = Quick(initial={"one": 2})["one"]

    assert '<option value="2" selected>Dua</option>' in str(field)


def test_a_quick_date_input_writes_the_date_for_the_browser():
    class Dated(forms.Form):
        on = forms.DateField(widget=type("Day", (QuickInput, forms.DateInput), {})({"type": "date"}, format="%Y-%m-%d"))

    assert 'value="2025-06-16"' in str(Dated(initial={"on": dt.date(2025, 6, 16)})["on"])
