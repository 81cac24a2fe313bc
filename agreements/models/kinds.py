"""The words in which an agreement is described: category, kind, nature, state … Codes are stable, labels translated."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Category(models.TextChoices):
    """Under which rules it falls: PP 28/2018, Permendagri 22/2020 and 25/2020; synergy by PP 28/2018 art. 46."""

    KSDD_W = "KSDD_W", _("Mandatory inter-regional")
    KSDD_S = "KSDD_S", _("Voluntary inter-regional")
    KSDPK = "KSDPK", _("With a third party")
    KSDPL_SISTER = "KSDPL_SISTER", _("Sister region abroad")
    KSDPL_OTHER = "KSDPL_OTHER", _("Foreign local government – other")
    KSDLL = "KSDLL", pgettext_lazy("category", "Foreign institution")
    SINERGI = "SINERGI", _("Synergy with central government")
    UNDETERMINED = "UNDETERMINED", _("Undetermined")


ABROAD = (Category.KSDPL_SISTER, Category.KSDPL_OTHER, Category.KSDLL)


class AgreementKind(models.TextChoices):
    LOI = "LOI", _("Letter of intent")
    KB = "KB", _("Memorandum of understanding")
    PKS = "PKS", _("Cooperation agreement")
    NK = "NK", _("Synergy memorandum")
    RK = "RK", _("Plan of action")
    SISTER_CITY = "SISTER_CITY", _("Sister city")
    SISTER_PROVINCE = "SISTER_PROVINCE", _("Sister province")
    FRIENDSHIP = "FRIENDSHIP", _("Friendship region")
    IA = "IA", _("Implementing arrangement")
    KOMITMEN = "KOMITMEN", _("Joint commitment")
    ADENDUM = "ADENDUM", pgettext_lazy("kind of agreement", "Addendum")
    PENGAKHIRAN = "PENGAKHIRAN", _("Termination agreement")
    OTHER = "OTHER", pgettext_lazy("kind of agreement", "Other")


class AgreementNature(models.TextChoices):
    """What it is to an earlier agreement: nothing (new), or an act on it."""

    NEW = "NEW", pgettext_lazy("nature of an agreement", "New")
    RENEWAL = "RENEWAL", _("Renewal")
    AMENDMENT = "AMENDMENT", _("Amendment")
    ADDENDUM = "ADDENDUM", pgettext_lazy("nature of an agreement", "Addendum")
    REPLACEMENT = "REPLACEMENT", _("Replacement")
    TERMINATION = "TERMINATION", pgettext_lazy("nature of an agreement", "Termination")


CHANGES = (AgreementNature.AMENDMENT, AgreementNature.ADDENDUM)  # they change it while it goes on
NO_END_OF_THEIR_OWN = (*CHANGES, AgreementNature.TERMINATION)  # their term moves the end of another
CONTINUATIONS = (AgreementNature.RENEWAL, AgreementNature.REPLACEMENT)  # they take its place


class AgreementState(models.TextChoices):
    """What an agreement is on a day. Answered from facts by `agreements.states`, never stored."""

    PIPELINE = "PIPELINE", _("In preparation")
    ACTIVE = "ACTIVE", _("In force")
    EXPIRING = "EXPIRING", _("Ending soon")
    EXPIRED = "EXPIRED", pgettext_lazy("state of an agreement", "Ended")
    RENEWED = "RENEWED", _("Renewed")
    DORMANT = "DORMANT", _("Dormant")
    COMPLETED = "COMPLETED", pgettext_lazy("state of an agreement", "Completed")
    TERMINATED = "TERMINATED", _("Terminated")
    REVOKED = "REVOKED", _("Revoked")
    REJECTED = "REJECTED", _("Rejected")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    ON_HOLD = "ON_HOLD", _("On hold")


class Closing(models.TextChoices):
    """How it was closed for good: the first three after signing, the other two before."""

    COMPLETED = "COMPLETED", pgettext_lazy("state of an agreement", "Completed")
    TERMINATED = "TERMINATED", _("Terminated")
    REVOKED = "REVOKED", _("Revoked")
    REJECTED = "REJECTED", _("Rejected")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


CLOSED_SIGNED = (Closing.COMPLETED, Closing.TERMINATED, Closing.REVOKED)
CLOSED_UNSIGNED = (Closing.REJECTED, Closing.WITHDRAWN)


class Initiator(models.TextChoices):
    """Who began it, in terms that both sides read alike."""

    KEEPER = "KEEPER", _("The region that keeps the record")
    COUNTERPART = "COUNTERPART", _("Counterpart")
    CENTRAL = "CENTRAL", _("Central government")


class PartyRole(models.TextChoices):
    FIRST = "FIRST", _("First party")
    SECOND = "SECOND", _("Second party")
    NTH = "NTH", _("Further party")
    FACILITATOR = "FACILITATOR", pgettext_lazy("party", "Facilitator")
    WITNESS = "WITNESS", _("Witness")


MAIN_ROLES = (PartyRole.FIRST, PartyRole.SECOND, PartyRole.NTH)  # those who sign


class SigningMode(models.TextChoices):
    DESK = "DESK", _("By circulation")
    CEREMONIAL = "CEREMONIAL", pgettext_lazy("signing", "Ceremony")
    HYBRID = "HYBRID", pgettext_lazy("signing", "Hybrid")
    ELECTRONIC = "ELECTRONIC", _("Electronic signature")


class ScopeDirection(models.TextChoices):
    """Who gives to whom. One way names the giving party; pages say “from us” or “from partner” to the reader."""

    MUTUAL = "MUTUAL", _("Mutual")
    ONE_WAY = "ONE_WAY", _("One way")
