"""What was written at the gate by mistake is voided by somebody else, and counts no more."""

import pytest

from houqin.domains.gate import actions
from houqin.domains.gate.models import GoodsPass, LeaveSlip, VehicleVisit, Visit
from houqin.foundation.journal.figures import Reading
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.refused import Denied, Refused
from houqin.foundation.signing.actions import take_back

from .test_gate import MARCH, entered, noon, signed, six_one  # noqa: F401


def reversed_by(person, document):
    entry = Entry.objects.filter(document_kind=document.kind, document_id=document.pk, sign=1).order_by("-number")[0]
    return take_back(person, entry_number=entry.number, reason="登錯了")


def test_a_visitor_signed_in_twice_is_one_visitor(noon, cast):  # noqa: F811
    entered(cast)
    twice = entered(cast)

    with pytest.raises(Refused, match="請在單上用「作廢來訪登記」"):
        reversed_by(cast.li, twice)
    actions.void_visit(cast.sun, document=twice, reason="登了兩次")

    twice.refresh_from_db()
    assert (twice.state, Visit.objects.inside().count()) == ("void", 1)
    assert Reading(MARCH)["gate.visits"].value == 1


def test_whoever_let_somebody_in_does_not_void_it(noon, cast):  # noqa: F811
    visit = entered(cast, by=cast.li)

    with pytest.raises(Denied, match="另一個人"):
        actions.void_visit(cast.li, document=visit, reason="登了兩次")


def test_a_signature_is_not_reversed_under_a_slip_that_opens_the_gate(noon, cast, six_one):  # noqa: F811
    slip = signed(cast, six_one)

    with pytest.raises(Refused, match="請在單上用「取消離校單」"):
        reversed_by(cast.li, slip)
    actions.release(cast.ma, document=slip, pickup="媽媽")
    slip = LeaveSlip.objects.get(pk=slip.pk)
    with pytest.raises(Refused, match="請在單上用「作廢離校單」"):
        reversed_by(cast.li, slip)
    actions.void_slip(cast.li, document=slip, reason="另一個學生的")

    assert LeaveSlip.objects.get(pk=slip.pk).state == "void"


def test_vehicles_and_goods_are_voided_too(noon, cast):  # noqa: F811
    actions.vehicle_in(cast.ma, plate="京A12345", approver=cast.li, purpose="送貨", driver="李四")
    actions.request_goods(cast.zhao, goods="舊桌子", quantity="2張", carrier="王五", purpose="送修")
    vehicle, goods = VehicleVisit.objects.get(), GoodsPass.objects.get()

    actions.void_vehicle(cast.sun, document=vehicle, reason="登了兩次")
    actions.void_goods(cast.zhao, document=goods, reason="不送修了")

    assert (VehicleVisit.objects.get().state, GoodsPass.objects.get().state) == ("void", "void")
