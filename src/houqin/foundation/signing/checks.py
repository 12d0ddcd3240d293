"""What must never be true of signatures."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.checks import Finding, check

from .attachments import path_of
from .models import Signature


@check("signing.pictures", gettext_lazy("簽章的圖沒有改動過"))
def pictures_are_whole() -> Iterable[Finding]:
    """Every picture a signature names is there, and is the one that was signed with."""
    state: dict[str, bool] = {}
    for signature in Signature.objects.exclude(image="").order_by("pk").iterator():
        if signature.image not in state:
            path = path_of(signature.image)
            state[signature.image] = path.exists() and sha256(path.read_bytes()).hexdigest() == signature.image
        if not state[signature.image]:
            yield Finding(
                _("%(number)s 上的簽章圖不見了或被改動過，請從備份還原附件資料夾。")
                % {"number": signature.document_number},
                signature.document_kind,
                signature.document_id,
            )
