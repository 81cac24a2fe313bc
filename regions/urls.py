"""Regions, organisations, officials and venues."""

from django.urls import path

from regions.views import lookups, officials, organisations, regions, venues

app_name = "regions"

urlpatterns = [
    # regions/
    path("", regions.region_list, name="list"),
    path("lookup/", lookups.region_lookup, name="lookup"),
    path("new/", regions.region_new, name="new"),
    path("<int:pk>/", regions.region_detail, name="detail"),
    path("<int:pk>/edit/", regions.region_edit, name="edit"),
    path("<int:pk>/history/", regions.region_history, name="history"),
    # regions/<pk>/figures/, regions/<pk>/traits/
    path("<int:region_pk>/figures/new/", regions.figure_edit, name="figure-new"),
    path("<int:region_pk>/figures/<int:pk>/", regions.figure_edit, name="figure-edit"),
    path("<int:region_pk>/figures/<int:pk>/delete/", regions.figure_delete, name="figure-delete"),
    path("<int:region_pk>/traits/new/", regions.trait_edit, name="trait-new"),
    path("<int:region_pk>/traits/<int:pk>/", regions.trait_edit, name="trait-edit"),
    path("<int:region_pk>/traits/<int:pk>/delete/", regions.trait_delete, name="trait-delete"),
    # regions/organisations/
    path("organisations/", organisations.organisation_list, name="organisation-list"),
    path("organisations/lookup/", lookups.organisation_lookup, name="organisation-lookup"),
    path("organisations/new/", organisations.organisation_new, name="organisation-new"),
    path("organisations/<int:pk>/", organisations.organisation_detail, name="organisation-detail"),
    path("organisations/<int:pk>/edit/", organisations.organisation_edit, name="organisation-edit"),
    path("organisations/<int:pk>/history/", organisations.organisation_history, name="organisation-history"),
    # regions/officials/
    path("officials/", officials.official_list, name="official-list"),
    path("officials/lookup/", lookups.official_lookup, name="official-lookup"),
    path("officials/new/", officials.official_new, name="official-new"),
    path("officials/<int:pk>/", officials.official_detail, name="official-detail"),
    path("officials/<int:pk>/edit/", officials.official_edit, name="official-edit"),
    path("officials/<int:pk>/history/", officials.official_history, name="official-history"),
    path("officials/<int:official_pk>/positions/new/", officials.position_edit, name="position-new"),
    path("officials/<int:official_pk>/positions/<int:pk>/", officials.position_edit, name="position-edit"),
    path("officials/<int:official_pk>/positions/<int:pk>/delete/", officials.position_delete, name="position-delete"),
    # regions/venues/
    path("venues/lookup/", lookups.venue_lookup, name="venue-lookup"),
    path("venues/new/", venues.venue_new, name="venue-new"),
    path("venues/<int:pk>/", venues.venue_edit, name="venue-edit"),
]
