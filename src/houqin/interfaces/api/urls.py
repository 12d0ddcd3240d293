"""``/api/``: see :mod:`.service`."""

from .service import addresses, make_api

app_name = "api"
urlpatterns = addresses(make_api())
