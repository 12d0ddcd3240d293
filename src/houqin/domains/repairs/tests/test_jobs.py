"""What a repairer's words mean."""

import pytest

from houqin.domains.repairs.jobs import Used, category_of, job_of, mended


@pytest.mark.parametrize(
    ("written", "job"),
    [
        ("更換燈管", "lamp"),
        ("更换日光灯2支", "lamp"),
        ("换灯泡", "lamp"),
        ("維修路燈", "lamp"),
        ("更换阀门", "valve_tap"),
        ("更換廁所閥門", "valve_tap"),
        ("水龙头换新", "valve_tap"),
        ("修理水嘴", "valve_tap"),
        ("维修门", "door"),
        ("門鎖更換", "door"),
        ("修理教室門扇", "door"),
        ("更換門合頁", "door"),
        ("維修窗戶", "window"),
        ("更换玻璃", "window"),
        ("維修門窗", "door_window"),
        ("疏通厕所下水管", "drain"),
        ("廁所堵塞", "drain"),
        ("下水道清淤", "drain"),
        ("期中课桌椅全面维修", "desk_overhaul"),
        ("維修課桌2張", "desk"),
        ("搬運桌椅", "odd"),
        ("零星維修", "odd"),
        ("更換插座", "socket"),
        ("單槓焊接", "sports"),
        ("擺放花盆", "odd"),
    ],
)
def test_a_job_is_known_by_the_words_for_it_in_either_script(db, written, job):
    assert job_of(written) == job


def test_where_the_work_says_nothing_the_material_does_and_then_the_fault(db):
    assert job_of("已修好", materials=["水嘴"]) == "valve_tap"
    assert job_of("", fault="灯管不亮") == "lamp"
    assert job_of("已處理", fault="說不清") == "odd"


@pytest.mark.parametrize(
    ("name", "category"),
    [("水嘴", "tap"), ("阀门", "valve"), ("灯管", "lamp_tube"), ("日光灯", "lamp_tube"), ("门", "door"), ("窗户", "window"),
     ("門鎖", "fitting"), ("水龍頭軟管", "fitting"), ("窗玻璃", "fitting"), ("水泥", "")],
)  # fmt: skip
def test_a_part_of_a_thing_is_not_the_thing(db, name, category):
    assert category_of(name) == category


def test_a_door_named_under_material_is_the_door_mended(db):
    door = Used("门", 2, "张")
    assert mended("door", [door]) == [(door, "door")]
    assert mended("door", []) == [(Used("門", 1, "張"), "door")]
    assert mended("door", [door], told=3) == [(Used("门", 3, "张"), "door")]
    assert mended("lamp", [Used("灯管", 2, "支")]) == []
