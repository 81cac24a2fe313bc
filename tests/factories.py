"""Plain makers of records for the tests: `make_x(**what_matters)`; everything else gets a plausible default."""

import datetime as dt
import itertools
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from accounts.models import Invitation, Membership, User
from agreements.models import (
    Agreement,
    AgreementAttachment,
    Indicator,
    Measurement,
    Party,
    Process,
    ProcessStep,
    Programme,
    Signing,
)
from dashboards.models import AskedFile, DefaultView, SavedView, Watch
from dashboards.watching import what_of
from documents.keeping import keep
from documents.uploads import look_into
from followups.models import Duty, Milestone, MilestoneAttachment
from notices.models import Delivery, Gateway, Notice
from regions.models import Official, Organisation, Position, Region, RegionFigure, RegionTrait, Sector, Venue
from sides.models import Confirmation, Correction, Handover
from sides.prints import print_of
from tests.documents import files
from visits.models import Visit, VisitAttachment, VisitKind, VisitNote, VisitSeries

numbers = itertools.count(1)


# Regions


def make_region(name_id="Kota Batam", *, code=..., level=None, parent=None, **kw):
    """A region of Indonesia: a city or regency by its name, with a code of its own; the same name and parent is the same region."""
    level = level or {"Kabupaten": "REGENCY", "Kota": "CITY"}.get(name_id.split()[0], "PROVINCE")
    which = {"name_id": name_id, "level": level, "parent": parent} if code is ... else {"code": code} if code else {}
    known = Region.objects.filter(**which).first() if which else None
    if known:
        return known
    code = f"{next(numbers):02}.{next(numbers):02}" if code is ... else code
    return Region.objects.create(name_id=name_id, code=code, level=level, parent=parent, **kw)


def make_country(code="CN", name_id="Tiongkok", name_en="China", **kw):
    defaults = {"name_id": name_id, "name_en": name_en, "level": "COUNTRY", "time_zone": "Asia/Shanghai", **kw}
    return Region.objects.get_or_create(code=code, defaults=defaults)[0]


def make_province(name_id="Jawa Timur", code="35", **kw):
    country = make_country("ID", "Indonesia", "Indonesia", time_zone="Asia/Jakarta")
    defaults = {"name_id": name_id, "level": "PROVINCE", "parent": country, **kw}
    return Region.objects.get_or_create(code=code, defaults=defaults)[0]


def make_place(name_id="Xiangyang", parent=None, level="FOREIGN_CITY", **kw):
    """A place abroad: no code."""
    return Region.objects.create(name_id=name_id, parent=parent or make_country(), level=level, **kw)


def make_malangs():
    """The two that nobody may mix up, and one that only sounds like them: regency 35.07, city 35.73, regency 33.27."""
    east, central = make_province(name_en="East Java"), make_province("Jawa Tengah", "33")
    make_region("Kabupaten Pemalang", code="33.27", parent=central, name_en="Pemalang Regency")
    regency = make_region("Kabupaten Malang", code="35.07", parent=east, name_en="Malang Regency")
    return regency, make_region("Kota Malang", code="35.73", parent=east, name_en="Malang City")


def make_sector(code="tourism", name_id="Pariwisata", name_en="Tourism", group="OPTIONAL", **kw):
    return Sector.objects.get_or_create(
        code=code, defaults={"name_id": name_id, "name_en": name_en, "group": group, **kw}
    )[0]


def make_organisation(name_id=None, region=None, *, kind="OPD", **kw):
    name_id = name_id or f"Dinas {next(numbers)}"
    return Organisation.objects.create(name_id=name_id, region=region or make_region(), kind=kind, **kw)


def make_official(name="Amsakar Achmad", **kw):
    return Official.objects.create(name=name, **kw)


def make_position(official=None, organisation=None, title="Wali Kota Batam", **kw):
    return Position.objects.create(
        official=official or make_official(), organisation=organisation or make_organisation(), title=title, **kw
    )


def make_venue(name="Kantor Wali Kota Batam", region=None, **kw):
    return Venue.objects.create(name=name, region=region or make_region(), **kw)


def make_figure(region=None, measure="POPULATION", value=1_342_038, unit="jiwa", source="Kepmendagri", **kw):
    return RegionFigure.objects.create(
        region=region or make_region(), measure=measure, value=value, unit=unit, source=source, **kw
    )


