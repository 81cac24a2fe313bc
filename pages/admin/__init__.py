"""Django admin under our name, and what every one of our records does there.

The system administrator keeps all, the administrator of a region what that region keeps: see `pages.scopes`. Stock
Django admin leaks through its filters, its lists of keys, the page that asks before deleting, and `view_on_site`.
"""

from pages.admin.forms import RecordForm
from pages.admin.records import ReadOnly, RecordAdmin
from pages.admin.rows import ReadOnlyRows, Rows, Sheets
from pages.admin.site import SimpulAdminSite

__all__ = ["ReadOnly", "ReadOnlyRows", "RecordAdmin", "RecordForm", "Rows", "Sheets", "SimpulAdminSite"]
