"""The desk plan on one page: looked at, and carried out in one click."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from houqin.domains.assets.models import DeskPlan, Transfer
from houqin.foundation.org.models import SchoolClass


def signed_in(person):
    person.user = get_user_model().objects.create_user(f"user{person.pk}", password="chalk-and-duster-7")
    person.save()
    client = Client()
    client.force_login(person.user)
    return client


@pytest.fixture
def grown(cast, desks):
    for campus, name in ((cast.south, "一1班"), (cast.north, "一2班")):
        SchoolClass.objects.create(campus=campus, name=name, folded=name, pupils=100)


def test_the_page_says_what_to_move_and_one_click_writes_the_papers(cast, grown):
    client, address = signed_in(cast.zhou), reverse("hand_page", args=["assets.desk_plan"])
    page = client.get(address, {"van": "60"})
    assert [(one.quantity, one.target) for one in page.context["plan"].loads] == [(60, cast.north), (40, cast.north)]
    assert (page.context["lacking"], page.context["spare"], page.status_code) == (100, 100, 200)
    assert not DeskPlan.objects.exists()

    answer = client.post(address, {"van": "60"})
    plan = DeskPlan.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("document", args=[plan.kind, plan.pk]))
    assert plan.state == "carried_out"
    slips = Transfer.objects.order_by("pk").values_list("quantity", "state", "source__name", "place__name")
    assert list(slips) == [(60, "requested", "南校區", "北校區"), (40, "requested", "南校區", "北校區")]


def test_a_page_without_classes_says_so_and_makes_nothing(cast, desks):
    client, address = signed_in(cast.zhou), reverse("hand_page", args=["assets.desk_plan"])
    assert "還沒有班級人數" in client.get(address).content.decode()
    refused = client.post(address, {"van": "60"})
    assert (refused.status_code, DeskPlan.objects.count()) == (422, 0)
    assert "請先登記班級" in refused.content.decode()


def test_a_stranger_may_not_look(cast, grown):
    assert signed_in(cast.ma).get(reverse("hand_page", args=["assets.desk_plan"])).status_code == 403
    # The principal may plan but the papers are the asset manager's.
    page = signed_in(cast.principal).get(reverse("hand_page", args=["assets.desk_plan"]))
    assert (page.status_code, page.context["may_make"]) == (200, False)
