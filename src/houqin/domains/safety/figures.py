"""What safety contributes to the summary: its figures, its clauses in S3's manner, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.calendar.models import Term
from houqin.foundation.journal.charts import BARS, chart
from houqin.foundation.journal.cube import month_days
from houqin.foundation.journal.figures import APPROXIMATE, MONEY, Count, Distinct, Reading, Row, Sum, Unanswered, figure
from houqin.foundation.journal.models import Entry
from houqin.foundation.journal.sentences import (
    EDUCATION,
    INSPECTION,
    PLANS,
    RECTIFICATION,
    Evidence,
    Part,
    clause,
    problem,
)
from houqin.foundation.org.models import Person
from houqin.kit.periods import Period, week_of
from houqin.kit.text import to_traditional

from .models import Drill, EducationSession, Hazard, ResponsibilityLetter
from .rules import LETTERS, TOPICS

INSPECTED = "safety.inspected"
FIRE_CHECKS = ("fire", "fire_police")
# Months that lie wholly within a term where the school has not written down its terms.
USUAL_TERM_MONTHS = frozenset({3, 4, 5, 6, 9, 10, 11, 12})
MOST_NAMED = 6

figure("safety.inspections", gettext_lazy("安全排查"), "次", of=Count(INSPECTED), style=APPROXIMATE)
figure("safety.sweeps", gettext_lazy("全校性安全大排查"), "次", of=Count(INSPECTED, category="sweep"))
figure("safety.routine_checks", gettext_lazy("常規安全檢查"), "次", of=Count(INSPECTED, category="routine"))
figure("safety.food_checks", gettext_lazy("食品安全檢查"), "次", of=Count(INSPECTED, category="food"))
figure("safety.fire_checks", gettext_lazy("消防安全檢查"), "次", of=Count(INSPECTED, category=FIRE_CHECKS))
figure(
    "safety.police_fire_checks",
    gettext_lazy("配合社區民警檢查消防安全"),
    "次",
    of=Count(INSPECTED, category="fire_police"),
)
figure("safety.weather_checks", gettext_lazy("惡劣天氣檢查"), "次", of=Count(INSPECTED, category="weather"))
figure("safety.inspections_failed", gettext_lazy("檢查不合格"), "次", of=Sum(INSPECTED, measure="failed"))
figure("safety.hazards_found", gettext_lazy("發現安全隱患"), "項", of=Count("safety.hazard_found"))
figure("safety.hazards_rectified", gettext_lazy("整改安全隱患"), "項", of=Count("safety.hazard_rectified"))
figure("safety.hazards_closed", gettext_lazy("銷號安全隱患"), "項", of=Count("safety.hazard_closed"))
figure(
    "safety.hazards_open",
    gettext_lazy("期末未銷號隱患"),
    "項",
    of=Unanswered("safety.hazard_found", answer="safety.hazard_closed", ever=True),
)
figure(
    "safety.hazards_overdue",
    gettext_lazy("逾期未銷號隱患"),
    "項",
    # The deadline stands on the finding, or on the assignment where the finding had none, never on both.
    of=Unanswered(
        ("safety.hazard_found", "safety.hazard_assigned", "safety.hazard_amended"),
        answer="safety.hazard_closed",
        due="due",
        ever=True,
    ),
)
figure(
    "safety.hazard_cost",
    gettext_lazy("隱患整改資金"),
    "元",
    of=Sum("safety.hazard_rectified", measure="cost"),
    style=MONEY,
)
figure("safety.letters_signed", gettext_lazy("簽訂安全責任書"), "份", of=Sum("safety.letter_signed", measure="copies"))
figure("safety.education_sessions", gettext_lazy("安全教育活動"), "次", of=Count("safety.education_held"))
figure(
    "safety.education_topics",
    gettext_lazy("安全教育主題"),
    "類",
    of=Distinct(("safety.education_held", "safety.topic_taught")),
)
figure(
    "safety.education_pupils", gettext_lazy("接受安全教育"), "人次", of=Sum("safety.education_held", measure="pupils")
)
figure(
    "safety.education_minutes", gettext_lazy("安全教育時長"), "分鐘", of=Sum("safety.education_held", measure="minutes")
)
figure("safety.drills", gettext_lazy("應急疏散演練"), "次", of=Count("safety.drill_held"))
figure("safety.drill_pupils", gettext_lazy("參加演練"), "人次", of=Sum("safety.drill_held", measure="pupils"))
figure("safety.plans_issued", gettext_lazy("發布應急預案"), "項", of=Count("safety.plan_issued"))

chart(
    "safety.hazards",
    gettext_lazy("隱患：發現與銷號"),
    figures=("safety.hazards_found", "safety.hazards_closed"),
    order=21,
)
chart(
    "safety.hazards_by_age",
    gettext_lazy("未銷號隱患放了多久"),
    figures=("safety.hazards_open",),
    by="age",
    shape=BARS,
    order=22,
)


# What the summary says ----------------------------------------------------------------------------------------------


def _days(reading: Reading, name: str) -> list[date]:
    return [row.occurred_on for row in _standing(reading, name)]


def _standing(reading: Reading, name: str) -> list[Row]:
    """The rows behind a figure without those taken back later in the period."""
    rows = reading.rows(name)
    net: dict[tuple[str, int | None], int] = {}
    for row in rows:
        key = (row.document_kind, row.document_id)
        net[key] = net.get(key, 0) + row.quantity
    return [row for row in rows if row.quantity > 0 and net[row.document_kind, row.document_id] > 0]


def _papers(reading: Reading, name: str) -> list[int]:
    """Keys of the documents behind a figure, each once, in the order of its rows."""
    return list(dict.fromkeys(row.document_id for row in _standing(reading, name) if row.document_id is not None))


def _is_weekly(days: Sequence[date]) -> bool:
    """Whether no week lies without one between the first and the last, over a month at least."""
    if len(days) < 4:
        return False
    return {week_of(day) for day in days} == set(Period(min(days), max(days)).weeks())


def _is_monthly(days: Sequence[date]) -> bool:
    """Whether no month lies without one between the first and the last, over three months at least."""
    months = {day.year * 100 + day.month for day in days}
    return len(months) >= 3 and months == set(Period(min(days), max(days)).months())


def _rhythm(name: str, *, every: str, plain: str, is_kept: bool, reading: Reading) -> list[Part] | None:
    """Say 每週一次 only where it is true; else how often it was."""
    said = reading[name]
    if not said.value:
        return None
    return [_("%(every)s，共") % {"every": every} if is_kept else plain, said]


def _routine(reading: Reading) -> list[Part] | None:
    kept = _is_weekly(_days(reading, "safety.routine_checks"))
    return _rhythm(
        "safety.routine_checks", every=_("常規安全檢查每週一次"), plain=_("常規安全檢查"), is_kept=kept, reading=reading
    )


def _food(reading: Reading) -> list[Part] | None:
    kept = _is_monthly(_days(reading, "safety.food_checks"))
    return _rhythm(
        "safety.food_checks", every=_("食品安全檢查每月一次"), plain=_("食品安全檢查"), is_kept=kept, reading=reading
    )


def _police(reading: Reading) -> list[Part] | None:
    kept = _is_monthly(_days(reading, "safety.police_fire_checks"))
    return _rhythm(
        "safety.police_fire_checks",
        every=_("配合社區民警檢查消防安全每月一次"),
        plain=_("配合社區民警檢查消防安全"),
        is_kept=kept,
        reading=reading,
    )


def _weather(reading: Reading) -> list[Part] | None:
    said = reading["safety.weather_checks"]
    return [_("惡劣天氣隨時檢查共"), said] if said.value else None


def _sweeps(reading: Reading) -> list[Part] | None:
    said = reading["safety.sweeps"]
    return [_("全校性安全大排查"), said] if said.value else None


clause(
    "safety.inspections",
    chapter=INSPECTION,
    sentence="safety.inspections",
    order=10,
    text="全期安全排查{safety.inspections}",
    expected=True,
)
clause("safety.sweeps", chapter=INSPECTION, sentence="safety.checks", order=20, text=_sweeps)
clause("safety.routine", chapter=INSPECTION, sentence="safety.checks", order=21, text=_routine)
clause("safety.weather", chapter=INSPECTION, sentence="safety.checks", order=22, text=_weather)
clause("safety.food", chapter=INSPECTION, sentence="safety.checks", order=23, text=_food)
clause("safety.police", chapter=INSPECTION, sentence="safety.checks", order=24, text=_police)


def _hazards(reading: Reading) -> list[Part] | None:
    found, closed = reading["safety.hazards_found"], reading["safety.hazards_closed"]
    if not found.value and not closed.value:
        return None
    if not found.value:
        return [_("整改銷號安全隱患"), closed]
    return [_("登記安全隱患"), found, _("並整改銷號"), closed] if closed.value else [_("登記安全隱患"), found]


clause("safety.hazards", chapter=INSPECTION, sentence="safety.hazards", order=30, text=_hazards)


def _mended(reading: Reading) -> list[Part] | None:
    """Faults mended after patrols, one by one, as S3 lists them: 北校區單槓開裂及時焊接."""
    ids = _papers(reading, "safety.hazards_closed")
    hazards = Hazard.objects.select_related("campus").in_bulk(ids)
    told = list(dict.fromkeys(to_traditional(hazards[pk].mended()) for pk in ids if pk in hazards))
    if not told:
        return None
    end = _("等") if len(told) > MOST_NAMED else ""
    return [_("巡視發現的安全隱患及時整改，如%(list)s") % {"list": "，".join(told[:MOST_NAMED])} + end]


clause("safety.mended", chapter=RECTIFICATION, sentence="safety.mended", order=20, text=_mended)


def _letters(reading: Reading) -> list[Part] | None:
    said = reading["safety.letters_signed"]
    if not said.value:
        return None
    signed = [code for code, quantity in reading.by("safety.letters_signed", "category") if quantity > 0]
    order = list(LETTERS.terms)
    signed.sort(key=lambda code: order.index(code) if code in order else len(order))
    who = _("全體教職員工") if _everybody_signed(reading) else ""
    return [
        _("%(who)s簽訂%(letters)s") % {"who": who, "letters": "、".join(LETTERS.label(code) for code in signed)},
        said,
    ]


def _everybody_signed(reading: Reading) -> bool:
    """Whether everyone now at the school signed some letter in the period (SA01: 100 %)."""
    return not _unsigned(reading) and Person.objects.filter(is_active=True).exclude(post="").exists()


def _unsigned(reading: Reading) -> list[Person]:
    """Active staff without a letter signed in the period; founders without a post of the school do not count."""
    ids = _papers(reading, "safety.letters_signed")
    signed = ResponsibilityLetter.objects.filter(pk__in=ids).values("responsible")
    staff = Person.objects.filter(is_active=True, assignments__isnull=False) | Person.objects.filter(
        is_active=True, user__isnull=True
    )
    staff = staff.exclude(assignments__role="administrator").exclude(folded="#")
    return list(staff.exclude(pk__in=signed.exclude(responsible=None)).distinct())


clause("safety.letters", chapter=PLANS, sentence="safety.letters", order=20, text=_letters)


def _plans(reading: Reading) -> list[Part] | None:
    said = reading["safety.plans_issued"]
    return [_("修訂發布應急預案"), said] if said.value else None


clause("safety.plans", chapter=PLANS, sentence="safety.plans", order=10, text=_plans)


def topics_taught(reading: Reading) -> list[str]:
    """The labels of the topics taught in the period, in the order of the source text, the school's own last."""
    codes = [code for code, quantity in reading.by("safety.education_topics", "category") if quantity > 0]
    order = list(TOPICS.terms)
    codes.sort(key=lambda code: (order.index(code), "") if code in order else (len(order), code))
    return [TOPICS.label(code) for code in codes]


