"""Members: who acts for a region, in which role, and who is invited. Managers read, administrators change."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import invitations
from accounts.forms import INVITED, InvitationForm, RoleForm
from accounts.giving import tracing_rights
from accounts.members import hold_members, may_change, members_for, named, open_invitations_for
from accounts.models import Invitation, Membership, User
from accounts.rights import Right
from pages.limits import limited
from pages.paging import PER_PAGE
from pages.requests import SignedIn
from records.models import Stale
from records.rows import along


@require_safe
@login_required
def member_list(request: SignedIn) -> HttpResponse:
    if not request.user.may_somewhere(Right.SEE_MEMBERS):
        raise Http404
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    page = Paginator(named(members_for(request.user), words), PER_PAGE).get_page(request.GET.get("page"))
    waiting = list(open_invitations_for(request.user)[:200])
    context = {
        "page": page,
        "members": [(member, may_change(request.user, member)) for member in page.object_list],
        "words": words,
        "waiting": [(one, may_change(request.user, one)) for one in waiting],
        "may_invite": request.user.may_somewhere(Right.KEEP_MEMBERS),
    }
    return render(request, "accounts/members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def member_edit(request: SignedIn, pk: int) -> HttpResponse:
    answer: HttpResponse = _member_edit(request, _changeable(request.user, pk))
    return answer


@reauthentication_required  # type: ignore[untyped-decorator]  # of allauth
def _member_edit(request: SignedIn, member: Membership) -> HttpResponse:
    if request.method == "POST":
        with transaction.atomic():
            form = RoleForm(request.POST, instance=_held(request, member))
            with tracing_rights([member.user_id]), along():
                kept = form.is_valid() and form.keep()
        if kept:
            messages.success(request, _("Saved."))
            return redirect("accounts:members")
    else:
        form = RoleForm(instance=member)
    status = 409 if form.differences else 422 if form.is_bound else 200
    return render(request, "accounts/member_edit.html", {"form": form, "member": member}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def member_end(request: SignedIn, pk: int) -> HttpResponse:
    """The membership ends at once; the person keeps their account, and what they wrote stays."""
    answer: HttpResponse = _member_end(request, _changeable(request.user, pk))
    return answer


@reauthentication_required  # type: ignore[untyped-decorator]  # of allauth
def _member_end(request: SignedIn, member: Membership) -> HttpResponse:
    if request.method == "POST":
        with transaction.atomic():
            _held(request, member)
            with tracing_rights([member.user_id]), along():
                member.delete()
        words = {"name": member.user, "place": member.place.name if member.place else ""}
        messages.success(request, _("%(name)s no longer acts for %(place)s.") % words)
        return redirect("accounts:members")
    return render(request, "accounts/member_end.html", {"member": member})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def invite(request: SignedIn) -> HttpResponse:
    if not request.user.may_somewhere(Right.SEE_MEMBERS):
        raise Http404
    if not request.user.may_somewhere(Right.KEEP_MEMBERS):
        raise PermissionDenied(_("Only administrators of the region invite others."))
    answer: HttpResponse = _invite(request)
    return answer


@reauthentication_required  # type: ignore[untyped-decorator]  # of allauth
@limited("invitation")
def _invite(request: SignedIn) -> HttpResponse:
    form = InvitationForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = invitations.invite(form.save(commit=False), by=request.user)
        except IntegrityError:  # somebody else was faster
            form.add_error("email", INVITED)
        else:
            words = {"email": made.email}
            messages.success(request, _("%(email)s is invited: the letter leaves within a minute.") % words)
            return redirect("accounts:members")
    return render(request, "accounts/invite.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@login_required
@limited("invitation")
def invitation_resend(request: SignedIn, pk: int) -> HttpResponse:
    invitation = _open(request, pk)
    try:
        invitations.send_again(invitation, by=request.user)
        messages.success(request, _("The letter is sent again, with a new link: the old one no longer works."))
    except Stale:
        messages.warning(request, _("It was taken, withdrawn or sent again in the meantime."))
    return redirect("accounts:members")


@require_POST
@login_required
def invitation_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    invitation = _open(request, pk)
    try:
        invitations.withdraw(invitation)
        messages.success(request, _("The invitation is withdrawn: its link no longer works."))
    except Stale:
        messages.warning(request, _("It was taken, withdrawn or sent again in the meantime."))
    return redirect("accounts:members")


def _changeable(user: User, pk: int) -> Membership:
    """404 for strangers, 403 for those who may only read."""
    member = get_object_or_404(members_for(user), pk=pk)
    if not may_change(user, member):
        raise PermissionDenied(_("Only another administrator of the region changes this membership."))
    return member


def _held(request: SignedIn, member: Membership) -> Membership:
    """As it stands when it is our turn: who has lost their right meanwhile is answered as who never had it."""
    hold_members([member.place_region_id])
    return _changeable(User.objects.get(pk=request.user.pk), member.pk)


def _open(request: SignedIn, pk: int) -> Invitation:
    invitation = get_object_or_404(open_invitations_for(request.user), pk=pk)
    if not may_change(request.user, invitation):
        raise PermissionDenied(_("Only administrators of the region invite others."))
    return invitation
