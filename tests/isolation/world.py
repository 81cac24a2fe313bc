"""Four governments in one register, with words that may be asked for and words that nobody else may read.

Batam keeps a visit and an agreement in which Malang takes part; both keep notes and restricted papers of their own on
them. Jambi and Padang have records that concern none of them. Every text that is planted holds ASK, which anybody may
type into a search, and the token of those to whom it belongs.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
from allauth.usersessions.models import UserSession
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, Value
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agreements.models import Agreement, ProcessStep
from dashboards.models import Feed
from followups.models import Milestone
from notices.letters import UNSUBSCRIBE
from records.models import Deed
from records.tracing import trace
from records.trash import throw
from tests import factories as make
from visits.models import Visit

ASK = "quokka"
SHARED, BATAM, MALANG, FOREIGN = "ZQSHARED", "ZQBATAM", "ZQMALANG", "ZQFOREIGN"
TOKENS = {SHARED, BATAM, MALANG, FOREIGN}

# Who looks, and which tokens they must never read.
FORBIDDEN = {
    "anonymous": TOKENS,
    "stranger": TOKENS,
    "viewer": {MALANG, FOREIGN},
    "officer": {MALANG, FOREIGN},
    "unit user": {BATAM, MALANG, FOREIGN},
    "manager": {MALANG, FOREIGN},
    "other side": {BATAM, FOREIGN},
    "administrator": {MALANG, FOREIGN},
    "supervisor": {BATAM, MALANG, FOREIGN},
    "deactivated": TOKENS,
}
NO_KEY = 999_999_999
PROBES = {"notices:probe", "ledger:probe"}  # they say 503 in a test, where nothing beats and nothing is sealed


@dataclass
class World:
    """`ids`: what the addresses of the shared records are made of; `foreign`: of those of Jambi and Padang."""

    ids: dict[str, dict[str, Any]]
    foreign: dict[str, dict[str, Any]]
    people: dict[str, Any] = field(default_factory=dict)

    def browser(self, who: str) -> Client:
        client = Client(raise_request_exception=False)
        if self.people[who] is not None:
            client.force_login(self.people[who])
        if who == "deactivated":  # while a session was open
            type(self.people[who]).objects.filter(pk=self.people[who].pk).update(is_active=False)
        return client


def make_world() -> World:
    kepri = make.make_province("Kepulauan Riau", "21")
    batam = make.make_region("Kota Batam", code="21.71", parent=kepri)
    malang = make.make_region("Kabupaten Malang", code="35.07")
    jambi, padang = make.make_region("Kota Jambi", code="15.71"), make.make_region("Kota Padang", code="13.71")
    unit = make.make_organisation("Bappeda", batam)
    make.make_process("KSDD_S", "preparation council!? signed* carrying-out")
    ids, foreign = fill(batam, malang, SHARED, unit), fill(jambi, padang, FOREIGN)
    for region, token in ((batam, BATAM), (malang, MALANG)):
        keep_private(ids, region, token)
    keep_private(foreign, jambi, FOREIGN)
    return World(ids, foreign, people_of(batam, malang, kepri, unit))


def people_of(batam: Any, malang: Any, kepri: Any, unit: Any) -> dict[str, Any]:
    return {
        "anonymous": None,
        "stranger": make.make_officer(make.make_region("Kabupaten Soppeng", code="73.12")),
        "viewer": make.make_viewer(batam),
        "officer": make.make_officer(batam),
        "unit user": make.make_unit_user(unit),
        "manager": make.make_manager(batam),
        "other side": make.make_officer(malang),
        "administrator": make.make_member(batam, "ADMIN"),
        "supervisor": make.make_officer(kepri, supervises=True),
        "deactivated": make.make_officer(batam),
    }


def fill(host: Any, guest: Any, token: str, unit: Any = None) -> dict[str, dict[str, Any]]:
    """A visit of `guest` to `host`, an agreement of both and what hangs on them, full of the token; their ids."""
    words = f"{ASK} {token}"
    series = make.make_series(f"{words} programme", owner=host)
    visit = make.make_visit(
        host,
        guest,
        title=f"{words} title",
        purpose=words,
        minutes=words,
        series=series,
        host_organisation=unit,
    )
    make.make_delegate(visit.delegations.first(), name=f"{words} guest")
    make.make_outcome(visit, f"{words} outcome", follow_up="OPEN")
    make.make_statement(visit, f"{words} said")
    make.make_source(visit, title=f"{words} source")
    agency = unit or make.make_organisation("Dinas", host)
    position = make.make_position(make.make_official(), agency)
    paper = read(make.make_attachment(visit, name=f"{words}.pdf"), words)
    note = make.make_note(visit, host, text=f"{ASK} {token if token == FOREIGN else BATAM} note")
    agreement = make.make_agreement(host, guest, title=f"{words} agreement")
    if unit:
        agreement.parties.filter(region=host).update(unit=unit)
    outcome = Milestone.objects.get(visit=visit, title__contains="outcome")
    return {
        "agreements": {"pk": agreement.pk, "region_pk": host.pk, "drafted": "kb", **under_agreement(agreement, words)},
        "followups": under_follow_up(visit, note, words, unit),
        "inbox": {"pk": make.make_reminder(outcome).pk},
        "duty": {"pk": make.make_duty(agreement, title=f"{words} duty").pk},
        "rules": {"pk": agreement.pk},
        "relation": {"ours": host.pk, "theirs": guest.pk, "organisation": agency.pk},
        **under_views(visit, words),
        "event": {"what": "visit", "pk": visit.pk},
        "feed": under_feed(),
        "file": {"pk": make.make_asked_file(filename=f"{words}.xlsx").pk},
        "report": {"code": "semester"},
        "visit": {"pk": visit.pk},
        "outcome": {"pk": outcome.outcome_id},
        "agreement": {"pk": agreement.pk},
        **between_sides(visit, agreement, words),
        "upload": {"key": "00000000-0000-4000-8000-000000000000"},
        "notices": under_notices(guest, words),
        **dict.fromkeys(("trashed", "restore", "remove"), under_trash(host, guest, words)),
        **under_members(host, words),
        "visits": {"pk": visit.pk, "paper_pk": paper.pk, "note_pk": note.pk},
        "series": {"pk": series.pk},
        "figure": {"region_pk": host.pk, "pk": make.make_figure(host).pk},
        "trait": {"region_pk": host.pk, "pk": make.make_trait(host).pk},
        "organisation": {"pk": agency.pk},
        "official": {"pk": position.official_id},
        "position": {"official_pk": position.official_id, "pk": position.pk},
        "venue": {"pk": make.make_venue(region=host).pk},
        "regions": {"pk": host.pk},
    }


def under_trash(host: Any, guest: Any, words: str) -> dict[str, Any]:
    """A visit of both in the trash of the host, and what its people did."""
    gone = make.make_visit(host, guest, title=f"{words} thrown")
    make.make_note(gone, guest, text=f"{words} note in the trash")
    trace(Deed.EXPORTED, user=make.make_officer(host, name=f"{words} name"), what=f"{words} exported")
    return {"pk": throw(gone, region=host.pk).pk}


def under_members(host: Any, words: str) -> dict[str, Any]:
    """Somebody who acts for the region, where they are signed in, and somebody who is invited."""
    member = make.make_member(host, name=f"{words} member")
    session = UserSession.objects.create(user=member, session_key=f"planted{member.pk}", ip="203.0.113.9")
    email = f"{words.rsplit(maxsplit=1)[-1]}@example.org"
    return {
        "member": {"pk": member.memberships.get().pk},
        "session": {"pk": session.pk},
        "invitation": {"pk": make.make_invitation(host, email=email).pk},
        "join": {"pk": make.make_invitation(host).pk, "key": "x" * 64},
    }


def between_sides(visit: Any, agreement: Any, words: str) -> dict[str, Any]:
    """A correction and a handover that wait for an answer, and a delegation that its side may confirm."""
    correction = make.make_correction(visit, text=words, row_name=words)
    return {
        "correction": {"pk": correction.pk},
        "handover": {"pk": make.make_handover(agreement, text=words).pk},
        "propose": {"what": "visit", "pk": visit.pk},
        "offer": {"what": "visit", "pk": visit.pk},
        "confirm": {"what": "delegation", "pk": visit.delegations.first().pk},
    }


def keep_private(ids: dict[str, dict[str, Any]], region: Any, token: str) -> None:
    """A note and a restricted paper of one side on the visit, the agreement and the milestone."""
    words = f"{ASK} {token}"
    visit, agreement = Visit.objects.get(pk=ids["visit"]["pk"]), Agreement.objects.get(pk=ids["agreement"]["pk"])
    milestone = Milestone.objects.get(pk=ids["followups"]["pk"])
    papers = (
        make.make_attachment(visit, region, name=f"{words} visit.pdf", title=words, access="RESTRICTED"),
        make.make_agreement_paper(agreement, region, name=f"{words} agreement.pdf", title=words, access="RESTRICTED"),
        make.make_milestone_paper(milestone, region, name=f"{words} milestone.pdf", title=words, access="RESTRICTED"),
    )
    for paper, record in zip(papers, (visit, agreement, milestone), strict=True):
        read(paper, words)
        record.notes.create(region=region, text=f"{words} note")


def read(paper: Any, words: str) -> Any:
    """As if the background had read the paper: its text is found by search."""
    reading = type(paper)._meta.get_field("reading").related_model
    searched = Func(Value(words), function="visits_words", output_field=SearchVectorField())
    reading.objects.update_or_create(
        paper=paper, defaults={"text": words, "words": searched, "read_at": paper.uploaded_at}
    )
    return paper


def under_agreement(agreement: Any, words: str) -> dict[str, Any]:
    programme = agreement.programmes.create(name=f"{words} programme")
    indicator = programme.indicators.create(name=f"{words} indicator", unit="orang")
    measured = indicator.measurements.create(value=7, measured_on="2025-06-01", region=agreement.owner)
    judged = agreement.evaluations.create(evaluated_on="2025-06-30", rating=4, region=agreement.owner)
    token = words.rsplit(maxsplit=1)[-1]
    note = agreement.notes.create(
        region=agreement.owner, text=f"{ASK} {token if token == FOREIGN else BATAM} note of the agreement"
    )
    return {
        "paper_pk": read(make.make_agreement_paper(agreement, name=f"{words}.pdf"), words).pk,
        "note_pk": note.pk,
        "programme_pk": programme.pk,
        "indicator_pk": indicator.pk,
        "measurement_pk": measured.pk,
        "evaluation_pk": judged.pk,
        "step_pk": ProcessStep.objects.get(code="council").pk,
    }


def under_notices(region: Any, words: str) -> dict[str, Any]:
    """A letter to somebody of that region."""
    user = make.make_officer(region)
    said = {"subject": f"{words} letter", "body": f"{words} letter", "state": "DEAD"}
    delivery = make.make_delivery(make.make_notice(user), error=words, **said)
    token = UNSUBSCRIBE.sign_object([user.pk, "EMAIL", ["TASKS"]])
    return {"pk": delivery.notice_id, "delivery_pk": delivery.pk, "token": token}


def under_views(visit: Any, words: str) -> dict[str, dict[str, Any]]:
    """A view that a manager shares with the region, and what the manager watches."""
    manager = make.make_manager(visit.owner)
    view = make.make_saved_view(manager, name=f"{words} view", region=visit.owner)
    return {"view": {"pk": view.pk}, "watch": {"what": "visit", "pk": make.make_watch(manager, visit).pk}}


def under_feed() -> dict[str, Any]:
    feed = Feed.objects.create(user=make.make_user())
    return {"pk": feed.pk, "secret": feed.secret}


def under_follow_up(visit: Any, note: Any, words: str, unit: Any) -> dict[str, Any]:
    """A milestone of the visit with all that hangs on it."""
    milestone = make.make_milestone(f"{words} milestone", visit.owner, *([unit] if unit else []), visit=visit)
    written = milestone.notes.create(region=visit.owner, text=note.text)
    milestone.log.create(deed="COMMENTED", text=f"{words} comment")
    paper = make.make_milestone_paper(milestone, name=f"{words}.pdf")
    part = milestone.parts.get(unit=unit)
    return {"pk": milestone.pk, "part_pk": part.pk, "paper_pk": paper.pk, "note_pk": written.pk, "deed": "done"}


# Addresses


def addresses(patterns: Any = None, prefix: str = "") -> Any:
    """(name, parameter names) of every address of ours; Django admin and sign-in have crawls of their own."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace == "admin" or str(pattern.pattern) == "accounts/":
                continue
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from addresses(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield prefix + pattern.name, tuple(pattern.pattern.converters)


def address(name: str, parameters: tuple[str, ...], ids: dict[str, dict[str, Any]]) -> str:
    """The address with the planted ids: those of the record in its name (`figure-edit`), else those of its app."""
    app, _, rest = name.rpartition(":")
    chosen = ids.get(rest.split("-")[0]) or ids.get(app) or {}
    return reverse(name, kwargs={p: chosen[p] for p in parameters if p != "kind"})


def unknown(ids: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The same with keys that nobody has."""
    return {
        group: {name: NO_KEY if isinstance(value, int) else value for name, value in keys.items()}
        for group, keys in ids.items()
    }


# What came back


def everything(response: Any) -> str:
    """Headers and body as text; what is packed (XLSX, DOCX) unpacked, and the text of a PDF."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return "\n".join(f"{k}: {v}" for k, v in response.items()) + "\n" + text_of(body)


def text_of(body: bytes) -> str:
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "\n".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    if body.startswith(b"%PDF"):
        with (
            contextlib.suppress(pypdfium2.PdfiumError),
            pypdfium2.PdfDocument(body) as pdf,
        ):  # the planted are no real ones
            return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    return body.decode(errors="replace")


def leaks(who: str, text: str) -> set[str]:
    return {token for token in FORBIDDEN[who] if token in text}


def plain(text: str) -> str:
    """Without what differs from answer to answer: nonces, tokens of forms, request ids, dates of headers, keys."""
    text = re.sub(r"X-Request-ID: .*", "", text)
    text = re.sub(r'nonce-?[="]+[^"\' ;]+|csrf[^>]*value="[^"]*"|"X-CSRFToken": "[^"]*"|csrftoken=[^;]*', "", text)
    return re.sub(r"[0-9a-f]{8,}|\d+", "0", text)
