"""The forms of papers: those of every record, and the step to which a paper belongs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, ProcessStep
from agreements.ways import Way
from documents.forms import HINTS, OneFileForm, PaperForm, PapersField, PapersForm
from pages.filtering import QuickSelect


class StepChoice(forms.TypedChoiceField):
    """The steps that this agreement takes, and `keep`: one of an earlier edition of the process.

    They are read with the agreement's process, where the page finds them again.
    """

    def __init__(self, agreement: Agreement, *, keep: int | None = None) -> None:
        steps = {step.pk: step for step in Way(agreement).steps}
        if keep is not None and keep not in steps:
            steps |= {step.pk: step for step in ProcessStep.objects.filter(pk=keep)}
        super().__init__(
            choices=[("", _("The agreement as a whole")), *((pk, step.name) for pk, step in steps.items())],
            coerce=lambda pk: steps[int(pk)],
            empty_value=None,
            required=False,
            label=_("Step"),
            help_text=_("For the checklist."),
            widget=QuickSelect,
        )


class AgreementPapersForm(PapersForm):
    class Meta(PapersForm.Meta):
        fields = [*PapersForm.Meta.fields, "step"]

    field_order = [*PapersForm.field_order, "step"]

    def __init__(self, *args: Any, record: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        self.fields["step"] = StepChoice(record)


class AgreementPaperForm(PaperForm):
    class Meta(PaperForm.Meta):
        fields = [*PaperForm.Meta.fields, "step"]
        help_texts = HINTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"] = StepChoice(self.instance.agreement, keep=self.instance.step_id)


class TemplateForm(OneFileForm):
    """A Word template in place of the one in force."""

    uploads = PapersField(
        label=_("Word file"), several=False, help_text=_("A .docx file. It is tried out before it is taken.")
    )

    def clean_uploads(self) -> Any:
        papers = self.cleaned_data["uploads"]
        if not papers[0].name.lower().endswith(".docx"):
            raise forms.ValidationError(_("A template is a Word file (.docx)."))
        return papers
