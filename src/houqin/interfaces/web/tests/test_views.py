"""Saved and shared views of a register, and how one likes its rows."""

from houqin.foundation.org.models import Role
from houqin.foundation.registers.register import REGISTERS
from houqin.interfaces.web.models import OpeningView, SavedView
from houqin.interfaces.web.saved_views import MOST_OF_ONE_PERSON, save_view

PEOPLE = "/registers/org.people/"
TEACHERS = "q=%E8%80%81%E5%B8%AB&sort=-name"


def text(answer):
    return answer.content.decode()


def saved(browser, **typed):
    return browser.post(f"{PEOPLE}views/", {"do": "save", "query": f"?{TEACHERS}", **typed})


def test_a_view_is_kept_and_shows_what_its_address_showed(login, cast):
    browser = login(cast.li)

    answer = saved(browser, name=" 教師 名單 ")

    view = SavedView.objects.get()
    assert (view.name, view.query, view.owner, view.is_shared) == ("教師 名單", TEACHERS, cast.li, False)
    assert answer["Location"] == f"{PEOPLE}?{TEACHERS}&view={view.pk}"
    page = text(browser.get(answer["Location"]))
    assert "林老師" in page
    assert "王保管" not in page
    assert 'aria-current="true">教師 名單' in page.replace("\n", "")


def test_the_same_name_changes_the_view(login, cast):
    browser = login(cast.li)
    saved(browser, name="教師")

    browser.post(f"{PEOPLE}views/", {"do": "save", "query": "?q=王", "name": "教師"})

    assert list(SavedView.objects.values_list("query", flat=True)) == ["q=%E7%8E%8B"]


def test_a_private_view_is_its_owners_and_a_shared_one_everybodys(login, cast):
    saved(login(cast.li), name="只給我自己")
    saved(login(cast.li), name="大家都用", shared="1")

    page = text(login(cast.wang).get(f"{PEOPLE}?view=0"))

    assert "大家都用" in page
    assert "只給我自己" not in page


def test_a_shared_view_shows_nobody_more_than_they_may_see(login, cast):
    closed = next(one for one in REGISTERS if not one.readers(cast.zhao))
    save_view(cast.admin, closed, name="大家都用", query="", is_shared=True)

    assert login(cast.zhao).get(f"/registers/{closed.name}/?view=1").status_code == 403
    answer = login(cast.zhao).post(f"/registers/{closed.name}/views/", {"do": "save", "name": "我的"})
    assert answer.status_code == 403
    assert SavedView.objects.count() == 1


def test_a_register_opens_with_the_view_chosen_for_it(login, cast):
    browser = login(cast.li)
    saved(browser, name="教師", opening="1")
    view = SavedView.objects.get()

    assert browser.get(PEOPLE)["Location"] == f"{PEOPLE}?{TEACHERS}&view={view.pk}"
    assert "王保管" in text(browser.get(f"{PEOPLE}?view=0"))
    assert "王保管" in text(browser.get(f"{PEOPLE}?q=王"))
    assert login(cast.wang).get(PEOPLE).status_code == 200
    browser.post(f"{PEOPLE}views/", {"do": "open_with"})
    assert browser.get(PEOPLE).status_code == 200


def test_a_view_taken_back_from_the_school_opens_for_nobody_else(login, cast):
    saved(login(cast.li), name="教師", shared="1")
    view = SavedView.objects.get()
    login(cast.wang).post(f"{PEOPLE}views/", {"do": "open_with", "view": view.pk})
    assert OpeningView.objects.filter(person=cast.wang).exists()

    saved(login(cast.li), name="教師")

    assert login(cast.wang).get(PEOPLE).status_code == 200


def test_a_view_without_a_name_or_that_cannot_be_read_is_refused(login, cast):
    browser = login(cast.li)

    nameless = browser.post(f"{PEOPLE}views/", {"do": "save", "query": "q=1", "name": "  "}, follow=True)
    unreadable = browser.post(f"{PEOPLE}views/", {"do": "save", "query": "sort=nothing", "name": "亂"}, follow=True)

    assert "給這個查詢起個名字" in text(nameless)
    assert "沒有叫「nothing」的欄" in text(unreadable)
    assert not SavedView.objects.exists()


def test_a_person_keeps_no_more_views_of_a_register_than_fit_a_list(login, cast):
    register = REGISTERS["org.people"]
    for n in range(MOST_OF_ONE_PERSON):
        save_view(cast.li, register, name=f"第{n}個", query="")

    browser = login(cast.li)
    answer = saved(browser, name="再來一個")

    assert "請先刪掉不用的" in text(browser.get(answer["Location"]))
    assert SavedView.objects.count() == MOST_OF_ONE_PERSON


def test_a_shared_view_is_taken_away_by_its_owner_or_the_director_and_nobody_else(login, cast):
    saved(login(cast.wang), name="我存的", shared="1")
    view = SavedView.objects.get()

    stranger = login(cast.zhao).post(f"{PEOPLE}views/", {"do": "remove", "view": view.pk})
    assert (stranger.status_code, SavedView.objects.count()) == (403, 1)

    assert cast.li.has_role(Role.DIRECTOR)
    login(cast.li).post(f"{PEOPLE}views/", {"do": "remove", "view": view.pk})
    assert not SavedView.objects.exists()


def test_somebody_elses_private_view_is_not_found(login, cast):
    saved(login(cast.wang), name="只給我自己")
    view = SavedView.objects.get()

    answer = login(cast.li).post(f"{PEOPLE}views/", {"do": "remove", "view": view.pk})

    assert (answer.status_code, SavedView.objects.count()) == (404, 1)


def test_the_density_of_rows_is_kept_on_this_device(login, cast):
    browser = login(cast.li)

    browser.post("/density/", {"density": "tight", "next": PEOPLE})
    tight = text(browser.get(PEOPLE))
    browser.post("/density/", {"density": "<script>", "next": PEOPLE})

    assert 'data-density="tight"' in tight
    assert browser.cookies["density"].value == "tight"


def test_a_filter_takes_one_value_or_another(login, cast):
    browser = login(cast.li)

    page = text(browser.get("/registers/org.roles/?role=director,guard"))

    assert "李主任" in page
    assert "馬門衛" in page
    assert "王保管" not in page
    assert "沒有「nobody」" in text(browser.get("/registers/org.roles/?role=director,nobody"))
