"""Past registers of a school's own making, in either script, read into the book."""

from datetime import date

import openpyxl
import pytest

from houqin.domains.stores import reports
from houqin.domains.stores.models import Batch, HandOut, LedgerRow, Loan, Receipt, ReceiptLine
from houqin.foundation.catalogue.models import Item
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Balance, Entry
from houqin.foundation.registers.importing import run_import
from houqin.kit.periods import Period

HALF = Period(date(2019, 1, 1), date(2019, 7, 31))


@pytest.fixture
def sheet(tmp_path):
    def write(name, *rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        path = tmp_path / f"{name}.xlsx"
        book.save(path)
        return path

    return write


OPENING = ("日期", "仓库", "品名", "规格", "单位", "数量", "单价", "金额")
RECEIPTS = (
    "入库日期", "单号", "供应商", "来源(采购/调入/捐赠/退库/盘盈)", "品名", "规格", "单位", "数量", "单价", "金额", "批号(有效期)",
    "库位", "经手人", "验收人", "保管员", "仓库",
)  # fmt: skip
ISSUES = (
    "日期", "领用部门(班级)", "品名", "规格", "单位", "数量", "用途", "单价", "金额", "领用人签名", "批准人", "发放人",
    "是否以旧换新", "备注", "仓库",
)  # fmt: skip
LOANS = (
    "借用日期", "借用人(部门)", "物品名称", "编号", "数量", "借出时状况", "用途", "预计归还日", "批准人", "实际归还日", "归还状况",
    "损坏赔偿", "验收人", "仓库",
)  # fmt: skip
LEDGER = (
    "日期", "仓库", "品名", "规格", "单位", "凭证号", "摘要", "收入数量", "收入金额", "发出数量", "发出金额", "结存数量", "结存单价",
    "结存金额",
)  # fmt: skip
NORTH = "北校区仓库"


def receipt(*, number="RK001", name="粉笔", quantity=10, price=3, value=None, acceptor="徐验收", batch=None, **more):
    row = {
        "day": "2019.3.5", "supplier": "文华文具店", "source": "采购", "specification": "白色", "counter": "盒",
        "buyer": "高采购", "keeper": "王保管",
    } | more  # fmt: skip
    return (
        row["day"], number, row["supplier"], row["source"], name, row["specification"], row["counter"], quantity, price,
        quantity * price if value is None else value, batch, "A1", row["buyer"], acceptor, row["keeper"], NORTH,
    )  # fmt: skip


def issue(
    *,
    name="粉笔",
    quantity=2,
    receiver="赵老师",
    holder="一(1)班",
    day="2019年3月8日",
    counter="盒",
    specification="白色",
):
    return (
        day, holder, name, specification, counter, quantity, "上课", None, None, receiver, "李主任", "王保管", "否", None, NORTH
    )  # fmt: skip


def reasons(report):
    return [refusal.reason for section in report.sections for refusal in section.refused]


def taken(stores, *paths, **facts):
    report = run_import(stores.cast.li, list(paths), **facts)
    assert reasons(report) == []
    return report


def test_opening_receipts_issues_and_loans_make_one_book(stores, sheet):
    report = taken(
        stores,
        sheet("领物登记簿", ("领物登记簿",), ISSUES, issue(), issue(quantity=3, holder="总务处"), issue(name="拖把", quantity=1, counter="把", specification="")),
        sheet("借用登记簿", LOANS, ("2019/4/1", "赵老师", "投影仪", "T01", 1, "完好", "公开课", "2019/4/3", "李主任", "2019/4/6", "完好", None, "王保管", NORTH)),
        sheet("期初库存", OPENING, ("2019-1-1", NORTH, "拖把", "", "把", 5, 12, 60)),
        sheet("入库单", ("入库单",), RECEIPTS, receipt(), receipt(name="投影仪", specification="", counter="台", quantity=1, price=2000), ("合计", None, None, None, None, None, None, 11)),
    )  # fmt: skip
    assert [(section.register, section.added) for section in report.sections] == [
        ("stores.hand_outs", 3), ("stores.loans", 1), ("stores.openings", 1), ("stores.receipt_lines", 2)
    ]  # fmt: skip
    rows = [(row.item.name, row.opening, row.received, row.issued, row.closing) for row in reports.stock_report(HALF)]
    assert sorted(rows) == [("投影仪", 0, 2, 1, 1), ("拖把", 0, 5, 1, 4), ("粉笔", 0, 10, 5, 5)]
    paper = Receipt.objects.get()
    assert (paper.number, paper.lines.count(), paper.value, paper.acceptor_name) == ("RK001", 2, 203000, "徐验收")
    hand_outs = HandOut.objects.order_by("pk").values_list(
        "requisition__school_class__name", "requisition__unit__name", "value"
    )
    assert list(hand_outs) == [("一(1)班", None, 600), (None, "總務處", 900), ("一(1)班", None, 1200)]
    loan = Loan.objects.get()
    assert (loan.state, loan.borrower, str(loan.returned_on), loan.condition_back) == (
        "returned", stores.cast.zhao, "2019-04-06", "good"
    )  # fmt: skip
    reading = Reading(HALF)
    assert {name: reading[f"stores.{name}"].value for name in ("received_value", "issued", "issued_value", "loans", "loans_late", "unsigned")} == {
        "received_value": 203000, "issued": 3, "issued_value": 2700, "loans": 1, "loans_late": 1, "unsigned": 0,
    }  # fmt: skip


def test_the_same_sheets_again_change_nothing(stores, sheet):
    paths = [
        sheet("入库单", RECEIPTS, receipt(), receipt(name="掃把", counter="把", specification="")),
        sheet("领物登记簿", ISSUES, issue()),
    ]
    taken(stores, *paths)
    before = Entry.objects.count()
    again = taken(stores, *paths)
    assert ([section.unchanged for section in again.sections], Entry.objects.count()) == ([2, 1], before)


def test_a_number_that_comes_again_with_another_amount_is_listed_and_not_added(stores, sheet):
    taken(stores, sheet("入库单", RECEIPTS, receipt()))
    report = run_import(stores.cast.li, [sheet("入库单", RECEIPTS, receipt(quantity=12))])
    assert len(reasons(report)) == 1
    assert "「数量」原為「10」，這次是「12」" in reasons(report)[0]
    assert ReceiptLine.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"value": 31}, "30.00 元，金額寫的是 31.00 元"),
        ({"acceptor": "高采购"}, "驗收人和經手人是同一個人"),
        ({"acceptor": "王保管"}, "驗收人和保管員是同一個人"),
        ({"quantity": 0}, "不能小於 1"),
        ({"source": "撿來的"}, "不在可選的詞"),
        ({"day": "2019.13.5"}, "2019年13月5日"),
    ],
)
def test_a_receipt_that_cannot_be_true_is_refused_with_a_sentence(stores, sheet, facts, sentence):
    report = run_import(stores.cast.li, [sheet("入库单", RECEIPTS, receipt(**facts))])
    assert len(reasons(report)) == 1
    assert sentence in reasons(report)[0]
    assert (Entry.objects.filter(kind="stores.received").count(), Item.objects.count()) == (0, 0)


