"""How exactly the effective end of an agreement is known: one answer for lists, pages, reports and the calendar."""

from __future__ import annotations

from django.db.models import Case, CharField, F, Func, Q, Value, When

from records.dates import Precision


class PrecisionOfEnd(Func):
    """How exactly the end of an agreement is known that lies on this day.

    As exactly as the validity of the paper that says so, its own or that of an act on it; where that only counts from
    the signing, as exactly as the day of the signing.
    """

    template = """COALESCE((
        SELECT CASE WHEN x.validity_precision <> 'DAY' THEN x.validity_precision
            WHEN x.valid_until IS NULL AND x.valid_from IS NULL THEN (SELECT s.precision FROM agreements_signing s
                WHERE s.agreement_id = x.id AND s.starts_on = x.signed_on ORDER BY s.precision <> 'DAY' LIMIT 1) END
        FROM (VALUES (%(expressions)s)) AS it(agreement, reach) JOIN agreements_agreement x
            ON (x.id = it.agreement AND x.runs_until = it.reach)
            OR (x.predecessor_id = it.agreement AND x.nature IN ('AMENDMENT', 'ADDENDUM') AND x.runs_until = it.reach)
            OR (x.predecessor_id = it.agreement AND x.nature = 'TERMINATION'
                AND COALESCE(x.runs_from, x.counts_from) - 1 = it.reach)
        ORDER BY x.id = it.agreement DESC, x.id DESC LIMIT 1), 'DAY')"""
    output_field = CharField()


def known_end() -> Case:
    """Of what has its `reach`: DAY, or to what else its end is known. Of plain terms nothing more is asked."""
    plain = Q(has_acts=False, validity_precision=Precision.DAY, valid_until__isnull=False)
    return Case(When(plain, then=Value("DAY")), default=PrecisionOfEnd(F("pk"), F("reach")), output_field=CharField())
