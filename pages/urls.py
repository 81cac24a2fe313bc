"""Addresses that belong to no record."""

from django.urls import path

from pages import views

urlpatterns = [
    path("theme/", views.theme, name="theme"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