def make_trait(region=None, text="Pasokan cabai", kind="OFFER", **kw):
    return RegionTrait.objects.create(region=region or make_region(), text=text, kind=kind, **kw)


# Visits


def make_kind(code="KUNKER", name_id="Kunjungan kerja", name_en="Working visit", **kw):
    return VisitKind.objects.get_or_create(code=code, defaults={"name_id": name_id, "name_en": name_en, **kw})[0]


def make_series(name="Bimtek Smart City", owner=None, **kw):
    return VisitSeries.objects.create(name=name, owner=owner or make_region(), **kw)


def make_visit(host=None, guest=None, *, on=dt.date(2025, 6, 16), kinds=(), sectors=(), **kw):
    """A completed visit to `host` by one delegation of `guest` (none when `guest` is False); `on=None` leaves the date unknown."""
    host = host or make_region()
    if on is None:
        kw.setdefault("precision", "UNKNOWN")
    else:
        kw = {"starts_on": on, "ends_on": on} | kw
    visit = Visit.objects.create(**({"host_region": host, "owner": host} | kw))
    if guest is not False:
        make_delegation(visit, region=guest or make_region("Kabupaten Malang"))
    for kind in kinds:
        visit.kind_links.create(kind=kind)
    for sector in sectors:
        visit.topics.create(sector=sector)
    visit.refresh_from_db()
    return visit


def make_delegation(visit, region=None, organisation=None, side="GUEST", **kw):
    if region is None and organisation is None:
        region = make_region("Kabupaten Malang")
    return visit.delegations.create(region=region, organisation=organisation, side=side, **kw)


def make_delegate(delegation, name="M Sanusi", **kw):
    return delegation.delegates.create(**({"name": name} | kw))


def make_agenda_item(visit, title="Paparan sejarah Batam", **kw):
    return visit.agenda.create(title=title, **kw)


def make_topic(visit, sector=None, **kw):
    return visit.topics.create(sector=sector or make_sector(), **kw)


def make_statement(visit, text="Kami membuka ruang kerja sama.", speaker="Amsakar Achmad", **kw):
    return visit.statements.create(text=text, speaker=speaker, **kw)


def make_outcome(visit, text="Bappeda mendalami e-government", **kw):
    return visit.outcomes.create(text=text, **kw)


def make_source(visit, outlet="batampos", **kw):
    return visit.sources.create(outlet=outlet, **kw)


def make_citation(visit, fact="Tahun disimpulkan", **kw):
    return visit.citations.create(fact=fact, **kw)


# Accounts

PASSWORD = "a long secret 7"


def make_user(region=None, role="OFFICER", *, email=None, supervises=False, **kw):
    """A user; with a region they act for it in the role, without one they are a member of nothing."""
    email = email or f"user{next(numbers)}@example.org"
    user = User.objects.create_user(email, PASSWORD, **({"name": email.partition("@")[0].title()} | kw))
    if region:
        make_membership(user, region, role=role, supervises=supervises)
    return user


def make_membership(user=None, region=None, unit=None, role="OFFICER", **kw):
    region = region or (None if unit else make_region())
    return Membership.objects.create(user=user or make_user(), region=region, unit=unit, role=role, **kw)


def make_member(region=None, role="VIEWER", **kw):
    """A user who acts for a region in a role."""
    return make_user(region or make_region(), role, **kw)


def make_officer(region=None, **kw):
    return make_member(region, "OFFICER", **kw)


def make_viewer(region=None, **kw):
    return make_member(region, "VIEWER", **kw)


def make_unit_user(unit=None, **kw):
    """An agency user: member of one organisation, of no region."""
    return make_membership(make_user(**kw), unit=unit or make_organisation(), role="UNIT_USER").user


def make_superuser(**kw):
    return make_user(is_staff=True, is_superuser=True, **kw)


# Documents


def upload(name="notulen.pdf", content=None):
    """A file as a browser sends it; without content a small PDF."""
    return SimpleUploadedFile(name, files.pdf() if content is None else content)


def make_attachment(visit=None, owner=None, *, name="notulen.pdf", content=None, by=None, **kw):
    visit = visit or make_visit()
    row = VisitAttachment(visit=visit, owner=owner or visit.owner, uploaded_by=by, **kw)
    return keep(row, look_into(upload(name, content)))


def make_note(visit=None, region=None, text="Usulkan kunjungan balasan.", **kw):
    visit = visit or make_visit()
    return VisitNote.objects.create(visit=visit, region=region or visit.owner, text=text, **kw)


