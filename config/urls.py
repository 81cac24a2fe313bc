"""Every address begins here; what follows the prefix stands in the app's own urls.py."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from config.health import healthz, readyz

urlpatterns = [
    path("", include("dashboards.urls")),
    path("", include("pages.urls")),
    path("accounts/", include("allauth.urls")),
    path("me/", include("accounts.urls")),
    path("regions/", include("regions.urls")),
    path("agreements/", include("agreements.urls")),
    path("visits/", include("visits.urls")),
    path("follow-ups/", include("followups.urls")),
    path("", include("notices.urls")),
    path("uploads/", include("documents.urls")),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
