"""Every address begins here; what follows the prefix stands in the app's own urls.py."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from config.health import healthz, readyz
from config.wellknown import robots_txt, security_txt

handler429 = "accounts.waiting.handler429"  # asked for by allauth

urlpatterns = [
    path("", include("dashboards.urls")),
    path("", include("pages.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("regions/", include("regions.urls")),
    path("agreements/", include("agreements.urls")),
    path("visits/", include("visits.urls")),
    path("follow-ups/", include("followups.urls")),
    path("", include("sides.urls")),
    path("", include("notices.urls")),
    path("", include("ledger.urls")),
    path("uploads/", include("documents.urls")),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("robots.txt", robots_txt, name="robots_txt"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