def _education(reading: Reading) -> list[Part] | None:
    sessions, topics = reading["safety.education_sessions"], reading["safety.education_topics"]
    if not sessions.value:
        return None
    names = "、".join(topics_taught(reading))
    parts: list[Part] = [_("%(by)s開展安全教育") % {"by": _channels(reading)}, sessions]
    if topics.value:
        parts += [_("，內容有%(names)s") % {"names": names}, _("等") if topics.value > 1 else _("共"), topics]
    return parts


def _channels(reading: Reading) -> str:
    """利用國旗下講話、廣播、黑板報: the channels named on the papers, the most used first."""
    ids = _papers(reading, "safety.education_sessions")
    used: dict[str, int] = {}
    for channel in EducationSession.objects.filter(pk__in=ids).exclude(channel="").values_list("channel", flat=True):
        word = to_traditional(channel)
        used[word] = used.get(word, 0) + 1
    words = [word for word, _times in sorted(used.items(), key=lambda pair: (-pair[1], pair[0]))][:MOST_NAMED]
    return _("利用%(channels)s等形式") % {"channels": "、".join(words)} if words else ""


clause("safety.education", chapter=EDUCATION, sentence="safety.education", order=10, text=_education, expected=True)


def _drills(reading: Reading) -> list[Part] | None:
    said, pupils = reading["safety.drills"], reading["safety.drill_pupils"]
    if not said.value:
        return None
    parts: list[Part] = [_("組織全校學生開展應急疏散演練"), said]
    if pupils.value:
        parts += [_("，參加"), pupils]
    best = best_evacuation_seconds(reading)
    if best:
        fastest = reading.part(
            "safety.drills", "fastest", value=best, unit=_("秒"), text=spoken_seconds(best), label=_("最快疏散用時")
        )
        parts += [_("，最快"), fastest, _("疏散完畢")]
    return parts


