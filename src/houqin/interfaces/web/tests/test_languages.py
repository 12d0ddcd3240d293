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


def test_numbers_are_said_in_the_language_of_the_page(cast):
    from django.utils.translation import override

    from houqin.foundation.journal.figures import APPROXIMATE, MONEY
    from houqin.interfaces.web.amounts import spoken

    with override("zh-hant"):
        assert [spoken(83, "次", APPROXIMATE), spoken(6_216_000, "元", MONEY)] == ["80餘次", "6.22萬元"]
    with override("en"):
        assert [spoken(83, "次", APPROXIMATE), spoken(6_216_000, "元", MONEY)] == ["83 times", "62,160.00 yuan"]
        assert [spoken(-150, "元", MONEY), spoken(1_253, "", MONEY), spoken(7, "某詞")] == ["-1.50 yuan", "12.53", "7"]


def test_every_unit_of_a_figure_has_its_english():
    from houqin.foundation.journal.figures import FIGURES
    from houqin.interfaces.web.amounts import UNITS

    assert {figure.unit for figure in FIGURES} - set(UNITS) == set()


def test_the_english_pages_have_no_chinese_but_what_people_wrote(login, cast):
    import re

    browser = login(cast.li)
    browser.cookies["django_language"] = "en"
    chinese = re.compile("[\u3400-\u9fff]+")
    written = {"市第一完全小學", "總務處", "繁體", "简体", "李主任", "李", "總務主任", "南校區", "北校區"}

    left = {}
    for address in ("/", "/do/", "/figures/", "/registers/", "/do/repairs.reported/", "/registers/org.people/import/"):
        page = re.sub(r"<(option|dd|td)\b.*?</\1>|<[^>]*>", " ", browser.get(address).content.decode(), flags=re.DOTALL)
        if found := set(chinese.findall(page)) - written:
            left[address] = found

    assert left == {}


def test_words_of_a_sheet_are_understood_whatever_the_language_of_the_page():
    from django.utils.translation import gettext_lazy, override

    from houqin.kit.fields import WordField

    with override("en"):
        field = WordField(choices=[("urgent", gettext_lazy("緊急")), ("normal", gettext_lazy("一般"))])

        assert [field.clean(word) for word in ("緊急", "紧急", "Urgent", "urgent")] == ["urgent"] * 4


def test_no_two_words_to_choose_from_are_alike_in_any_language(db):
    from django.conf import settings
    from django.utils.translation import override

    from houqin.foundation.journal.actions import ACTIONS
    from houqin.foundation.registers.register import REGISTERS
    from houqin.kit.fields import WordField
    from houqin.kit.text import fold

    lists = {(verb.kind, name): dict(one.choices) for verb in ACTIONS for name, one in verb.form.base_fields.items()
             if isinstance(one, WordField)}  # fmt: skip
    lists |= {(one.name, "columns"): {c.name: c.label for c in one.imported_columns()} for one in REGISTERS}
    alike = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            for where, labels in lists.items():
                said = [fold(str(label)) for key, label in labels.items() if key != ""]
                alike += [(language, where, word) for word in set(said) if said.count(word) > 1]

    assert alike == []
