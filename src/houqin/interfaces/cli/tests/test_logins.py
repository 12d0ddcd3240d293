"""A way back in for an administrator who is locked out, from the server's own terminal."""

import re


def test_a_one_time_link_is_printed_and_the_old_password_void(places, school):
    copy = places(of=school)

    told = copy.must("password", "系統管理員", "--site", "https://office.school.example/", "--json").json
    again = copy.must("password", "系統管理員")

    assert re.fullmatch(r"https://office\.school\.example/login/choose/\w+/[\w-]+/", told["link"])
    assert told["person"] == "系統管理員"
    assert "http://127.0.0.1:8000/login/choose/" in again.out
    assert told["link"].rsplit("/", 2)[-2] not in again.out


def test_whoever_has_no_login_is_refused_with_a_sentence(places, school):
    copy = places(of=school)
    copy.must("do", "org.person_added", "name=趙新")

    said = copy.houqin("password", "趙新")

    assert (said.code, "還沒有登入名" in said.err) == (1, True)
