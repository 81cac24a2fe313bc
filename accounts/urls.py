"""One's own account; signing in, passwords and second factors are allauth's (`accounts/`)."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    # me/
    path("", views.preferences, name="preferences"),
]
