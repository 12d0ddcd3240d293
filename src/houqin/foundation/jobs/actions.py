"""The one thing people decide about a job: that it shall be tried again."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action, locked
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org.rules import administrator

from . import forms
from .models import Job, State
from .work import enqueue


@action("jobs.retried", label=gettext_lazy("重做"), form=forms.RetryJob, rule=administrator)
def retry(entry: Draft, *, job: int) -> None:
    """Let a failed piece of background work be tried again from the beginning."""
    found = locked(Job.objects.filter(pk=job)).first()
    if found is None:
        raise Refused(_("沒有第 %(number)s 號工作。") % {"number": job}, field="job")
    if found.state != State.FAILED:
        raise Refused(
            _("第 %(number)s 號工作是「%(state)s」，只有失敗的才要重做。")
            % {"number": job, "state": found.get_state_display()},
            field="job",
        )
    found.state, found.attempts, found.run_after, found.finished_at = State.WAITING, 0, entry.unit.now, None
    entry.changes(found, "state", "attempts", "run_after", "finished_at")
    entry.unit.after_creations(lambda: enqueue(found))
