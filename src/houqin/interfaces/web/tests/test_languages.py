"""Three languages on one page."""

from django.test import Client


def login_page(language):
    browser = Client()
    browser.cookies["django_language"] = language
    return browser.get("/login/").content.decode()


def test_simplified_speaks_as_a_mainland_office_does(cast):
    assert "<h1>登录</h1>" in login_page("zh-hans")
    assert "密码" in login_page("zh-hans")


def test_english_speaks_english(cast):
    assert "<h1>Log in</h1>" in login_page("en")


def test_traditional_is_the_text_of_the_code(cast):
    assert "<h1>登入</h1>" in login_page("zh-hant")


def test_names_and_what_people_wrote_stay_as_they_are(login, cast):
    browser = login(cast.li)
    browser.cookies["django_language"] = "zh-hans"

    page = browser.get("/registers/org.people/").content.decode()

    assert "教职工" in page
    assert "王保管" in page
    assert "陳師傅" in page


def test_what_is_written_does_not_depend_on_the_language_of_the_page(login, cast):
    from datetime import date

    from houqin.foundation.signing.models import Task

    browser = login(cast.li)
    browser.cookies["django_language"] = "zh-hans"

    browser.post(
        "/do/summary.drafted/", {"plan": "department", "from_on": date(2019, 1, 1), "to_on": date(2019, 6, 30)}
    )

    assert Task.objects.open().latest("pk").title.startswith("簽字送審：部門總結")
    page = browser.get("/summary/?from=2019-01-01&to=2019-06-30&kind=department").content.decode()
    assert "后勤" in page
    assert "總務處" not in page.partition('<article class="paper"')[2].partition("</article>")[0]


def test_a_refusal_is_read_in_the_language_of_the_page(login, cast):
    browser = login(cast.li)
    browser.cookies["django_language"] = "zh-hans"

    answer = browser.post("/do/org.campus_added/", {"campus": "南校區"})

    assert "已经有「南校区」这个场所" in answer.content.decode()
