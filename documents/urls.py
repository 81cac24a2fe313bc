"""Where files are sent in pieces; and the addresses of papers and notes, which an app puts among its own."""

from typing import Any

from django.urls import URLPattern, path

from documents import sending, views
from documents.forms import PaperForm, PapersForm

app_name = "documents"

urlpatterns = [
    # uploads/
    path("", sending.uploads, name="uploads"),
    path("<uuid:key>/", sending.upload, name="upload"),
]


def paper_urls(
    record: Any, *, papers_form: type[PapersForm] = PapersForm, paper_form: type[PaperForm] = PaperForm
) -> list[URLPattern]:
    """Below `<pk>/` of a model that has `attachments` and `notes`; with forms of its own where its papers say more."""
    of = {"of": record}
    paper, note = "<int:pk>/attachments/<int:paper_pk>/", "<int:pk>/notes/<int:note_pk>/"
    return [
        path("<int:pk>/attachments/", views.attachments, of | {"form": papers_form}, name="attachments"),
        path(paper, views.attachment, of, name="attachment"),
        path(f"{paper}thumbnail/", views.attachment_thumbnail, of, name="attachment-thumbnail"),
        path(f"{paper}edit/", views.attachment_edit, of | {"form": paper_form}, name="attachment-edit"),
        path(f"{paper}edition/", views.attachment_edition, of, name="attachment-edition"),
        path(f"{paper}delete/", views.attachment_delete, of, name="attachment-delete"),
        path("<int:pk>/notes/", views.notes, of, name="notes"),
        path(f"{note}edit/", views.note_edit, of, name="note-edit"),
        path(f"{note}delete/", views.note_delete, of, name="note-delete"),
    ]
