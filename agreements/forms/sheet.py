"""An agreement with all that hangs on it, as one form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.utils.translation import gettext as _

from agreements.forms.agreement import AgreementForm
from agreements.forms.base import Filling, with_stored_parties
from agreements.forms.contents import CITATION_ROWS, SCOPE_ROWS, SOURCE_ROWS, VISIT_ROWS
from agreements.forms.parties import PARTY_ROWS, SIGNATORY_ROWS, SIGNING_ROWS
from agreements.models import Agreement, Process
from agreements.ways import Way
from pages.sheets import sheet
from pages.sheets.filled import Filling as AnyFilling
from pages.sheets.rows import Rows
from pages.sheets.sheet import Beginning, chosen_through
from pages.templatetags.pages import Problem
from records.folding import Fold
from visits.models.delegations import named_sides


class Sheet(sheet.Sheet):
    form_class = AgreementForm
    filling_class = Filling
    lists_of = {
        "parties": PARTY_ROWS,
        "signings": SIGNING_ROWS,
        "scope": SCOPE_ROWS,
        "visits": VISIT_ROWS,
        "sources": SOURCE_ROWS,
        "citations": CITATION_ROWS,
    }
    nested = {"signatories": SIGNATORY_ROWS, "citations": CITATION_ROWS}
    starts_with = {"parties": 2}
    folds = (
        Fold("sector_links", ("sector",)),
        Fold("parties", ("region", "organisation"), below=(Fold("signatories", ("official",)),)),
        Fold("signings", ("place",)),
        Fold("scope"),
        Fold("visit_links", ("visit__host_region", "visit__host_organisation")),
        Fold("sources", below=(Fold("citations"),)),
        Fold("citations"),
    )

    form: AgreementForm
    record: Agreement
    parties: Rows
    signings: Rows

    def __init__(
        self,
        filling: AnyFilling,
        record: Agreement | None = None,
        data: QueryDict | None = None,
        *,
        beginning: Beginning | None = None,
    ) -> None:
        data = data if data is None else with_stored_parties(data)
        super().__init__(filling, record, data, beginning=beginning)
        if isinstance(filling, Filling):
            filling.party_rows, filling.signing_rows = self.parties.forms, self.signings.forms

    @classmethod
    def begin(cls, filling: AnyFilling) -> Beginning:
        """What it shows before anything is typed comes from `agreements.origins`."""
        home = filling.user.home_region
        return Beginning(Agreement(owner=home), initial={"owner": home.pk if home else None})

    @classmethod
    def children(cls, record: Agreement) -> dict[str, list[Any]]:
        chosen_through(record, "sectors", [link.sector for link in record.sector_links.all()])
        prefetch_related_objects([record], named_sides("visit_links__visit__delegations"))
        return {
            "parties": list(record.parties.all()),
            "signings": list(record.signings.all()),
            "scope": list(record.scope.all()),
            "visits": list(record.visit_links.all()),
            "sources": list(record.sources.all()),
            "citations": [c for c in record.citations.all() if c.source_id is None],
        }

    def check(self) -> Iterator[Problem]:
        yield from self._has_a_name()
        yield from self._gates_are_settled()

    def _has_a_name(self) -> Iterator[Problem]:
        """Lists name an agreement by its parties; without any it needs a title."""
        if not self.parties.live and not self.form.cleaned_data.get("title"):
            first = next((row["region"].id_for_label for row in self.parties.ordered if not row.is_removed), "")
            yield (
                first,
                _("Say between whom it is: choose a region or an organisation. If nobody is known, give a title."),
            )

    def _gates_are_settled(self) -> Iterator[Problem]:
        """What is signed has passed its gates. The database looks again while it is saved."""
        new = [row for row in self.signings.live if row.instance.pk is None]
        gates = self.open_gates() if new else []
        if gates:
            message = _(
                "It cannot be recorded as signed yet: these gates are open: %(gates)s. Remove the signing here and "
                "save; then pass each gate with its paper on the agreement's page, or let a manager waive it."
            )
            yield new[0]["party"].id_for_label, message % {"gates": ", ".join(gates)}

    def open_gates(self) -> list[str]:
        """The gates before the signing that nobody has passed or waived, by the category and kind in the form."""
        category, kind = self.form.cleaned_data["category"], self.form.cleaned_data["kind"]
        stored = self.record.process if self.record.pk else None
        if stored is not None and stored.category == category:
            return [step.name for step in Way(self.record).open_gates()]
        process = Process.objects.current_for(category)
        steps = [step for step in process.steps.all() if step.applies_to(kind)] if process else []
        signing = next((step.position for step in steps if step.signs), 0)
        settled = {stop.step.code for stop in Way(self.record).stops if stop.settled} if self.record.pk else set()
        return [s.name for s in steps if s.is_gate and s.position < signing and s.code not in settled]
