"""The stores' forms on paper: their columns, their sums, who signed."""

from datetime import timedelta

import pytest

from houqin.domains.stores import actions
from houqin.domains.stores.models import Distribution, Loan, Receipt, Requisition, Transfer, WriteOff
from houqin.foundation.registers.tabulations import TABULATIONS, printed
from houqin.foundation.signing.prints import prints_of
from houqin.kit import clock


def slip(document, person, name):
    found = next(one for one in prints_of(document, person) if one.name == name)
    (made,) = found.slips(document, person)
    assert printed([made], "pdf").startswith(b"%PDF")
    return made


@pytest.fixture
def shelf(stores):
    stores.buy("作業本 100本 1.00元\n粉筆 20盒 3.00元 批號A7 有效期2099-01-01")
    return stores


def test_a_receipt_names_three_people_and_adds_up(shelf):
    made = slip(Receipt.objects.get(), shelf.cast.wang, "receipt")
    today = clock.today().isoformat()
    assert made.tables[0].rows == (
        ("1", "作業本", "", "本", "100", "100", "1.00", "100.00", "", ""),
        ("2", "粉筆", "", "盒", "20", "20", "3.00", "60.00", "A7 2099-01-01", ""),
        ("合計", "", "", "", "", "", "", "160.00", "", ""),
    )
    assert made.signatures == (("經手人", "高採購"), ("驗收人", f"徐驗收 {today}"), ("保管員", str(shelf.cast.wang)))


def test_a_requisition_shows_asked_approved_and_handed_out(shelf):
    today = clock.today().isoformat()
    asked = actions.request(shelf.cast.zhao, store=shelf.north, purpose="上課", lines="粉筆 5盒")
    paper = Requisition.objects.get(number=asked.document_number)
    actions.approve(shelf.cast.li, document=paper, quantities={"粉筆": 4})
    actions.pick(shelf.cast.wang, document=paper)
    actions.issue(shelf.cast.wang, document=paper, quantities={"粉筆": 3})
    made = slip(Requisition.objects.get(), shelf.cast.zhao, "issue")
    assert made.tables[0].rows[0] == (
        "1", "粉筆", "", "盒", "5", "4", "3", "3.00", "9.00", "", today, "",
    )  # fmt: skip
    assert made.signatures == (
        ("批准人", f"{shelf.cast.li} {today}"), ("發放人", f"{shelf.cast.wang} {today}"), ("領用人簽名", ""),
    )  # fmt: skip


@pytest.fixture
def handed_out(shelf):
    actions.set_kit(shelf.cast.li, name="作業本", per="每生", quantity=2)
    actions.plan_distribution(shelf.cast.li, term=shelf.term)
    for sheet in Distribution.objects.order_by("school_class__name"):
        actions.distribute(shelf.cast.wang, document=sheet)
    actions.sign_distribution(shelf.cast.lin, document=Distribution.objects.get(school_class=shelf.one))
    return shelf


def test_a_class_has_its_sheet_to_sign(handed_out):
    today = clock.today().isoformat()
    made = slip(Distribution.objects.get(school_class=handed_out.one), handed_out.cast.lin, "sheet")
    assert made.tables[0].rows == (("1", "作業本", "本", "每生", "40", "2", "80", "80", "", ""),)
    assert made.signatures == (
        ("發放人", f"{handed_out.cast.wang} {today}"), ("班主任簽收", f"{handed_out.cast.lin} {today}"),
    )  # fmt: skip


def test_all_classes_stand_on_one_sheet_with_room_to_sign(handed_out):
    today = clock.today()
    asked = TABULATIONS["stores.sign_sheet"].asked(handed_out.cast.wang, {})
    (made,) = asked.slips()
    lin, wang = str(handed_out.cast.lin), str(handed_out.cast.wang)
    assert made.tables[0].columns == ("班級", "人數", "作業本", "班主任簽收", "發放人")
    assert made.tables[0].rows == (
        ("北校區一(1)班", "40", "80", f"{lin} {today:%m-%d}", wang),
        ("北校區二(1)班", "38", "20（缺56）", "", wang),
    )
    one = TABULATIONS["stores.sign_sheet"].asked(handed_out.cast.wang, {"item": "作業本"})
    assert one.slips()[0].tables[0].rows[1] == (
        "北校區二(1)班", "38", "作業本", "2", "76", "20", "56", "", "", wang,
    )  # fmt: skip
    assert one.file("pdf").startswith(b"%PDF")


def test_a_loan_says_how_it_went_out_and_how_it_came_back(shelf):
    day = clock.today()
    actions.lend_directly(
        shelf.cast.wang, store=shelf.north, item="粉筆", quantity=3, borrower=shelf.cast.zhao, purpose="公開課",
        condition_out="完好", due_on=day + timedelta(days=2),
    )  # fmt: skip
    actions.return_part(
        shelf.cast.wang, document=Loan.objects.get(), quantity=1, condition_back="損壞", compensation="3.00"
    )
    made = slip(Loan.objects.get(), shelf.cast.zhao, "loan")
    assert made.tables[0].rows[0][2:5] == ("3", "盒", "完好")
    assert made.tables[1].rows == (("1", "2", day.isoformat(), "損壞", "3.00"),)


def test_a_write_off_and_a_transfer_are_papers_too(shelf):
    actions.propose_loss(shelf.cast.wang, store=shelf.north, item="作業本", quantity=2, loss="損壞", reason="受潮")
    actions.approve_loss(shelf.cast.li, document=WriteOff.objects.get())
    made = slip(WriteOff.objects.get(), shelf.cast.wang, "write_off")
    assert made.tables[0].rows == (("作業本", "", "本", "2", "", "損壞", "2.00", "受潮"),)
    actions.send(shelf.cast.wang, store=shelf.north, target=shelf.south, lines="粉筆 2盒")
    moved = slip(Transfer.objects.get(), shelf.cast.wang, "transfer")
    assert moved.tables[0].rows[0] == ("1", "粉筆", "", "盒", "2", "", "6.00")
