"""The second layer: what PostgreSQL shows to whom, whatever the code above it asks (reliability.md §1d, G13)."""

from types import SimpleNamespace

import pytest
from django import forms
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, OuterRef, Subquery

from agreements.models import Agreement
from followups.models import Milestone
from records import rows
from records.guards import COLUMNS_OF_WEB, EXEMPT, WRITTEN_BY_WEB
from records.history import event_model
from records.settling import QUIET, SECRET_COLUMNS, history
from regions.models import Region
from tests import factories as make
from tests.isolation.world import BATAM, FOREIGN, MALANG, SHARED, make_world
from tests.migrated import ROOT
from visits.models import Outcome, Visit

pytestmark = pytest.mark.django_db


def asked(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall()


# The catalogue


def test_every_table_is_guarded_or_exempt_with_a_reason():
    found = dict(
        asked(
            "SELECT relname, relrowsecurity FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
        )
    )
    exempt = {*EXEMPT, *(f"{table}event" for table in EXEMPT)}
    assert sorted(table for table, guarded in found.items() if not guarded and table not in exempt) == []
    assert sorted(table for table, guarded in found.items() if guarded and table in exempt) == []
    tables = {model._meta.db_table for model in apps.get_models()} - {"pghistory_events"}  # a name for a question
    assert sorted(table for table in tables if table not in found) == []


def test_the_roles_of_the_application_own_nothing_and_bypass_nothing():
    roles = asked(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin,"
        " EXISTS (SELECT FROM pg_class WHERE relowner = r.oid), pg_has_role(oid, %s, 'MEMBER') FROM pg_roles r"
        " WHERE rolname IN ('simpul_web', 'simpul_house') ORDER BY 1",
        connection.settings_dict["USER"],
    )
    assert roles == [(name, *[False] * 7) for name in ("simpul_house", "simpul_web")]


def test_nobody_but_the_triggers_writes_the_history():
    tables = sorted(history() | {"pghistory_context"})
    assert len(tables) > 50
    writable = asked(
        "SELECT role, t, deed FROM unnest(ARRAY['simpul_web', 'simpul_house']) role, unnest(%s::text[]) t,"
        " unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) deed"
        " WHERE has_table_privilege(role, t::regclass, deed)",
        tables,
    )
    assert writable == []


def test_every_trigger_runs_as_the_owner_with_a_fixed_search_path():
    loose = asked(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE pronamespace = 'public'::regnamespace"
        " AND prorettype = 'trigger'::regtype AND NOT (prosecdef AND proconfig IS NOT NULL)"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )
    assert loose == []


def test_what_runs_as_the_owner_cannot_be_turned_by_a_search_path():
    turned = asked(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND coalesce(array_to_string(proconfig, ','), '') NOT LIKE 'search_path=%%pg_temp%%'"
    )
    assert turned == []


# The leak paths of reliability.md §1d: code that forgot to ask whose the rows are


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def foreign(world):
    """What Batam may not see: the visit of Padang to Jambi and its agreement."""
    return SimpleNamespace(
        visit=Visit.objects.get(pk=world.foreign["visit"]["pk"]),
        agreement=Agreement.objects.get(pk=world.foreign["agreement"]["pk"]),
        milestone=Milestone.objects.get(pk=world.foreign["followups"]["pk"]),
    )


@pytest.fixture
def shared(world):
    return SimpleNamespace(
        visit=Visit.objects.get(pk=world.ids["visit"]["pk"]),
        agreement=Agreement.objects.get(pk=world.ids["agreement"]["pk"]),
        milestone=Milestone.objects.get(pk=world.ids["followups"]["pk"]),
    )


@pytest.fixture
def batam(world, foreign, shared, in_force):
    """The work acts for an officer of Batam."""
    officer = world.people["officer"]
    with rows.acting_for(officer):
        yield officer


@pytest.fixture
def in_force(world):
    """Everything that was made is checked and settled, as the owner, before anybody acts for somebody else."""
    make.settle()


def guarded():
    """Every model with data of a side, history included."""
    return [m for m in apps.get_models() if m._meta.db_table not in exempt_tables() | {"pghistory_events"}]


def exempt_tables():
    return {*EXEMPT, *(f"{table}event" for table in EXEMPT)}


def texts_of(model):
    """All rows of a table, as text."""
    secret = SECRET_COLUMNS.get(model._meta.db_table, ())
    names = [f.name for f in model._meta.concrete_fields if f.column not in secret]
    return " ".join(str(row) for row in model._base_manager.values_list(*names))


def test_every_guarded_table_shows_an_officer_nothing_of_the_others(batam):
    told = {m.__name__: token for m in guarded() for token in (FOREIGN, MALANG) if token in texts_of(m)}
    assert told == {}


def test_every_guarded_table_shows_the_other_side_no_note_and_no_restricted_paper(world, in_force):
    with rows.acting_for(world.people["other side"]):
        told = {m.__name__: token for m in guarded() for token in (FOREIGN, BATAM) if token in texts_of(m)}
    assert told == {}


def test_a_unit_user_and_a_supervisor_read_no_restricted_paper_and_no_note(world, in_force):
    for who in ("unit user", "supervisor"):
        with rows.acting_for(world.people[who]):
            told = {m.__name__: t for m in guarded() for t in (FOREIGN, BATAM, MALANG) if t in texts_of(m)}
            assert told == {}, who
            assert Visit.objects.count() == Agreement.objects.count() == 1


def test_each_side_sees_what_is_its_own(world, shared, in_force):
    for who in ("officer", "other side"):
        with rows.acting_for(world.people[who]):
            assert Visit.objects.get() == shared.visit
            assert Agreement.objects.get() == shared.agreement
            assert shared.visit.notes.count() >= 1
            assert shared.visit.attachments.filter(access="RESTRICTED").count() == 1
            assert history_has(Visit, shared.visit)


def history_has(model, record):
    return event_model(model).objects.filter(pgh_obj_id=record.pk).exists()


def test_nobody_sees_no_row_of_a_guarded_table(world, in_force):
    for nobody in (rows.NOBODY, rows.person(AnonymousUser()), rows.person(world.people["stranger"])):
        with rows.acting(nobody):
            shown = {m.__name__ for m in guarded() if m._base_manager.exists()}
        own = {"Trace"} if nobody != rows.NOBODY else set()
        assert shown <= own | OPEN_TO_ALL, nobody


OPEN_TO_ALL = {"Seal"}  # hashes of the history, for everybody to keep


def test_without_any_context_the_role_of_the_web_sees_nothing(world, in_force):
    with connection.cursor() as cursor:
        cursor.execute("RESET ALL")
        cursor.execute("SET ROLE simpul_web")
        cursor.execute("SELECT count(*) FROM visits_visit")
        assert cursor.fetchone() == (0,)
        cursor.execute("RESET ROLE")


def test_a_forgotten_filter_shows_nothing_foreign(batam, foreign):
    with pytest.raises(Visit.DoesNotExist):
        Visit.objects.get(pk=foreign.visit.pk)
    assert not Visit._base_manager.filter(pk=foreign.visit.pk)
    assert Visit.objects.in_bulk([foreign.visit.pk]) == {}


def test_a_related_manager_leads_to_nothing_foreign(batam, foreign, world):
    jambi = Region.objects.get(pk=world.foreign["regions"]["pk"])
    assert not jambi.visits_kept.exists()
    assert not jambi.agreement_parties.exists() if hasattr(jambi, "agreement_parties") else True
    assert not foreign.visit.outcomes.exists()
    assert not foreign.agreement.parties.exists()


def test_a_prefetch_and_a_key_lead_to_nothing_foreign(batam, foreign):
    assert foreign.visit.pk not in {v.pk for v in Visit.objects.prefetch_related("outcomes", "notes")}
    orphan = Outcome(visit_id=foreign.visit.pk)
    with pytest.raises(Visit.DoesNotExist):
        _ = orphan.visit


def test_an_aggregate_counts_nothing_foreign(batam):
    assert Visit.objects.aggregate(n=Count("pk"))["n"] == 1
    assert Region.objects.aggregate(n=Count("visits_kept"))["n"] == 1
    assert sum(Region.objects.annotate(n=Count("visits_kept")).values_list("n", flat=True)) == 1


def test_a_filter_is_no_oracle(batam, foreign):
    assert not Region.objects.filter(visits_kept__title__contains=FOREIGN).exists()
    assert not Outcome.objects.filter(visit__title__contains=FOREIGN).exists()
    assert not Visit.objects.filter(pk=foreign.visit.pk).exists()


def test_joins_and_subqueries_lead_to_nothing_foreign(batam):
    assert not Outcome.objects.select_related("visit").filter(text__contains=FOREIGN)
    titles = Visit.objects.order_by().filter(owner=OuterRef("pk")).values("title")[:1]
    found = Region.objects.annotate(t=Subquery(titles)).values_list("t", flat=True)
    assert FOREIGN not in " ".join(filter(None, found))
    assert FOREIGN not in str(list(Region.objects.values("visits_kept__title")))


def test_raw_sql_and_copy_show_nothing_foreign(batam):
    assert asked("SELECT count(*) FROM visits_visit WHERE title LIKE %s", f"%{FOREIGN}%") == [(0,)]
    assert asked("SELECT count(*) FROM visits_visitevent WHERE title LIKE %s", f"%{FOREIGN}%") == [(0,)]
    with connection.cursor() as cursor, cursor.cursor.copy("COPY (SELECT * FROM visits_visit) TO STDOUT") as copied:
        written = b"".join(copied)
    assert SHARED.encode() in written
    assert FOREIGN.encode() not in written


def test_a_leaky_function_in_a_filter_is_shown_nothing_foreign(batam):
    """PostgreSQL runs the policy before any function that could tell what it was given."""
    assert asked("SELECT count(*) FROM visits_visit WHERE (1 / (title NOT LIKE %s)::int) > 0", f"%{FOREIGN}%") == [(1,)]


def test_a_cursor_of_the_server_stays_scoped(batam):
    read = list(Visit.objects.order_by("pk").values_list("title", flat=True).iterator(chunk_size=1))
    assert len(read) == 1
    assert FOREIGN not in str(read)


def test_a_form_field_offers_nothing_foreign(batam, foreign):
    field = forms.ModelChoiceField(Visit.objects.all())
    with pytest.raises(ValidationError):
        field.clean(foreign.visit.pk)
    assert str(foreign.visit.pk) not in [str(value) for value, _label in field.choices]


def test_history_rows_of_others_are_not_shown(batam, foreign):
    for record in (foreign.visit, foreign.agreement, foreign.milestone):
        assert not history_has(type(record), record)


def test_the_history_of_what_was_deleted_is_for_who_kept_it(world, shared, in_force):
    with rows.acting(rows.OWNER):
        pk = shared.visit.pk
        shared.visit.delete()
        make.settle()
    for who, sees in (("officer", True), ("other side", False), ("stranger", False)):
        with rows.acting_for(world.people[who]):
            assert event_model(Visit).objects.filter(pgh_obj_id=pk).exists() is sees, who
            assert event_model(Outcome).objects.filter(visit_id=pk).exists() is sees, who


def test_functions_of_the_database_tell_nothing_foreign(batam, foreign):
    assert asked("SELECT (visits_digest(%s)).said", foreign.visit.pk)[0][0] in (None, "")
    assert asked("SELECT agreements_reach(%s, current_date, NULL)", foreign.agreement.pk) == [(None,)]
    assert asked("SELECT count(*) FROM followups_responsible(%s)", foreign.milestone.pk) == [(0,)]


def test_bulk_changes_touch_nothing_foreign(batam, foreign):
    assert Visit.objects.filter(pk=foreign.visit.pk).update(title="Taken over") == 0
    assert Outcome.objects.filter(visit_id=foreign.visit.pk).update(text="Taken over") == 0
    assert Outcome.objects.filter(visit_id=foreign.visit.pk).delete()[0] == 0
    foreign.visit.title = "Taken over"
    with pytest.raises(DatabaseError):
        foreign.visit.save(force_update=True)


def test_nothing_can_be_written_into_a_foreign_region(batam, foreign, world, shared):
    jambi = world.foreign["regions"]["pk"]
    refused(lambda: make.make_visit(Region.objects.get(pk=jambi), Region.objects.get(pk=jambi)))
    refused(lambda: make.make_agreement(Region.objects.get(pk=jambi), owner=Region.objects.get(pk=jambi)))
    refused(lambda: foreign.visit.outcomes.create(text="Planted"))
    refused(lambda: foreign.agreement.parties.create(region_id=jambi))
    refused(lambda: foreign.visit.notes.create(region_id=jambi, text="Planted"))
    refused(lambda: shared.visit.notes.create(region_id=jambi, text="Planted"))  # in the name of somebody else
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute("COPY visits_visitseries (name) FROM STDIN"))


