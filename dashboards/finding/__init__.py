"""One question to everything that the user may see: `Search(text, user)`; and codes and numbers that lead straight."""

from dashboards.finding.asking import LONGEST, cleaned
from dashboards.finding.jumps import straight_to
from dashboards.finding.search import Search

__all__ = ["LONGEST", "Search", "cleaned", "straight_to"]
