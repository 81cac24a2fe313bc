"""The home page and the search page."""

from django.urls import include, path

from dashboards.views.home import home
from dashboards.views.search import search

found = [path("", search, name="search")]

urlpatterns = [
    path("", home, name="home"),
    path("search/", include((found, "dashboards"))),
]