# Agreements


def make_process(category="KSDD_S", steps="preparation offer drafting signed* carrying-out", **kw):
    """A published process. In `steps`, `*` signs, `!` is a gate, `?` may be skipped: “council!?”; `/45`: days allowed."""
    process = Process.objects.create(category=category, name_id=category, **kw)
    for position, part in enumerate(steps.split(), 1):
        word, _, days = part.partition("/")
        code = word.rstrip("*!?")
        ProcessStep.objects.create(
            process=process, position=position, code=code, name_id=code.capitalize(), phase="PREPARATION",
            signs="*" in word, is_gate="!" in word, conditional="?" in word,
            days_allowed=int(days) if days else None,
        )  # fmt: skip
    process.published_on = dt.date(2024, 1, 1)
    process.save()
    return process


def make_agreement(*parties, signed=None, owner=None, **kw):
    """An agreement of these regions or organisations, signed by all on the day `signed` if there is one."""
    parties = parties or (make_region(), make_region("Kabupaten Malang", code="35.07"))
    first = parties[0] if isinstance(parties[0], Region) else parties[0].region
    agreement = Agreement.objects.create(owner=owner or first, **({"title": "Kerja sama e-government"} | kw))
    roles = ["FIRST", "SECOND", *["NTH"] * len(parties)]
    for position, (role, who) in enumerate(zip(roles, parties, strict=False)):
        make_party(agreement, who, role=role, position=position)
    if signed:
        make_signing(agreement, signed)
    agreement.refresh_from_db()
    return agreement


def make_party(agreement, who, role="FIRST", **kw):
    side = {"region": who} if isinstance(who, Region) else {"organisation": who, "region": who.region}
    return Party.objects.create(agreement=agreement, role=role, **side, **kw)


def make_signing(agreement, on=dt.date(2025, 6, 16), **kw):
    """A signing on a day; `on=None`: nobody knows when."""
    when = {"starts_on": on, "ends_on": on} if on else {"precision": "UNKNOWN"}
    return Signing.objects.create(agreement=agreement, **(when | kw))


def make_agreement_paper(agreement=None, owner=None, *, name="naskah.pdf", content=None, by=None, **kw):
    agreement = agreement or make_agreement()
    row = AgreementAttachment(agreement=agreement, owner=owner or agreement.owner, uploaded_by=by, **kw)
    return keep(row, look_into(upload(name, content)))


def make_manager(region=None, **kw):
    return make_member(region, "MANAGER", **kw)


def make_programme(agreement=None, name="Pelatihan operator", **kw):
    return Programme.objects.create(agreement=agreement or make_agreement(), name=name, **kw)


def make_indicator(programme=None, name="Operator terlatih", unit="orang", **kw):
    return Indicator.objects.create(programme=programme or make_programme(), name=name, unit=unit, **kw)


def make_measurement(indicator=None, value=20, on=dt.date(2025, 6, 1), **kw):
    return Measurement.objects.create(indicator=indicator or make_indicator(), value=value, measured_on=on, **kw)


# Follow-ups


