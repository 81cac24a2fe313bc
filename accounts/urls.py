"""One's own account, the members of a region, the way in by invitation; passwords and factors are allauth's."""

from django.urls import path

from accounts.views.joining import join
from accounts.views.members import (
    invitation_resend,
    invitation_withdraw,
    invite,
    member_edit,
    member_end,
    member_list,
)
from accounts.views.preferences import preferences
from accounts.views.sessions import session_end, sessions_end

app_name = "accounts"

urlpatterns = [
    # me/
    path("me/", preferences, name="preferences"),
    path("me/sessions/end/", sessions_end, name="sessions-end"),
    path("me/sessions/<int:pk>/end/", session_end, name="session-end"),
    # members/
    path("members/", member_list, name="members"),
    path("members/invite/", invite, name="invite"),
    path("members/<int:pk>/edit/", member_edit, name="member-edit"),
    path("members/<int:pk>/end/", member_end, name="member-end"),
    path("members/invitations/<int:pk>/resend/", invitation_resend, name="invitation-resend"),
    path("members/invitations/<int:pk>/withdraw/", invitation_withdraw, name="invitation-withdraw"),
    # join/
    path("join/<int:pk>/<slug:key>/", join, name="join"),
]
