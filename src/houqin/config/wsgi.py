"""What a server runs: `granian --interface wsgi houqin.config.wsgi:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houqin.config.settings")
# Photos, uploads and the book are their owner's to read and nobody else's.
os.umask(0o077)

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()

from houqin.interfaces.web.static_files import collect  # noqa: E402

# Before the first request, and before whitenoise looks at the folder: the middleware is loaded with `application`, so a
# first start is loaded once more.
if collect():
    application = get_wsgi_application()
