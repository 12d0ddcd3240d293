"""The table of GB/T 14885 codes: editable, importable, with source and status, and never a hard block (A02)."""

import openpyxl
import pytest

from houqin.domains.assets import actions
from houqin.domains.assets.classes import class_of, life_group
from houqin.domains.assets.models import AssetCard, GoodsCode
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.registers.importing import run_import
from houqin.foundation.registers.tabulations import TABULATIONS

from .conftest import DESKS

KILN = {
    "name": "陶藝窯爐", "gbt_2022": "A02441234", "gbt_2010": "3361234", "life_group": "sports", "words": "電窯、拉坯機",
    "source": "市教育局 2023 年資產目錄", "status": "P",
}  # fmt: skip


def test_the_schools_own_code_goes_before_what_is_built_in(cast):
    assert (life_group("電窯"), class_of("電窯")) == ("", None)
    actions.add_code(cast.zhou, **KILN)
    assert life_group("小型電窯") == "sports"
    assert class_of("拉坯機").gbt_2022 == "A02441234"
    actions.add_code(cast.zhou, **{**KILN, "name": "課桌", "gbt_2022": "A05019999", "gbt_2010": "", "words": "課桌椅"})
    assert class_of("學生課桌椅").gbt_2022 == "A05019999"
    assert life_group("x", gbt_2010="3361234") == "sports"


def test_a_card_may_bear_any_code(cast):
    actions.add_card(cast.zhou, **{**DESKS, "gbt_2022": "B99", "gbt_2010": "沒有"})
    assert AssetCard.objects.get().gbt_2022 == "B99"
    (row,) = TABULATIONS["assets.codes_used"].asked(cast.zhou, {}).table().rows
    assert tuple(row.values)[:3] == ("B99", "沒有", 1) and row.values[5] == "對照表裏沒有"


def test_a_code_is_added_once_corrected_and_retired(cast):
    actions.add_code(cast.zhou, **KILN)
    code = GoodsCode.objects.get()
    with pytest.raises(Refused, match="已經登記為「陶藝窯爐」"):
        actions.add_code(cast.zhou, **KILN)
    with pytest.raises(Refused, match="至少寫一個"):
        actions.add_code(cast.zhou, **{**KILN, "gbt_2022": "", "gbt_2010": ""})
    actions.change_code(cast.zhou, document=code, **{**KILN, "status": "V", "life_group": "machinery"})
    assert (GoodsCode.objects.get().status, life_group("電窯")) == ("V", "machinery")
    actions.retire_code(cast.zhou, document=code.pk, reason="併入他類")
    assert (GoodsCode.objects.get().state, class_of("電窯")) == ("retired", None)
    with pytest.raises(Denied):
        actions.add_code(cast.lin, **KILN)


def test_what_is_built_in_can_be_taken_over_and_says_it_is_from_memory(cast):
    actions.install_codes(cast.zhou)
    table = GoodsCode.objects.get(gbt_2022="A05010200")
    assert (table.status, table.life_group) == ("M", "furniture")
    assert "憑記憶" in table.source
    with pytest.raises(Refused, match="都已經在表裏"):
        actions.install_codes(cast.zhou)
    with pytest.raises(Denied):
        actions.install_codes(cast.lin)
    assert life_group("學生課桌椅") == "furniture"


def test_a_mapping_table_is_imported_once_and_a_corrected_one_corrects(cast, tmp_path):
    def write(name):
        book = openpyxl.Workbook()
        page = book.active
        page.append(["新舊代碼對照表"])
        page.append(["旧代码", "新代码", "品目名称", "折旧分类", "来源", "核对"])
        page.append(["2010104", "A02010105", name, "计算机设备", "财政部新旧对照", "已核對"])
        page.append(["4010000", "A03010000", "文物", "", "财政部新旧对照", "二手"])
        book.save(tmp_path / "新舊代碼對照表.xlsx")
        return run_import(cast.zhou, [tmp_path / "新舊代碼對照表.xlsx"])

    report = write("台式机")
    assert not report.is_refused, report.as_json()
    assert (report.sections[0].register, report.sections[0].added) == ("assets.codes", 2)
    told = list(GoodsCode.objects.order_by("gbt_2022").values_list("gbt_2022", "gbt_2010", "life_group", "status"))
    assert told == [("A02010105", "2010104", "computer", "V"), ("A03010000", "4010000", "", "v")]
    assert write("台式机").sections[0].unchanged == 2
    assert write("台式計算機").sections[0].changed == 1
    assert GoodsCode.objects.get(gbt_2022="A02010105").name == "台式計算機"


def test_codes_that_cards_lack_are_filled_from_the_schools_own_table(cast):
    actions.add_card(cast.zhou, **{**DESKS, "number": "Y-1", "name": "電窯", "gbt_2010": "3361234"})
    actions.add_code(cast.zhou, **KILN)
    actions.complete_codes(cast.zhou, only_mapped=True)
    card = AssetCard.objects.get()
    assert (card.gbt_2022, card.life_group) == ("A02441234", "sports")
