"""Corrections, confirmations and handovers."""

from django.urls import path

from sides.views import confirmations, corrections, handovers

app_name = "sides"

urlpatterns = [
    # corrections/
    path("corrections/", corrections.correction_list, name="list"),
    path("corrections/new/<slug:what>/<int:pk>/", corrections.correction_new, name="propose"),
    path("corrections/<int:pk>/", corrections.correction_detail, name="correction"),
    path("corrections/<int:pk>/answer/", corrections.correction_answer, name="correction-answer"),
    path("corrections/<int:pk>/withdraw/", corrections.correction_withdraw, name="correction-withdraw"),
    # confirmations/
    path("confirmations/<slug:what>/<int:pk>/", confirmations.confirm_row, name="confirm"),
    # handovers/
    path("handovers/new/<slug:what>/<int:pk>/", handovers.handover_new, name="offer"),
    path("handovers/<int:pk>/", handovers.handover_detail, name="handover"),
    path("handovers/<int:pk>/answer/", handovers.handover_answer, name="handover-answer"),
    path("handovers/<int:pk>/withdraw/", handovers.handover_withdraw, name="handover-withdraw"),
]
