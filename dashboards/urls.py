"""Home, dashboard, search, relations, calendar, saved views, files and reports."""

from django.urls import include, path

from dashboards.views import calendar, feeds, saved, watching
from dashboards.views.dashboard import dashboard
from dashboards.views.files import file_ask, file_cancel, file_detail, file_download, file_list
from dashboards.views.home import home
from dashboards.views.relations import finder, relation, relation_organisation
from dashboards.views.reports import report, report_form, report_of_visit, reports, sheet_of_agreement
from dashboards.views.search import search

patterns = [
    # search/
    path("search/", search, name="search"),
    # dashboard/
    path("dashboard/", dashboard, name="dashboard"),
    # relations/
    path("relations/<int:ours>/<int:theirs>/", relation, name="relation"),
    path("relations/<int:ours>/organisations/<int:organisation>/", relation_organisation, name="relation-organisation"),
    path("partners/", finder, name="finder"),
    # calendar/
    path("calendar/", calendar.month, name="calendar"),
    path("calendar/agenda/", calendar.agenda, name="agenda"),
    path("calendar/event/<slug:what>/<int:pk>.ics", calendar.event, name="event"),
    path("calendar/feeds/", feeds.feeds, name="feeds"),
    path("calendar/feeds/<int:pk>/renew/", feeds.renew, name="feed-renew"),
    path("calendar/feeds/<int:pk>/delete/", feeds.delete, name="feed-delete"),
    path("feeds/<slug:secret>.ics", feeds.feed, name="feed"),
    # views/
    path("views/", saved.views, name="views"),
    path("views/new/", saved.view_new, name="view-new"),
    path("views/<int:pk>/", saved.view_open, name="view"),
    path("views/<int:pk>/edit/", saved.view_edit, name="view-edit"),
    path("views/<int:pk>/update/", saved.view_update, name="view-update"),
    path("views/<int:pk>/default/", saved.view_default, name="view-default"),
    path("views/<int:pk>/delete/", saved.view_delete, name="view-delete"),
    # watches/
    path("watches/", watching.watches, name="watches"),
    path("watches/seen/", watching.watches_seen, name="watches-seen"),
    path("watches/<int:pk>/", watching.watch_open, name="watch-open"),
    path("watches/<slug:what>/<int:pk>/", watching.watch, name="watch"),
    # files/, reports/
    path("files/", file_list, name="files"),
    path("files/ask/", file_ask, name="file-ask"),
    path("files/<int:pk>/", file_detail, name="file"),
    path("files/<int:pk>/cancel/", file_cancel, name="file-cancel"),
    path("files/<int:pk>/download/", file_download, name="file-download"),
    path("reports/", reports, name="reports"),
    path("reports/visits/<int:pk>.pdf", report_of_visit, name="visit-report"),
    path("reports/agreements/<int:pk>.pdf", sheet_of_agreement, name="agreement-sheet"),
    path("reports/<slug:code>/", report_form, name="report"),
    path("reports/<slug:code>/print/", report, {"kind": "html"}, name="report-print"),
    path("reports/<slug:code>.pdf", report, {"kind": "pdf"}, name="report-pdf"),
    path("reports/<slug:code>.xlsx", report, {"kind": "xlsx"}, name="report-xlsx"),
]

urlpatterns = [
    path("", home, name="home"),
    path("", include((patterns, "dashboards"))),
]
