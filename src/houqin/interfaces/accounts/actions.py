"""Every write about logins. All hidden: their pages are in ``interfaces/web``, and no journal keeps a secret.

What somebody does with their own login is accepted from the pages only, where the page has made sure that it is they: a
program's token acts in a person's name but must not change how that person comes in.
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from houqin.foundation.journal.actions import action
from houqin.foundation.journal.refused import Refused
from houqin.foundation.journal.writer import Draft
from houqin.foundation.org import rules
from houqin.foundation.org.appointing import appoint
from houqin.foundation.org.models import Person, Role
from houqin.kit.text import fold

from . import forms

WEB = "web"


@action(
    "accounts.login_made",
    label=gettext_lazy("開通登入"),
    form=forms.MakeLogin,
    rule=rules.administrator,
    hidden=True,
)
def make_login(entry: Draft, *, person: Person, username: str) -> None:
    """Give somebody of the school a login; it has no password until they choose one by a one-time link."""
    if not person.is_active:
        raise Refused(_("%(name)s已經離職，不能開通登入。") % {"name": person}, field="person")
    if person.user is not None:
        raise Refused(
            _("%(name)s已經有登入名「%(username)s」。") % {"name": person, "username": person.user.get_username()},
            field="person",
        )
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(_("登入名「%(username)s」已經有人用。請換一個。") % {"username": username}, field="username")
    user = User(username=username)
    user.set_unusable_password()
    person.user = entry.creates(user)
    entry.place = person.campus
    entry.changes(person, "user")


@action(
    "accounts.password_reset",
    label=gettext_lazy("重設密碼"),
    form=forms.OfPerson,
    rule=rules.administrator,
    hidden=True,
)
def reset_password(entry: Draft, *, person: Person) -> None:
    """Make somebody's password void; every device of theirs is logged out, and a one-time link lets them choose another."""
    user = _login_of(person)
    user.set_unusable_password()
    _end_tokens(entry, person)
    entry.place = person.campus
    entry.changes(user, "password")


@action(
    "accounts.login_closed",
    label=gettext_lazy("停用登入"),
    form=forms.OfPerson,
    rule=rules.administrator,
    hidden=True,
)
def close_login(entry: Draft, *, person: Person) -> None:
    """Let a login in no more. Nobody closes their own, so there is always an administrator who can open it again."""
    user = _login_of(person)
    if person == entry.by:
        raise Refused(_("不能停用自己的登入。請另一位系統管理員來做。"), field="person")
    if not user.is_active:
        raise Refused(_("%(name)s的登入已經停用了。") % {"name": person}, field="person")
    user.is_active = False
    _end_tokens(entry, person)
    entry.place = person.campus
    entry.changes(user, "is_active")


@action(
    "accounts.login_opened",
    label=gettext_lazy("恢復登入"),
    form=forms.OfPerson,
    rule=rules.administrator,
    hidden=True,
)
def open_login(entry: Draft, *, person: Person) -> None:
    """Let a closed login in again. Refuses whoever left the school."""
    user = _login_of(person)
    if not person.is_active:
        raise Refused(_("%(name)s已經離職，不能恢復登入。") % {"name": person}, field="person")
    if user.is_active:
        raise Refused(_("%(name)s的登入沒有停用。") % {"name": person}, field="person")
    user.is_active = True
    entry.place = person.campus
    entry.changes(user, "is_active")


@action(
    "accounts.second_factor_cleared",
    label=gettext_lazy("清除第二步驗證"),
    form=forms.OfPerson,
    rule=rules.administrator,
    hidden=True,
)
def clear_second_factor(entry: Draft, *, person: Person) -> None:
    """Take authenticator, passkeys and recovery codes off a login whose phone is lost."""
    kept = Authenticator.objects.filter(user=_login_of(person))
    if not kept.exists():
        raise Refused(_("%(name)s沒有設第二步驗證。") % {"name": person}, field="person")
    entry.place = person.campus
    entry.unit.after_creations(kept.delete)


@action(
    "accounts.password_chosen",
    label=gettext_lazy("換密碼"),
    form=forms.ChoosePassword,
    rule=rules.anyone,
    hidden=True,
)
def choose_password(entry: Draft, *, password: str) -> None:
    """Choose one's own password; every other device is logged out."""
    _only_on_the_page(entry)
    user = _login_of(entry.by)
    user.set_password(password)
    entry.place = entry.by.campus
    entry.changes(user, "password")


