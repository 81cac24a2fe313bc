"""A visit with all that hangs on it, as one form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from pages.sheets import sheet
from pages.sheets.filled import Filling as AnyFilling
from pages.sheets.rows import RowForm
from pages.sheets.sheet import Beginning, chosen_through
from pages.templatetags.pages import Problem
from records.folding import Fold
from visits.forms.base import Filling
from visits.forms.conduct import AGENDA_ROWS, STATEMENT_ROWS, TOPIC_ROWS
from visits.forms.delegations import DELEGATION_ROWS, HOST_ROWS, MEMBER_ROWS
from visits.forms.evidence import CITATION_ROWS, SOURCE_ROWS
from visits.forms.outcomes import OUTCOME_ROWS
from visits.forms.visit import VisitForm
from visits.models import Side, Standing, Visit


class Sheet(sheet.Sheet):
    form_class = VisitForm
    filling_class = Filling
    lists_of = {
        "host": HOST_ROWS,
        "guests": DELEGATION_ROWS,
        "agenda": AGENDA_ROWS,
        "topics": TOPIC_ROWS,
        "statements": STATEMENT_ROWS,
        "outcomes": OUTCOME_ROWS,
        "sources": SOURCE_ROWS,
        "citations": CITATION_ROWS,
    }
    nested = {"delegates": MEMBER_ROWS, "citations": CITATION_ROWS}
    starts_with = {"host": 1, "guests": 1}
    folds = (
        Fold("kind_links", ("kind",)),
        Fold("delegations", ("region", "organisation"), below=(Fold("delegates", ("official",)),)),
        Fold("agenda"),
        Fold("topics", ("sector",)),
        Fold("statements"),
        Fold("outcomes"),
        Fold("sources", below=(Fold("citations"),)),
        Fold("citations"),
    )

    form: VisitForm

    @classmethod
    def begin(cls, filling: AnyFilling) -> Beginning:
        home = filling.user.home_region
        return Beginning(Visit(owner=home), initial={"host_region": home, "owner": home.pk if home else None})

    @classmethod
    def whole(cls, records: Any) -> Any:
        return super().whole(records).select_related("host_region", "host_organisation")

    @classmethod
    def children(cls, record: Visit) -> dict[str, list[Any]]:
        chosen_through(record, "kinds", [link.kind for link in record.kind_links.all()])
        delegations = list(record.delegations.all())
        return {
            "host": [d for d in delegations if d.side == Side.HOST],
            "guests": [d for d in delegations if d.side != Side.HOST],
            "agenda": list(record.agenda.all()),
            "topics": list(record.topics.all()),
            "statements": list(record.statements.all()),
            "outcomes": list(record.outcomes.all()),
            "sources": list(record.sources.all()),
            "citations": [c for c in record.citations.all() if c.source_id is None],
        }

    def check(self) -> Iterator[Problem]:
        yield from self._check_guests()
        yield from self._check_programme()

    def _check_guests(self) -> Iterator[Problem]:
        """Lists name a visit by its guests; without any it needs a title, unless it is only mentioned somewhere."""
        rows, about = self._delegations("guests"), self.form.cleaned_data
        came = any(row.is_live and row.said("side") == Side.GUEST for row in rows)
        if came or about.get("title") or about.get("standing") == Standing.CLAIMED:
            return
        first = next((row["region"].id_for_label for row in rows if not row.is_removed), "")
        yield (
            first,
            _("Say who came: choose the region or organisation of a delegation. If nobody is known, give a title."),
        )

    def _check_programme(self) -> Iterator[Problem]:
        """Whoever takes part in a visit reads of its programme, so nobody tells strangers of somebody else's."""
        series = self.form.cleaned_data.get("series")
        if not series or "series" not in self.form.changed_data or self.filling.user.may_write_for(series.owner_id):
            return
        if series.owner_id not in self._sides():
            words = {"region": series.owner}
            message = _("This programme is kept by %(region)s, which does not take part in this visit. Choose another.")
            yield self.form["series"].id_for_label, message % words

    def _sides(self) -> set[int | None]:
        """The regions that will take part."""
        live = [row for name in ("host", "guests") for row in self._delegations(name) if row.is_live]
        there = [row.said(name) for row in live for name in ("region", "on_behalf_of_region")]
        there.append(self.form.cleaned_data.get("host_region"))
        return {self.form.instance.owner_id, *(region.pk for region in there if region)}

    def _delegations(self, name: str) -> list[RowForm]:
        rows = self.find(name)
        return rows.ordered if rows else []

    def save(self) -> Visit:
        self.form.save_series()
        visit: Visit = super().save()
        return visit