def settle():
    """What the database does at the end of a transaction: milestones and occurrences that follow the data."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def make_milestone(title="Kirim draf MoU", *parts, owner=None, due=None, **kw):
    """Something that must happen, kept by a region; `parts` are the responsible regions or units."""
    visit, agreement = kw.get("visit"), kw.get("agreement")
    owner = owner or (visit.owner if visit else agreement.owner if agreement else make_region())
    since = kw.pop("since", dt.date(2025, 6, 16))
    milestone = Milestone.objects.create(title=title, owner=owner, due_on=due, since=since, **kw)
    for position, who in enumerate(parts):
        make_part(milestone, who, position=position)
    milestone.refresh_from_db()
    return milestone


def make_part(milestone, who=None, **kw):
    who = who or milestone.owner
    return milestone.parts.create(**({"region": who} if isinstance(who, Region) else {"unit": who}), **kw)


def make_assignee(milestone, user, **kw):
    return milestone.given_to.create(user=user, **kw)


def make_milestone_paper(milestone, owner=None, *, name="bukti.pdf", by=None, **kw):
    row = MilestoneAttachment(milestone=milestone, owner=owner or milestone.owner, uploaded_by=by, **kw)
    return keep(row, look_into(upload(name)))


def make_duty(agreement=None, *, first=dt.date(2026, 1, 31), months=6, owner=None, **kw):
    """A recurring duty; its occurrences are made at the end of the transaction."""
    words = {1: "MONTHLY", 3: "QUARTERLY", 6: "SEMESTER", 12: "ANNUAL"}
    owner = owner or (agreement.owner if agreement else make_region())
    return Duty.objects.create(
        agreement=agreement,
        owner=owner,
        first_on=first,
        every_months=months,
        recurrence=words.get(months, "CUSTOM"),
        **kw,
    )


# Letters


def make_notice(recipient=None, *, kind="DIGEST", on=dt.date(2026, 11, 20), **kw):
    """The letter of a day; of another occasion each time unless told."""
    defaults = {"occasion": f"{on}/{next(numbers)}", "time_zone": "Asia/Jakarta", "send_at": timezone.now()}
    return Notice.objects.create(recipient=recipient or make_user(), kind=kind, on=on, **defaults | kw)


def make_delivery(notice=None, *, channel="EMAIL", to="", **kw):
    """Due since a second; `to` is the address of a recipient made for it."""
    notice = notice or make_notice(make_user(email=to) if to else None)
    defaults = {"next_try_at": timezone.now() - dt.timedelta(seconds=1), "message_id": f"n{next(numbers)}@simpul.test"}
    return Delivery.objects.create(notice=notice, channel=channel, **defaults | kw)


def make_gateway(url, region=None, *, secret="rahasia sekali 16", **kw):
    return Gateway.objects.create(name="WhatsApp", url=url, region=region, secret=secret, **kw)


def make_reminder(milestone, recipient=None, *, on=dt.date(2026, 11, 20), why="RULE", **kw):
    """What a person was told of a milestone."""
    kw = {"topic": "TASKS", "due_on": milestone.due_on or on, "told_on": on, "channels": ["EMAIL"]} | kw
    return milestone.reminders.create(recipient=recipient or make_officer(milestone.owner), why=why, **kw)


# Views and watches


def make_saved_view(owner=None, of="visits", query="", *, name="Milikku", region=None, default=False):
    view = SavedView.objects.create(owner=owner or make_officer(), of=of, query=query, name=name, region=region)
    if default:
        DefaultView.objects.update_or_create(user=view.owner, of=of, defaults={"view": view})
    return view


def make_watch(user, record, **kw):
    return Watch.objects.create(user=user, **{what_of(record): record}, **kw)


def make_asked_file(user=None, **kw):
    """Waiting, unless told otherwise; without a stored file."""
    defaults = {"what": "visits", "kind": "xlsx", "language": "id", "submission": uuid.uuid4()}
    return AskedFile.objects.create(user=user or make_user(), **defaults | kw)


# Between the sides


def make_correction(record=None, region=None, text="Rombongan juga dari universitas.", *, by=None, **kw):
    """A remark of the guests of a visit, or of another party; with `changes` as `sides.facts` tells them."""
    record = record or make_visit()
    region = region or Region.objects.get(pk=next(pk for pk in record.region_ids if pk != record.owner_id))
    return Correction.objects.create(
        **{record._meta.model_name: record}, region=region, by=by or make_officer(region), text=text, **kw
    )


def make_confirmation(row, *, by=None, **kw):
    """Of a delegation or party, as it stands."""
    record = row.visit if hasattr(row, "visit") else row.agreement
    keys = {record._meta.model_name: record, row._meta.model_name: row}
    said = {"on": dt.date(2026, 11, 3), "print": print_of(row), **kw}
    return Confirmation.objects.create(**keys, region=row.region, by=by or make_officer(row.region), **said)


def make_handover(record=None, to=None, text="Kalian tuan rumahnya.", *, by=None, **kw):
    record = record or make_visit()
    to = to or Region.objects.get(pk=next(pk for pk in record.region_ids if pk != record.owner_id))
    return Handover.objects.create(
        **{record._meta.model_name: record}, from_region=record.owner, to_region=to, text=text,
        offered_by=by or make_manager(record.owner), **kw,
    )  # fmt: skip


# Invitations


def make_invitation(region=None, *, email=None, role="VIEWER", days=7, **kw):
    """An open one; its letter waits."""
    email = email or f"invited{next(numbers)}@example.org"
    until = timezone.now() + dt.timedelta(days=days)
    return Invitation.objects.create(
        email=email, region=region or (None if "unit" in kw else make_region()), role=role, expires_at=until, **kw
    )
