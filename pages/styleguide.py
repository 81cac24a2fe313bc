"""What the style guide shows: one example of each component, of each state. Nothing here is used elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from pages.sheets.fields import WholeNumberField

STATUSES = [
    ("Invited", "quiet", "mail"),
    ("Proposed", "quiet", "pencil-line"),
    ("Scheduled", "info", "calendar"),
    ("In progress", "accent", "loader"),
    ("Completed", "good", "check"),
    ("Reported", "good", "check-check"),
    ("Postponed", "warn", "pause"),
    ("Cancelled", "bad", "x"),
]

ROWS = [
    ("Kunjungan kerja Bupati Malang", "Kabupaten Malang", "35.07", "2025-06-16", 4, STATUSES[5]),
    ("Studi tiru Mal Pelayanan Publik", "Kabupaten Soppeng", "73.12", "2025-07-10", 65, STATUSES[4]),
    ("Konsul Jenderal Republik Rakyat Tiongkok", "Xiangyang", "", "2025-08-02", 7, STATUSES[2]),
    ("Pembahasan pasokan cabai dan bawang merah", "Kota Malang", "35.73", "2025-08-21", 12, STATUSES[6]),
]

MEMBERS = [("role", "A position"), ("named", "A named person"), ("group", "A group, with or without a count")]
SECTORS = [("farm", "Agriculture"), ("tour", "Tourism"), ("ict", "ICT"), ("invest", "Investment")]


class Example(forms.Form):
    title = forms.CharField(
        label="Title", help_text="As the officer would say it, for example “Visit of the Regent of Malang”."
    )
    email = forms.EmailField(label="E-mail", required=False)
    on = forms.DateField(label="Date", widget=forms.DateInput(attrs={"type": "date"}))
    count = WholeNumberField(label="Persons", required=False)
    level = forms.ChoiceField(label="Level", choices=[("", "Choose"), ("CITY", "City"), ("REGENCY", "Regency")])
    form_of = forms.ChoiceField(label="Who is it?", choices=MEMBERS, widget=forms.RadioSelect)
    sectors = forms.MultipleChoiceField(
        label="Sectors",
        choices=SECTORS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose all that were discussed.",
    )
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    paper = forms.FileField(label="Attachment", required=False, widget=forms.FileInput(attrs={"data-max-mb": "25"}))
    internal = forms.BooleanField(
        label="Internal: only our side sees it", required=False, help_text="The partner sees the rest."
    )


def context(request: HttpRequest) -> dict[str, Any]:
    typed = {
        "wrong-email": ["sanusi@"],
        "wrong-on": ["16/16/2025"],
        "wrong-count": ["many"],
        "wrong-notes": ["Kept as typed."],
    }
    return {
        "form": Example(prefix="right"),
        "filter": Example(prefix="filter"),
        "wrong": Example(data=MultiValueDict(typed), prefix="wrong"),
        "others": [("", "The delegation needs a region or an organisation.")],
        "statuses": STATUSES,
        "rows": ROWS,
        "page": Paginator(range(213), 25).get_page(request.GET.get("page")),
        "chips": [
            {"label": "Region", "value": "Kabupaten Malang 35.07", "remove_url": "?"},
            {"label": "Period", "value": "2025", "remove_url": "?"},
        ],
        "tabs": [
            {"label": "Overview", "url": "?", "here": True, "count": None},
            {"label": "Delegations", "url": "?tab=2", "here": False, "count": 2},
            {"label": "Outcomes", "url": "?tab=3", "here": False, "count": 5},
            {"label": "Papers", "url": "?tab=4", "here": False, "count": 0},
            {"label": "History", "url": "?tab=5", "here": False, "count": None},
        ],
    }