def refused(deed):
    with pytest.raises(DatabaseError, match=r"row-level security|not supported"), transaction.atomic():
        deed()


def test_what_is_ones_own_can_be_written(batam, world, shared):
    mine = Region.objects.get(pk=world.ids["regions"]["pk"])
    visit = make.make_visit(mine, make.make_region("Kota Medan", code="12.71"), title="New")
    visit.outcomes.create(text="Follow this up", follow_up="OPEN")
    visit.notes.create(region=mine, text="Ours")
    assert Milestone.objects.filter(visit=visit).count() == 1  # made by a trigger
    assert history_has(Visit, visit)
    Visit.objects.filter(pk=visit.pk).update(title="Newer")
    assert Visit.objects.get(pk=visit.pk).version > visit.version


def test_nobody_writes_the_history_not_even_the_system_administrator(shared, batam):
    events = event_model(Visit)
    for acting in (rows.current(), rows.EVERYBODY):
        with rows.acting(acting):
            for deed in (events.objects.update, events.objects.all().delete):
                with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                    deed(title="Forged") if deed == events.objects.update else deed()
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                events.objects.create(pgh_obj_id=shared.visit.pk, pgh_label="insert", id=shared.visit.pk)
            with connection.cursor() as cursor:
                for statement in ("TRUNCATE visits_visitevent", "DROP TABLE visits_visitevent",
                                  "ALTER TABLE visits_visit DISABLE ROW LEVEL SECURITY",
                                  "ALTER TABLE visits_visit DISABLE TRIGGER ALL"):  # fmt: skip
                    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
                        cursor.execute(statement)


