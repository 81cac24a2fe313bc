"""Visits: read, log, change; their papers, programmes and exports."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import path
from django.views.generic import RedirectView

from documents.urls import paper_urls
from visits.models import Visit
from visits.views import detail, logging, reading, series

app_name = "visits"


def _moved_to(name: str) -> Callable[..., HttpResponseBase]:
    return RedirectView.as_view(pattern_name=name, permanent=True, query_string=True, http_method_names=["get", "head"])


urlpatterns = [
    # visits/
    path("", reading.visit_list, name="list"),
    path("visits.csv", reading.visit_export, {"kind": "csv"}, name="csv"),
    path("visits.xlsx", reading.visit_export, {"kind": "xlsx"}, name="xlsx"),
    # visits/follow-ups/: where they stood before they had pages of their own; the parameters mean the same
    path("follow-ups/", _moved_to("followups:list"), name="outcome-list"),
    path("follow-ups/follow-ups.csv", _moved_to("followups:csv"), name="outcome-csv"),
    path("follow-ups/follow-ups.xlsx", _moved_to("followups:xlsx"), name="outcome-xlsx"),
    # visits/log/, visits/new/
    path("log/", logging.visit_quick, name="quick"),
    path("new/", logging.visit_new, name="new"),
    path("duplicates/", logging.visit_duplicates, name="duplicates"),
    path("lookup/", logging.visit_lookup, name="lookup"),
    path("partners/lookup/", logging.partner_lookup, name="partner-lookup"),
    path("partners/new/", logging.partner_new, name="partner-new"),
    # visits/<pk>/
    path("<int:pk>/", detail.visit_detail, name="detail"),
    path("<int:pk>/edit/", logging.visit_edit, name="edit"),
    path("<int:pk>/delete/", logging.visit_delete, name="delete"),
    path("<int:pk>/print/", detail.visit_print, name="print"),
    path("<int:pk>/history/", detail.visit_history, name="history"),
    # visits/<pk>/attachments/, visits/<pk>/notes/
    *paper_urls(Visit),
    # visits/series/
    path("series/", series.series_list, name="series-list"),
    path("series/lookup/", logging.series_lookup, name="series-lookup"),
    path("series/new/", series.series_new, name="series-new"),
    path("series/<int:pk>/", series.series_detail, name="series-detail"),
    path("series/<int:pk>/edit/", series.series_edit, name="series-edit"),
]
