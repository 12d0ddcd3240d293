"""Tells webhooks what is new, and forgets old tellings."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.jobs.models import Job, State
from houqin.foundation.jobs.purging import purge
from houqin.foundation.jobs.schedule import watch
from houqin.foundation.jobs.work import job, on_failure
from houqin.foundation.journal.models import Entry
from houqin.foundation.org.parameters import parameter, value
from houqin.kit import clock

from . import webhooks
from .models import Webhook, WebhookDelivery

parameter(
    "api.delivery_days", gettext_lazy("Webhook 告知紀錄保留幾天"), default=30, source="實務：查得到上個月", status="P"
)


@watch("api.webhooks")
def look_for_deliveries() -> None:
    """Ask for one telling at a time of every webhook the book has gone past."""
    late = webhooks.behind()
    if not late:
        return
    open_jobs = Job.objects.filter(name=deliver.name, state__in=(State.WAITING, State.RUNNING))
    asked = {one["webhook"] for one in open_jobs.values_list("arguments", flat=True)}
    for webhook in late:
        if webhook.pk not in asked:
            # Where two workers ask at the same moment, the second job finds the webhook busy and then up to date.
            deliver.later(webhook=webhook.pk)


@job("api.deliver", label=gettext_lazy("告知 Webhook"), kept=False)
def deliver(*, webhook: int) -> str:
    return _("告知 %(count)s 筆") % {"count": webhooks.deliver_on(webhook)}


@job("api.redeliver", label=gettext_lazy("再告知 Webhook"), pauses=())
def redeliver(*, webhook: int, number: int) -> str:
    found = Webhook.objects.get(pk=webhook)
    webhooks.deliver(found, Entry.objects.get(number=number))
    return _("告知第 %(number)s 號") % {"number": number}


@on_failure
def pause(failed: Job) -> None:
    """What was given up waits for the administrator; the book keeps what it has not been told."""
    if failed.name == deliver.name:
        Webhook.objects.filter(pk=failed.arguments["webhook"]).update(paused_at=clock.now())


@purge("api.deliveries", label=gettext_lazy("Webhook 告知紀錄"))
def old_deliveries(today: date) -> int:
    before = clock.at(today - timedelta(days=int(value("api.delivery_days"))), time())
    return WebhookDelivery.objects.filter(tried_at__lt=before).delete()[0]
