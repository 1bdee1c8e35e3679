"""The WSGI application of the production server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinnet.settings")
application = get_wsgi_application()

from clinnet import contributions  # noqa: E402  it reads the settings

contributions.everything()  # a server that lacks a part of itself does not start
gc.collect()
gc.freeze()  # what a start made stays: no later collection need look at it
