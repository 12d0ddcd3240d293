"""Another school's half year, as that school keeps it: made of chance with a seed, with the figures it must give.

Its campuses, numbers, headings, scripts, dates, encodings and orders of columns are unlike those of the first school.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import openpyxl

from houqin.kit.text import to_simplified, to_traditional

JOBS = (
    # 內容, 類別, 材料, 單位, 單價分, figure of jobs, figure of pieces
    ("更換燈管", "電", "燈管", "根", 1350, "repairs.lamp_jobs", "repairs.lamp_tubes"),
    ("更換水龍頭", "水", "水龍頭", "個", 2200, "", "repairs.taps_valves"),
    ("更換閥門", "水", "閥門", "個", 1900, "", "repairs.taps_valves"),
    ("維修門", "門窗", "門", "扇", 5000, "", "repairs.doors"),
    ("維修窗戶", "門窗", "窗戶", "扇", 3000, "", "repairs.windows"),
    ("疏通廁所下水管", "管道", "", "", 0, "repairs.drains_cleared", ""),
    ("零星維修", "其他", "", "", 0, "repairs.odd_jobs", ""),
)
TOPICS = ("防溺水", "防觸電", "防病", "防食物中毒", "防火", "防盜", "防騙")
FAMILIES, GIVEN = "王李張劉陳楊黃趙吳周徐孫馬朱胡", ("建國", "麗", "小紅", "志強", "敏", "海燕", "文斌", "玉")


@dataclass
class OtherSchool:
    seed: int
    folder: Path
    start: date = date(2021, 1, 25)
    end: date = date(2021, 7, 9)
    figures: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.simplified = self.chance.random() < 0.5
        self.campuses = self.chance.sample(["東校區", "西校區", "本部", "城南分校"], 2)
        names = [family + given for family in FAMILIES for given in GIVEN]
        self.people = self.chance.sample(names, 20)
        self.rooms = [
            (campus, building, f"{floor}0{door}")
            for campus in self.campuses
            for building in ("明德樓", "博學樓")
            for floor in (1, 2)
            for door in (1, 2, 3)
        ]

    # -- writing ---------------------------------------------------------------------------------------------------

    def script(self, value: Any) -> Any:
        if isinstance(value, str):
            return to_simplified(value) if self.simplified else to_traditional(value)
        return value

    def day(self, day: date) -> Any:
        style = self.chance.randrange(7)
        return [
            day.isoformat(), f"{day.year}.{day.month}.{day.day}", f"{day.year}/{day.month}/{day.day}",
            f"{day.year}年{day.month}月{day.day}日", f"民國{day.year - 1911}年{day.month}月{day.day}日", day,
            (day - date(1899, 12, 30)).days,
        ][style]  # fmt: skip

    def pick_day(self) -> date:
        return self.start + timedelta(days=self.chance.randrange((self.end - self.start).days + 1))

    def table(
        self,
        name: str,
        headings: list[str],
        rows: list[list[Any]],
        *,
        optional: tuple[str, ...] = (),
        titles: bool = True,
    ) -> None:
        """Write a register with its columns in another order, an optional one missing, one too many, title rows above."""
        order = list(range(len(headings)))
        self.chance.shuffle(order)
        order = [i for i in order if headings[i] not in optional or self.chance.random() < 0.7]
        head = [self.script(headings[i]) for i in order] + [self.script("歸檔盒號")]
        body = [[self.script(row[i]) for i in order] + ["A1"] for row in rows]
        above = [[self.script(f"{name}（2021年上半年）")], []] if titles and self.chance.random() < 0.6 else []
        if self.chance.random() < 0.5:
            workbook = openpyxl.Workbook()
            sheet = workbook.active
            for row in [*above, head, *body]:
                sheet.append(row)
            workbook.save(self.folder / f"{self.script(name)}.xlsx")
            return
        text = io.StringIO()
        csv.writer(text).writerows([*above, head, *[[self._typed(cell) for cell in row] for row in body]])
        encoding = self.chance.choice(
            ["utf-8", "utf-8-sig", "utf-16", "gb18030"] + ([] if self.simplified else ["big5"])
        )
        (self.folder / f"{self.script(name)}.csv").write_bytes(text.getvalue().encode(encoding, "strict"))

    @staticmethod
    def _typed(cell: Any) -> Any:
        if isinstance(cell, datetime):
            return f"{cell:%Y-%m-%d %H:%M}"
        return "" if cell is None else cell.isoformat() if isinstance(cell, (date, time)) else cell

    def add(self, name: str, quantity: int) -> None:
        self.figures[name] = self.figures.get(name, 0) + quantity

    # -- the registers ---------------------------------------------------------------------------------------------

    def write(self) -> list[Path]:
        self.basics()
        self.repairs()
        self.inspections()
        self.hazards()
        self.property()
        self.letters()
        self.education()
        self.drills()
        self.visits()
        self.slips()
        files = sorted(self.folder.iterdir())
        self.chance.shuffle(files)
        return files

    def basics(self) -> None:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        sheets: dict[str, list[list[Any]]] = {
            "教職工": [["崗位", "姓名", "校區"], *[["教師", person, self.chance.choice(self.campuses)] for person in self.people]],
            "班級": [["班級", "人數", "班主任", "校區", "年級"], *[[f"{g}({n})班", 40 + n, self.people[n], campus, f"{g}年級"] for campus in self.campuses for g in "一二" for n in (1, 2)]],
            "場所": [["室名", "房號", "樓棟", "校區", "用途"], *[[f"{room}室", room, building, campus, "教室"] for campus, building, room in self.rooms], *[["食堂", None, "食堂", campus, "食堂"] for campus in self.campuses]],
            "校區": [["學生數", "校區", "地址"], *[[900, campus, f"{campus}路1號"] for campus in self.campuses]],
        }  # fmt: skip
        for title, rows in sheets.items():
            sheet = workbook.create_sheet(self.script(title))
            for row in rows:
                sheet.append([self.script(cell) for cell in row])
        workbook.save(self.folder / f"{self.script('學校基本情況')}.xlsx")

    def room(self) -> str:
        return "".join(self.chance.choice(self.rooms)) + "室"

    def person(self) -> str:
        return self.chance.choice(self.people)

    def repairs(self) -> None:
        headings = [
            "單號",
            "報修日期時間",
            "報修人",
            "校區樓室",
            "類別",
            "故障描述",
            "緊急程度",
            "維修人",
            "維修內容",
            "更換材料",
            "材料數量",
            "單位",
            "材料費",
            "完成時間",
            "驗收人",
            "滿意度",
        ]
        rows = []
        for number in range(1, self.chance.randint(120, 220)):
            work, category, material, counter, price, jobs, pieces = self.chance.choice(JOBS)
            quantity = self.chance.randint(1, 4) if material else None
            reported = datetime.combine(self.pick_day(), time(9, 30))
            is_done = self.chance.random() < 0.93
            done = reported + timedelta(hours=self.chance.randint(1, 8))
            rows.append([f"B{number:03}", reported, self.person(), self.room(), category, "壞了", "一般", self.person(), work if is_done else None,
                         material or None, quantity, counter or None, (price * quantity / 100) if quantity else None,
                         done if is_done else None, self.person() if is_done else None, "滿意" if is_done else None])  # fmt: skip
            self.add("repairs.reported", 1)
            if is_done:
                self.add("repairs.completed", 1)
                self.add(jobs or "ignored", 1)
                self.add(pieces or "ignored", quantity or 0)
                self.add("repairs.material_cost", price * (quantity or 0))
        self.table("報修登記", headings, rows, optional=("緊急程度", "滿意度"))

    def inspections(self) -> None:
        headings = ["檢查類別", "日期", "校區", "部位", "檢查項目", "結果", "問題描述", "檢查人", "被檢查部門負責人"]
        kinds = (
            ("周", "常規安全檢查"),
            ("月", "食品安全檢查"),
            ("學期", "全校安全大排查"),
            ("惡劣天氣", "惡劣天氣檢查"),
            ("專項", "消防安全檢查(社區民警)"),
        )
        rows = []
        for _ in range(self.chance.randint(25, 60)):
            layer, item = self.chance.choice(kinds)
            campus, building, room = self.chance.choice(self.rooms)
            is_failed = self.chance.random() < 0.2
            rows.append(
                [
                    layer,
                    self.day(self.pick_day()),
                    campus,
                    f"{campus}{building}{room}室",
                    item,
                    "不合格" if is_failed else "合格",
                    "插座鬆動" if is_failed else None,
                    self.person(),
                    self.person(),
                ]
            )
            self.add("safety.inspections", 1)
            self.add("safety.inspections_failed", int(is_failed))
            self.add("safety.sweeps", int(layer == "學期"))
        self.table("安全檢查記錄", headings, rows, optional=("問題描述", "被檢查部門負責人"))

    def hazards(self) -> None:
        headings = [
            "編號",
            "排查日期",
            "來源",
            "校區部位",
            "隱患類別",
            "隱患描述",
            "等級",
            "整改措施",
            "整改責任人",
            "整改時限",
            "完成日期",
            "驗收人",
            "驗收意見",
            "銷號日期",
        ]
        rows = []
        for number in range(1, self.chance.randint(5, 12)):
            found = self.pick_day()
            limit, closed = found + timedelta(days=7), found + timedelta(days=self.chance.randint(1, 20))
            is_closed = closed <= self.end and self.chance.random() < 0.8
            fixer, acceptor = self.chance.sample(self.people, 2)
            rows.append(
                [
                    f"H{number}",
                    self.day(found),
                    "巡查",
                    self.room(),
                    "電",
                    "插座鬆動",
                    "一般",
                    "更換",
                    fixer,
                    self.day(limit),
                    self.day(closed) if is_closed else None,
                    acceptor if is_closed else None,
                    "合格" if is_closed else None,
                    self.day(closed) if is_closed else None,
                ]
            )
            self.add("safety.hazards_found", 1)
            self.add("safety.hazards_closed", int(is_closed))
            self.add("safety.hazards_overdue", int(not is_closed and limit < self.end))
        self.table("安全隱患排查整改台賬", headings, rows)

    def property(self) -> None:
        source, target = self.campuses
        desks, teachers, moved = self.chance.randint(60, 300), self.chance.randint(3, 30), self.chance.randint(1, 59)
        bought = self.start + timedelta(days=3)
        headings = [
            "資產編號",
            "資產名稱",
            "規格型號",
            "計量單位",
            "數量",
            "單價",
            "原值",
            "取得方式",
            "取得日期",
            "存放地點",
        ]
        rows = [
            ["Z-1", "學生課桌椅", "普通", "套", desks, 155, desks * 155, "購置", self.day(bought), source],
            ["Z-2", "教師辦公桌椅", "1.2m", "套", teachers, 800.5, teachers * 800.5, "購置", self.day(bought), target],
        ]
        self.table("固定資產卡片", headings, rows, optional=("規格型號",))
        self.table(
            "固定資產調撥單", ["單號", "日期", "調出校區(部門)", "調入校區(部門)", "資產編號", "名稱", "單位", "數量", "調撥原因"],
            [["D1", self.day(bought + timedelta(days=20)), source, target, "Z-1", "學生課桌椅", "套", moved, "人數增加"]],
            optional=("調撥原因",),
        )  # fmt: skip
        self.add("assets.desks_added", desks)
        self.add("assets.teacher_desks_added", teachers)
        self.add("assets.desks_moved", moved)
        self.add("assets.value_added", desks * 15500 + teachers * 80050)

    def letters(self) -> None:
        rows = []
        for person in self.people:
            copies = self.chance.randint(1, 2)
            rows.append(["2021", "教職工", "安全責任書", person, "教師", self.day(self.pick_day()), copies])
            self.add("safety.letters_signed", copies)
        self.table(
            "安全責任書簽訂台賬",
            ["年度", "層級", "責任書名稱", "責任人", "崗位", "簽訂日期", "份數"],
            rows,
            optional=("崗位",),
        )

    def education(self) -> None:
        rows, topics = [], set()
        for _ in range(self.chance.randint(5, 15)):
            topic = self.chance.choice(TOPICS)
            topics.add(topic)
            rows.append([self.day(self.pick_day()), topic, "廣播", "全校", 900, 890, 20, self.person(), self.person()])
        self.add("safety.education_sessions", len(rows))
        self.add("safety.education_topics", len(topics))
        self.table(
            "安全教育活動記錄",
            ["日期", "主題", "形式", "對象", "應到", "實到", "時長", "主講", "記錄人"],
            rows,
            optional=("應到",),
        )

    def drills(self) -> None:
        rows = [
            [
                "應急疏散演練",
                self.day(self.pick_day()),
                "10:00",
                "10:15",
                self.person(),
                self.campuses[0],
                900,
                895,
                f"{m}分{m * 7}秒",
                None,
                self.person(),
            ]
            for m in range(1, self.chance.randint(3, 7))
        ]
        self.add("safety.drills", len(rows))
        self.table(
            "應急疏散演練記錄",
            [
                "演練名稱",
                "日期",
                "開始時間",
                "結束時間",
                "總指揮",
                "地點",
                "應參加人數",
                "實際人數",
                "疏散用時",
                "存在問題",
                "記錄人",
            ],
            rows,
        )

    def visits(self) -> None:
        rows = []
        for _ in range(self.chance.randint(60, 150)):
            people, has_left = self.chance.randint(1, 3), self.chance.random() < 0.95
            rows.append(
                [
                    self.day(self.pick_day()),
                    "9:05",
                    "訪" + self.person(),
                    "身份證",
                    "990101198301013238",
                    "個體",
                    "13900000001",
                    people,
                    "送貨",
                    self.person(),
                    "10:10" if has_left else None,
                    self.person(),
                ]
            )
            self.add("gate.visits", 1)
            self.add("gate.visitors", people)
            self.add("gate.not_signed_out", int(not has_left))
        self.table(
            "外來人員來訪登記簿",
            [
                "日期",
                "入校時間",
                "姓名",
                "證件類型",
                "證件號",
                "單位",
                "聯繫電話",
                "人數",
                "事由",
                "受訪人",
                "離校時間",
                "值班門衛",
            ],
            rows,
            optional=("單位", "證件類型"),
        )

    def slips(self) -> None:
        rows = [
            [
                f"L{n}",
                self.day(self.pick_day()),
                "一(1)班",
                "生" + self.person(),
                "就醫",
                "10:30",
                "14:00",
                self.person(),
                "10:35",
                "14:05",
            ]
            for n in range(1, self.chance.randint(20, 60))
        ]
        self.add("gate.leave_slips", len(rows))
        self.table(
            "學生離校單",
            [
                "編號",
                "日期",
                "班級",
                "姓名",
                "離校事由",
                "擬離校時間",
                "擬返校時間",
                "班主任簽字",
                "門衛放行時間",
                "返校時間",
            ],
            rows,
            optional=("擬返校時間",),
        )