def test_a_policy_does_not_keep_lists_and_search_from_their_indexes():
    """A superuser tells PostgreSQL at `migrate` that these operators leak nothing; others do it by hand (docs)."""
    if not asked("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")[0][0]:
        pytest.skip("only a superuser may say so")
    suspected = asked("SELECT oid FROM pg_proc WHERE oid = ANY (%s::regprocedure[]) AND NOT proleakproof", list(QUIET))
    assert suspected == []
    statements = (ROOT / "docs/row-security.md").read_text()
    assert all(f"ALTER FUNCTION {function} LEAKPROOF;" in statements for function in QUIET)


# Tables without a guard: who signs in, and what the installation is set to


def test_the_web_writes_no_table_without_a_guard_but_those_that_say_why():
    tables = [t for (t,) in asked(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
        " AND NOT relrowsecurity"
    )]  # fmt: skip
    may = asked(
        "SELECT t, deed FROM unnest(%s::text[]) t, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) deed"
        " WHERE has_table_privilege('simpul_web', t::regclass, deed)",
        tables,
    )
    columns = asked(
        "SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attrelid = ANY (%s::regclass[])"
        " AND attnum > 0 AND NOT attisdropped AND has_column_privilege('simpul_web', attrelid, attnum, 'UPDATE')"
        " AND NOT has_table_privilege('simpul_web', attrelid, 'UPDATE')",
        tables,
    )

    assert sorted(may) == sorted((table, deed) for table in WRITTEN_BY_WEB for deed in ("INSERT", "UPDATE", "DELETE"))
    assert sorted(columns) == sorted((table, one) for table, (of, _why) in COLUMNS_OF_WEB.items() for one in of)
    assert {*WRITTEN_BY_WEB, *COLUMNS_OF_WEB} <= {*EXEMPT}
    assert not {*WRITTEN_BY_WEB} & {*COLUMNS_OF_WEB}


