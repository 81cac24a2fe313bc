"""Agreements: read, make, move, change; their papers and programmes."""

from django.urls import path

from agreements.forms.papers import AgreementPaperForm, AgreementPapersForm
from agreements.models import Agreement, AgreementNature
from agreements.views import advice, board, chains, detail, drafting, editing, moving, programmes, reading
from documents.urls import paper_urls

app_name = "agreements"

ACTS = [nature for nature in AgreementNature if nature != AgreementNature.NEW]

urlpatterns = [
    # agreements/
    path("", reading.agreement_list, name="list"),
    path("agreements.csv", reading.agreement_export, {"kind": "csv"}, name="csv"),
    path("agreements.xlsx", reading.agreement_export, {"kind": "xlsx"}, name="xlsx"),
    path("board/", board.agreement_board, name="board"),
    # agreements/new/, agreements/adviser/
    path("new/", editing.agreement_new, name="new"),
    path("adviser/", advice.adviser, name="adviser"),
    path("category/", advice.category_hint, name="category-hint"),
    path("lookup/", editing.agreement_lookup, name="lookup"),
    path("outcomes/lookup/", editing.outcome_lookup, name="outcome-lookup"),
    # agreements/<pk>/
    path("<int:pk>/", detail.agreement_detail, name="detail"),
    path("<int:pk>/print/", detail.agreement_print, name="print"),
    path("<int:pk>/history/", detail.agreement_history, name="history"),
    path("<int:pk>/timeline/", detail.agreement_timeline, name="timeline"),
    path("<int:pk>/edit/", editing.agreement_edit, name="edit"),
    path("<int:pk>/delete/", editing.agreement_delete, name="delete"),
    # agreements/<pk>/renewal/ and the other acts on it
    *(path(f"<int:pk>/{n.lower()}/", chains.agreement_act, {"nature": n}, name=n.lower()) for n in ACTS),
    # agreements/<pk>/way/ and the moves
    path("<int:pk>/way/", moving.agreement_way, name="way"),
    path("<int:pk>/move/", moving.agreement_move, name="move"),
    path("<int:pk>/send-back/", moving.agreement_send_back, name="send-back"),
    path("<int:pk>/transfer/", moving.agreement_transfer, name="transfer"),
    path("<int:pk>/hold/", moving.agreement_hold, name="hold"),
    path("<int:pk>/resume/", moving.agreement_resume, name="resume"),
    path("<int:pk>/close/", moving.agreement_close, name="close"),
    path("<int:pk>/reopen/", moving.agreement_reopen, name="reopen"),
    path("<int:pk>/steps/<int:step_pk>/done/", moving.step_done, name="step-done"),
    path("<int:pk>/steps/<int:step_pk>/skip/", moving.step_skip, name="step-skip"),
    path("<int:pk>/steps/<int:step_pk>/waive/", moving.step_waive, name="step-waive"),
    # agreements/<pk>/attachments/, agreements/<pk>/notes/
    *paper_urls(Agreement, papers_form=AgreementPapersForm, paper_form=AgreementPaperForm),
    # agreements/<pk>/draft/, agreements/draft-templates/
    path("<int:pk>/draft/", drafting.draft, name="draft"),
    path("<int:pk>/draft/<slug:drafted>/", drafting.draft_file, name="draft-file"),
    path("draft-templates/", drafting.templates, name="draft-templates"),
    path("draft-templates/<int:region_pk>/<slug:drafted>/", drafting.template, name="draft-template"),
    path("draft-templates/<int:region_pk>/<slug:drafted>/file/", drafting.template_file, name="draft-template-file"),
    path("draft-templates/<int:region_pk>/<slug:drafted>/default/", drafting.template_back, name="draft-template-back"),
    # agreements/<pk>/programmes/
    path("<int:pk>/programmes/", programmes.programme_list, name="programmes"),
    path("<int:pk>/programmes/new/", programmes.programme_new, name="programme-new"),
    path("<int:pk>/programmes/<int:programme_pk>/", programmes.programme, name="programme"),
    path("<int:pk>/programmes/<int:programme_pk>/edit/", programmes.programme_edit, name="programme-edit"),
    path("<int:pk>/programmes/<int:programme_pk>/delete/", programmes.programme_delete, name="programme-delete"),
    path(
        "<int:pk>/programmes/<int:programme_pk>/indicators/<int:indicator_pk>/measurements/new/",
        programmes.measurement_new,
        name="measurement-new",
    ),
    path(
        "<int:pk>/programmes/<int:programme_pk>/measurements/<int:measurement_pk>/edit/",
        programmes.measurement_edit,
        name="measurement-edit",
    ),
    path(
        "<int:pk>/programmes/<int:programme_pk>/measurements/<int:measurement_pk>/delete/",
        programmes.measurement_delete,
        name="measurement-delete",
    ),
    # agreements/<pk>/evaluations/
    path("<int:pk>/evaluations/new/", programmes.evaluation_new, name="evaluation-new"),
    path("<int:pk>/evaluations/<int:evaluation_pk>/edit/", programmes.evaluation_edit, name="evaluation-edit"),
    path("<int:pk>/evaluations/<int:evaluation_pk>/delete/", programmes.evaluation_delete, name="evaluation-delete"),
]
