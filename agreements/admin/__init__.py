"""Agreements in Django admin, by theme."""

from agreements.admin import agreement, papers, parties, processes, programmes
from agreements.admin.ruled import AgreementPaperForm, Ruled, RuledForm

__all__ = ["AgreementPaperForm", "Ruled", "RuledForm", "agreement", "papers", "parties", "processes", "programmes"]
