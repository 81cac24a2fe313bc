"""What reference data has in common: two names, and that everyone who is signed in may read it; the sectors."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from records.history import tracked


class Bilingual(models.Model):
    """A name in Indonesian and English; `name` is that of the active language, `name_id` where English is missing."""

    name_id = models.CharField(_("name in Indonesian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return localised(self.name_id, self.name_en)

    def __str__(self) -> str:
        return self.name


class SentOnce(models.Model):
    """Nothing but the form that was sent tells two of one kind apart: sent twice, it is one."""

    submission = models.UUIDField(_("submission"), unique=True, null=True, editable=False)

    class Meta:
        abstract = True


def localised(name_id: str, name_en: str) -> str:
    """The name of the active language; lists call it with bare values."""
    return name_en if name_en and (get_language() or "").startswith("en") else name_id


def by_name(of: str = "") -> Lower:
    """By the names that `localised` gives, of the record or of the one to which `of` leads (“region__”)."""
    if not (get_language() or "").startswith("en"):
        return Lower(f"{of}name_id")
    return Lower(Coalesce(NullIf(f"{of}name_en", Value("")), f"{of}name_id"))


class ReferenceQuerySet(models.QuerySet[Any]):
    """Reference data of public offices: open to everyone who is signed in, to nobody else."""

    def visible_to(self, user: Any) -> Self:
        return self.all() if user.is_authenticated and user.is_active else self.none()


class SectorGroup(models.TextChoices):
    BASIC = "BASIC", _("Mandatory, basic services")
    NON_BASIC = "NON_BASIC", _("Mandatory, other")
    OPTIONAL = "OPTIONAL", _("Optional")
    SUPPORT = "SUPPORT", _("Supporting and thematic")


@tracked
class Sector(Bilingual):
    """A field of government (urusan, UU 23/2014) or a theme that the register needs beside them."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    group = models.CharField(pgettext_lazy("of sectors", "group"), max_length=10, choices=SectorGroup)
    position = models.PositiveSmallIntegerField(pgettext_lazy("order of rows", "position"), default=0)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["position", "name_id"]
