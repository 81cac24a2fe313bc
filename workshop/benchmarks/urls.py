"""All addresses of the product, and the floor under them: the least that a page for a signed-in user can cost."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

FLOOR = "/bench/hello/"


@login_required
def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"Hello, {request.user}")


urlpatterns = [path(FLOOR.lstrip("/"), hello), path("", include("config.urls"))]
