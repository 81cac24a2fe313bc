"""Letters in Django admin: what was sent is only read; gateways, the calendar and preferences are edited."""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib import admin
from django.contrib.messages import SUCCESS, WARNING
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notices.deciding import FAILED, Stale, let_be, send_again
from notices.models import (
    Attempt,
    CalendarDay,
    Delivery,
    DeliveryState,
    Gateway,
    Heartbeat,
    Notice,
    OptOut,
    Outage,
    Preference,
)
from pages.admin import ReadOnly, RecordAdmin, Rows


class AttemptRows(ReadOnly, Rows):
    model = Attempt
    fields = ["number", "started_at", "finished_at", "phase", "result", "reply", "worker"]


class DeliveryRows(ReadOnly, Rows):
    model = Delivery
    fields = ["channel", "state", "next_try_at", "attempts", "address", "sent_at", "reply", "error"]
    show_change_link = True


@admin.register(Notice)
class NoticeAdmin(ReadOnly, RecordAdmin):
    list_display = ["on", "kind", "recipient", "send_at", "frozen_at"]
    list_filter = ["kind"]
    list_select_related = ["recipient"]
    search_fields = ["recipient__email", "recipient__name"]
    date_hierarchy = "on"
    inlines = [DeliveryRows]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what was written to somebody stays, so they do too


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, RecordAdmin):
    list_display = ["notice", "recipient", "channel", "state", "next_try_at", "attempts", "sent_at", "error"]
    list_filter = ["state", "channel"]
    list_select_related = ["notice__recipient"]
    not_exported = ("lease_until", "lease_token")
    search_fields = ["message_id", "notice__recipient__email", "address"]
    inlines = [AttemptRows]
    actions = [*RecordAdmin.actions, "send_selected_again", "let_selected_be"]

    @admin.action(description=gettext_lazy("Send the selected again that were refused"))
    def send_selected_again(self, request: HttpRequest, queryset: models.QuerySet[Delivery]) -> None:
        """After a fault of one's own, such as a mail server that did not let us through."""
        self._decide(send_again, request, queryset.filter(state=DeliveryState.DEAD))

    @admin.action(description=gettext_lazy("Let the selected be that failed"))
    def let_selected_be(self, request: HttpRequest, queryset: models.QuerySet[Delivery]) -> None:
        self._decide(let_be, request, queryset.filter(state__in=FAILED))

    def _decide(self, deed: Any, request: HttpRequest, deliveries: models.QuerySet[Delivery]) -> None:
        decided = 0
        for delivery in deliveries:
            with contextlib.suppress(Stale):
                deed(delivery, by=request.user)
                decided += 1
        told = ngettext("Decided for %(n)d letter.", "Decided for %(n)d letters.", decided) % {"n": decided}
        nothing = _("None of the selected failed: nothing was changed.")
        self.message_user(request, told if decided else nothing, SUCCESS if decided else WARNING)

    @admin.display(description=Notice._meta.get_field("recipient").verbose_name)
    def recipient(self, delivery: Delivery) -> str:
        return str(delivery.notice.recipient)


@admin.register(Preference)
class PreferenceAdmin(RecordAdmin):
    list_display = ["user", "digest_at", "gateway_address"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]


@admin.register(OptOut)
class OptOutAdmin(RecordAdmin):
    list_display = ["user", "topic", "channel"]
    list_filter = ["topic", "channel"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]


@admin.register(Gateway)
class GatewayAdmin(RecordAdmin):
    list_display = ["name", "region", "url", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["region"]
    search_fields = ["name", "url"]


@admin.register(CalendarDay)
class CalendarDayAdmin(RecordAdmin):
    """What is saved here stays as it is, whatever a newer list of holidays says."""

    list_display = ["day", "free_because", "send_on", "by_hand"]
    list_filter = ["by_hand"]
    search_fields = ["free_because"]
    date_hierarchy = "day"
    readonly_fields = ["send_on"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # every day of the covered years is there

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["day", "send_on"]

    def store(self, obj: Any, form: Any) -> None:
        obj.by_hand = True
        obj.save()


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnly, RecordAdmin):
    list_display = ["name", "at", "host"]
    search_fields = ["name", "host"]


@admin.register(Outage)
class OutageAdmin(ReadOnly, RecordAdmin):
    list_display = ["route", "began_at", "until", "tries", "error"]
    search_fields = ["route", "error"]
