"""Kinds of summary as data: headings, framing sentences without numbers, which chapters of clauses go under which.

After the five summaries the house is built on: the department's (S1), one person's (S2), the director's (S3), finance
(S5), and safety, which S3 gives a chapter of its own. The words are the office's to change: a draft is edited as text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from houqin.foundation.journal.sentences import (
    CANTEEN,
    EDUCATION,
    ENERGY,
    EVENTS,
    FINANCE,
    GATE,
    INSPECTION,
    LEARNING,
    PEOPLE,
    PROPERTY,
    PURCHASING,
    RECTIFICATION,
    SERVICES,
    TRANSPORT,
)
from houqin.foundation.journal.sentences import (
    PLANS as PLANS_CHAPTER,
)
from houqin.kit.numbers import chinese_numeral
from houqin.kit.registry import Registry

# How the levels of a paper are numbered. Official: GB/T 9704-2012 §7.3.3; the schools' own: 一、 over 1、.
OFFICIAL = "official"
PLAIN = "plain"


def numbered(position: int, *, level: int, style: str = OFFICIAL) -> str:
    """The number before the ``position``-th heading (level 1) or paragraph (level 2) of its parent: 一、 （一） or 1、."""
    if level == 1:
        return f"{chinese_numeral(position)}、"
    return f"（{chinese_numeral(position)}）" if style == OFFICIAL else f"{position}、"


@dataclass(frozen=True)
class Point:
    """A numbered paragraph: a framing sentence, then everything the domains say in ``chapters``.

    It is left out when they say nothing; with ``wants`` it stands, with a gap of that name.
    """

    lead: Any
    chapters: tuple[str, ...]
    wants: Any = ""


@dataclass(frozen=True)
class Chapter:
    """A level-1 heading: unnumbered opening paragraphs, then points. ``tells`` is ``problems`` or ``next_steps`` for the
    two chapters that are drafted from what went wrong."""

    heading: Any
    opening: tuple[Any, ...] = ()
    points: tuple[Point, ...] = ()
    tells: str = ""


@dataclass(frozen=True)
class Plan:
    """A kind of summary. ``{school}``, ``{office}``, ``{period}`` and ``{person}`` are filled into title and sentences,
    ``{since}`` (本學期以來) into the opening.

    ``domains`` limits problems and duties to those of these domains; empty takes all. ``aims`` are standing intentions
    that follow the ones drawn from the problems. ``is_personal``: written by one person about their own entries.
    """

    kind: str
    label: Any
    title: Any
    opening: Any
    chapters: tuple[Chapter, ...]
    closing: Any
    aims: tuple[Any, ...]
    domains: tuple[str, ...] = ()
    is_personal: bool = False
    numbering: str = OFFICIAL
    most_problems: int = 5
    clause_chapters: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        covered = frozenset(name for chapter in self.chapters for point in chapter.points for name in point.chapters)
        object.__setattr__(self, "clause_chapters", covered)


PLANS: Registry[Plan] = Registry("summary plan")


def plan(**facts: Any) -> Plan:
    """Declare a kind of summary; see :class:`Plan`."""
    made = Plan(**facts)
    return PLANS.add(made.kind, made)


PROBLEMS_CHAPTER = Chapter(heading=_("存在問題"), tells="problems")
NEXT_CHAPTER = Chapter(
    heading=_("今後努力方向"),
    opening=(_("今後將以精細化管理為目標，重點做好以下工作。"),),
    tells="next_steps",
)

plan(
    kind="director",
    label=_("主任總結"),
    title=_("{school}{office}{period}工作總結"),
    opening=_(
        "{since}，學校後勤工作遵循學校總體工作思路和後勤工作計劃，以改善教育教學環境、提供優良服務為重點，"
        "堅持“精打細算、厲行節約”的原則，加強校舍、設備和財產的日常維護與管理，做到物盡其用；"
        "落實“安全第一、預防為主”的方針，切實做好安全防範工作。現總結如下："
    ),
    chapters=(
        Chapter(
            heading=_("抓好後勤人員的思想建設，更新觀念，增強服務意識"),
            opening=(
                _(
                    "全體後勤人員認清自身工作在學校工作中的位置，樹立為教育教學服務、為全校師生服務的思想，既明確分工，又通力合作。"
                ),
            ),
            points=(
                Point(_("加強學習，建好隊伍。"), (LEARNING, PEOPLE)),
                Point(
                    _("及時維修，改善教育教學環境。對學校教育教學設施做到隨叫隨到，力爭解決問題快、不留尾巴。"),
                    (SERVICES,),
                    wants=_("日常維修情況"),
                ),
                Point(
                    _("管好用好校產，滿足教學需要。做好設施添置、調配、登記和保管，力求物盡其用。"),
                    (PROPERTY, PURCHASING),
                    wants=_("校產添置與調配情況"),
                ),
                Point(_("遵守財務制度，勤儉辦學。把經費用在教育教學最需要的地方。"), (FINANCE,)),
                Point(_("加強水電管理，節能降耗。"), (ENERGY,)),
                Point(_("配合學校中心工作，保障各項活動有序開展。"), (EVENTS,)),
            ),
        ),
        Chapter(
            heading=_("強化全員安全意識，確保師生健康安全"),
            points=(
                Point(_("健全制度，明確職責，把安全責任落實到崗、到人。"), (PLANS_CHAPTER,)),
                Point(
                    _("加強設施設備安全排查，防患於未然。堅持定期檢查與不定期巡視相結合，對教育教學設施重點排查。"),
                    (INSPECTION,),
                    wants=_("安全檢查情況"),
                ),
                Point(_("經常開展安全教育，提高師生的安全意識和自防自救能力。"), (EDUCATION,)),
                Point(_("抓好隱患整改，對發現的問題及時維修、徹底處理。"), (RECTIFICATION,)),
                Point(_("加強門衛管理，嚴格執行來訪登記和學生離校制度。"), (GATE,)),
                Point(_("抓好食堂管理，讓師生吃得安全、吃得滿意。"), (CANTEEN,)),
                Point(_("重視交通和校車安全，讓學生安全上學、安全回家。"), (TRANSPORT,)),
            ),
        ),
        PROBLEMS_CHAPTER,
        NEXT_CHAPTER,
    ),
    closing=_("後勤工作細小而繁雜，卻關係到全校的教學和生活。我們將繼續盡心盡力，把每一件小事做好、做實。"),
    aims=(
        _("增強責任意識和服務意識，主動了解師生的需要，廣泛徵求意見，合理的要求努力做好。"),
        _("健全後勤管理制度，明確管理責任，做好督促檢查，使財產管理制度化。"),
        _("及時維護、檢修學校的各項設施，做到主動、及時、有效。"),
    ),
)

plan(
    kind="department",
    label=_("部門總結"),
    title=_("{school}{office}{period}工作總結"),
    opening=_(
        "{since}，{office}在校長室的領導下，堅持“後勤保障、物盡其用、杜絕浪費”的原則，圍繞學校中心工作，"
        "積極做好本職工作。現將工作總結如下："
    ),
    chapters=(
        Chapter(
            heading=_("加強學習，提高思想認識"),
            opening=(
                _(
                    "通過學習，後勤人員進一步認識到，後勤工作是學校工作的重要組成部分，與教學工作相互依存、相互促進。"
                    "大家以師生為服務對象，立足崗位，嚴格要求自己，甘於做好細瑣而不可缺少的工作。"
                ),
            ),
            points=(Point(_("重視後勤隊伍建設。"), (LEARNING, PEOPLE)),),
        ),
        Chapter(
            heading=_("明確責任目標，積極做好後勤服務工作"),
            opening=(
                _(
                    "我校後勤工作量大面廣、頭緒多，臨時性和突發性強。我們從規範管理入手，做到購物、領物、使用、保管都有登記，事事有人負責。"
                ),
            ),
            points=(
                Point(
                    _("及時維修。對門窗、桌椅、水電等設施，做到隨叫隨到，發現故障及時處理。"),
                    (SERVICES,),
                    wants=_("日常維修情況"),
                ),
                Point(
                    _("加強校產管理，做到賬物相符、物盡其用。"),
                    (PROPERTY,),
                    wants=_("校產添置與調配情況"),
                ),
                Point(_("嚴格採購制度。學校所購物品力求質優價廉。"), (PURCHASING,)),
                Point(_("加強財務管理。堅持收支有據、及時入賬，增強透明度。"), (FINANCE,)),
                Point(_("加強水電管理，節約每一度電、每一滴水。"), (ENERGY,)),
            ),
        ),
        Chapter(
            heading=_("圍繞學校中心工作，做好相應服務"),
            points=(
                Point(_("全力保障各類教學和集體活動正常有序進行。"), (EVENTS,)),
                Point(
                    _("配合校長室做好校園安全工作，落實安全責任。"),
                    (PLANS_CHAPTER, INSPECTION, RECTIFICATION),
                    wants=_("安全檢查情況"),
                ),
                Point(_("開展安全教育和應急演練。"), (EDUCATION,)),
                Point(_("守好校門。"), (GATE,)),
                Point(_("做好師生的生活服務，保證伙食質量和食品安全。"), (CANTEEN,)),
                Point(_("做好車輛和校車管理。"), (TRANSPORT,)),
            ),
        ),
        PROBLEMS_CHAPTER,
        NEXT_CHAPTER,
    ),
    closing=_("今後，我們將在校長室的領導下，更加勤奮地工作，不斷提高後勤服務的質量和水平。"),
    aims=(
        _("加強制度建設和日常管理，做到事事有人管、件件有回音。"),
        _("提高服務意識，多到教學一線聽取意見，把服務做在前面。"),
    ),
)

plan(
    kind="personal",
    label=_("個人總結"),
    title=_("{period}個人工作總結"),
    opening=_(
        "{since}，在學校的正確領導和同事們的關心幫助下，本人按照學校確定的工作思路，立足本職，愛崗敬業，踏實做好服務工作。現將自己的工作總結如下："
    ),
    chapters=(
        Chapter(
            heading=_("勤奮學習，提高自己"),
            opening=(_("本人堅持學習，注重理論聯繫實際，用學到的知識指導工作、解決問題。"),),
            points=(Point(_("堅持參加學習和培訓。"), (LEARNING,)),),
        ),
        Chapter(
            heading=_("立足本職，愛崗敬業"),
            opening=(_("工作中，本人認真對待每一件事。以下各項均為本人經手登記的工作。"),),
            points=(
                Point(
                    _("做好服務保障。"),
                    (SERVICES, PROPERTY, PURCHASING, EVENTS, ENERGY),
                    wants=_("本人經手的工作"),
                ),
                Point(_("做好財務和人事工作。"), (FINANCE, PEOPLE)),
                Point(_("做好安全工作。"), (PLANS_CHAPTER, INSPECTION, EDUCATION, RECTIFICATION, GATE)),
                Point(_("做好師生生活服務。"), (CANTEEN, TRANSPORT)),
            ),
        ),
        Chapter(heading=_("存在的不足"), tells="problems"),
        Chapter(heading=_("努力方向"), tells="next_steps"),
    ),
    closing=_("在今後的工作中，本人將虛心學習，改進不足，把工作做得更細、更好。"),
    aims=(
        _("繼續學習業務知識，提高解決問題的能力。"),
        _("改進工作方法，對師生反映的問題及時處理、及時答覆。"),
    ),
    is_personal=True,
)

plan(
    kind="finance",
    label=_("財務總結"),
    title=_("{school}{period}後勤財務工作總結"),
    opening=_("{since}，後勤財務工作認真執行財經法規和學校財務制度，發揚勤儉務實的作風，為教育教學服務。現總結如下："),
    chapters=(
        Chapter(
            heading=_("嚴守財經紀律，加強財務管理"),
            opening=(_("堅持勤儉辦學，分清輕重緩急，合理使用經費，做到收支有據、及時入賬，辦事有計劃。"),),
            points=(Point(_("各項收支情況如下。"), (FINANCE,), wants=_("經費收支情況")),),
        ),
        Chapter(
            heading=_("規範採購，厲行節約"),
            points=(
                Point(_("嚴格執行採購制度，貨比三家。"), (PURCHASING,)),
                Point(_("加強水電等日常支出的管理。"), (ENERGY,)),
            ),
        ),
        Chapter(
            heading=_("加強財產管理，提高使用效益"),
            points=(Point(_("堅持賬物相符、物盡其用、人盡其職的原則。"), (PROPERTY,)),),
        ),
        Chapter(heading=_("做好人員經費工作"), points=(Point(_("按時辦理人員變動的各項手續。"), (PEOPLE,)),)),
        PROBLEMS_CHAPTER,
        NEXT_CHAPTER,
    ),
    closing=_("今後將繼續嚴格要求自己，把好每一關，用好每一分錢。"),
    aims=(_("加強學習，不斷提高財務管理水平。"), _("加強預算執行的跟蹤，做到開支有計劃、超支有提醒。")),
    domains=("finance", "fees", "purchasing", "assets", "stores", "utilities"),
)

plan(
    kind="safety",
    label=_("安全總結"),
    title=_("{school}{period}安全工作總結"),
    opening=_(
        "{since}，學校堅持“安全第一、預防為主”的方針，把師生安全擺在重要位置，落實各項防範措施，積極建設平安校園。現總結如下："
    ),
    chapters=(
        Chapter(
            heading=_("健全制度，落實責任"),
            points=(Point(_("明確職責，把安全責任落實到崗、到人。"), (PLANS_CHAPTER,)),),
        ),
        Chapter(
            heading=_("加強排查，消除隱患"),
            points=(
                Point(_("堅持定期檢查與不定期巡視相結合。"), (INSPECTION,), wants=_("安全檢查情況")),
                Point(_("對發現的隱患及時整改。"), (RECTIFICATION,)),
            ),
        ),
        Chapter(
            heading=_("開展教育，組織演練"),
            points=(Point(_("通過多種形式提高師生的安全意識和自防自救能力。"), (EDUCATION,)),),
        ),
        Chapter(heading=_("嚴格門衛管理"), points=(Point(_("執行來訪登記和學生離校制度。"), (GATE,)),)),
        Chapter(
            heading=_("抓好食堂和交通安全"),
            points=(
                Point(_("把好食品安全關。"), (CANTEEN,)),
                Point(_("加強車輛和校車管理。"), (TRANSPORT,)),
            ),
        ),
        PROBLEMS_CHAPTER,
        NEXT_CHAPTER,
    ),
    closing=_("安全工作只有起點，沒有終點。我們將常抓不懈，確保師生平安。"),
    aims=(
        _("堅持定期檢查制度，檢查有記錄，整改有回音。"),
        _("結合季節和學校實際開展安全教育和演練，提高實效。"),
    ),
    domains=("safety", "gate", "canteen", "bus", "vehicles", "attendance"),
)
