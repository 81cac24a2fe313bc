"""Why something is refused, in words that are true for whoever reads them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def kept_by(*regions: Any) -> str:
    """For a reader who may not keep what these regions keep: one of another region, or in another role."""
    names = ", ".join(str(region) for region in regions)
    return _("This is kept by %(region)s. An officer or a manager of that region can do it.") % {"region": names}
