"""Jobs and who does them. They say nothing about the school, so no action writes them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    WAITING = "waiting", _("等候")
    RUNNING = "running", _("進行中")
    DONE = "done", _("做完")
    FAILED = "failed", _("失敗")


class Job(models.Model):
    """One piece of work. ``arguments`` are numbers and words only, never personal data.

    ``key`` names the work for good where the same must not be asked for twice. ``attempts`` counts how often it was begun.
    ``outcome`` is a sentence about what was done; ``error`` about why not.
    """

    name = models.CharField(_("工作"), max_length=64)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=120, unique=True, null=True)
    state = models.CharField(_("狀態"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("次數"), default=0)
    created_at = models.DateTimeField(_("提出時間"))
    run_after = models.DateTimeField(_("最早時間"))
    started_at = models.DateTimeField(_("開始時間"), null=True)
    finished_at = models.DateTimeField(_("結束時間"), null=True)
    worker = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(_("結果"), max_length=500, blank=True)
    error = models.CharField(_("原因"), max_length=500, blank=True)
    traceback = models.TextField(blank=True)

    class Meta:
        verbose_name = _("背景工作")
        indexes = [
            models.Index(fields=["state", "run_after"], name="job_state"),
            models.Index(fields=["name", "state"], name="job_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Worker(models.Model):
    """A process that does jobs, and when it was last alive."""

    name = models.CharField(max_length=64, primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("工作程序")