def best_evacuation_seconds(reading: Reading) -> int | None:
    """The shortest evacuation of the period in seconds, None where none was timed."""
    ids = _papers(reading, "safety.drills")
    return Drill.objects.filter(pk__in=ids, seconds__gt=0).order_by("seconds").values_list("seconds", flat=True).first()


def spoken_seconds(seconds: int) -> str:
    """208 → 3分28秒."""
    minutes, rest = divmod(seconds, 60)
    return (_("%(m)s分") % {"m": minutes} if minutes else "") + (
        _("%(s)s秒") % {"s": rest} if rest or not minutes else ""
    )


clause("safety.drills", chapter=EDUCATION, sentence="safety.drills", order=20, text=_drills)


# What went wrong ----------------------------------------------------------------------------------------------------


@problem("safety.failed_without_hazard", gettext_lazy("檢查不合格而未登記隱患"))
def failed_checks_without_hazard(reading: Reading) -> Iterable[Evidence]:
    """SA03-4: every failed point becomes a hazard; those of past papers may not have."""
    failed = [row.number for row in _standing(reading, "safety.inspections_failed")]
    followed = Entry.objects.filter(kind="safety.hazard_found", because__in=failed, sign=1, reversed_by__isnull=True)
    left = len(failed) - followed.values("because").distinct().count()
    if left:
        said = reading["safety.inspections_failed"]
        unfollowed = reading.part("safety.inspections_failed", "unfollowed", value=left, label=_("不合格而未登記隱患"))
        yield Evidence(
            [_("安全檢查不合格的"), said, _("都沒有登記隱患跟蹤整改")]
            if left == said.value
            else [_("安全檢查不合格"), said, _("，其中"), unfollowed, _("沒有登記隱患跟蹤整改")],
            _("檢查不合格的當場登記隱患，限期整改並由第二人驗收"),
            weight=20 + left,
        )


