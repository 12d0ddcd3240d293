"""What must never be true of signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import ACTIONS
from houqin.foundation.journal.checks import Finding, check
from houqin.foundation.journal.models import Commodity, Entry, Line

from .attachments import is_whole
from .models import DOCUMENTS, Attachment, Document, Signature


@check("signing.attachments", gettext_lazy("附件都在，沒有改動過"))
def attachments_are_whole() -> Iterable[Finding]:
    """Every photo and file that hangs on a paper is there, and is the one that was hung on it."""
    for one in Attachment.objects.order_by("pk").iterator():
        if not is_whole(one.digest):
            yield Finding(
                _("附件「%(name)s」不見了或被改動過，請從備份還原附件資料夾。") % {"name": one.name},
                one.document_kind,
                one.document_id,
            )


@check("signing.pictures", gettext_lazy("簽章的圖沒有改動過"))
def pictures_are_whole() -> Iterable[Finding]:
    """Every picture a signature names is there, and is the one that was signed with."""
    state: dict[str, bool] = {}
    for signature in Signature.objects.exclude(image="").order_by("pk").iterator():
        if signature.image not in state:
            state[signature.image] = is_whole(signature.image)
        if not state[signature.image]:
            yield Finding(
                _("%(number)s 上的簽章圖不見了或被改動過，請從備份還原附件資料夾。")
                % {"number": signature.document_number},
                signature.document_kind,
                signature.document_id,
            )


@check("signing.taken_back_by_papers", gettext_lazy("單據的登記只由單據自己的辦法收回"))
def taken_back_by_papers() -> Iterable[Finding]:
    """No entry of a paper is reversed while the paper stands as if it were not: its own verb took it back, then or since."""
    reversals = Entry.objects.filter(sign=-1).exclude(document_kind="").order_by("number")
    for kind in DOCUMENTS:
        route = kind.route()
        if route is None:
            continue
        own = {step.kind for step in route.steps if step.takes_back}
        undone = Entry.objects.filter(
            document_kind=OuterRef("document_kind"), document_id=OuterRef("document_id"), kind__in=own, sign=1,
            recorded_at__gte=OuterRef("recorded_at"),
        )  # fmt: skip
        free = [verb.kind for verb in ACTIONS if verb.reversible]
        for one in reversals.filter(document_kind=kind.kind).exclude(kind__in=free).exclude(Exists(undone)):
            yield Finding(
                _("%(number)s 的第 %(entry)s 號登記沖銷過，單據還照舊。請在單上作廢或撤回，再照實登記。")
                % {"number": one.document_number, "entry": one.reverses_id},
                one.document_kind,
                one.document_id,
                entry=one.number,
                # A program older than vouchings let it; it is told, and can still be set right on the paper.
                notice=one.version is None,
            )


@check("signing.separated", gettext_lazy("經手、驗收、審批不是同一個人"))
def steps_are_separated() -> Iterable[Finding]:
    """Nobody signed a step of a paper who had done one it must be separate from, unless the principal excused it (§1.2).

    Read from the routes, so that it holds for every paper there will be. Imported papers bear no signatures of this book.
    """
    for kind in DOCUMENTS:
        route = kind.route()
        for step in {(one.kind, one.not_by, one.excused_by) for one in (route.steps if route else ()) if one.not_by}:
            name, not_by, excuse = step
            of_paper = {"document_kind": kind.kind, "document_id": OuterRef("document_id")}
            # Its own signature has an entry of its own kind beside it; a step taken twice shows as a second signature.
            others = [one for one in not_by if one != name]
            did = Entry.objects.filter(**of_paper, by=OuterRef("person"), kind__in=others, sign=1)
            signed = Signature.objects.filter(**of_paper, person=OuterRef("person"), step__in=not_by)
            signed = signed.exclude(pk=OuterRef("pk"))
            excused = Entry.objects.filter(**of_paper, kind=excuse, sign=1, reversed_by__isnull=True)
            found = Signature.objects.filter(document_kind=kind.kind, step=name).filter(Exists(did) | Exists(signed))
            if excuse:
                found = found.exclude(Exists(excused))
            for one in found:
                yield Finding(
                    _("%(number)s 的經手、驗收、審批有兩步是%(name)s一個人做的。")
                    % {"number": one.document_number, "name": one.person},
                    one.document_kind,
                    one.document_id,
                )


def agrees_with_lines(
    name: str,
    label: Any,
    *,
    paper: type[Document],
    out: tuple[str, ...],
    told: Callable[[], Iterable[tuple[int, int, int]]],
    back: tuple[str, ...] = (),
) -> Callable[[], Iterable[Finding]]:
    """Register the check that what rows of papers say was moved is what the journal moved for them.

    ``told`` gives (key of the paper, key of the commodity, quantity); ``out`` are the kinds of entries that move it and
    ``back`` those that take some of it back. A number that stands in two places is looked at in both.
    """

    def look() -> Iterable[Finding]:
        moved: dict[tuple[int, int], int] = {}
        lines = Line.objects.filter(
            entry__document_kind=paper.kind, entry__kind__in=(*out, *back), commodity__item__isnull=False
        )
        sums = lines.values_list("entry__document_id", "commodity_id", "entry__kind")
        for key, commodity, kind, quantity in sums.annotate(moved=Sum(F("entry__sign") * F("quantity"))):
            moved[key, commodity] = moved.get((key, commodity), 0) + (-quantity if kind in back else quantity)
        said = {(key, commodity): quantity or 0 for key, commodity, quantity in told()}
        wrong = [pair for pair in said.keys() | moved.keys() if said.get(pair, 0) != moved.get(pair, 0)]
        papers = paper._default_manager.in_bulk({key for key, _commodity in wrong})
        names = dict(Commodity.objects.filter(pk__in={pair[1] for pair in wrong}).values_list("pk", "name"))
        for key, commodity in sorted(wrong):
            yield Finding(
                _("%(paper)s的「%(name)s」單上記 %(told)d，賬上是 %(moved)d。")
                % {
                    "paper": papers.get(key, key),
                    "name": names.get(commodity, ""),
                    "told": said.get((key, commodity), 0),
                    "moved": moved.get((key, commodity), 0),
                },
                paper.kind,
                key,
            )

    return check(name, label)(look)
