"""What an item of the stores is called and how it is kept is corrected with a reason."""

import pytest

from houqin.domains.stores import actions
from houqin.domains.stores.models import Keeping
from houqin.domains.stores.shelves import kept_by
from houqin.foundation.journal.models import Balance
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.org import promotion
from houqin.foundation.org.models import Correction, SchoolClass
from houqin.foundation.registers.importing import run_import


@pytest.fixture
def scissors(cast):
    actions.set_item(cast.wang, name="剪刀", specification="大號", counter="把", minimum=5, is_durable=True)
    return Keeping.objects.get()


def test_an_item_is_corrected_and_keeps_what_is_not_told(cast, scissors):
    actions.correct_item(cast.wang, item=scissors, specification="小號", minimum=3, reason="規格抄錯")

    kept = Keeping.objects.select_related("item__commodity").get()
    assert (str(kept), kept.item.commodity.name, kept.minimum, kept.is_durable) == ("剪刀 小號", "剪刀 小號", 3, True)
    assert list(Correction.objects.order_by("pk").values_list("field", "before", "after")) == [
        ("catalogue.item.specification", "大號", "小號"),
        ("stores.keeping.minimum", "5", "3"),
    ]


def test_an_item_never_becomes_another_and_wants_a_reason(cast, scissors):
    actions.set_item(cast.wang, name="剪刀", specification="小號")
    with pytest.raises(Refused, match="已經有這個品名和規格"):
        actions.correct_item(cast.wang, item=scissors, specification="小號", reason="規格抄錯")
    with pytest.raises(Refused, match="更正原因"):
        actions.correct_item(cast.wang, item=scissors, minimum=3)
    with pytest.raises(Denied):
        actions.correct_item(cast.zhao, item=scissors, minimum=3, reason="試試")


def test_the_mark_of_danger_is_not_corrected_away(cast, scissors):
    actions.correct_item(cast.wang, item=scissors, is_hazardous=True, reason="是危險品")

    with pytest.raises(Denied, match="總務主任"):
        actions.correct_item(cast.wang, item=scissors, is_hazardous=False, reason="不是")


def test_a_sheet_corrects_an_item(cast, scissors, tmp_path):
    path = tmp_path / "物資目錄.csv"
    path.write_text("品名,規格,最低庫存,庫位\n剪刀,大號,8,A3\n", encoding="utf-8")

    assert run_import(cast.wang, [path], register="stores.catalogue").is_refused
    assert run_import(cast.wang, [path], register="stores.catalogue", add_missing=["corrections"]).written

    scissors.refresh_from_db()
    assert (scissors.minimum, scissors.shelf, scissors.is_durable) == (8, "A3", True)


def test_what_a_class_keeps_goes_along_in_september_and_comes_back(stores):
    cast = stores.cast
    actions.set_item(cast.wang, name="掃把", counter="把", is_durable=True)
    stores.buy("掃把 5把 10元")
    old = stores.one
    actions.issue_directly(
        cast.wang, store=stores.north, purpose="打掃", lines="掃把 2把", receiver=cast.zhao, school_class=old
    )

    def kept(one):
        held = Balance.objects.filter(account=kept_by("class", one), commodity__item__isnull=False)
        return sum(held.values_list("quantity", flat=True))

    assert kept(old) == 2
    promotion.promote_school(cast.li)
    new = SchoolClass.objects.get(follows=old)
    assert (kept(old), kept(new)) == (0, 2)

    promotion.undo_promotion(cast.li, reason="早了")
    assert (kept(old), kept(new)) == (2, 0)