def test_a_unit_price_rounded_to_the_fen_agrees_with_its_amount(stores, sheet):
    taken(stores, sheet("入库单", RECEIPTS, receipt(quantity=3, price=3.33, value=10)))
    assert stores.worth("粉笔") == 1000


def test_batch_and_expiry_stand_in_one_cell(stores, sheet):
    taken(
        stores,
        sheet("入库单", RECEIPTS, receipt(batch="B12(2030-05-01)"), receipt(number="RK002", batch="2031年6月1日")),
    )
    told = list(Batch.objects.order_by("pk").values_list("number", "expires_on"))
    assert told == [("B12", date(2030, 5, 1)), ("", date(2031, 6, 1))]


def test_more_is_not_handed_out_than_the_book_holds(stores, sheet):
    report = run_import(
        stores.cast.li,
        [sheet("入库单", RECEIPTS, receipt()), sheet("领物登记簿", ISSUES, issue(quantity=8), issue(quantity=3))],
    )
    assert len(reasons(report)) == 1
    assert "只有2盒" in reasons(report)[0]
    assert Entry.objects.filter(kind__startswith="stores.").count() == 0


def test_what_was_never_booked_in_is_taken_as_it_stands_and_counted(stores, sheet):
    taken(stores, sheet("领物登记簿", ISSUES, issue(), issue(quantity=4)))
    assert Reading(HALF)["stores.unbooked"].value == 2
    assert not Balance.objects.filter(account__role="store", commodity__item__isnull=False).exists()


