"""The chain over the history finds every forgery, also of a database administrator, and cries wolf for nothing."""

import datetime as dt
import random
import threading
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from ledger import seals
from ledger.standing import record, standing
from ledger.tasks import keep_seals
from records.models import Deed, Seal, Trace
from records.tracing import trace
from tests import factories as make

pytestmark = pytest.mark.django_db
NOW = dt.timedelta(0)


@pytest.fixture(autouse=True)
def _beside(settings, tmp_path):
    settings.SEAL_FILE = str(tmp_path / "seals")


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(seals, "BLOCK", 7)


def soon():
    """As if ten minutes had gone by."""
    return seals.seal(age=dt.timedelta(days=-1))


@pytest.fixture
def sealed(small_blocks):
    """A register with some history in three seals: about two hundred events of thirty tables."""
    batam, malang = make.make_region("Kota Batam", code="21.71"), make.make_malangs()[0]
    for n in range(3):
        visit = make.make_visit(batam, malang, purpose=f"Kunjungan {n}")
        for word in ("satu", "dua", "tiga"):
            make.make_delegate(visit.delegations.first(), word)
            make.make_outcome(visit, word)
        visit.purpose = "Diubah"
        visit.save()
        visit.outcomes.first().delete()
        agreement = make.make_agreement(batam, malang, signed=dt.date(2025, 6, 16))
        make.make_milestone("Kirim", owner=batam, agreement=agreement)
        for _ in range(5):
            trace(Deed.SIGN_IN_FAILED, typed="seseorang@batam.example")
        soon()
    return seals.reached()


def test_what_nobody_touched_holds(sealed):
    assert seals.verify() == []
    make.make_visit()  # and what is new is no forgery
    trace(Deed.SIGNED_IN)
    assert seals.verify() == []
    soon()
    assert seals.verify() == []


