"""Supplier files, past registers, and what a sheet of either script brings (P06)."""

from datetime import date

import pytest

from houqin.domains.purchasing import actions
from houqin.domains.purchasing.models import Contract, Order, SupplierFile, SupplierMark
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.registers.importing import run_import
from houqin.kit.periods import Period

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def marked(purchases, **facts):
    told = {"supplier": "甲公司", "year": 2025, "quality": 90, "price": 85, "delivery": 80, "service": 88} | facts
    return actions.mark_supplier(purchases.gao, **told)


def test_a_supplier_is_filed_marked_and_leaves(purchases):
    actions.file_supplier(purchases.gao, name="甲公司", supplies="家具", legal_representative="孫大有", phone="024-1")
    marked(purchases)
    assert (SupplierMark.objects.get().score, SupplierFile.objects.get().score) == (86, 86)
    with pytest.raises(Refused, match="2025 年已經評價過"):
        marked(purchases)
    actions.supplier_leaves(purchases.cast.li, supplier="甲公司", reason="兩次以次充好")
    with pytest.raises(Refused, match="已於 2026-03-02 退出供應商名錄：兩次以次充好"):
        purchases.inviting(purchases.desks())
    assert Reading(MARCH)["purchasing.marked"].value == 1
    filed = Entry.objects.get(kind="purchasing.supplier_filed")
    assert "孫大有" not in filed.asked and "024-1" not in filed.asked


def test_marks_are_between_nought_and_a_hundred_and_of_a_year_that_was(purchases):
    actions.file_supplier(purchases.gao, name="甲公司", supplies="家具")
    with pytest.raises(Refused, match="最多 100"):
        marked(purchases, quality=101)
    with pytest.raises(Refused, match="還沒有到"):
        marked(purchases, year=2027)
    with pytest.raises(Denied):
        actions.mark_supplier(
            purchases.cast.zhao, supplier="甲公司", year=2025, quality=1, price=1, delivery=1, service=1
        )


def sheet(tmp_path, name, text):
    path = tmp_path / f"{name}.csv"
    path.write_text(text, encoding="utf-8-sig")
    return path


def test_a_past_register_is_taken_in_once(purchases, tmp_path):
    path = sheet(
        tmp_path,
        "采购登记表",
        "单号,采购日期,物品名称,规格,数量,单位,单价,金额,供应商,报价家数,预算金额,采购人,验收人,验收日期\n"
        "C-1,2026.2.3,复印纸,A4,20,包,21.50,430,文教商行,3,500,高採購,徐驗收,2026.2.5\n"
        "C-2,2026.2.9,拖把,,30,把,28,840,百順商店,,,高採購,,\n",
    )
    for _turn in range(2):
        assert not run_import(purchases.cast.li, [path]).is_refused
    assert list(
        Order.objects.order_by("number").values_list("number", "state", "category", "amount", "received", "buyer__name")
    ) == [
        ("C-1", "recorded", "office", 43_000, 43_000, "高採購"),
        ("C-2", "recorded", "cleaning", 84_000, 0, "高採購"),
    ]
    reading = Reading(Period(date(2026, 2, 1), date(2026, 2, 28)))
    told = [
        reading[f"purchasing.{name}"].value
        for name in ("orders", "spend", "saved", "quotes", "received", "received_value")
    ]
    assert told == [2, 127_000, 7_000, 3, 1, 43_000]


def test_a_row_whose_sum_is_wrong_is_refused(purchases):
    with pytest.raises(Refused, match="是 430.00 元，金額寫的是 403.00 元"):
        actions.record_order(
            purchases.cast.li,
            occurred_on="2026-02-03",
            name="複印紙",
            quantity=20,
            price="21.50",
            amount=403,
            supplier="文教商行",
        )


def test_contracts_and_suppliers_are_taken_in(purchases, tmp_path):
    contracts = sheet(
        tmp_path,
        "合同管理台賬",
        "合同編號,合同名稱,類別,對方單位,金額,簽訂日期,起止日期,已付金額,結清日期\n"
        "H-1,電梯維保,服務,安梯公司,9600,2025-03-01,2025-03-01至2026-02-28,9600,2026-02-28\n"
        "H-2,保潔服務,服務,潔淨公司,36000,2025-09-01,2025-09-01至2026-01-31,18000,\n",
    )
    suppliers = sheet(
        tmp_path,
        "供應商檔案",
        "名稱,統一社會信用代碼,法定代表人,供應類別,聯繫人,准入日期,評價得分\n安梯公司,91210100,何安,電梯,何安,2024-01-05,88\n",
    )
    for _turn in range(2):
        assert not run_import(purchases.cast.li, [contracts, suppliers]).is_refused
    assert list(Contract.objects.order_by("number").values_list("number", "state", "to_on", "paid")) == [
        ("H-1", "settled", date(2026, 2, 28), 960_000),
        ("H-2", "recorded", date(2026, 1, 31), 1_800_000),
    ]
    assert (SupplierFile.objects.get().party.credit_code, SupplierFile.objects.get().score) == ("91210100", 88)
    assert Reading(MARCH)["purchasing.overdue_contracts"].value == 1
