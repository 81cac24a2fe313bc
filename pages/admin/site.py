"""The site: who comes in, what look-ups answer, and what of Django's own pages is not there."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy

from pages.named import with_names
from pages.scopes import label_of, reach_of


class LabelledResults(AutocompleteJsonView):
    """Only what the key may name, with labels that tell twins apart."""

    def get_queryset(self) -> Any:
        found = with_names(self._chosen()).complex_filter(self.source_field.get_limit_choices_to())
        if order := self.model_admin.get_ordering(self.request):
            found = found.order_by(*order)
        found, many = self.model_admin.get_search_results(self.request, found, self.term)
        return found.distinct() if many else found

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        target: Any = self.model_admin
        return bool(user.sees_all or target.chosen_by(target.model._default_manager.all(), user) is not None)

    def _chosen(self) -> models.QuerySet[Any]:
        """As the form that asks has it, a page or a row of one."""
        site: Any = self.admin_site
        source, target, pages = self.source_field.model, self.model_admin, site._registry  # noqa: SLF001 -- not public
        asking: list[Any] = [page for model, page in pages.items() if model is source]
        asking += [row for page in pages.values() for row in page.inlines if row.model is source]
        reaches = {reach_of(one, self.source_field.name) for one in asking}
        reach = next((reach for reach in ("kept", "seen") if reach in reaches), "chosen")
        found: models.QuerySet[Any] = getattr(target, reach)(self.request)
        return found

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {**super().serialize_result(obj, to_field_name), "text": label_of(obj)}


class SimpulAdminSite(AdminSite):
    site_title = "Simpul"
    site_header = gettext_lazy("Simpul administration")
    index_title = gettext_lazy("Reference data, people, visits and agreements")

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_authenticated and user.is_active and user.may_somewhere("ENTER_ADMIN"))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return super().admin_view(_without_nul(view), cacheable)

    def get_urls(self) -> list[Any]:
        """Without `view_on_site`, which tells of every row of every table whether it exists."""
        return [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The product's own page asks again who one is, counts the guesses, leaves a trace and sends a letter."""
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Second factors and rate limits live at the product's sign-in; whoever may not come in sees 404."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return LabelledResults.as_view(admin_site=self)(request)


def _without_nul(view: Any) -> Any:
    """No text of the database holds this sign: an address with it leads nowhere, in a question it is left out."""

    @wraps(view)
    def careful(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if "\0" in request.path:
            raise Http404
        asked = request.GET.copy()
        for name, texts in request.GET.lists():
            asked.setlist(name, [text.replace("\0", "") for text in texts])
        request.GET = asked  # type: ignore[assignment]  # only Django's own is never changed
        return view(request, *args, **kwargs)

    return careful