FOR_THE_HOUSE = (
    "UPDATE accounts_user SET is_superuser = true",
    "UPDATE accounts_user SET is_active = NOT is_active",
    "INSERT INTO accounts_user SELECT * FROM accounts_user",
    "DELETE FROM accounts_user",
    "UPDATE accounts_membership SET role = 'ADMIN'",
    "INSERT INTO accounts_membership SELECT * FROM accounts_membership",
    "DELETE FROM accounts_membership",
    "SELECT secret FROM notices_gateway",
    "UPDATE notices_gateway SET url = 'https://evil.example/'",
    "UPDATE notices_calendarday SET send_on = NULL",
    "DELETE FROM agreements_process",
    "UPDATE agreements_processstep SET is_gate = false",
    "DELETE FROM agreements_steppaper",
    "UPDATE followups_reminderrule SET is_active = false",
    "DELETE FROM regions_sector",
    "DELETE FROM regions_border",
    "UPDATE socialaccount_socialapp SET secret = ''",
    "DELETE FROM django_content_type",
    "INSERT INTO auth_group (name) VALUES ('x')",
)


@pytest.mark.parametrize("statement", FOR_THE_HOUSE)
def test_neither_nobody_nor_an_officer_writes_powers_or_settings(world, in_force, statement):
    refused = pytest.raises(DatabaseError, match=r"permission denied|Nobody gives powers")
    for acting in (rows.NOBODY, rows.person(world.people["officer"])):
        with rows.acting(acting), connection.cursor() as cursor, refused, transaction.atomic():
            cursor.execute(statement)


def test_people_change_their_own_name_and_password(world, in_force):
    officer = world.people["officer"]
    with rows.acting_for(officer):
        officer.name = "Siti"
        officer.set_password("kalimat yang panjang sekali")
        officer.save()

    officer.refresh_from_db()
    assert officer.name == "Siti"