def test_a_hand_out_without_a_receiver_is_refused(stores, sheet):
    report = run_import(stores.cast.li, [sheet("领物登记簿", ISSUES, issue(receiver=None))])
    assert "領用人沒有簽名" in reasons(report)[0]


def test_a_loan_comes_again_with_its_return(stores, sheet):
    out = (
        "2019/4/1",
        "赵老师",
        "投影仪",
        "T01",
        1,
        "完好",
        "公开课",
        "2019/4/3",
        "李主任",
        None,
        None,
        None,
        None,
        NORTH,
    )
    back = (*out[:9], "2019/4/2", "损坏", 50, "王保管", NORTH)
    taken(stores, sheet("借用登记簿", LOANS, out))
    assert Loan.objects.get().state == "out"
    taken(stores, sheet("借用登记簿", LOANS, back))
    loan = Loan.objects.get()
    assert (loan.state, loan.condition_back, loan.compensation) == ("returned", "damaged", 5000)


def test_one_piece_twice_on_loan_is_refused(stores, sheet):
    row = (
        "2019/4/1",
        "赵老师",
        "投影仪",
        "T01",
        1,
        "完好",
        "公开课",
        "2019/4/30",
        "李主任",
        None,
        None,
        None,
        None,
        NORTH,
    )
    report = run_import(stores.cast.li, [sheet("借用登记簿", LOANS, row, ("2019/4/2", "邓老师", *row[2:]))])
    assert "T01 號已經借給" in reasons(report)[0]


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [(7, "2019/3/1", "早於借用日期"), (9, "2019/3/1", "早於借用日期"), (4, 2, "一件一行")],
)
def test_a_loan_that_cannot_be_true_is_refused(stores, sheet, column, cell, sentence):
    row = [
        "2019/4/1",
        "赵老师",
        "投影仪",
        "T01",
        1,
        "完好",
        "公开课",
        "2019/4/30",
        "李主任",
        None,
        None,
        None,
        None,
        NORTH,
    ]
    row[column] = cell
    assert sentence in reasons(run_import(stores.cast.li, [sheet("借用登记簿", LOANS, row)]))[0]


def test_a_goods_ledger_is_read_and_its_balances_are_checked(stores, sheet):
    rows = [
        ("2019-1-1", NORTH, "粉笔", "白色", "盒", None, "上年结转", None, None, None, None, 20, 3, 60),
        ("2019-3-1", NORTH, "粉笔", "白色", "盒", "记5", "采购入库", 10, 45, None, None, 30, 3.5, 105),
        ("2019-3-8", NORTH, "粉笔", "白色", "盒", "记9", "上课领用", None, None, 6, 21, 24, 3.5, 84),
    ]
    taken(stores, sheet("实物台账", LEDGER, *rows))
    assert (stores.held("粉笔"), stores.worth("粉笔")) == (24, 8400)
    wrong = ("2019-3-9", NORTH, "粉笔", "白色", "盒", "记10", "领用", None, None, 4, 14, 21, None, None)
    report = run_import(stores.cast.li, [sheet("实物台账2", LEDGER, wrong)], register="stores.ledger")
    assert "算出的結存是 20，表上寫的是 21" in reasons(report)[0]


