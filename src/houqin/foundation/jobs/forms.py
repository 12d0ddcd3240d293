"""What letting a job be done again asks for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ActionForm
from houqin.kit.fields import WholeNumberField


class RetryJob(ActionForm):
    job = WholeNumberField(label=gettext_lazy("工作號"), least=1, most=2**63 - 1)
