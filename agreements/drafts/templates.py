"""Which Word template makes a draft: that of an office, else that of the house; replacing it, and going back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from agreements.drafts.facts import facts_of
from agreements.drafts.filling import check_template, fill_in
from agreements.drafts.house import house_template
from agreements.models import Agreement, AgreementKind, DraftTemplate
from documents.uploads import Paper
from records.models import Trashed
from records.stored import delete_files
from records.trash import throw
from regions.models import Region

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MADE_AS = {
    AgreementKind.LOI: AgreementKind.LOI,
    AgreementKind.PKS: AgreementKind.PKS,
    AgreementKind.IA: AgreementKind.PKS,
    AgreementKind.RK: AgreementKind.PKS,
}


def drafted_as(agreement: Agreement) -> str:
    """LOI, KB or PKS: the text that comes nearest to the kind of the agreement."""
    return MADE_AS.get(AgreementKind(agreement.kind), AgreementKind.KB)


def template_for(kind: str, regions: Iterable[int]) -> DraftTemplate | None:
    """The template of the first of the regions that has one; None: that of the house."""
    return templates_for([kind], regions).get(kind)


def templates_for(kinds: Iterable[str], regions: Iterable[int]) -> dict[str, DraftTemplate]:
    """For each kind what `template_for` answers; kinds without a template are left out. One query."""
    order = list(regions)
    rows = DraftTemplate.objects.filter(kind__in=kinds, region__in=order).select_related("region", "by")
    later_first = sorted(rows, key=lambda one: order.index(one.region_id), reverse=True)
    return {one.kind: one for one in later_first}


def content_of(kind: str, template: DraftTemplate | None) -> bytes:
    if template is None:
        return house_template(kind)
    with template.file.open() as file:
        content: bytes = file.read()
    return content


def make_draft(agreement: Agreement, kind: str, regions: Iterable[int]) -> bytes:
    """The Word file of a draft. Raises ValidationError when the office's template cannot be filled in."""
    return fill_in(content_of(kind, template_for(kind, regions)), facts_of(agreement))


def replace_template(region: Region, kind: str, paper: Paper, *, by: Any) -> DraftTemplate:
    """Take a new template, after it was tried out. Raises ValidationError that says which placeholder is wrong."""
    paper.content.seek(0)
    content = paper.content.read()
    check_template(content)
    with transaction.atomic():
        Region.objects.select_for_update(no_key=True).only("pk").get(pk=region.pk)  # one at a time
        row = DraftTemplate.objects.filter(region=region, kind=kind).first() or DraftTemplate(region=region, kind=kind)
        _forget(row)
        row.filename, row.by, row.at = paper.name, by, timezone.now()
        row.file.save(f"{kind.lower()}.docx", ContentFile(content), save=False)
        row.save()
    return row


def back_to_house(template: DraftTemplate) -> Trashed | None:
    return throw(template, region=template.region_id, right="KEEP_TEMPLATES")


def _forget(template: DraftTemplate) -> None:
    """The old file goes once the transaction is through."""
    if name := template.file.name:
        transaction.on_commit(lambda: delete_files([name]), robust=True)
