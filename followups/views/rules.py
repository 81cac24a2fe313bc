"""Who is reminded of what: the reminders of one milestone explained, and the rules of one agreement."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from agreements.models import Agreement
from followups.explaining import Explanation
from followups.forms.rules import OwnRulesForm
from followups.models import Milestone
from pages.requests import SignedIn


@require_safe
@login_required
@vary_on_headers("HX-Request")
def reminders_explained(request: SignedIn, pk: int) -> HttpResponse:
    """Who was and will be written to, when and why, or why not; for the page of the milestone the next of each."""
    found = Milestone.objects.visible_to(request.user).for_names().select_related("owner")
    milestone = get_object_or_404(found, pk=pk)
    if not milestone.may_be_kept_by(request.user):
        raise PermissionDenied(_("Who is reminded of what is shown to officers of the region that keeps the record."))
    template = "followups/_explain_short.html" if request.htmx else "followups/explain.html"
    return render(request, template, {"milestone": milestone, "explanation": Explanation(milestone)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def agreement_rules(request: SignedIn, pk: int) -> HttpResponse:
    """The days on which this agreement is reminded of, where they differ from those of the rules."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).for_names(), pk=pk)
    if not request.user.may_write_for(agreement.owner_id):
        raise PermissionDenied(_("The days of reminders are set by officers of the region that keeps the agreement."))
    if request.method != "POST":
        return _rules_page(request, OwnRulesForm(agreement))
    form = OwnRulesForm(agreement, request.POST)
    if not form.is_valid():
        return _rules_page(request, form, 422)
    changed = form.save()
    if changed is None:
        return _rules_page(request, form, 409)
    told = ngettext("%(n)s rule was changed.", "%(n)s rules were changed.", changed) % {"n": changed}
    messages.success(request, told if changed else _("Nothing was changed."))
    return redirect("followups:rules", pk)


def _rules_page(request: SignedIn, form: OwnRulesForm, status: int = 200) -> HttpResponse:
    return render(request, "followups/overrides.html", {"agreement": form.agreement, "form": form}, status=status)
