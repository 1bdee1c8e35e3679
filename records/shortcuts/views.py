"""The pages on which templates and abbreviations are made."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.permissions import Permission
from clinnet.addresses import back, onward, reverse
from clinnet.console import history
from clinnet.table import keys
from clinnet.toasts import say
from records.shortcuts import queries, services
from records.shortcuts.forms import PhraseForm, TemplateForm
from records.shortcuts.models import Phrase

MANAGE = "console:home"


@needs(Permission.TEMPLATE_MANAGE)
def template(request: ClinicRequest, clinic: str, template_id: str = "") -> HttpResponse:
    found = queries.template(request.scope, template_id) if template_id else None
    form = history.begun(request, found, partial(TemplateForm, request))
    if form.run(lambda once: services.save_template(request.scope, template=found, **form.values, once=once)):
        say(request, "Saved. Notes that are begun stay as they are.")
        return redirect(onward(request, back(request, clinic, MANAGE)))
    shown = {"form": form, "template": found}
    return render(request, "records/shortcuts/template.html", shown, status=422 if form.is_bound else 200)


@needs(Permission.NOTE_WRITE)
@require_safe
def phrases(request: ClinicRequest, clinic: str) -> HttpResponse:
    """One's own abbreviations, and the clinic's."""
    own, everybodys = (queries.phrases(request.scope, each) for each in (request.scope.actor.id, keys.EVERYBODY))
    templates = [each for each in queries.shortcuts(request.scope).templates if each.short]
    shown = {"own": own, "everybodys": [each for each in everybodys if each.active], "templates": templates}
    return render(request, "records/shortcuts/phrases.html", shown)


@needs(Permission.NOTE_WRITE)
def own_phrase(request: ClinicRequest, clinic: str) -> HttpResponse:
    """A new one; `short` names one of theirs to be changed."""
    short = request.GET.get("short", "")
    found = queries.own_phrase(request.scope, short) if short else None
    return _phrase(request, request.scope.actor.id, found, reverse("records:phrases", args=[clinic]))


@needs(Permission.TEMPLATE_MANAGE)
def phrase(request: ClinicRequest, clinic: str, phrase_short: str = "") -> HttpResponse:
    found = queries.phrase(request.scope, keys.EVERYBODY, phrase_short) if phrase_short else None
    return _phrase(request, keys.EVERYBODY, found, back(request, clinic, MANAGE))


def _phrase(request: ClinicRequest, owner: str, found: Phrase | None, after: str) -> HttpResponse:
    form = history.begun(request, found, partial(PhraseForm, request, owner))
    if form.run(lambda once: services.save_phrase(request.scope, phrase=found, owner=owner, once=once, **form.values)):
        say(request, "Saved.")
        return redirect(onward(request, after))
    shown = {"form": form, "phrase": found, "back": after, "own": owner != keys.EVERYBODY}
    return render(request, "records/shortcuts/phrase.html", shown, status=422 if form.is_bound else 200)
