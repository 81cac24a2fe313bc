"""The trash, and the book of what people did."""

from django.urls import path

from ledger.views import seals, traces, trash

app_name = "ledger"

urlpatterns = [
    # trash/
    path("trash/", trash.trash_list, name="trash"),
    path("trash/<int:pk>/", trash.trashed, name="trashed"),
    path("trash/<int:pk>/restore/", trash.put_back, name="restore"),
    path("trash/<int:pk>/remove/", trash.remove, name="remove"),
    # traces/
    path("traces/", traces.trace_list, name="traces"),
    path("traces/traces.csv", traces.trace_export, {"kind": "csv"}, name="traces-csv"),
    path("traces/traces.xlsx", traces.trace_export, {"kind": "xlsx"}, name="traces-xlsx"),
    path("traces/mine/", traces.mine, name="mine"),
    # seals/
    path("seals/", seals.page, name="seals"),
    path("health/history", seals.probe, name="probe"),
]
