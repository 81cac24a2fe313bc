"""Letters: the send log, the health of the machinery, one's own preferences."""

from django.urls import path

from notices.views import health, log, preferences

app_name = "notices"

urlpatterns = [
    # notices/
    path("notices/", log.delivery_list, name="list"),
    path("notices/notices.csv", log.delivery_export, {"kind": "csv"}, name="csv"),
    path("notices/notices.xlsx", log.delivery_export, {"kind": "xlsx"}, name="xlsx"),
    path("notices/health/", health.page, name="health"),
    path("notices/<int:pk>/", log.notice_detail, name="detail"),
    path("notices/<int:pk>/<int:delivery_pk>/again/", log.decide, {"again": True}, name="again"),
    path("notices/<int:pk>/<int:delivery_pk>/let-be/", log.decide, {"again": False}, name="let-be"),
    # me/notices/
    path("me/notices/", preferences.edit, name="preferences"),
    path("unsubscribe/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    # health/
    path("health/notices", health.probe, name="probe"),
]
