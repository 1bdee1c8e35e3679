"""The WSGI application of the production server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinnet.settings")
application = get_wsgi_application()
