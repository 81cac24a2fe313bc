"""Agreements by aggregate: the processes, the agreement, its parties, contents, log, evidence and programmes."""

from agreements.models.agreements import ENDLESS, UNKNOWN_SINCE, Agreement
from agreements.models.contents import AgreementSector, AgreementVisit, Relation, ScopePoint
from agreements.models.evidence import (
    AgreementAttachment,
    AgreementCitation,
    AgreementCited,
    AgreementNote,
    AgreementPaperText,
    AgreementSource,
    DraftTemplate,
)
from agreements.models.kinds import (
    ABROAD,
    CHANGES,
    CLOSED_SIGNED,
    CLOSED_UNSIGNED,
    CONTINUATIONS,
    MAIN_ROLES,
    NO_END_OF_THEIR_OWN,
    AgreementKind,
    AgreementNature,
    AgreementState,
    Category,
    Closing,
    Initiator,
    PartyRole,
    ScopeDirection,
    SigningMode,
)
from agreements.models.log import NEEDS_REASON, SETTLING, STANDING, Deed, StepEntry
from agreements.models.parties import Party, Signatory, Signing
from agreements.models.processes import Process, ProcessStep, StepActor, StepPaper, StepPhase, StepTest
from agreements.models.programmes import (
    Advice,
    Better,
    Evaluation,
    EvaluatorRole,
    Indicator,
    Measurement,
    Programme,
    ProgrammeUnit,
)
from agreements.models.querysets import AgreementQuerySet

__all__ = [
    "ABROAD", "CHANGES", "CLOSED_SIGNED", "CLOSED_UNSIGNED", "CONTINUATIONS", "ENDLESS", "MAIN_ROLES", "NEEDS_REASON",
    "NO_END_OF_THEIR_OWN",
    "SETTLING", "STANDING", "UNKNOWN_SINCE", "Advice", "Agreement", "AgreementAttachment", "AgreementCitation",
    "AgreementCited", "AgreementKind", "AgreementNature", "AgreementNote", "AgreementPaperText", "AgreementQuerySet",
    "AgreementSector", "AgreementSource", "AgreementState", "AgreementVisit", "Better", "Category", "Closing", "Deed",
    "DraftTemplate", "Evaluation", "EvaluatorRole", "Indicator", "Initiator", "Measurement", "Party", "PartyRole",
    "Process", "ProcessStep", "Programme", "ProgrammeUnit", "Relation", "ScopeDirection", "ScopePoint", "Signatory",
    "Signing", "SigningMode", "StepActor", "StepEntry", "StepPaper", "StepPhase", "StepTest",
]  # fmt: skip
