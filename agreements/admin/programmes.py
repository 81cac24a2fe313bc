"""Programmes, indicators with their measurements, and evaluations."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agreements.admin.ruled import OfAgreement, Ruled, RuledForm, WithAgreement
from agreements.models import (
    Evaluation,
    Indicator,
    Measurement,
    Programme,
    ProgrammeUnit,
)
from pages.admin import Rows
from pages.scopes import OfRecord, OwnPapers, OwnRows
from records.models import Record


class UnitRows(Rows):
    model = ProgrammeUnit


class IndicatorRows(Rows):
    """The measurements are edited behind the link “Change” of a row; there it is thrown away too, into the trash."""

    model = Indicator
    can_delete = False
    show_change_link = True
    classes = []
    fields = ["position", "name", "unit", "better", "baseline", "baseline_on", "target", "target_on"]


class EvaluationRows(OwnRows, Rows):
    side = "region"
    own_keys = ("region",)
    model = Evaluation
    show_change_link = True
    fields = ["role", "evaluated_on", "rating", "advice"]
    fk_name = "programme"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it belongs to an agreement too: made on the page of that


@admin.register(Programme)
class ProgrammeAdmin(OfAgreement):
    list_display = ["__str__", "sector", "starts_on", "ends_on", "agreement"]
    list_select_related = ["sector"]
    list_filter = [("sector", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["name", "about"]
    inlines = [UnitRows, IndicatorRows, EvaluationRows]


class MeasurementRows(OwnRows, Rows):
    """Each side changes what it measured itself."""

    model = Measurement
    side = "region"
    own_keys = ("region",)
    classes = []
    fields = ["measured_on", "value", "note", "attachment", "region"]


class IndicatorForm(RuledForm):
    """An indicator is a part of its programme."""

    def whole_of(self, row: Any) -> Record | None:
        programme: Programme = row.programme
        return programme


@admin.register(Indicator)
class IndicatorAdmin(OfRecord, Ruled):
    of = "programme__agreement"
    own_keys = ("programme",)
    form = IndicatorForm
    list_display = ["__str__", "unit", "baseline", "target", "target_on", "programme"]
    list_select_related = ["programme"]
    search_fields = ["name", "programme__name"]
    inlines = [MeasurementRows]


@admin.register(Evaluation)
class EvaluationAdmin(OwnPapers, WithAgreement):
    """Each side changes what it judged itself."""

    of = "agreement"
    side = "region"
    own_keys = ("region",)
    list_display = ["__str__", "role", "rating", "advice", "agreement"]
    list_filter = ["role", "advice", "rating"]
    search_fields = ["findings", "obstacles"]
    date_hierarchy = "evaluated_on"
    readonly_fields = ["by", "at"]
