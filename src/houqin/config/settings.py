"""Settings of one installation, all from HOUQIN_* variables; without any of them a school runs on SQLite in ./var.

HOUQIN_HOME           folder of the book, attachments and secrets (default ./var)
HOUQIN_DATABASE_URL   postgresql://user:password@host:port/name, or a socket folder as ?host=/folder
HOUQIN_DEBUG          1 shows tracebacks; never on a real installation
HOUQIN_ALLOWED_HOSTS  names the site answers to, comma separated (default localhost, 127.0.0.1, [::1])
HOUQIN_HTTPS          1 when the site is behind https: secure cookies and HSTS
"""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parents[1]
HOME = Path(os.environ.get("HOUQIN_HOME") or "var").resolve()


def _secret_key() -> str:
    """The key of this installation, made once and kept readable by its owner only."""
    if key := os.environ.get("HOUQIN_SECRET_KEY"):
        return key
    path = HOME / "secret.key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def _database() -> dict[str, object]:
    url = os.environ.get("HOUQIN_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(HOME / "book.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-64000;",
            },
            # A real file even in tests: threads on an in-memory database share one cache without a busy timeout.
            "TEST": {"NAME": os.environ.get("HOUQIN_TEST_DATABASE") or str(HOME / "test-book.sqlite3")},
            # Kept open between requests: opening reads the whole schema again.
            "CONN_MAX_AGE": 600,
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit("HOUQIN_DATABASE_URL 只接受 postgresql://… ；不設定時使用 SQLite。")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "houqin",
        "USER": unquote(parts.username or query.get("user", "")),
        "PASSWORD": unquote(parts.password or query.get("password", "")),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": 60,
    }


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("HOUQIN_DEBUG") == "1"
ALLOWED_HOSTS = [h for h in os.environ.get("HOUQIN_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "houqin.foundation.journal",
    "houqin.foundation.org",
    "houqin.foundation.catalogue",
    "houqin.foundation.calendar",
    "houqin.foundation.signing",
    "houqin.foundation.registers",
    "houqin.domains.safety",
    "houqin.domains.repairs",
    "houqin.summary",
    "ninja",
    "houqin.interfaces.api",
]

LANGUAGE_CODE = "zh-hant"
LANGUAGES = [("zh-hant", _("繁體中文")), ("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "houqin.config.formats"

STATIC_URL = "static/"
MEDIA_ROOT = HOME / "attachments"
MIDDLEWARE: list[str] = []
TEMPLATES: list[dict[str, object]] = []
