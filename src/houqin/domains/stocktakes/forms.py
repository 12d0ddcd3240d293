"""One form per action of stocktakes and moves, and what bad input gets told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.vocabulary import GOODS
from houqin.foundation.journal.actions import ActionForm, locked
from houqin.foundation.journal.models import Place
from houqin.foundation.org.fields import PersonField, PlaceField, ReferenceField, SeveralField
from houqin.kit import clock, numbers
from houqin.kit.fields import (
    DayField,
    FlagField,
    LongTextField,
    MomentField,
    MoneyField,
    TextField,
    WholeNumberField,
    WordField,
)
from houqin.kit.text import clean_cell

from .models import Decision, Move, Scope, Stocktake, Use
from .rules import REASONS

MOST = 10_000_000
SCOPE_WORDS = {
    str(Scope.PLACE): ("場所", "房間", "樓", "室"),
    str(Scope.KEEPER): ("個人", "責任人"),
}
DECISION_WORDS = {
    str(Decision.ADJUST): ("調賬", "調整", "核銷", "入賬"),
    str(Decision.KEEP): ("掛賬", "待查", "繼續查找"),
}


USE_WORDS = {
    str(Use.IN_USE): ("使用中", "正常", "完好", "良好"),
    str(Use.IDLE): ("未用", "閒置未用", "備用"),
    str(Use.DAMAGED): ("損壞", "待修", "破損", "壞"),
    str(Use.SCRAP): ("報廢", "擬報廢"),
}
YES_NO = (("yes", gettext_lazy("是")), ("no", gettext_lazy("否")))


class PaperField(ReferenceField):
    """The paper an action is about, by its key or its printed number; locked while the action runs."""

    def __init__(self, model: Any, **kwargs: Any) -> None:
        self.model = model
        kwargs.setdefault("label", gettext_lazy("單據"))
        kwargs.setdefault("widget", forms.HiddenInput)
        super().__init__(queryset=lambda: locked(model.objects.select_related("place__campus", "campus")), **kwargs)


class SheetNumberField(PaperField):
    """A count by its number; the number itself where it stands on a sheet of the past that the book does not know."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Stocktake, widget=forms.TextInput, **kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or isinstance(value, Stocktake):
            return value or None
        text = str(value).strip()[:64]
        return self.rows().filter(number=text).first() or text


