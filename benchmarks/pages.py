"""A register's page of 50 rows among 100,000, with everything around it; against a bare view with the same 50 rows."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from .measuring import Comparison, seconds, take_turns
from .stage import Stage, run

BARE = """<!doctype html><html><head><title>{{ title }}</title></head><body><table>
<thead><tr>{% for head in heads %}<th>{{ head }}</th>{% endfor %}</tr></thead><tbody>
{% for row in rows %}<tr>
<td><a href="/{{ row.pk }}/">{{ row.number }}</a></td><td>{{ row.state }}</td>
<td>{{ row.reported_at|date:"Y-m-d H:i" }}</td><td>{{ row.reporter_name }}</td><td>{{ row.place.full_name }}</td>
<td>{{ row.get_category_display }}</td><td>{{ row.fault }}</td><td>{{ row.get_urgency_display }}</td>
<td>{{ row.repairer_name }}</td><td>{{ row.work }}</td><td>{{ row.material }}</td><td>{{ row.quantity|default_if_none:"" }}</td>
<td>{{ row.counter }}</td><td>{{ row.material_cost|default_if_none:"" }}</td>
<td>{{ row.completed_at|date:"Y-m-d H:i" }}</td><td>{{ row.acceptor_name }}</td><td>{{ row.get_satisfaction_display }}</td>
</tr>{% endfor %}</tbody></table></body></html>"""


def pages(stage: Stage) -> list[Comparison]:
    """The first page against the bare view, then page 1,000 against page 1."""
    from django.conf import settings
    from django.core.handlers.base import BaseHandler
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.test import Client, RequestFactory, override_settings
    from django.urls import path

    from houqin.domains.repairs.models import WorkOrder

    count = 2_000 if stage.small else 100_000
    _fill(stage, count)
    template = engines["django"].from_string(BARE)
    heads = [str(WorkOrder._meta.get_field("number").verbose_name)] * 17

    def bare(request: HttpRequest) -> HttpResponse:
        rows = WorkOrder.objects.select_related("place").order_by("-reported_at", "-pk")[:50]
        return HttpResponse(template.render({"title": "報修登記", "heads": heads, "rows": rows}))

    requests = RequestFactory()
    with override_settings(MIDDLEWARE=[]):
        plain = BaseHandler()
        plain.load_middleware()
    whole = BaseHandler()
    whole.load_middleware()
    client = Client()
    client.force_login(
        stage.people["admin"].user,  # type: ignore[arg-type]
        backend="django.contrib.auth.backends.ModelBackend",
    )
    requests.cookies = client.cookies
    urlconf = (path("bare/", bare),)

    def ask_bare() -> None:
        request = requests.get("/bare/")
        request.urlconf = urlconf  # type: ignore[attr-defined]
        response = plain.get_response(request)
        assert response.status_code == 200
        assert response.content.count(b"<tr>") == 51

    def ask(address: str) -> Callable[[], None]:
        def asked() -> None:
            request = requests.get(address, SERVER_NAME="localhost", secure=settings.SESSION_COOKIE_SECURE)
            response = whole.get_response(request)
            assert response.status_code == 200, response.status_code
            assert response.content.count(b"<tr>") >= 51, response.content.count(b"<tr>")

        return asked

    def milliseconds(work: Callable[[], Any]) -> float:
        return 1000 * statistics.median(seconds(work) for _ in range(3 if stage.small else 9))

    where = "SQLite" if stage.database == "sqlite" else "PostgreSQL"
    last = count // 50
    deep = min(1000, last // 2)
    rounds = 2 if stage.small else 11
    first = ask("/registers/repairs.work_orders/")
    page = Comparison(
        f"a register's page of 50 rows among {count:,}, {where}",
        "ms",
        raw_is="a bare view, no middleware, one template, the same 50 rows",
        product_is="the whole page: session, person, menu, filters, count, totals",
        at_most=2,
    )
    take_turns(page, raw=lambda: milliseconds(ask_bare), product=lambda: milliseconds(first), rounds=rounds)
    later = Comparison(
        f"pages from {deep:,} on against page 1 of {last:,}, {where}",
        "ms",
        raw_is="page 1",
        product_is=f"pages {deep:,}, …",
        at_most=1.2,
    )
    # A different deep page every time, so that none is known from the time before.
    numbers = itertools.count(deep)

    def another_deep_page() -> None:
        ask(f"/registers/repairs.work_orders/?page={next(numbers)}")()

    take_turns(later, raw=lambda: milliseconds(first), product=lambda: milliseconds(another_deep_page), rounds=rounds)
    return [page, later]


def _fill(stage: Stage, count: int) -> None:
    """Orders of ten years, as a big district's school might have them."""
    from django.db import connection

    from houqin.domains.repairs.models import WorkOrder
    from houqin.kit import clock

    from .importing import JOBS, START, name

    chance = Random(20180710)
    begin = clock.at(START.date(), START.time()) - timedelta(days=3650)
    codes = list(WorkOrder._meta.get_field("category").choices or ())
    orders = []
    for number in range(count):
        _category, fault, work, material, counter, price = chance.choice(JOBS)
        room = chance.choice(stage.rooms)
        reported = begin + timedelta(minutes=number * 5_000_000 // count)
        orders.append(
            WorkOrder(
                number=f"BX-{number:06d}",
                state="closed",
                opened_on=reported.date(),
                opened_by=stage.people["director"],
                place=room,
                campus=room.campus,
                reported_at=reported,
                reporter_name=name(chance),
                category=chance.choice(codes)[0],
                fault=f"{fault}，第 {number} 次",
                urgency="normal",
                due_at=reported + timedelta(days=3),
                repairer_name="陳師傅",
                work=work,
                material=material,
                quantity="2" if material else "",
                counter=counter,
                material_cost=price * 100,
                completed_at=reported + timedelta(days=1),
                acceptor_name=name(chance),
                satisfaction="satisfied",
            )
        )
    WorkOrder.objects.bulk_create(orders, batch_size=1000)
    with connection.cursor() as cursor:
        # What a running installation has of itself: the planner's statistics, and on PostgreSQL the map of settled pages.
        cursor.execute("ANALYZE" if stage.database == "sqlite" else "VACUUM ANALYZE")


if __name__ == "__main__":
    run(pages, databases=("sqlite", "postgresql"))
