"""What notices that a call of `visible_to` is missing where no plain request does.

Each probe is given the world and says what somebody got that is not theirs; as things are, nothing. What it plants it
plants as the owner of the database; what it reads it reads as the person who asks (`acting`, or a browser), so that it
also says whether the second layer alone would have shown it.
"""

from tests.isolation.probes import administration, deeds, forms, lookups, pages
from tests.isolation.probes.base import PROBES

__all__ = ["PROBES", "administration", "deeds", "forms", "lookups", "pages"]
