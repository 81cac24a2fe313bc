"""One statement that divides records in several ways at once: QuerySets as its CTEs, aggregates over them in SQL."""

from __future__ import annotations

from typing import Any

from django.db import connection


def ask(ctes: dict[str, Any], select: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of `select`, which reads the QuerySets by the names of `ctes`. Their values come before those of
    `select`, whose own stand in it by name."""
    named = {f"_{name}": value for name, value in params.items()}
    heads = []
    for cte, queryset in ctes.items():
        sql, values = queryset.query.sql_with_params()
        places = [f"_{cte}_{n}" for n in range(len(values))]
        named |= dict(zip(places, values, strict=True))
        heads.append(f"{cte} AS MATERIALIZED ({sql % tuple(f'%({place})s' for place in places)})")
    body = select % {name: f"%(_{name})s" for name in params} if params else select
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(heads)} {body}", named)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
