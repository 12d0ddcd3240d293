"""One form per action about logins. What is typed as a password or comes from another house stays out of the journal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.catalogue.vocabulary import Term, vocabulary
from houqin.foundation.journal.actions import ActionForm
from houqin.foundation.org.fields import PersonField
from houqin.kit.fields import TextField, WholeNumberField, WordField

from .ways import OIDC

USERNAME = User._meta.get_field("username")
CHANGES = (
    ("code_on", gettext_lazy("啟用驗證器")),
    ("code_off", gettext_lazy("停用驗證器")),
    ("passkey_on", gettext_lazy("新增通行密鑰")),
    ("passkey_off", gettext_lazy("刪除通行密鑰")),
    ("recovery_new", gettext_lazy("換一組備用碼")),
)
WAYS = ((OIDC, gettext_lazy("統一身份認證")), ("dingtalk", gettext_lazy("釘釘")), ("feishu", gettext_lazy("飛書")))
# So that an entry says what was changed, and which way in was linked, in words.
vocabulary("accounts.changes", (Term(code, label) for code, label in (*CHANGES, *WAYS)))


class OfPerson(ActionForm):
    person = PersonField(label=gettext_lazy("人員"))


class MakeLogin(OfPerson):
    also_told = ("username",)

    username = TextField(label=gettext_lazy("登入名"), max_length=40)

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        try:
            USERNAME.run_validators(username)
        except forms.ValidationError:
            raise forms.ValidationError(_("登入名只能用字母、漢字、數字和 @ . + - _，中間不留空格。"))
        return username


class MakeFirstLogin(ActionForm):
    personal = ("password",)

    name = TextField(label=gettext_lazy("管理員姓名"), max_length=40)
    username = TextField(label=gettext_lazy("登入名"), max_length=40)
    password = forms.CharField(label=gettext_lazy("密碼"), strip=False, max_length=256)

    clean_username = MakeLogin.clean_username

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(username=str(self.data.get("username", ""))))
        return password


class ChoosePassword(ActionForm):
    personal = ("password",)

    password = forms.CharField(label=gettext_lazy("密碼"), strip=False, max_length=256)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.actor.user if self.actor else None)
        return password


class NoteSecondFactor(ActionForm):
    change = WordField(label=gettext_lazy("改動"), choices=CHANGES)


class LinkIdentity(OfPerson):
    personal = ("uid",)

    way = WordField(label=gettext_lazy("登入方式"), choices=WAYS)
    uid = TextField(label=gettext_lazy("對方的帳號代碼"), max_length=191)


class UnlinkIdentity(ActionForm):
    link = WholeNumberField(label=gettext_lazy("連結號"), least=1)


class AskedPassword(forms.Form):
    """A password typed twice, as the pages ask for it. ``user`` is whom it must not be named after."""

    new_password1 = forms.CharField(label=gettext_lazy("新密碼"), strip=False, max_length=256)
    new_password2 = forms.CharField(label=gettext_lazy("新密碼再寫一次"), strip=False, max_length=256)

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, second = cleaned.get("new_password1"), cleaned.get("new_password2")
        if first and second and first != second:
            self.add_error("new_password2", _("兩次寫的不一樣。"))
        elif first:
            try:
                validate_password(first, self.user)
            except forms.ValidationError as error:
                self.add_error("new_password1", error)
        return cleaned
