"""How often one may knock without a login: counted in the database, so that every process counts the same.

A stretch is a fixed piece of time. One statement adds one and says how many that makes, on both databases, so two
processes cannot both be the last allowed. Addresses are kept as keyed digests only, and no longer than their stretch.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.refused import Refused
from houqin.foundation.org.parameters import parameter, value
from houqin.kit import clock

from .models import Tally

STRETCH_SECONDS = 600
_OWN = "由學校定；一所學校的手機常共用一個對外地址"
parameter("tokens.reports_per_token", gettext_lazy("每個標籤碼每 10 分鐘最多掃碼報修幾次"), default=6, source=_OWN)
parameter("tokens.reports_per_address", gettext_lazy("每個網絡地址每 10 分鐘最多掃碼報修幾次"), default=30, source=_OWN)
parameter(
    "tokens.misses_per_address", gettext_lazy("每個網絡地址每 10 分鐘最多打錯幾次標籤碼"), default=30, source=_OWN
)

ADD_ONE = """
INSERT INTO tokens_tally (name, ends_at, count) VALUES (%s, %s, 1)
ON CONFLICT (name, ends_at) DO UPDATE SET count = tokens_tally.count + 1
RETURNING count
"""


class TooOften(Refused):
    """Knocked more often than allowed; a page answers 429."""


def knock(what: str, name: str, *, most: int, now: float | None = None) -> int:
    """Count one knock of ``name`` (an address, a token) at ``what``; how many that makes in this stretch.

    Raises :class:`TooOften` from the one after ``most`` on.
    """
    moment = int(clock.now().timestamp() if now is None else now)
    ends_at = (moment // STRETCH_SECONDS + 1) * STRETCH_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(ADD_ONE, [_kept(what, name), ends_at])
        count = int(cursor.fetchone()[0])
    if count == 1:
        Tally.objects.filter(ends_at__lte=moment).delete()
    if count > most:
        raise TooOften(
            _("這裏短時間內掃得太多了。請過 %(minutes)d 分鐘再試，急事請直接打電話給總務處。")
            % {"minutes": (ends_at - moment) // 60 + 1}
        )
    return count


def knocks(what: str, name: str) -> int:
    """How often ``name`` has knocked at ``what`` in this stretch; counts nothing."""
    ends_at = (int(clock.now().timestamp()) // STRETCH_SECONDS + 1) * STRETCH_SECONDS
    return sum(Tally.objects.filter(name=_kept(what, name), ends_at=ends_at).values_list("count", flat=True))


def _kept(what: str, name: str) -> str:
    return salted_hmac("houqin.tokens.knock", f"{what} {name}", algorithm="sha256").hexdigest()


def allowed(name: str) -> int:
    """The value of a limit, from the parameters."""
    return int(value(name))


def address_of(request: HttpRequest) -> str:
    """Where a request comes from. Behind the proxy that speaks https for us its own last word counts, nothing before it."""
    told = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if told and getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        return str(told).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))