def as_a_forger(*statements):
    """A superuser of the database: no trigger runs."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        changed = 0
        for sql, params in statements:
            cursor.execute(sql, params)
            changed += max(cursor.rowcount, 0)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return changed


def columns_of(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a"
            " WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped",
            [table],
        )
        return dict(cursor.fetchall())


EDITS = {
    "text": "coalesce({c}, '') || 'x'",
    "character varying": "left(coalesce({c}, ''), 3) || chr(97 + {n})",
    "bigint": "coalesce({c}, 0) + 1",
    "integer": "coalesce({c}, 0) + 1",
    "smallint": "coalesce({c}, 0) + 1",
    "boolean": "NOT coalesce({c}, false)",
    "date": "coalesce({c}, '2020-01-01') + 1",
    "timestamp with time zone": "coalesce({c}, now()) + interval '1 microsecond'",
    "jsonb": "coalesce({c}, '{{}}') || '{{\"forged\": {n}}}'",
    "uuid": "gen_random_uuid()",
}


class Forger:
    def __init__(self, chance, reached):
        self.chance, self.reached = chance, reached
        self.keys = {}
        with connection.cursor() as cursor:
            for name, last in reached.items():
                table = seals.tables()[name]
                cursor.execute(f"SELECT {table.key} FROM {name} WHERE {table.key} <= {last} ORDER BY 1")
                self.keys[name] = [key for (key,) in cursor.fetchall()]
        self.columns = {name: columns_of(name) for name in reached}

    def somewhere(self, least=1):
        name = self.chance.choice(sorted(name for name, keys in self.keys.items() if len(keys) >= least))
        return name, seals.tables()[name].key

    def edit(self):
        name, key = self.somewhere()
        able = [
            (c, kind) for c, kind in self.columns[name].items() if kind in EDITS and c not in (key, "pgh_context_id")
        ]
        column, kind = self.chance.choice(sorted(able))
        value = EDITS[kind].format(c=f'"{column}"', n=self.chance.randrange(20))
        where = f"{key} = {self.chance.choice(self.keys[name])}"
        return name, [
            (f'UPDATE {name} SET "{column}" = {value} WHERE {where} AND "{column}" IS DISTINCT FROM ({value})', [])
        ]

    def delete(self):
        name, key = self.somewhere()
        return name, [(f"DELETE FROM {name} WHERE {key} = %s", [self.chance.choice(self.keys[name])])]

    def insert(self):
        """A row between the others, or before them all."""
        name, key = self.somewhere()
        source, free = self.chance.choice(self.keys[name]), self.chance.randrange(-50, 0)
        rest = ", ".join(f'"{c}"' for c in self.columns[name] if c != key)
        return name, [
            (f"INSERT INTO {name} ({key}, {rest}) SELECT {free}, {rest} FROM {name} WHERE {key} = {source}", [])
        ]

    def swap(self):
        """Two rows change places, and nothing else."""
        name, key = self.somewhere(least=2)
        one, two = self.chance.sample(self.keys[name], 2)
        move = f"UPDATE {name} SET {key} = %s WHERE {key} = %s"
        return name, [(move, [-999, one]), (move, [one, two]), (move, [two, -999])]

    def cut(self):
        """The tail goes."""
        name, key = self.somewhere()
        return name, [(f"DELETE FROM {name} WHERE {key} >= %s", [self.chance.choice(self.keys[name])])]

    def context(self):
        """Who did it, told otherwise."""
        name, key = self.somewhere()
        while not seals.tables()[name].context:
            name, key = self.somewhere()
        row = self.chance.choice(self.keys[name])
        new = f"10000000-0000-4000-8000-{self.chance.randrange(10**9):012d}"
        make_it = "INSERT INTO pghistory_context (id, created_at, updated_at, metadata) VALUES (%s, now(), now(), %s)"
        return name, [
            (make_it, [new, '{"user": 7}']),
            (f"UPDATE {name} SET pgh_context_id = %s WHERE {key} = %s", [new, row]),
        ]

    def seal(self):
        """A seal is changed, taken out, cut off at the end, or made anew to fit (without the key)."""
        numbers = list(Seal.objects.values_list("number", flat=True))
        number = self.chance.choice(numbers)
        way = self.chance.choice(["edit", "delete", "cut", "anew"])
        if way == "edit":
            column = self.chance.choice(["head", "mac", "at", "blocks", "number"])
            value = {
                "head": "reverse(head)", "mac": "reverse(mac)", "at": "at + interval '1 second'",
                "blocks": "blocks || '{\"records_trace\": [[1, 1, \"00\"]]}'", "number": "number + 100",
            }[column]  # fmt: skip
            return "records_seal", [(f"UPDATE records_seal SET {column} = {value} WHERE number = %s", [number])]
        if way == "anew":
            seal = Seal.objects.get(number=number)
            seal.blocks = seal.blocks | {"records_trace": [[1, 1, "00"]]}
            return "records_seal", [
                (
                    "UPDATE records_seal SET blocks = %s::jsonb, head = %s WHERE number = %s",
                    [__import__("json").dumps(seal.blocks), seals.head_of(seal), number],
                )
            ]
        sign = "=" if way == "delete" else ">="
        return "records_seal", [(f"DELETE FROM records_seal WHERE number {sign} %s", [number])]


def test_a_thousand_forgeries_are_a_thousand_found(sealed):
    """Each in a savepoint; of the rows only the touched table is computed anew."""
    forger = Forger(random.Random(20261122), sealed)
    ways = [forger.edit, forger.delete, forger.insert, forger.swap, forger.cut, forger.context, forger.seal]
    tried, missed = 0, []
    while tried < 1000:
        way = ways[tried % len(ways)]
        table, statements = way()
        with transaction.atomic():
            changed = as_a_forger(*statements)
            if changed:
                tried += 1
                if not seals.verify(only=[table]):
                    missed.append((way.__name__, statements))
            transaction.set_rollback(True)
    assert missed == []
    assert tried == 1000
    assert seals.verify() == []  # and the untouched register still holds


def test_it_is_said_where(sealed, small_blocks):
    key = Trace.objects.order_by("pk").values_list("pk", flat=True)[9]
    as_a_forger(("UPDATE records_trace SET what = 'lain' WHERE id = %s", [key]))

    (found,) = seals.verify()

    assert found.table == "records_trace"
    assert found.first <= key <= found.last
    assert found.last - found.first < 7


def test_a_row_that_is_committed_late_is_no_forgery(sealed):
    """Its key is lower than that of a row which was sealed long before: it may not be sealed over."""
    soon()
    before = seals.reached()["records_trace"]
    trace(Deed.SIGNED_IN)
    made = seals.seal()  # younger than ten minutes
    assert "records_trace" not in made.blocks
    assert seals.reached()["records_trace"] == before


@pytest.mark.django_db(transaction=True)
def test_a_transaction_under_way_is_waited_for(settings):
    """What it adds may have a lower key than what others have committed since."""
    trace(Deed.SIGNED_IN)
    began, done = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            trace(Deed.SIGNED_OUT)
            began.set()
            done.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    began.wait(20)
    trace(Deed.SIGNED_IN)
    with pytest.raises(TimeoutError):
        seals.seal(age=dt.timedelta(days=-1), patience=0.5)
    done.set()
    thread.join()

    soon()
    assert Seal.objects.get().blocks["records_trace"][0][1] == 3
    assert seals.verify() == []


def test_the_head_of_a_letter_proves_that_no_seal_was_cut_off(sealed, settings, tmp_path):
    settings.SEAL_MAIL_TO = ["arsip@kemendagri.example"]
    call_command("seal_history")
    (letter,) = mail.outbox
    head = Seal.objects.order_by("-number").first().head
    assert head in letter.body
    assert letter.to == ["arsip@kemendagri.example"]

    as_a_forger(("DELETE FROM records_seal WHERE head = %s", [head]))
    settings.SEAL_FILE = str(tmp_path / "elsewhere")  # the forger has the machine as well
    assert seals.verify() == []
    assert [found.table for found in seals.verify(head=head)] == ["records_seal"]


def test_a_seal_that_was_cut_off_is_missed_after_the_next_one_too(sealed):
    """Whoever is master of the database takes out the last seal shortly before the night."""
    as_a_forger(("DELETE FROM records_seal WHERE number = 3", []))
    soon()

    assert [(found.first, found.last) for found in seals.verify()] == [(3, 3)]


@pytest.mark.parametrize("half", ["4", "4 3f9a", "\ufffd"])
def test_a_broken_line_of_the_file_beside_is_told(sealed, settings, half):
    with Path(settings.SEAL_FILE).open("a") as file:
        file.write(half)

    (found,) = seals.verify()

    assert found.why.endswith(half)


def test_half_a_line_is_completed_by_the_whole_one(sealed, settings):
    """The disk was full; an hour later it is not."""
    path = Path(settings.SEAL_FILE)
    whole = path.read_text()
    path.write_text(whole[:-40])
    assert seals.verify()

    seals.write_beside(Seal.objects.latest("number"))
    seals.write_beside(Seal.objects.latest("number"))

    assert seals.verify() == []
    assert path.read_text() == f"{whole[:-40]}\n{whole.splitlines()[-1]}\n"


def test_no_head_leaves_a_copy_that_is_held(sealed, settings):
    """The mailbox holds one head of each number."""
    settings.SEAL_MAIL_TO = ["arsip@kemendagri.example"]
    trace(Deed.BACKUP_RESTORED)
    call_command("seal_history")
    assert mail.outbox == []

    trace(Deed.RELEASED)
    call_command("seal_history")
    assert len(mail.outbox) == 1


def test_a_seal_of_another_key_is_not_ours(sealed, settings):
    settings.SEAL_KEYS = ["lain"]
    assert seals.verify()
    with pytest.raises(RuntimeError):
        soon()


def test_an_earlier_key_still_counts(sealed, settings):
    settings.SEAL_KEYS = ["baru", *settings.SEAL_KEYS]
    soon()
    assert seals.verify() == []


def test_a_new_column_is_no_forgery(sealed):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE records_trace ADD COLUMN later text DEFAULT 'x'")
    assert seals.verify() == []


def test_the_command_names_what_is_broken_and_writes_it_down(sealed, capsys):
    call_command("verify_history")
    assert Trace.objects.first().deed == Deed.VERIFIED
    as_a_forger(("DELETE FROM visits_visitevent", []))

    with pytest.raises(CommandError, match="visits_visitevent"):
        call_command("verify_history")

    assert Trace.objects.first().deed == Deed.BROKEN
    assert standing().is_broken


def test_the_monitor_is_told(client):
    assert client.get("/health/history").json()["failing"] == ["seal"]
    soon()
    assert client.get("/health/history").json()["failing"] == ["verification"]
    record(seals.verify())
    assert client.get("/health/history").status_code == 200
    trace(Deed.BROKEN, what="visits_visitevent")
    assert client.get("/health/history").json()["failing"] == ["history"]


# The work of the night


def ends():
    """How the verifications ended, the last one first."""
    return list(Trace.objects.filter(deed__in=[Deed.VERIFIED, Deed.BROKEN]).values_list("deed", flat=True))


@pytest.fixture
def kept(sealed):
    """After a night."""
    keep_seals()
    assert ends() == [Deed.VERIFIED]


@pytest.fixture
def no_mail_server(settings, monkeypatch):
    settings.SEAL_MAIL_TO = ["arsip@kemendagri.example"]
    with monkeypatch.context() as patch:

        def refuse(self, messages):
            raise ConnectionRefusedError(111, "Connection refused")

        patch.setattr(EmailBackend, "send_messages", refuse)
        yield patch


def failing(client):
    return client.get("/health/history").json()["failing"]


def test_a_night_seals_mails_and_verifies_once(settings, client):
    settings.SEAL_MAIL_TO = ["arsip@kemendagri.example"]
    keep_seals()
    keep_seals()

    assert Seal.objects.count() == len(mail.outbox) == 1
    assert ends() == [Deed.VERIFIED]
    assert client.get("/health/history").status_code == 200


def test_a_head_that_could_not_be_mailed_is_mailed_an_hour_later(no_mail_server, client):
    keep_seals()
    assert ends() == [Deed.VERIFIED]  # all the same
    with time_machine.travel(timezone.now() + dt.timedelta(hours=4)):
        assert failing(client) == ["letter"]
        client.force_login(make.make_superuser(language="en"))
        assert "The head of the last seal could not be mailed" in client.get("/seals/").content.decode()

    no_mail_server.undo()
    keep_seals()
    keep_seals()

    (letter,) = mail.outbox
    assert Seal.objects.get().head in letter.body


def test_a_head_waits_until_the_copy_is_released(settings):
    settings.SEAL_MAIL_TO = ["arsip@kemendagri.example"]
    trace(Deed.BACKUP_RESTORED)
    keep_seals()
    assert mail.outbox == []
    assert not standing().is_unmailed

    trace(Deed.RELEASED)
    keep_seals()
    assert len(mail.outbox) == 1


def test_a_line_that_only_says_that_the_head_was_mailed_keeps_no_letter_back(settings, no_mail_server):
    keep_seals()
    trace(Deed.SEALED, what=Seal.objects.get(), mailed=Seal.objects.get().head)
    no_mail_server.undo()
    keep_seals()
    assert len(mail.outbox) == 1


def test_a_file_beside_that_cannot_be_written_is_written_an_hour_later(settings, tmp_path):
    settings.SEAL_FILE = str(tmp_path / "disk" / "seals")
    (tmp_path / "disk").write_text("no folder")
    keep_seals()
    made = Seal.objects.get()

    (tmp_path / "disk").unlink()
    keep_seals()

    assert Path(settings.SEAL_FILE).read_text() == f"{made.number} {made.head}\n"
    assert Seal.objects.get() == made
    assert ends() == [Deed.VERIFIED]


def test_a_verification_that_is_late_is_told_and_made_up_for(kept, client):
    as_a_forger(("DELETE FROM records_trace WHERE deed = 'VERIFIED'", []))
    assert failing(client) == ["verification"]
    client.force_login(make.make_superuser(language="en"))
    assert "The history was not verified within the last day" in client.get("/seals/").content.decode()

    keep_seals()
    assert client.get("/health/history").status_code == 200


def test_a_line_that_only_says_that_all_is_well_is_none(kept, client):
    """Whoever is master of the database may write it."""
    as_a_forger(("DELETE FROM records_trace WHERE deed = 'VERIFIED'", []))
    for detail in ({}, {"ended": timezone.now().isoformat(), "mac": "é"}):
        trace(Deed.VERIFIED, **detail)
        assert failing(client) == ["verification"]
    Trace.objects.bulk_create([Trace(deed=Deed.VERIFIED, detail=[])])
    assert failing(client) == ["verification"]


FORGED = ["at = '2099-01-01'", "mac = 'x'", "mac = 'é'", "head = 'x'", "blocks = '7'", "number = 2147483647"]


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_last_seal_is_told_at_once_and_written_down(kept, client, forged):
    last = Seal.objects.latest("number")
    as_a_forger((f"UPDATE records_seal SET {forged} WHERE number = %s", [last.number]))
    assert "history" in failing(client)

    keep_seals()
    keep_seals()

    assert ends() == [Deed.BROKEN, Deed.VERIFIED]
    assert "history" in failing(client)
    client.force_login(make.make_superuser())
    assert "records_seal" in client.get("/seals/").content.decode()


@pytest.mark.parametrize("forged", FORGED[:-1])
def test_a_forged_seal_in_the_middle_is_written_down(kept, forged):
    soon()
    as_a_forger((f"UPDATE records_seal SET {forged} WHERE number = 2", []))
    keep_seals()
    assert ends() == [Deed.BROKEN, Deed.VERIFIED]


def test_a_clock_that_went_wrong_is_mended_by_the_next_seal(client):
    with time_machine.travel(timezone.now() + dt.timedelta(days=400)):
        soon()
    assert [found.first for found in seals.verify()] == [1]
    assert "history" in failing(client)

    keep_seals()
    assert Seal.objects.count() == 2
    assert client.get("/health/history").status_code == 200


def test_the_page_is_for_the_system_administrator(client):
    client.force_login(make.make_user(make.make_region(), "ADMIN"))
    assert client.get("/seals/").status_code == 404
    client.force_login(make.make_superuser())
    assert client.get("/seals/").status_code == 200
    soon()
    assert Seal.objects.get().head in client.get("/seals/").content.decode()


def test_nobody_changes_a_seal_or_a_trace(sealed):
    for model in (Seal, Trace):
        for deed in (lambda m=model: m.objects.all().delete(), lambda m=model: m.objects.update(at=timezone.now())):
            with pytest.raises(Exception, match=r"append_only|Cannot"), transaction.atomic():
                deed()


def test_every_event_table_is_sealed():
    from django.apps import apps

    events = {m._meta.db_table for m in apps.get_models() if getattr(m, "pgh_tracked_model", None) and m._meta.managed}
    assert len(events) > 50
    assert events <= seals.tables().keys()


@pytest.mark.parametrize("role", ["simpul_web", "simpul_house"])
def test_the_roles_of_the_application_cannot_touch_what_is_sealed(role):
    """The eleventh way to write, TRUNCATE, would leave no event: nobody but the owner may."""
    from records.settling import settle

    settle()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, deed FROM pg_class c, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) deed"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
            " AND has_table_privilege(%s, c.oid, deed)",
            [role],
        )
        allowed = set(cursor.fetchall())
    assert not {pair for pair in allowed if pair[1] == "TRUNCATE"}
    sealed = {name for name in seals.tables() if name != "records_trace"} | {"records_seal"}
    assert not {pair for pair in allowed if pair[0] in sealed}
    assert ("records_trace", "INSERT") in allowed
