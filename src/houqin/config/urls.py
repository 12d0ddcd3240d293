"""Every address of the installation."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("houqin.interfaces.api.urls")),
    path("", include("houqin.interfaces.web.urls")),
]

handler403 = "houqin.interfaces.web.pages.errors.forbidden"
handler404 = "houqin.interfaces.web.pages.errors.missing"
handler500 = "houqin.interfaces.web.pages.errors.broken"
