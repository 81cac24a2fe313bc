"""A text of which nothing can be seen is no text."""

import json
from importlib import import_module

import pytest
from django import forms
from django.conf import settings
from django.contrib.postgres.forms import SimpleArrayField
from django.urls import reverse

from pages.legible import validate_legible
from tests import factories as make
from tests.sent import problems_on
from visits.models import VisitSeries

UNSEEN = ["\u200b", "\u200b \u200d", "\u2060\ufeff", "\u202e\u202c", "\u3164", "\u2800", "\u0301", "\u00ad", "\ue000"]
SEEN = ["a", "7", "…", "漢字", "مرحبا", "🤝", "\u200bBatam\u200b", "\u202eBatam", "-"]


@pytest.mark.parametrize("text", UNSEEN)
def test_what_cannot_be_seen_is_refused_in_every_form(text):
    field = forms.CharField()

    with pytest.raises(forms.ValidationError) as refused:
        field.clean(text)

    assert refused.value.error_list[-1].code == "legible"


@pytest.mark.parametrize("text", SEEN)
def test_what_can_be_seen_is_taken_as_it_was_typed(text):
    assert forms.CharField().clean(text) == text


def _subclasses(of):
    for one in of.__subclasses__():
        yield one
        yield from _subclasses(one)


def test_no_form_was_made_before_the_rule():
    import_module(settings.ROOT_URLCONF)
    fields = [field for form in _subclasses(forms.BaseForm) for field in getattr(form, "base_fields", {}).values()]
    texts = [
        field for field in fields if getattr(field, "default_validators", None) is forms.CharField.default_validators
    ]

    assert len(texts) > 100
    assert all(validate_legible in field.validators for field in texts)


def test_fields_that_make_no_text_of_it_judge_themselves():
    assert forms.CharField(required=False).clean("") == ""
    assert forms.JSONField().clean(json.dumps([1, {"a": 2}])) == [1, {"a": 2}]
    assert SimpleArrayField(forms.IntegerField()).clean("1,2") == [1, 2]
    assert str(forms.UUIDField().clean("0" * 32)) == "00000000-0000-0000-0000-000000000000"


@pytest.mark.django_db
def test_a_programme_cannot_be_given_a_name_that_nobody_could_open(client):
    client.force_login(make.make_officer(make.make_region("Kota Batam", code="21.71"), language="en"))

    answer = client.post(reverse("visits:series-new"), {"name": "\u200b\u200b"})

    told = "Name: Nothing of this text can be seen. Delete what stands there and type it."
    assert (answer.status_code, problems_on(answer)) == (422, [told])
    assert not VisitSeries.objects.exists()
