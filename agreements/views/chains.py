"""Acts on an agreement: each makes a linked record, prefilled from the old one, and leads to its full form."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from agreements.chains import act_on, term_of, why_no_act
from agreements.forms.chains import ActForm
from agreements.models import Agreement, AgreementNature
from agreements.moving import Refused
from agreements.rules import KEEPERS_ACT, why_refused
from pages.drafts import keeps_draft
from pages.requests import SignedIn
from pages.sheets.once import is_same, remember, save_once, saved_before, submission_of

Nature = AgreementNature
HEADINGS = {
    Nature.RENEWAL: gettext_lazy("Renew"),
    Nature.AMENDMENT: gettext_lazy("Amend"),
    Nature.ADDENDUM: gettext_lazy("Add to it"),
    Nature.REPLACEMENT: gettext_lazy("Replace"),
    Nature.TERMINATION: gettext_lazy("End"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@vary_on_headers("HX-Request")
@keeps_draft
def agreement_act(request: SignedIn, pk: int, nature: AgreementNature) -> HttpResponse:
    """One form for the five acts; sent twice, it makes one record, and sent again with other words it says so."""
    agreement = _own(request, pk)
    why_not = why_no_act(agreement)
    if request.method != "POST":
        return _page(request, _form(request, agreement, nature), why_not)
    form = ActForm(request.POST, old=agreement, nature=nature)
    if form.is_restored:
        return _page(request, form, why_not)
    if known := saved_before(request, Agreement):
        return redirect("agreements:edit", known.pk) if is_same(request) else _page(request, form, "", 409, known)
    if why_not or not form.is_valid():
        return _page(request, form, why_not, 422)
    try:
        made = save_once(
            request,
            Agreement,
            lambda one: act_on(agreement, nature, form.fields_of_record, by=request.user, submission=one),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except (IntegrityError, DataError) as refusal:
        form.add_error(None, why_refused(refusal))
    else:
        remember(request, made.submission)
        messages.success(request, _("It is made and linked. Complete it here: signing, signatories, what changed."))
        return redirect("agreements:edit", made.pk)
    return _page(request, form, "", 422)


def _page(
    request: SignedIn, form: ActForm, why_not: str, status: int = 200, saved: Agreement | None = None
) -> HttpResponse:
    """The page, or only both terms side by side while the form is filled in. `saved`: what the form became before."""
    context: dict[str, Any] = {
        "agreement": form.old,
        "form": form,
        "heading": HEADINGS[form.nature],
        "why_not": why_not,
        "old": term_of(form.old),
        "new": form.term,
        "submission": uuid.uuid4() if saved else submission_of(request),
        "saved": saved,
        "action": request.path,
    }
    only_terms = request.htmx and request.method != "POST"
    return render(
        request, "agreements/_act_terms.html" if only_terms else "agreements/act.html", context, status=status
    )


def _form(request: SignedIn, agreement: Agreement, nature: AgreementNature) -> ActForm:
    """Filled in so far, where the page asks what would come of it."""
    data = request.GET if request.htmx and request.GET else None
    return ActForm(data, old=agreement, nature=nature)


def _own(request: SignedIn, pk: int) -> Agreement:
    found = Agreement.objects.visible_to(request.user).for_names().select_related("owner", "parent").with_state()
    agreement = get_object_or_404(found, pk=pk)
    if not request.user.may_write_for(agreement.owner_id):
        raise PermissionDenied(str(KEEPERS_ACT))
    return agreement