@problem("safety.hazards_overdue", gettext_lazy("隱患逾期"))
def overdue_hazards(reading: Reading) -> Iterable[Evidence]:
    """SA03-5: open past their deadline on the last day of the period."""
    said = reading["safety.hazards_overdue"]
    if not said.value:
        return
    rows = reading.rows("safety.hazards_overdue")
    hazards = Hazard.objects.select_related("place", "campus").in_bulk(
        [row.document_id for row in rows if row.document_id]
    )
    named = [to_traditional(hazards[row.document_id].title()) for row in rows if row.document_id in hazards][
        :MOST_NAMED
    ]
    yield Evidence(
        [_("逾期未銷號的隱患"), said, _("（%(names)s）") % {"names": "、".join(named)} if named else ""],
        _("逾期隱患逐項落實責任人、措施和期限，整改完畢由第二人驗收銷號"),
        weight=50 + said.value,
    )


@problem("safety.one_person", gettext_lazy("整改與驗收同一人"))
def mended_and_accepted_by_one(reading: Reading) -> Iterable[Evidence]:
    """SOD-7: closed in the period although fixer and acceptor are one person."""
    ids = _papers(reading, "safety.hazards_closed")
    count = Hazard.objects.filter(pk__in=ids).mended_and_accepted_by_one().count()
    if count:
        said = reading.part("safety.hazards_closed", "one_person", value=count, label=_("整改與驗收同一人的隱患"))
        yield Evidence(
            [_("整改責任人與驗收人是同一個人的隱患有"), said],
            _("隱患整改由責任人以外的第二人驗收簽字"),
            weight=30 + count,
        )