class AsWrittenPerson(PersonField):
    """A person as a sheet writes them: the row where the school knows them, else the name itself."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "unknown":
                raise
            return str(value).strip()[:40]


@dataclass(frozen=True)
class Told:
    """What somebody says they counted: a code or a name, how many, and where unless the sheet has it in one place."""

    code: str
    quantity: int
    place: Place | None = None


def _is_number(word: str) -> bool:
    try:
        numbers.parse_integer(word)
    except ValueError:
        return False
    return True


class TalliesField(forms.Field):
    """Counted things: one a line 「編號 數量」 or 「編號 數量 地點」, or rows with ``code``, ``quantity`` and ``place``.

    ``{code: quantity}`` is taken too. A count of nought is written as 0.
    """

    widget = forms.Textarea(attrs={"rows": 6})

    def to_python(self, value: Any) -> list[Told]:
        if value in self.empty_values:
            return []
        if isinstance(value, str):
            rows: list[Any] = [self._split(line) for line in value.replace("，", " ").splitlines() if line.strip()]
        elif isinstance(value, Mapping):
            rows = [[code, quantity] for code, quantity in value.items()]
        else:
            rows = [[row["code"], row.get("quantity"), row.get("place")] for row in value]
        places: dict[Any, Place | None] = {}
        return [self._read(row, places) for row in rows]

    def _split(self, line: str) -> list[Any]:
        """A name may be of several words; the number is the last word, or the last but one before a place."""
        words = line.split()
        for position in (len(words) - 1, len(words) - 2):
            if position > 0 and _is_number(words[position]):
                return [" ".join(words[:position]), words[position], *words[position + 1 :]]
        return words[:1] if len(words) == 1 else [" ".join(words[:-1]), words[-1]]

    def _read(self, row: list[Any], places: dict[Any, Place | None]) -> Told:
        if len(row) < 2:
            raise forms.ValidationError(_("「%(line)s」請寫成「編號 數量」。") % {"line": row[0]})
        code, quantity, told = clean_cell(str(row[0])), row[1], row[2] if len(row) > 2 else None
        try:
            number = numbers.parse_integer(quantity)
        except ValueError as error:
            raise forms.ValidationError(_("「%(code)s」：%(why)s") % {"code": code, "why": error}) from error
        if not 0 <= number <= MOST:
            raise forms.ValidationError(_("「%(code)s」的數量不能小於零，也不超過一千萬。") % {"code": code})
        if told not in places:
            places[told] = PlaceField(required=False).clean(told)
        return Told(code, number, places[told])


class CodesField(forms.Field):
    """Codes as a scanner types them, one a line; the same code again is one more of it. Cleans to code → how often."""

    widget = forms.Textarea(attrs={"rows": 6, "autocomplete": "off"})

    def to_python(self, value: Any) -> dict[str, int]:
        if value in self.empty_values:
            return {}
        found: dict[str, int] = {}
        for part in value.splitlines() if isinstance(value, str) else value:
            code = clean_cell(str(part))
            if code:
                found[code] = found.get(code, 0) + 1
        return found


class Draft(ActionForm):
    scope = WordField(label=gettext_lazy("範圍"), choices=Scope.choices, words=SCOPE_WORDS)
    place = PlaceField(label=gettext_lazy("地點"), required=False)
    custodian = PersonField(label=gettext_lazy("保管人"), required=False)
    category = WordField(
        label=gettext_lazy("物品類別"), required=False, choices=[(code, term.label) for code, term in GOODS.terms.items()],
        words={code: term.words for code, term in GOODS.terms.items()},
    )  # fmt: skip
    leader = PersonField(label=gettext_lazy("主盤人"))
    counters = SeveralField(PersonField(), label=gettext_lazy("盤點人"), required=False)
    second_counter = PersonField(label=gettext_lazy("複盤人"))
    witness = PersonField(label=gettext_lazy("監盤人"))
    keepers = SeveralField(PersonField(), label=gettext_lazy("保管員"), required=False)
    due_on = DayField(label=gettext_lazy("期限"), required=False)
    note = LongTextField(label=gettext_lazy("備註"), required=False)
    occurred_on = DayField(label=gettext_lazy("日期"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        scope, place = cleaned.get("scope"), cleaned.get("place")
        if scope == Scope.KEEPER and "custodian" in cleaned and cleaned["custodian"] is None:
            self.add_error("custodian", _("請寫明盤點誰保管的物品。"))
        elif scope and scope != Scope.KEEPER and "place" in cleaned:
            if place is None:
                self.add_error("place", _("請寫明盤點哪裡。"))
            elif scope == Scope.STORE and place.kind != "store":
                self.add_error("place", _("%(place)s不是倉庫。") % {"place": place})
            elif scope == Scope.CAMPUS and place.kind != "campus":
                self.add_error("place", _("%(place)s不是校區。") % {"place": place})
        return cleaned


class Sheet(ActionForm):
    """An action that needs nothing but the sheet."""

    document = PaperField(Stocktake)


class Freeze(Sheet):
    occurred_on = DayField(label=gettext_lazy("凍結日期"), required=False)


class _WhenCounted(Sheet):
    counted_at = MomentField(label=gettext_lazy("盤點時間"), required=False)

    def clean_counted_at(self) -> Any:
        moment = self.cleaned_data["counted_at"]
        if moment is not None and moment > clock.now():
            raise forms.ValidationError(_("盤點時間還沒有到。"))
        return moment


class TallyForm(_WhenCounted):
    tallies = TalliesField(
        label=gettext_lazy("實盤數量"),
        help_text=gettext_lazy("一行一種：編號 數量 地點；只有一處時不用寫地點，數到零也要寫。"),
    )


class Scan(_WhenCounted):
    place = PlaceField(label=gettext_lazy("所在地點"), required=False)
    codes = CodesField(label=gettext_lazy("掃碼"), help_text=gettext_lazy("逐件掃描，一行一個編號。"))


class CountOne(_WhenCounted):
    """One thing as it is counted on a phone: scanned or typed, how many, in what state."""

    code = TextField(label=gettext_lazy("編號、品名或掃到的碼"), max_length=300)
    place = PlaceField(label=gettext_lazy("所在地點"), required=False)
    quantity = WholeNumberField(label=gettext_lazy("數量"), required=False, most=MOST)
    use = WordField(label=gettext_lazy("使用狀況"), choices=Use.choices, words=USE_WORDS, required=False)
    label_intact = WordField(label=gettext_lazy("標籤完好"), choices=YES_NO, required=False)
    user_agrees = WordField(label=gettext_lazy("使用人相符"), choices=YES_NO, required=False)
    photo = forms.FileField(label=gettext_lazy("照片"), required=False)
    note = TextField(label=gettext_lazy("備註"), required=False, max_length=200)
    is_unlisted = FlagField(label=gettext_lazy("賬上沒有，按名稱登記"))


class Unexpected(Sheet):
    place = PlaceField(label=gettext_lazy("所在地點"), required=False)
    name = TextField(label=gettext_lazy("名稱"), max_length=200)
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=MOST)
    photo = forms.FileField(label=gettext_lazy("照片"), required=False)
    note = TextField(label=gettext_lazy("備註"), required=False, max_length=200)


class CloseCount(Sheet):
    rest_is_missing = FlagField(label=gettext_lazy("其餘沒有數到的，按零計"))


class Recount(_WhenCounted):
    tallies = TalliesField(label=gettext_lazy("複盤數量"), help_text=gettext_lazy("一行一種：編號 數量 地點"))


class Explain(Sheet):
    line = TextField(
        label=gettext_lazy("編號"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("空着即其餘還沒有說明的各項。"),
    )
    reason = TextField(label=gettext_lazy("原因類別"), max_length=40, help_text="、".join(REASONS.labels().values()))
    cause = TextField(label=gettext_lazy("原因"), max_length=200)
    decision = WordField(label=gettext_lazy("處理意見"), choices=Decision.choices, words=DECISION_WORDS)

    def clean_reason(self) -> str:
        written = self.cleaned_data["reason"]
        found = written if written in REASONS.terms else REASONS.find(written)
        if not found:
            raise forms.ValidationError(
                _("看不出是哪一類原因。可寫：%(reasons)s。") % {"reasons": "、".join(REASONS.labels().values())}
            )
        return found


class Post(Sheet):
    occurred_on = DayField(label=gettext_lazy("入賬日期"), required=False)


class Abandon(Sheet):
    reason = TextField(label=gettext_lazy("取消原因"), max_length=200)


class Void(Sheet):
    reason = TextField(label=gettext_lazy("作廢原因"), max_length=200)


class TypeSheet(ActionForm):
    """A row of a count sheet on paper: of a count going on, or of one that was over before the book began."""

    document = SheetNumberField(label=gettext_lazy("盤點單號"), required=False)
    code = TextField(label=gettext_lazy("編號"), required=False, max_length=80)
    name = TextField(label=gettext_lazy("品名"), required=False, max_length=200)
    specification = TextField(label=gettext_lazy("規格"), required=False, max_length=120)
    counter = TextField(label=gettext_lazy("單位"), required=False, max_length=8)
    place = PlaceField(label=gettext_lazy("倉庫"), required=False)
    on_book = WholeNumberField(label=gettext_lazy("賬面數量"), required=False, most=MOST)
    actual = WholeNumberField(label=gettext_lazy("實盤數量"), most=MOST)
    price = MoneyField(label=gettext_lazy("單價"), required=False)
    cause = TextField(label=gettext_lazy("原因"), required=False, max_length=200)
    decision = TextField(label=gettext_lazy("處理意見"), required=False, max_length=200)
    counted_by = AsWrittenPerson(label=gettext_lazy("盤點人"), required=False)
    use = WordField(label=gettext_lazy("使用狀況"), choices=Use.choices, words=USE_WORDS, required=False)
    label_intact = WordField(label=gettext_lazy("標籤完好"), choices=YES_NO, required=False)
    user_agrees = WordField(label=gettext_lazy("使用人相符"), choices=YES_NO, required=False)
    occurred_on = DayField(label=gettext_lazy("盤點日期"), required=False)
    personal = ("counted_by",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("code") and not cleaned.get("name"):
            self.add_error("code", _("編號和品名至少要有一個。"))
        return cleaned


# Moves


class OpenMove(ActionForm):
    judged_by = either_end = ("place", "target")

    place = PlaceField(label=gettext_lazy("從哪裡搬"))
    target = PlaceField(label=gettext_lazy("遷往"))
    before = PaperField(Stocktake, label=gettext_lazy("搬前盤點"), widget=forms.TextInput)
    escort = PersonField(label=gettext_lazy("押運人"))
    receiver = PersonField(label=gettext_lazy("接收人"))
    note = LongTextField(label=gettext_lazy("備註"), required=False)
    occurred_on = DayField(label=gettext_lazy("日期"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("escort") and cleaned.get("escort") == cleaned.get("receiver"):
            self.add_error("receiver", _("押運人和接收人要是兩個人。"))
        if cleaned.get("place") and cleaned.get("place") == cleaned.get("target"):
            self.add_error("target", _("原地和遷往是同一個地方。"))
        return cleaned


class MoveOnly(ActionForm):
    document = PaperField(Move)


class Box(MoveOnly):
    box = TextField(label=gettext_lazy("箱(車)號"), max_length=40)
    source = PlaceField(label=gettext_lazy("原房間"), required=False)
    target = PlaceField(label=gettext_lazy("新房間"), required=False)
    contents = TalliesField(label=gettext_lazy("內裝物品"), help_text=gettext_lazy("一行一種：編號 數量"))


class _BoxCounted(MoveOnly):
    box = TextField(label=gettext_lazy("箱(車)號"), max_length=40)
    counted = TalliesField(
        label=gettext_lazy("清點數量"), required=False, help_text=gettext_lazy("一行一種：編號 數量；空着即全箱相符。")
    )


class Load(_BoxCounted):
    pass


class Unload(_BoxCounted):
    broken = TalliesField(label=gettext_lazy("其中破損"), required=False, help_text=gettext_lazy("一行一種：編號 數量"))
    note = TextField(label=gettext_lazy("備註"), required=False, max_length=200)


class PostMove(MoveOnly):
    cause = TextField(label=gettext_lazy("缺失原因"), required=False, max_length=200)
    occurred_on = DayField(label=gettext_lazy("搬遷日期"), required=False)


class CheckMove(MoveOnly):
    after = PaperField(Stocktake, label=gettext_lazy("搬後盤點"), widget=forms.TextInput)


class AbandonMove(MoveOnly):
    reason = TextField(label=gettext_lazy("取消原因"), max_length=200)


class ImportMove(ActionForm):
    """A row of a 搬遷清點單 on paper."""

    judged_by = either_end = ("source", "target")

    number = TextField(label=gettext_lazy("單號"), required=False, max_length=64)
    box = TextField(label=gettext_lazy("箱(車)號"), max_length=40)
    source = PlaceField(label=gettext_lazy("原房間"))
    target = PlaceField(label=gettext_lazy("新房間"))
    code = TextField(label=gettext_lazy("資產編號"), required=False, max_length=80)
    name = TextField(label=gettext_lazy("名稱"), required=False, max_length=200)
    quantity = WholeNumberField(label=gettext_lazy("數量"), least=1, most=MOST)
    loaded = WholeNumberField(label=gettext_lazy("裝車清點"), required=False, most=MOST)
    unloaded = WholeNumberField(label=gettext_lazy("卸車清點"), required=False, most=MOST)
    broken = WholeNumberField(label=gettext_lazy("破損"), required=False, most=MOST)
    escort = PersonField(label=gettext_lazy("押運人"))
    receiver = PersonField(label=gettext_lazy("接收人"))
    note = TextField(label=gettext_lazy("備註"), required=False, max_length=200)
    occurred_on = DayField(label=gettext_lazy("日期"), required=False)
