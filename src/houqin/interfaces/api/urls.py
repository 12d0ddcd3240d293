"""``/api/``: see :mod:`.service`."""

from .service import addresses, make_api

app_name = "api"
api = make_api()
urlpatterns = addresses(api)
