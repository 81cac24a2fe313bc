"""Parties with their signatories."""

from __future__ import annotations

from django.contrib import admin

from agreements.admin.ruled import OfAgreement, PartForm
from agreements.models import (
    Party,
    Signatory,
)
from pages.admin import Sheets


class SignatorySheets(Sheets):
    model = Signatory
    classes = []
    fields = [
        ("position", "official", "name"),
        ("manner", "capacity"),
        ("on_behalf_of", "power"),
        "certainty",
    ]


@admin.register(Party)
class PartyAdmin(OfAgreement):
    form = PartForm
    list_display = ["__str__", "role", "number", "agreement"]
    list_filter = ["role"]
    list_select_related = ["region", "organisation__region"]
    search_fields = ["region__name_id", "organisation__name_id", "number"]
    inlines = [SignatorySheets]
    fields = [
        "agreement",
        ("position", "role"),
        ("region", "organisation"),
        ("on_behalf_of_region", "on_behalf_of"),
        ("number", "unit"),
        "liaison",
        ("certainty", "quote"),
    ]