def months_without_drill(reading: Reading) -> list[int]:
    """The months (YYYYMM) lying wholly in the period and in a term that saw no drill."""
    held = {day.year * 100 + day.month for day in _days(reading, "safety.drills")}
    terms = [term.period() for term in Term.objects.all()]

    def is_in_term(month: int) -> bool:
        if not terms:
            return month % 100 in USUAL_TERM_MONTHS
        first, last = month_days(month)
        return any(term.contains(first) and term.contains(last) for term in terms)

    return [month for month in reading.period.whole_months() if is_in_term(month) and month not in held]


@problem("safety.months_without_drill", gettext_lazy("學期中有月份沒有演練"))
def no_drill_for_months(reading: Reading) -> Iterable[Evidence]:
    """SA06-4: a drill a month; two months running without one are a red flag. Silent where no drill is on record at all."""
    if reading["safety.drills"].is_without_data:
        return
    missing = months_without_drill(reading)
    if not missing:
        return
    running = any(later - earlier in (1, 89) for earlier, later in zip(missing, missing[1:], strict=False))
    names = "、".join(_("%(month)s月") % {"month": month % 100} for month in missing)
    yield Evidence(
        [_("%(months)s沒有開展應急疏散演練") % {"months": names} + (_("，連續空缺") if running else "")],
        _("每月至少開展一次應急疏散演練"),
        weight=40 if running else 15,
    )


@problem("safety.letters_unsigned", gettext_lazy("未簽責任書"))
def unsigned_letters(reading: Reading) -> Iterable[Evidence]:
    """SA01: where letters were signed in the period, everyone's must be among them."""
    if not reading["safety.letters_signed"].value:
        return
    if _unsigned(reading):
        yield Evidence(
            # Who did not sign left no row to count.
            [_("還有教職工沒有簽訂安全責任書")],
            _("新到崗和調崗人員及時補簽安全責任書"),
            weight=10,
        )


@problem("safety.drill_problems", gettext_lazy("演練暴露的問題"))
def problems_of_drills(reading: Reading) -> Iterable[Evidence]:
    """SA06-2: what drills showed, with how often; improvements not written down are said."""
    ids = _papers(reading, "safety.drills")
    told: dict[str, int] = {}
    for written in Drill.objects.filter(pk__in=ids).exclude(problems="").values_list("problems", flat=True):
        word = to_traditional(written)
        told[word] = told.get(word, 0) + 1
    for word, times in sorted(told.items(), key=lambda pair: (-pair[1], pair[0]))[:3]:
        yield Evidence(
            [
                _("應急疏散演練中「%(problem)s」出現") % {"problem": word},
                reading.part("safety.drills", word, value=times),
            ],
            _("針對演練中「%(problem)s」的問題調整疏散路線和次序") % {"problem": word},
            weight=5 + times,
        )
