"""Migrations whose operations are gathered leave the same tables and the same state as one by one."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from records.migrating import Together, gather, gathered


def of_islands():
    return migrations.Migration("0001_initial", "isles")


OPERATIONS = [
    migrations.CreateModel("Isle", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())]),
    migrations.CreateModel(
        "Ferry",
        [("id", models.BigAutoField(primary_key=True)), ("home", models.ForeignKey("isles.isle", models.CASCADE))],
    ),
    migrations.AddField("Ferry", "seats", models.IntegerField(default=40)),
    migrations.AddField(
        "Ferry", "to_isle", models.ForeignKey("isles.isle", models.CASCADE, related_name="+", null=True)
    ),
    migrations.AddIndex("Isle", models.Index(fields=["name"], name="isle_by_name")),
    migrations.AddConstraint(
        "Ferry", models.CheckConstraint(condition=models.Q(seats__gt=0), name="a_ferry_has_seats")
    ),
    migrations.RunSQL("INSERT INTO isles_isle (name) VALUES ('Batam')", "DELETE FROM isles_isle"),
    migrations.AddField("Isle", "people", models.IntegerField(null=True)),
]
LEFT = """
SELECT table_name, column_name, data_type, is_nullable, NULL::int FROM information_schema.columns WHERE table_name LIKE 'isles%'
UNION ALL SELECT tablename, indexname, indexdef, NULL, NULL FROM pg_indexes WHERE tablename LIKE 'isles%'
UNION ALL SELECT conrelid::regclass::text, NULL, pg_get_constraintdef(oid), contype::text, NULL FROM pg_constraint
    WHERE conrelid::regclass::text LIKE 'isles%'
UNION ALL SELECT 'isles_isle', name, NULL, NULL, people FROM isles_isle
ORDER BY 1, 2, 3
"""


def left_by(migration):
    """Tables and state after it; it is undone."""
    state = ProjectState()
    _ = state.apps  # drawn before, as `migrate` has it
    with connection.schema_editor(atomic=False) as editor:
        state = migration.apply(state, editor)
    with connection.cursor() as cursor:
        cursor.execute(LEFT)
        found = cursor.fetchall()
        cursor.execute("DROP TABLE isles_ferry, isles_isle")
    fields = {
        model.__name__: [(field.name, field.deconstruct()[1]) for field in model._meta.get_fields() if field.concrete]
        for model in state.apps.get_models()
    }
    return found, fields, state.models


@pytest.mark.django_db
def test_what_is_gathered_leaves_the_same_tables_and_models():
    one_by_one, at_once = of_islands(), of_islands()
    one_by_one.operations, at_once.operations = OPERATIONS, OPERATIONS
    gather([(at_once, False)])

    assert [type(operation) for operation in at_once.operations] == [
        Together, Together, migrations.RunSQL, migrations.AddField,
    ]  # fmt: skip
    first = left_by(one_by_one)
    assert len(first[0]) > 10
    assert left_by(at_once) == first


def test_what_changes_or_takes_away_ends_what_is_gathered():
    adds = migrations.AddField("Isle", "people", models.IntegerField(null=True))
    changes = migrations.AlterField("Isle", "people", models.BigIntegerField(null=True))

    assert list(gathered([adds, changes, adds])) == [adds, changes, adds]


def test_what_goes_back_goes_one_by_one():
    back = of_islands()
    back.operations = OPERATIONS

    gather([(back, True)])

    assert back.operations is OPERATIONS