def test_a_sheet_without_a_store_is_understood_where_the_class_tells_the_campus(stores, sheet):
    taken(stores, sheet("入库单", RECEIPTS, receipt()))
    taken(stores, sheet("领物登记簿", ISSUES[:-1], issue()[:-1]))
    assert stores.held("粉笔") == 8
    report = run_import(stores.cast.li, [sheet("期初库存", OPENING[2:], ("拖把", "", "把", 5, 12, 60))])
    assert "看不出是哪一個" in reasons(report)[0]


def test_another_counter_word_is_another_thing(stores, sheet):
    taken(stores, sheet("入库单", RECEIPTS, receipt()))
    report = run_import(stores.cast.li, [sheet("领物登记簿", ISSUES, issue(counter="支"))])
    assert "按「盒」計，這裡寫的是「支」" in reasons(report)[0]


def test_kit_lists_and_the_catalogue_come_from_sheets_too(stores, sheet):
    taken(
        stores,
        sheet(
            "物资目录",
            ("品名", "规格", "单位", "类别", "最低库存", "低值耐用"),
            ("插线板", "3米", "个", "电教器材", 5, "是"),
        ),
        sheet(
            "开学发放标准",
            ("年级", "品名", "规格", "单位", "发放对象", "数量"),
            ("一年级", "作业本", "", "本", "每生", 5),
        ),
    )
    item = Item.objects.select_related("keeping").get(name="插线板")
    assert (item.keeping.minimum, item.keeping.is_durable, item.keeping.category) == (5, True, "electronic")


def test_a_stranger_may_not_import(stores, sheet):
    report = run_import(stores.cast.zhao, [sheet("入库单", RECEIPTS, receipt())])
    assert "要由" in reasons(report)[0]
    assert Receipt.objects.count() == 0


@pytest.mark.parametrize("turned", [False, True])
def test_goods_are_priced_by_the_day_whatever_the_order_of_files_and_rows(stores, sheet, turned):
    issues = [issue(quantity=10, day="2019-09-10"), issue(quantity=5, day="2019-11-01")]
    files = [
        sheet("領物登記簿", ISSUES, *(reversed(issues) if turned else issues)),
        sheet(
            "入庫單", RECEIPTS, receipt(day="2019-10-20", number="Q2", price=5), receipt(day="2019-09-01", number="Q1")
        ),
    ]
    report = run_import(stores.cast.li, files if turned else files[::-1])

    assert not report.is_refused, report
    assert list(HandOut.objects.order_by("issued_on").values_list("quantity", "value")) == [(10, 3000), (5, 2500)]
    assert (stores.held("粉笔"), stores.worth("粉笔")) == (5, 2500)
    september = LedgerRow.objects.filter(occurred_on__lte=date(2019, 9, 30)).order_by("id").last()
    assert (september.balance, september.balance_value) == (0, 0)


def test_goods_that_came_later_cannot_have_left_before(stores, sheet):
    report = run_import(
        stores.cast.li,
        [sheet("入庫單", RECEIPTS, receipt(day="2019-10-20")), sheet("領物登記簿", ISSUES, issue(day="2019-09-10"))],
    )
    (refusal,) = [one for section in report.sections for one in section.refused]
    assert "2019-09-10 那天起「粉笔 白色」最少時只有 0盒" in refusal.reason


def test_the_last_piece_of_a_ledger_empties_the_value_and_the_entry_says_what_the_sheet_said(stores, sheet):
    def row(day, voucher, got, gone, left):
        return (day, NORTH, "粉笔", "白色", "盒", voucher, "購入" if got else "領用", *(got or ("", "")), *(gone or ("", "")), left, "", "")  # fmt: skip

    rows = [row("2019-09-12", "4", None, (2, "4.00"), 0), row("2019-09-01", "1", (3, "10.00"), None, 3),
            row("2019-09-11", "2", None, (1, "3.00"), 2)]  # fmt: skip
    report = run_import(stores.cast.li, [sheet("實物台賬", LEDGER, *rows)])

    assert not report.is_refused, report
    assert (stores.held("粉笔"), stores.worth("粉笔")) == (0, 0)
    last = Entry.objects.get(occurred_on=date(2019, 9, 12))
    assert "表上金額 4.00 元，賬上轉出 7.00 元" in last.reason
