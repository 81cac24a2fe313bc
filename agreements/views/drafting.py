"""Drafts made of the record with a Word template, and the templates of an office."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.rights import Right
from agreements.drafts.facts import PARTS, PLACEHOLDERS, blanks_in, facts_of
from agreements.drafts.templates import (
    WORD,
    back_to_house,
    content_of,
    drafted_as,
    make_draft,
    replace_template,
    template_for,
    templates_for,
)
from agreements.forms.papers import TemplateForm
from agreements.models import Agreement, AgreementKind, DraftTemplate
from documents.forms import forget_pieces
from documents.models import Access, DocumentKind
from documents.papers import file_papers, sides_of, unit_of
from documents.serving import HEADERS
from documents.uploads import look_into
from pages.requests import SignedIn
from regions.models import Region

ASKED = ["GET", "HEAD", "POST"]


# agreements/<pk>/draft/


@require_http_methods(ASKED)
@login_required
def draft(request: SignedIn, pk: int) -> HttpResponse:
    """What would be blank, the draft to be downloaded, and (POST `kind`) the draft kept as a paper."""
    agreement = _agreement(request, pk)
    sides = sides_of(request.user, agreement)
    refused = ""
    if request.method == "POST":
        if not sides:
            raise PermissionDenied(_("Papers and notes are added by members of the regions and units that take part."))
        try:
            return _kept(request, agreement, _kind(request.POST.get("kind", "")), sides)
        except ValidationError as error:
            refused = " ".join(error.messages)
    chosen = drafted_as(agreement)
    context = {
        "agreement": agreement,
        "kinds": sorted(_kinds(_offices(request.user, agreement)), key=lambda one: one["kind"] != chosen),
        "blanks": [label for _name, label in blanks_in(facts_of(agreement))],
        "may_keep": bool(sides),
        "refused": refused,
        "may_replace": bool(managed(request.user)),
    }
    return render(request, "agreements/draft.html", context, status=422 if refused else 200)


@require_safe
@login_required
def draft_file(request: SignedIn, pk: int, drafted: str) -> HttpResponse:
    agreement, kind = _agreement(request, pk), _kind(drafted)
    try:
        content = make_draft(agreement, kind, _offices(request.user, agreement))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("agreements:draft", pk=pk)
    return _word(content, _name(agreement, kind))


# agreements/draft-templates/


@require_safe
@login_required
def templates(request: SignedIn) -> HttpResponse:
    """The templates of the regions that the user manages."""
    regions = managed(request.user)
    if not regions:
        raise PermissionDenied(_("Templates are kept by managers and administrators of a region."))
    own = {(one.region_id, one.kind): one for one in DraftTemplate.objects.filter(region__in=regions)}
    listed = [(region, [(kind, own.get((region.pk, kind))) for kind in DraftTemplate.DRAFTED]) for region in regions]
    return render(request, "agreements/draft_templates.html", {"regions": listed})


@require_http_methods(ASKED)
@login_required
def template(request: SignedIn, region_pk: int, drafted: str) -> HttpResponse:
    """The current template, the placeholders, and the form for another one."""
    region, kind = _managed_region(request, region_pk), _kind(drafted)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = TemplateForm(*sent, user=request.user)
    if form.is_valid():
        try:
            replace_template(region, kind, form.cleaned_data["uploads"][0], by=request.user)
            forget_pieces(request)
            messages.success(request, _("The template is replaced. The next draft is made with it."))
            return redirect("agreements:draft-template", region_pk=region.pk, drafted=kind.lower())
        except ValidationError as error:
            form.add_error("uploads", error)
    context = {
        "region": region,
        "kind": AgreementKind(kind),
        "template": template_for(kind, [region.pk]),
        "form": form,
        "placeholders": PLACEHOLDERS.items(),
        "parts": [(name, parts.items()) for name, parts in PARTS.items()],
    }
    return render(request, "agreements/draft_template.html", context, status=422 if form.is_bound else 200)


@require_safe
@login_required
def template_file(request: SignedIn, region_pk: int, drafted: str) -> HttpResponse:
    """The template in force, to be changed in Word; `?house=1` that of the house."""
    region, kind = _managed_region(request, region_pk), _kind(drafted)
    own = None if "house" in request.GET else template_for(kind, [region.pk])
    return _word(content_of(kind, own), own.filename if own else f"templat-{kind.lower()}.docx")


@require_POST
@login_required
def template_back(request: SignedIn, region_pk: int, drafted: str) -> HttpResponse:
    region, kind = _managed_region(request, region_pk), _kind(drafted)
    if own := template_for(kind, [region.pk]):
        back_to_house(own)
        messages.success(request, _("The template of the house is used again."))
    return redirect("agreements:draft-template", region_pk=region.pk, drafted=kind.lower())


def managed(user: Any) -> list[Region]:
    """The regions whose templates the user keeps; the administrator of the system those that have members."""
    if user.sees_all:
        return list(Region.objects.filter(memberships__isnull=False).distinct())
    return list(Region.objects.filter(pk__in=user.regions_for(Right.KEEP_TEMPLATES)))


def _kept(request: SignedIn, agreement: Agreement, kind: str, sides: list[int]) -> HttpResponse:
    content = make_draft(agreement, kind, sides)
    paper = look_into(ContentFile(content, name=_name(agreement, kind)))
    about = {"kind": DocumentKind.DRAFT, "access": Access.INTERNAL, "owner_id": sides[0]}
    about["unit_id"] = unit_of(request.user, agreement, sides[0])
    filed = file_papers(agreement, [paper], by=request.user, title=_title(kind), **about)
    told = _("The draft is kept among the papers.") if filed.kept else _("This draft is among the papers already.")
    messages.success(request, told)
    return redirect(f"{agreement.get_absolute_url()}#papers")


def _offices(user: Any, agreement: Agreement) -> list[int]:
    """The regions whose templates a draft of this user is made with: those for which they write come first."""
    own = [pk for pk in user.own_region_ids if pk in agreement.region_ids]
    return list(dict.fromkeys([*sides_of(user, agreement), *own]))


def _kinds(offices: list[int]) -> list[dict[str, Any]]:
    found = templates_for(DraftTemplate.DRAFTED, offices)
    return [
        {"kind": kind, "label": AgreementKind(kind).label, "template": found.get(kind)}
        for kind in DraftTemplate.DRAFTED
    ]


def _title(kind: str) -> str:
    return _("Draft: %(kind)s") % {"kind": AgreementKind(kind).label}


def _name(agreement: Agreement, kind: str) -> str:
    title = slugify(str(agreement))[:60].strip("-") or str(agreement.pk)
    return f"rancangan-{kind.lower()}-{title}.docx"


def _kind(text: str) -> str:
    kind = text.upper()
    if kind not in DraftTemplate.DRAFTED:
        raise Http404
    return kind


def _agreement(request: SignedIn, pk: int) -> Agreement:
    found = Agreement.objects.visible_to(request.user).for_names().select_related("parent")
    return get_object_or_404(found, pk=pk)


def _managed_region(request: SignedIn, pk: int) -> Region:
    region = get_object_or_404(Region, pk=pk)
    if not request.user.may(Right.KEEP_TEMPLATES, region.pk):
        raise PermissionDenied(_("Templates are kept by managers and administrators of a region."))
    return region


def _word(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, headers={**HEADERS, "Content-Type": WORD, "Content-Disposition": disposition})
