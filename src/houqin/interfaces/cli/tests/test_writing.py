"""What the command line does to a book."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from houqin.foundation.journal.actions import ACTIONS
from houqin.interfaces.cli.commands import do
from houqin.interfaces.cli.tests.conftest import REPAIRS, SERVER


@pytest.fixture
def copy(places, school):
    return places(of=school)


def test_an_action_is_done_and_answers_with_its_receipt(copy):
    told = copy.must("do", "org.unit_added", "name=三年級組", "--once", "k1", "--json").json
    assert (told["kind"], told["document"], len(told["digest"])) == ("org.unit_added", "", 64)
    assert copy.must("do", "org.unit_added", "name=三年級組", "--once", "k1", "--json").json == told
    other = copy.houqin("do", "org.unit_added", "name=四年級組", "--once", "k1", "--json")
    assert (other.code, list(other.json)) == (1, ["refused"])


def test_a_form_filled_in_wrongly_is_said_field_by_field(school):
    said = school.houqin("do", "org.class_added", "campus=東校區", "pupils=很多", "--json")
    assert said.code == 1
    assert set(said.json["fields"]) == {"campus", "name", "pupils"}
    assert said.json["fields"]["campus"] == ["沒有叫「東校區」的場所。請先登記，或改成已登記的名稱。"]
    plain = school.houqin("do", "org.class_added", "campus=東校區", "name=一(1)班")
    assert (plain.code, plain.out) == (1, "")
    assert "沒有叫「東校區」的場所" in plain.err


def test_a_refusal_is_told_in_json_with_its_field(school):
    said = school.houqin("do", "org.campus_added", "campus=北校区", "--json")
    assert (said.code, said.json) == (1, {"refused": "已經有「北校区」這個場所。", "field": "name"})


def test_fields_that_do_not_exist_and_pairs_without_an_equals_sign_are_misuse(school):
    assert school.houqin("do", "org.unit_added", "colour=red").code == 2
    assert school.houqin("do", "org.unit_added", "三年級組").code == 2
    assert school.houqin("do", "org.unit_added", "name=[急] 三年級組", "--as", "無此人").code == 1


def test_no_verb_for_imports_can_be_called_by_hand():
    hidden = [verb.kind for verb in ACTIONS if verb.hidden]
    assert "assets.disposed" in hidden
    said = {kind: CliRunner().invoke(do, [kind]) for kind in hidden}
    assert {kind for kind, one in said.items() if one.exit_code != 2 or "不能直接做" not in one.output} == set()
    unknown = CliRunner().invoke(do, ["org.ghost_added"])
    assert [kind for kind in hidden if f"、{kind}、" in unknown.output] == []


def test_the_same_sheet_again_changes_nothing_and_a_bad_row_writes_nothing(copy):
    folder = copy.home.parent
    (folder / "報修.csv").write_text(REPAIRS)
    again = copy.must("import", "報修.csv", "--json").json["files"][0]
    assert (again["register"], again["read"], again["added"], again["unchanged"], again["refused"]) == (
        "repairs.work_orders",
        3,
        0,
        3,
        [],
    )
    (folder / "壞.csv").write_text(REPAIRS.replace("WX-2019-", "WX-2020-").replace("2019-03-06 09:00", "某天"))
    bad = copy.houqin("import", "壞.csv", "--json")
    assert bad.code == 1
    assert [(one["row"], one["column"]) for one in bad.json["files"][0]["refused"]] == [(3, "報修日期時間")]
    value = copy.must("figure", "repairs.lamp_jobs", "--from", "2019-01-01", "--to", "2020-12-31", "--json").json[
        "value"
    ]
    assert value == 2


def test_a_dry_run_writes_nothing(copy):
    (copy.home.parent / "新.csv").write_text(REPAIRS.replace("WX-2019-", "WX-2020-"))
    before = copy.must("verify", "--json").json
    assert copy.must("import", "新.csv", "--dry-run", "--json").json["files"][0]["added"] == 3
    assert copy.must("verify", "--json").json == before


def test_verify_names_the_first_entry_that_is_not_what_was_written(copy):
    sound = copy.must("verify", "--json").json
    assert (sound["sound"], sound["first_bad"], sound["entries"] > 5) == (True, None, True)
    thaw = "DROP TRIGGER journal_entry_frozen ON journal_entry" if SERVER else "DROP TRIGGER journal_entry_no_update"
    copy.execute(thaw, "UPDATE journal_entry SET reason = 'x' WHERE number = 4")
    said = copy.houqin("verify", "--json")
    assert (said.code, said.json["sound"], said.json["first_bad"]) == (1, False, 4)
    plain = copy.houqin("verify")
    assert (plain.code, plain.out) == (1, "")
    assert plain.err.startswith("第 4 號登記起不可信")
    found = copy.houqin("audit", "--json")
    assert found.code == 1
    assert "journal.chain" in {one["check"] for one in found.json["findings"]}


def test_audit_of_a_sound_book_finds_nothing(school):
    told = school.must("audit", "--json").json
    assert told["findings"] == []
    assert {"journal.chain", "journal.balances"} <= set(told["checks"])


def test_a_closed_month_takes_no_more_and_is_read_the_same(copy):
    before = copy.must("figure", "repairs.lamp_jobs", "--from", "2019-03-01", "--to", "2019-03-31", "--json").json
    assert copy.must("close", "2019-03", "--json").json["month"] == "2019-03"
    assert (
        copy.must("figure", "repairs.lamp_jobs", "--from", "2019-03-01", "--to", "2019-03-31", "--json").json == before
    )
    again = copy.houqin("close", "2019-03", "--json")
    assert (again.code, again.json) == (1, {"refused": "2019-03 已經結賬。"})
    assert copy.houqin("close", "2019-13").code == 2
    assert copy.houqin("close", "2999-01").code == 1


def test_a_token_is_shown_once_listed_without_its_secret_and_revoked(copy):
    made = copy.must(
        "token", "create", "--person", "系統管理員", "--scope", "repairs:read", "--scope", "org:read", "--json"
    ).json
    assert made["scopes"] == ["repairs:read", "org:read"]
    assert made["token"].startswith("houqin_")
    listed = copy.must("token", "list")
    assert made["token"] not in listed.out
    assert copy.must("token", "revoke", str(made["number"]), "--json").json == {
        "number": made["number"],
        "revoked": True,
    }
    assert copy.houqin("token", "revoke", str(made["number"])).code == 1
    refused = copy.houqin("token", "create", "--person", "系統管理員", "--scope", "repairs", "--json")
    assert (refused.code, list(refused.json["fields"])) == (1, ["scopes"])
