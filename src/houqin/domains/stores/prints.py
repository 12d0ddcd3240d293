"""The stores' forms as they are printed and signed: 入庫單, 領料單, 調撥單, 報損單, 借用單, 班級物資發放簽收表 (D01–D05)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.org.models import Person
from houqin.foundation.signing.prints import letterhead, print_of, signed
from houqin.kit.numbers import yuan
from houqin.kit.papers import Table
from houqin.kit.papers.slip import Slip

from .models import Distribution, Loan, Receipt, Requisition, Transfer, WriteOff


def money(fen: int | None) -> str:
    """分 as 元 on paper; nothing where nothing is known."""
    return yuan(fen) if fen is not None else ""


def day_of(day: date | None) -> str:
    return day.isoformat() if day else ""


def counted(quantity: int | None) -> str:
    return "" if quantity is None else str(quantity)


def _with_total(rows: Iterable[tuple[str, ...]], sums: dict[int, str]) -> tuple[tuple[str, ...], ...]:
    """The rows with 合計 below them and the sums under their columns."""
    rows = tuple(rows)
    width = len(rows[0]) if rows else 0
    total = tuple(_("合計") if place == 0 else sums.get(place, "") for place in range(width))
    return (*rows, total) if rows else rows


@print_of(Receipt, "receipt", label=gettext_lazy("入庫單"))
def receipt_slip(paper: Receipt, person: Person) -> Sequence[Slip]:
    """入庫單 with what was delivered and what was taken in; buyer, acceptor and keeper sign (D01)."""
    lines = list(paper.lines.select_related("item").order_by("pk"))
    rows = [
        (
            str(place), line.item.name, line.item.specification, line.item.counter, counted(line.quantity),
            counted(line.accepted), money(line.price), money(line.value),
            " ".join(filter(None, (line.batch, day_of(line.expires_on)))), line.shelf,
        )
        for place, line in enumerate(lines, start=1)
    ]  # fmt: skip
    columns = (
        _("序號"), _("品名"), _("規格"), _("單位"), _("到貨數量"), _("入庫數量"), _("單價"), _("金額"), _("批號（有效期）"), _("庫位"),
    )  # fmt: skip
    acceptor = dict(signed(paper, ("acceptor", "acceptor")))["acceptor"] or paper.acceptor_name
    return [
        Slip(
            title=_("物資入庫單"),
            school=letterhead(),
            number=paper.number,
            facts=(
                (_("入庫日期"), day_of(paper.accepted_on) or _("未驗收")),
                (_("供應商"), paper.supplier_name),
                (_("來源"), str(paper.get_source_display())),
                (_("倉庫"), str(paper.place)),
            ),
            tables=(Table("", columns, _with_total(rows, {7: yuan(sum(line.value for line in lines))})),),
            text=tuple(filter(None, (paper.note,))),
            signatures=((_("經手人"), paper.buyer_name), (_("驗收人"), acceptor), (_("保管員"), paper.keeper_name)),
            landscape=True,
        )
    ]


@print_of(Requisition, "issue", label=gettext_lazy("領料單（出庫單）"))
def requisition_slip(paper: Requisition, person: Person) -> Sequence[Slip]:
    """領料單: what was asked, approved and handed out; approver, keeper and receiver sign, of dangerous goods a second person (D02)."""
    given: dict[int, list[Any]] = {}
    for row in paper.hand_outs.order_by("issued_on", "pk"):
        given.setdefault(row.item_id, []).append(row)
    rows, total = [], 0
    for place, line in enumerate(paper.lines.select_related("item", "item__keeping").order_by("pk"), start=1):
        outs = given.get(line.item_id, [])
        worth = sum(row.value for row in outs)
        pieces = sum(row.quantity for row in outs)
        total += worth
        back = sum(row.returned for row in outs)
        rows.append(
            (
                str(place), line.item.name, line.item.specification, line.item.counter, counted(line.quantity),
                counted(line.approved), counted(pieces or None),
                yuan((2 * worth + pieces) // (2 * pieces)) if pieces else "", money(worth) if pieces else "",
                _("是") if any(row.is_old_for_new for row in outs) else "",
                "、".join(dict.fromkeys(day_of(row.issued_on) for row in outs)),
                _("退回 %(count)d") % {"count": back} if back else "",
            )
        )  # fmt: skip
    columns = (
        _("序號"), _("品名"), _("規格"), _("單位"), _("申領數量"), _("批准數量"), _("實發數量"), _("單價"), _("金額"), _("以舊換新"),
        _("發放日期"), _("備註"),
    )  # fmt: skip
    lines = [("approver", _("批准人")), ("issuer", _("發放人")), ("receiver", _("領用人簽名"))]
    names = dict(signed(paper, *lines, ("second_person", _("會簽人"))))
    at_counter = {_("批准人"): paper.approver_name, _("發放人"): paper.keeper_name}
    signatures = tuple((label, names[label] or at_counter.get(label, "")) for _signs_as, label in lines)
    if names[_("會簽人")]:
        signatures = (*signatures[:2], (_("會簽人"), names[_("會簽人")]), *signatures[2:])
    return [
        Slip(
            title=_("領料單（出庫單）"),
            school=letterhead(),
            number=paper.number,
            facts=(
                (_("日期"), day_of(paper.opened_on)),
                (_("領用部門（班級）"), paper.for_whom()),
                (_("領用人"), paper.receiver_name),
                (_("用途"), paper.purpose),
                (_("倉庫"), str(paper.place)),
            ),
            tables=(Table("", columns, _with_total(rows, {8: yuan(total)})),),
            text=tuple(filter(None, (paper.note,))),
            signatures=signatures,
            landscape=True,
        )
    ]


@print_of(Distribution, "sheet", label=gettext_lazy("班級物資發放簽收表"))
def distribution_slip(paper: Distribution, person: Person) -> Sequence[Slip]:
    """What one class gets this term, for its teacher to sign (D05)."""
    lines = list(paper.lines.select_related("item").order_by("per", "pk"))
    rows = [
        (
            str(place), str(line.item), line.item.counter, str(line.get_per_display()), counted(line.heads), counted(line.per_head),
            counted(line.planned), counted(line.issued), counted(line.short or None), day_of(line.topped_up_on),
        )
        for place, line in enumerate(lines, start=1)
    ]  # fmt: skip
    columns = (
        _("序號"), _("品名"), _("單位"), _("按"), _("應發人數"), _("每人數量"), _("應發數"), _("實發數"), _("缺（餘）數"), _("補發日期"),
    )  # fmt: skip
    return [
        Slip(
            title=_("班級物資（課本）發放簽收表"),
            school=letterhead(),
            number=paper.number,
            facts=(
                (_("學期"), str(paper.term)),
                (_("班級"), str(paper.school_class)),
                (_("應發人數"), str(paper.pupils)),
                (_("倉庫"), str(paper.place)),
            ),
            tables=(Table("", columns, tuple(rows)),),
            text=(
                _("發放物資共值 %(worth)s 元。請班主任清點後簽收，缺的補發後再簽。")
                % {"worth": yuan(sum(line.value for line in lines))},
            ),
            signatures=signed(paper, ("issuer", _("發放人")), ("class_teacher", _("班主任簽收"))),
        )
    ]


@print_of(WriteOff, "write_off", label=gettext_lazy("報損單"))
def write_off_slip(paper: WriteOff, person: Person) -> Sequence[Slip]:
    """報損單: what is lost, damaged or past its day, why, and who approved that it leaves the book."""
    columns = (_("品名"), _("規格"), _("單位"), _("數量"), _("批號（有效期）"), _("類型"), _("金額"), _("原因"))
    lot = paper.batch
    row = (
        paper.item.name, paper.item.specification, paper.item.counter, counted(paper.quantity),
        " ".join(filter(None, (lot.number, day_of(lot.expires_on)))) if lot else "", str(paper.get_loss_display()),
        money(paper.value) if paper.state == "written_off" else "", paper.reason,
    )  # fmt: skip
    return [
        Slip(
            title=_("物資報損單"),
            school=letterhead(),
            number=paper.number,
            facts=(
                (_("日期"), day_of(paper.opened_on)),
                (_("倉庫"), str(paper.place)),
                (_("狀態"), paper.state_label),
            ),
            tables=(Table("", columns, (row,)),),
            signatures=(
                (_("報損人（保管員）"), str(paper.opened_by or "")),
                *signed(paper, ("approver", _("批准人"))),
                (_("監銷人"), ""),
            ),
        )
    ]


@print_of(Transfer, "transfer", label=gettext_lazy("調撥單"))
def transfer_slip(paper: Transfer, person: Person) -> Sequence[Slip]:
    """調撥單 between two stores: sent, received, and what did not arrive."""
    lines = list(paper.lines.select_related("item").order_by("pk"))
    rows = [
        (
            str(place), line.item.name, line.item.specification, line.item.counter, counted(line.quantity),
            counted(line.delivered), money(line.value),
        )
        for place, line in enumerate(lines, start=1)
    ]  # fmt: skip
    columns = (_("序號"), _("品名"), _("規格"), _("單位"), _("發出數量"), _("接收數量"), _("金額"))
    return [
        Slip(
            title=_("倉庫物資調撥單"),
            school=letterhead(),
            number=paper.number,
            facts=(
                (_("調出"), str(paper.place)),
                (_("調入"), str(paper.target)),
                (_("發出日期"), day_of(paper.opened_on)),
                (_("接收日期"), day_of(paper.delivered_on)),
            ),
            tables=(Table("", columns, _with_total(rows, {6: yuan(sum(line.value for line in lines))})),),
            text=tuple(filter(None, (paper.note,))),
            signatures=((_("發出人"), str(paper.sender or "")), *signed(paper, ("receiver", _("接收人")))),
        )
    ]


@print_of(Loan, "loan", label=gettext_lazy("借用單"))
def loan_slip(paper: Loan, person: Person) -> Sequence[Slip]:
    """借用單: out and back, in what condition each time, what was paid for damage (D03)."""
    out = (
        str(paper.item), paper.serial, counted(paper.quantity), paper.item.counter,
        str(paper.get_condition_out_display()), paper.purpose, day_of(paper.lent_on), day_of(paper.due_on),
    )  # fmt: skip
    back = (
        counted(paper.returned or None), counted(paper.outstanding or None), day_of(paper.returned_on),
        str(paper.get_condition_back_display()), money(paper.compensation),
    )  # fmt: skip
    names = dict(signed(paper, ("approver", "approver"), ("issuer", "issuer"), ("acceptor", "acceptor")))
    return [
        Slip(
            title=_("物品借用單"),
            school=letterhead(),
            number=paper.number,
            facts=(
                (_("借用人"), paper.borrower_name),
                (_("部門"), str(paper.unit or "")),
                (_("倉庫"), str(paper.place)),
                (_("狀態"), paper.state_label),
            ),
            tables=(
                Table(
                    _("借出"),
                    (
                        _("物品名稱"), _("編號"), _("數量"), _("單位"), _("借出時狀況"), _("用途"), _("借用日期"), _("預計歸還日"),
                    ),
                    (out,),
                ),
                Table(
                    _("歸還"), (_("已還數量"), _("未還數量"), _("實際歸還日"), _("歸還狀況"), _("損壞賠償")), (back,)
                ),
            ),
            text=tuple(
                filter(None, (_("借用人按期完好歸還；損壞、遺失按規定賠償，未還清的不再借出。"), paper.note))
            ),
            signatures=(
                (_("批准人"), names["approver"] or paper.approver_name),
                (_("發放人"), names["issuer"]),
                (_("借用人"), ""),
                (_("驗收人"), names["acceptor"] or paper.acceptor_name),
            ),
        )
    ]  # fmt: skip
