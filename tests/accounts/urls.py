"""Pages of every kind of door, for these tests alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from clinnet.accounts.access import RIGHTS, ClinicRequest, StaffRequest, needs, public, signed_in
from clinnet.accounts.permissions import Permission


@needs(Permission.PATIENT_READ)
def page(request: ClinicRequest, clinic: str) -> HttpResponse:
    if request.method == "POST":
        return HttpResponse(f"saved {request.POST['note']} in {request.clinic.name} by {request.scope.actor.name}")
    return render(request, "page.html")


@needs(Permission.PATIENT_READ, fresh=RIGHTS)
def rights(request: ClinicRequest, clinic: str) -> HttpResponse:
    return page(request, clinic)


@needs(Permission.PATIENT_READ, background=True)
def board(request: ClinicRequest, clinic: str) -> HttpResponse:
    return HttpResponse("board")


@needs(Permission.CHART_READ)
def chart(request: ClinicRequest, clinic: str) -> HttpResponse:
    return HttpResponse("chart")


@signed_in
def mine(request: StaffRequest) -> HttpResponse:
    return HttpResponse(request.signin.name)


@public
def anybody(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"user {request.user}")


@public
def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("María García, 14 Mar 1985")


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("should never be seen")


urlpatterns = [
    path("", include("clinnet.accounts.urls")),
    path("c/<slug:clinic>/page/", page),
    path("c/<slug:clinic>/rights/", rights),
    path("c/<slug:clinic>/board/", board),
    path("c/<slug:clinic>/chart/", chart),
    path("mine/", mine),
    path("anybody/", anybody),
    path("broken/", broken),
    path("undeclared/", undeclared),
]
