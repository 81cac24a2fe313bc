"""The tie between two: a region and another, or a region and an organisation, as far as the reader may see it."""

from dashboards.relations.between import Between, Partner
from dashboards.relations.telling import Relation, relation_of

__all__ = ["Between", "Partner", "Relation", "relation_of"]
