"""What tests say in the trail."""

from clinnet.table import Action

TESTED = Action("test.tested", "tested")
