"""Follow-ups: lists, milestones and their deeds, recurring duties, the inbox."""

from django.urls import path

from documents.urls import paper_urls
from followups.models import Milestone
from followups.views import bulk, deeds, detail, duties, editing, inbox, lists, rules, work

app_name = "followups"

urlpatterns = [
    # follow-ups/
    path("", lists.milestone_list, name="list"),
    path("follow-ups.csv", lists.milestone_export, {"kind": "csv"}, name="csv"),
    path("follow-ups.xlsx", lists.milestone_export, {"kind": "xlsx"}, name="xlsx"),
    path("mine/", work.mine, name="mine"),
    path("people/lookup/", lists.people_lookup, name="people-lookup"),
    # follow-ups/<pk>/<deed>/ from a line of "my follow-ups"
    path("<int:pk>/at-once/<slug:deed>/", work.at_once, name="at-once"),
    # follow-ups/new/
    path("new/", editing.milestone_new, name="new"),
    path("about/", detail.about, name="about"),
    path("programmes/lookup/", editing.programme_lookup, name="programme-lookup"),
    # follow-ups/<pk>/
    path("<int:pk>/", detail.milestone_detail, name="detail"),
    path("<int:pk>/history/", detail.milestone_history, name="history"),
    path("<int:pk>/comments/", detail.comments, name="comments"),
    path("<int:pk>/edit/", editing.milestone_edit, name="edit"),
    path("<int:pk>/reassign/", editing.milestone_reassign, name="reassign"),
    # follow-ups/<pk>/done/ and the other deeds
    *(path(f"<int:pk>/{name}/", deeds.deed, {"form": form}, name=name) for name, form in deeds.FORMS.items()),
    path("<int:pk>/parts/<int:part_pk>/done/", deeds.part_done, name="part-done"),
    # follow-ups/<pk>/attachments/, follow-ups/<pk>/notes/
    *paper_urls(Milestone),
    # follow-ups/duties/
    path("duties/new/", duties.duty_new, name="duty-new"),
    path("duties/<int:pk>/", duties.duty_detail, name="duty"),
    path("duties/<int:pk>/history/", duties.duty_history, name="duty-history"),
    path("duties/<int:pk>/edit/", duties.duty_edit, name="duty-edit"),
    path("duties/<int:pk>/end/", duties.duty_end, name="duty-end"),
    path("duties/<int:pk>/resume/", duties.duty_resume, name="duty-resume"),
    # follow-ups/bulk/
    path("bulk/", bulk.bulk_deed, name="bulk"),
    path("bulk/done/", bulk.bulk_list, name="bulk-list"),
    path("bulk/<int:pk>/undo/", bulk.bulk_undo, name="bulk-undo"),
    # follow-ups/inbox/
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox-read-all"),
    path("inbox/<int:pk>/", inbox.opened, name="inbox-open"),
    path("inbox/<int:pk>/mark/", inbox.mark, name="inbox-mark"),
    # follow-ups/<pk>/reminders/, follow-ups/agreements/<pk>/rules/
    path("<int:pk>/reminders/", rules.reminders_explained, name="reminders"),
    path("agreements/<int:pk>/rules/", rules.agreement_rules, name="rules"),
]
