"""When reminders leave, and what messages say of the clinic."""

from typing import Any

from django.http import HttpResponse

from clinnet.accounts.access import ClinicRequest, needs
from clinnet.accounts.models import Clinic
from clinnet.accounts.permissions import Permission
from clinnet.table import Once, get
from scheduling import services
from scheduling.forms.messages import MessageRulesForm, hours_of
from scheduling.views.arranging import Thing

MESSAGE_RULES = Thing(MessageRulesForm, "scheduling/setup_message_rules.html", "Messages to patients", "Saved.")


@needs(Permission.HOURS, Permission.CLINIC_MANAGE)
def message_rules(request: ClinicRequest, clinic: str) -> HttpResponse:
    item = get(request.scope, Clinic, Clinic.at(request.scope.here))

    def write(item: Clinic, values: dict[str, Any], once: Once) -> None:
        services.set_message_rules(
            request.scope, clinic=item, reminders=hours_of(values.get("reminders") or ""),
            address=values.get("address") or "", phone=values.get("phone") or "", once=once,
        )  # fmt: skip

    return MESSAGE_RULES.page(request, item, write)
