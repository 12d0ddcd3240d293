"""The digest that chains an entry to the one before it: SHA-256 over canonical JSON."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256

# Position, commodity id, source account id, target account id, quantity.
LineFacts = tuple[int, int, int, int, int]
MeasureFacts = tuple[str, int]


# Made once: json.dumps would build an encoder for every entry.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(value: object) -> str:
    """JSON that is the same text for the same content on every machine: sorted keys, no spaces, UTF-8."""
    return _ENCODER.encode(value)


def moment(value: datetime) -> str:
    """A moment as the digest spells it: UTC with microseconds."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


# The first kind of digest covers what the entry says; the second also the rows it vouches for.
VERSION = 2


def entry_digest(
    previous: str,
    *,
    version: int | None,
    vouched: str,
    number: int,
    kind: str,
    sign: int,
    occurred_on: date,
    about_on: date | None,
    recorded_at: datetime,
    by_id: int,
    place_id: int | None,
    campus_id: int | None,
    category: str,
    document: Sequence[object],
    because_id: int | None,
    reverses_id: int | None,
    reason: str,
    asked: str,
    once: str | None,
    lines: Iterable[LineFacts],
    measures: Iterable[MeasureFacts],
) -> str:
    """64 hexadecimal digits over everything an entry says and the digest before it.

    ``vouched`` is the digest of its vouchings (:func:`.vouching.sealed`), empty where it has none; an entry of before the
    second ``version`` covers none.
    """
    content = [
        previous,
        number,
        kind,
        sign,
        occurred_on.isoformat(),
        about_on.isoformat() if about_on else None,
        moment(recorded_at),
        by_id,
        place_id,
        campus_id,
        category,
        list(document),
        because_id,
        reverses_id,
        reason,
        asked,
        once,
        [list(line) for line in lines],
        [list(measure) for measure in sorted(measures)],
    ]
    if version is not None:
        content += [version, vouched]
    return sha256(canonical(content).encode()).hexdigest()
