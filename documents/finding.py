"""Records whose papers say something, for those who may read the papers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

MANY = 1_000  # records whose papers say a word
TOO_MANY = range(MANY + 1)  # in place of keys: they were not all read


def papers_saying(of: type[Any], query: Any, user: Any) -> QuerySet[Any]:
    """The papers of such records that say it and that the user may read."""
    papers: Any = of._meta.get_field("attachments").related_model
    found: QuerySet[Any] = papers.objects.visible_to(user).filter(reading__words=query).order_by()
    return found


def in_papers(of: type[Any], query: Any, user: Any, keys: Collection[int] | None = None) -> Q:
    """The condition that a readable paper of the record says it. Asks for the papers at once, unless `keys` are known.

    As bare keys the records are found through the index beside their words. Where very many papers say it, the word is
    common: then a list in its order has enough of them soon.
    """
    papers = papers_saying(of, query, user)
    name = papers.model.of
    if keys is None:
        keys = list(papers.values_list(name, flat=True).distinct()[: MANY + 1])
    return Q(pk__in=papers.values(name)) if len(keys) > MANY else Q(pk__in=list(keys))