@action(
    "accounts.second_factor_changed",
    label=gettext_lazy("更改第二步驗證"),
    form=forms.NoteSecondFactor,
    rule=rules.anyone,
    hidden=True,
)
def note_second_factor(entry: Draft, *, change: str) -> None:
    """Say in the journal that somebody changed the second factor of their own login."""
    _only_on_the_page(entry)
    entry.place, entry.category = entry.by.campus, change


@action(
    "accounts.identity_linked",
    label=gettext_lazy("連結外部帳號"),
    form=forms.LinkIdentity,
    rule=rules.anyone,
    hidden=True,
)
def link_identity(entry: Draft, *, person: Person, way: str, uid: str) -> None:
    """Let a login in by an account of another house: the administrator anybody's, everybody their own, proved on the page."""
    if not entry.by.has_role(Role.ADMINISTRATOR):
        _only_on_the_page(entry)
        if person != entry.by:
            raise Refused(_("只能連結自己的帳號。別人的請系統管理員來做。"), field="person")
    user = _login_of(person)
    if SocialAccount.objects.filter(provider=way, uid=uid).exists():
        raise Refused(_("這個帳號已經連在一個登入上。先解除原來的連結。"), field="uid")
    if SocialAccount.objects.filter(provider=way, user=user).exists():
        raise Refused(_("%(name)s已經連了一個這樣的帳號。先解除再連。") % {"name": person}, field="person")
    entry.place, entry.category = person.campus, way
    entry.creates(SocialAccount(user=user, provider=way, uid=uid, extra_data={}))


@action(
    "accounts.identity_unlinked",
    label=gettext_lazy("解除外部帳號"),
    form=forms.UnlinkIdentity,
    rule=rules.anyone,
    hidden=True,
)
def unlink_identity(entry: Draft, *, link: int) -> None:
    """Undo a link: the administrator anybody's, everybody their own."""
    known = SocialAccount.objects.select_related("user__person").filter(pk=link).first()
    if known is None:
        raise Refused(_("沒有這個連結，可能已經解除了。"), field="link")
    if known.user != entry.by.user and not entry.by.has_role(Role.ADMINISTRATOR):
        raise Refused(_("只能解除自己的連結。"), field="link")
    if known.user == entry.by.user:
        _only_on_the_page(entry)
    entry.place, entry.category = entry.by.campus, known.provider
    entry.unit.after_creations(known.delete)


@action(
    "accounts.first_login_made",
    label=gettext_lazy("開通第一位管理員"),
    form=forms.MakeFirstLogin,
    rule=rules.administrator,
    hidden=True,
)
def make_first_login(entry: Draft, *, name: str, username: str, password: str) -> None:
    """End the first run: somebody on the list of people, or whoever founded the school, administers it from now on."""
    _only_on_the_page(entry)
    if User.objects.exists():
        raise Refused(_("這個安裝已經有人可以登入，請直接登入。"))
    founder = entry.by
    namesakes = list(Person.objects.filter(folded=fold(name), is_active=True).exclude(pk=founder.pk)[:2])
    if len(namesakes) > 1:
        raise Refused(_("名單上不只一位「%(name)s」。請先寫另一位管理員，以後再授予。") % {"name": name}, field="name")
    user = User(username=username)
    user.set_password(password)
    entry.creates(user)
    if not namesakes:
        # It was they who have been setting up the school all along.
        founder.name, founder.folded, founder.user = name, fold(name), user
        entry.changes(founder, "name", "folded", "user")
        return
    chosen = namesakes[0]
    chosen.user, founder.is_active = user, False
    entry.place = chosen.campus
    entry.changes(chosen, "user")
    entry.changes(founder, "is_active")
    appoint(entry, chosen, Role.ADMINISTRATOR, from_on=entry.occurred_on)
    for held in founder.assignments.in_force(entry.occurred_on):
        held.to_on = max(held.from_on, entry.occurred_on)
        entry.changes(held, "to_on")


def _end_tokens(entry: Draft, person: Person) -> None:
    """A program's key acts in the name of the login, so it ends with it; another is issued when the login is open again."""
    for token in person.api_tokens.filter(revoked_at__isnull=True):
        token.revoked_at = entry.unit.now
        entry.changes(token, "revoked_at")


def _login_of(person: Person) -> User:
    if person.user is None:
        raise Refused(_("%(name)s還沒有登入名。請系統管理員先開通。") % {"name": person}, field="person")
    user: User = person.user
    return user


def _only_on_the_page(entry: Draft) -> None:
    if entry.unit.via != WEB:
        raise Refused(_("自己的登入要在網頁的「我的」裏更改。"))
