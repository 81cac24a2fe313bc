"""The inbox: what one was told; opened, marked, and read at one stroke."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from followups.inbox import NEWEST, items, mark_read, mark_unread, newest
from followups.models import Reminder
from pages.paging import ListPaginator
from pages.requests import SignedIn


@require_safe
@login_required
def inbox(request: SignedIn) -> HttpResponse:
    """All that one was told, or only what is unread; one item for each milestone."""
    only_unread = request.GET.get("show") == "unread"
    found = newest(request.user, only_unread=only_unread)
    pages = ListPaginator(
        found, NEWEST, lambda some: [{"pk": item.pk, "item": item} for item in items(some, request.user)]
    )
    context = {
        "page": pages.at(request.GET.get("page")),
        "total": pages.tally,
        "only_unread": only_unread,
    }
    return render(request, "followups/inbox.html", context)


@require_safe
@login_required
def opened(request: SignedIn, pk: int) -> HttpResponse:
    """To the milestone. What leads there from the inbox is read by that; nothing else changes."""
    reminder = get_object_or_404(Reminder.objects.in_inbox(request.user), pk=pk)
    mark_read(request.user, [reminder.milestone_id])
    return redirect("followups:detail", reminder.milestone_id)


@require_POST
@login_required
def mark(request: SignedIn, pk: int) -> HttpResponse:
    """Read, or unread again (`unread`)."""
    reminder = get_object_or_404(Reminder.objects.in_inbox(request.user), pk=pk)
    if request.POST.get("as") == "unread":
        mark_unread(request.user, reminder.milestone_id)
    else:
        mark_read(request.user, [reminder.milestone_id])
    return _again(request)


@require_POST
@login_required
def read_all(request: SignedIn) -> HttpResponse:
    number = mark_read(request.user)
    words = ngettext("%(n)s reminder was marked as read.", "%(n)s reminders were marked as read.", number)
    messages.success(request, words % {"n": number})
    return _again(request)


def _again(request: SignedIn) -> HttpResponse:
    """The inbox as it was shown."""
    address = reverse("followups:inbox")
    return redirect(f"{address}?show=unread" if request.POST.get("show") == "unread" else address)
