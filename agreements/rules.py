"""The rules of the way, by the names that the database gives them, in words that say what to do."""

from __future__ import annotations

from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pages.sheets import once

RULES: dict[str, str | Promise] = {
    "agreement_stage_follows_the_log": gettext_lazy("The stage is not edited by hand: move the agreement on its page."),
    "agreement_gates_are_settled": gettext_lazy(
        "A gate before this is still open. Pass it with its paper, or let a manager waive it with a reason."
    ),
    "agreement_is_signed_before_it_is_carried_out": gettext_lazy(
        "It is not signed yet. Record the signing first; the date may stay unknown."
    ),
    "agreement_signed_stays_signed": gettext_lazy("It is signed: it cannot go back to before the signing."),
    "agreement_is_not_closed": gettext_lazy("It is closed. Reopen it first."),
    "agreement_is_closed": gettext_lazy("It is not closed, so there is nothing to reopen."),
    "agreement_process_fits_its_category": gettext_lazy("This process belongs to another category."),
    "process_is_published": gettext_lazy("This process is not published yet. Choose a published edition."),
    "process_is_not_published": gettext_lazy(
        "A published edition is never changed: agreements follow it. Make a new edition and change that."
    ),
    "agreement_starts_once": gettext_lazy("It has started already. Move it instead."),
    "agreement_moves_to_another_process": gettext_lazy("It follows this process already."),
    "step_is_on_the_way": gettext_lazy("This step is not on the way of this agreement."),
    "agreement_moves_forward": gettext_lazy("This step does not lie ahead. To go back, send it back with a reason."),
    "agreement_is_sent_back": gettext_lazy("This step does not lie behind. To go on, move it forward."),
    "step_may_be_skipped": gettext_lazy("This step may not be skipped."),
    "council_test_allows_skipping": gettext_lazy(
        "The council's approval is skipped only when the agreement neither burdens the public nor is outside the "
        "running budget. Answer both questions of the council test first."
    ),
    "only_a_gate_is_waived": gettext_lazy("Only a gate is waived. Other steps can be passed over by moving on."),
    "gate_is_passed_with_evidence": gettext_lazy("A gate is passed with its paper: attach it, or give its number."),
    "agreement_is_held_once": gettext_lazy("It is on hold already."),
    "agreement_is_held": gettext_lazy("It is not on hold."),
    "agreement_is_not_its_own_ancestor": gettext_lazy(
        "These links would lead in a circle: an agreement cannot come from itself. Choose another."
    ),
    "agreement_acts_on_a_signed_one": gettext_lazy(
        "Only a signed agreement is renewed, changed, replaced or ended. This one was never signed."
    ),
    "agreement_acts_on_the_one_that_is_changed": gettext_lazy(
        "Choose the agreement itself, not one of its amendments or addenda."
    ),
    "signing_is_of_a_party": gettext_lazy("The signing belongs to a party of another agreement."),
    "step_entry_paper_is_of_the_agreement": gettext_lazy("The paper belongs to another agreement."),
    "step_entry_is_written_once": gettext_lazy("The log is written once: add an entry instead."),
}

KEEPERS_ACT = gettext_lazy("An agreement is renewed or changed only by officers of the region that keeps it.")


def broken_rule(refusal: DatabaseError) -> str:
    """The name of the rule that the database found broken, or ''."""
    return getattr(getattr(refusal.__cause__, "diag", None), "constraint_name", None) or ""


def why_refused(refusal: DatabaseError) -> str:
    """What the database found wrong, in the words of the rule that it names."""
    name = broken_rule(refusal)
    return str(RULES[name]) if name in RULES else once.why_refused(refusal)
