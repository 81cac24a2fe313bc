"""Where one is signed in: allauth lists the sessions (`usersessions_list`), here one of them, or all, are ended."""

from __future__ import annotations

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pages.requests import SignedIn


@require_POST
@login_required
def session_end(request: SignedIn, pk: int) -> HttpResponse:
    """One session; that of this browser as well."""
    session = get_object_or_404(UserSession, user=request.user, pk=pk)
    here = session.is_current()
    end_sessions(request, [session])
    if here:
        return redirect("account_login")
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")


@require_POST
@login_required
def sessions_end(request: SignedIn) -> HttpResponse:
    """Everywhere, here too."""
    end_sessions(request, list(UserSession.objects.filter(user=request.user)))
    return redirect("account_login")
