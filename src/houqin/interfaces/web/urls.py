"""The addresses of the pages. Every view declares its rule with ``access.page``."""

from django.urls import path

from .pages import account, actions, documents, entries, figures, health, imports, registers, search, summary, today

urlpatterns = [
    path("", today.today, name="today"),
    path("registers/", registers.index, name="registers"),
    path("registers/<str:name>/", registers.register, name="register"),
    path("registers/<str:name>/columns/", registers.columns, name="columns"),
    path("registers/<str:name>/print/", registers.printed, name="print"),
    path("registers/<str:name>/import/", imports.upload, name="import"),
    path("registers/<str:name>/export.<str:format>", registers.export, name="export"),
    path("do/", actions.start, name="start"),
    path("do/<str:kind>/", actions.do, name="do"),
    path("do/<str:kind>/suggest/<str:field>/", actions.suggest, name="suggest"),
    path("documents/<str:kind>/<int:key>/", documents.document, name="document"),
    path("documents/<str:kind>/<int:key>/print/", documents.printed, name="document_print"),
    path("documents/<str:kind>/<int:key>/attach/", documents.attach, name="attach"),
    path("documents/<str:kind>/<int:key>/do/<str:step>/", documents.do, name="document_do"),
    path("attachments/<int:key>/", documents.attachment, name="attachment"),
    path("entries/", entries.entries, name="entries"),
    path("entries/<int:number>/", entries.entry, name="entry"),
    path("figures/", figures.figures, name="figures"),
    path("figures/<str:name>/", figures.figure, name="figure"),
    path("summary/", summary.summary, name="summary"),
    path("summary/download.<str:format>", summary.download, name="summary_download"),
    path("search/", search.search, name="search"),
    path("me/", account.me, name="me"),
    path("login/", account.login, name="login"),
    path("logout/", account.logout, name="logout"),
    path("password/", account.password, name="password"),
    path("language/", account.language, name="language"),
    path("theme/", account.theme, name="theme"),
    path("healthz", health.healthz, name="healthz"),
]
