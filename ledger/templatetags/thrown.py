"""What a page that is not there any more says to those in whose trash it lies."""

from __future__ import annotations

from typing import Any

from django import template

from records.models import Trashed

register = template.Library()

# What a key in an address names, by app; the last one of an address is what the page is about.
NAMED = {
    "visits": {"pk": "visit", "paper_pk": "visitattachment", "note_pk": "visitnote"},
    "agreements": {
        "pk": "agreement",
        "paper_pk": "agreementattachment",
        "note_pk": "agreementnote",
        "programme_pk": "programme",
        "measurement_pk": "measurement",
        "evaluation_pk": "evaluation",
    },
    "followups": {"pk": "milestone", "paper_pk": "milestoneattachment", "note_pk": "milestonenote"},
}
UNSENT = {"csrfmiddlewaretoken", "version"}


@register.inclusion_tag("ledger/_thrown.html", takes_context=True)
def lies_in_the_trash(context: dict[str, Any]) -> dict[str, Any]:
    """Nothing for everybody else: the page of what never was and of what lies in a foreign trash is the same."""
    request = context.get("request")
    user = getattr(request, "user", None)
    match = getattr(request, "resolver_match", None)
    if request is None or match is None or user is None or not user.is_authenticated:
        return {}
    thrown = _thrown(user, NAMED.get(match.app_name, {}), match)
    if thrown is None:
        return {}
    typed = [(name, value) for name, values in request.POST.lists() for value in values if name not in UNSENT]
    sent = [*typed, *(("version", value) for value in request.POST.getlist("version"))]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "thrown": thrown,
        "may_restore": thrown.may_be_restored_by(user),
        "typed": [(name, value) for name, value in typed if value.strip()],
        "sent": sent if request.method == "POST" else [],
    }


def _thrown(user: Any, names: dict[str, str], match: Any) -> Trashed | None:
    if not match.route.partition("/")[2].startswith("<int:pk>"):
        return None  # the key of something else: a programme of visits, a duty, a change to many
    for key, value in reversed(list(match.kwargs.items())):
        if key in names and isinstance(value, int):
            of = f"{match.app_name}.{names[key]}"
            found = Trashed.objects.visible_to(user).filter(model=of, object_id=value).select_related("by")
            if (thrown := found.first()) is not None:
                return thrown
    return None
