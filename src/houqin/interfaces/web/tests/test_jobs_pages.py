"""Where the administrator sees what failed: jobs, and webhooks that were not taken."""

from __future__ import annotations

from houqin.foundation.jobs.models import Job, State
from houqin.foundation.jobs.work import WORKS
from houqin.interfaces.api.actions import add_webhook
from houqin.interfaces.api.models import Webhook, WebhookDelivery
from houqin.kit import clock


def failed_job():
    job = WORKS["jobs.purge"].later()
    Job.objects.filter(pk=job.pk).update(
        state=State.FAILED, attempts=7, error="磁碟滿了", finished_at=clock.now(), run_after=clock.now()
    )
    return job


def test_a_failed_job_is_seen_and_done_again_at_a_press(cast, login):
    job = failed_job()
    browser = login(cast.admin)

    page = browser.get("/pages/jobs.board/").content.decode()
    assert "磁碟滿了" in page
    assert "沒有工作程序" in page
    browser.post("/pages/jobs.board/", {"job": job.pk})
    assert (Job.objects.get().state, Job.objects.get().attempts) == (State.WAITING, 0)
    assert "只有失敗的才要重做" in browser.post("/pages/jobs.board/", {"job": job.pk}, follow=True).content.decode()


def test_the_register_of_jobs_lists_it(cast, login):
    failed_job()

    assert "磁碟滿了" in login(cast.admin).get("/registers/jobs.jobs/?state=failed").content.decode()


def test_jobs_and_webhooks_are_for_the_administrator_alone(cast, login):
    browser = login(cast.li)
    for address in (
        "/pages/jobs.board/",
        "/pages/api.hooks/",
        "/registers/jobs.jobs/",
        "/registers/api.webhooks/",
        "/registers/api.deliveries/",
    ):
        assert browser.get(address).status_code == 403, address


def test_a_webhook_shows_its_host_and_neither_its_secret_nor_its_path(cast, login):
    add_webhook(
        cast.admin,
        name="大屏",
        url="https://example.org/in?key=open-sesame",
        kinds="repairs",
        secret="between-us-and-them",
    )
    hook = Webhook.objects.get()
    WebhookDelivery.objects.create(
        webhook=hook, number=1, kind="repairs.reported", attempts=3, error="HTTP 500", tried_at=clock.now()
    )
    browser = login(cast.admin)
    for address in ("/pages/api.hooks/", "/registers/api.webhooks/", "/registers/api.deliveries/"):
        page = browser.get(address).content.decode()
        assert "open-sesame" not in page
        assert "between-us-and-them" not in page
    page = browser.get("/pages/api.hooks/").content.decode()
    assert "example.org" in page
    assert "HTTP 500" in page


def test_a_webhook_goes_on_tells_again_and_is_removed_from_its_page(cast, login):
    add_webhook(cast.admin, name="大屏", url="https://example.org/in", kinds="*", secret="between-us-and-them")
    hook = Webhook.objects.get()
    Webhook.objects.update(paused_at=clock.now())
    browser = login(cast.admin)

    browser.post("/pages/api.hooks/", {"do": "api.webhook_resumed", "webhook": hook.pk})
    assert Webhook.objects.get().paused_at is None
    browser.post("/pages/api.hooks/", {"do": "api.redelivered", "webhook": hook.pk, "number": 1})
    assert [job.arguments for job in Job.objects.filter(name="api.redeliver")] == [{"webhook": hook.pk, "number": 1}]
    browser.post("/pages/api.hooks/", {"do": "api.webhook_removed", "webhook": hook.pk})
    assert not Webhook.objects.get().is_active
    answer = browser.post("/pages/api.hooks/", {"do": "org.person_added", "name": "不該有"}, follow=True)
    assert "不知道要做什麼" in answer.content.decode()
