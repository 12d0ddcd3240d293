"""Settings of one installation, all from HOUQIN_* variables; without any of them a school runs on SQLite in ./var.

HOUQIN_HOME           folder of the book, attachments and secrets (default ./var)
HOUQIN_DATABASE_URL   postgresql://user:password@host:port/name, or a socket folder as ?host=/folder
HOUQIN_DEBUG          1 shows tracebacks; never on a real installation
HOUQIN_ALLOWED_HOSTS  names the site answers to, comma separated (default localhost, 127.0.0.1, [::1])
HOUQIN_ADDRESS        how people reach the site (https://houqin.school.example): what QR labels say
HOUQIN_SITE_URL       how people reach the site (https://houqin.example.edu.cn), for links in messages
HOUQIN_SMTP_URL       smtp://user:password@host:587?tls=1 or smtps://…:465: sends mail; without it none is sent
HOUQIN_MAIL_FROM      the sender of mail (default: the user of HOUQIN_SMTP_URL)
HOUQIN_WEBHOOK_PRIVATE  1 lets webhooks call private addresses (a server in the school's own network)
HOUQIN_HTTPS          1 when the site is behind https: secure cookies and HSTS
HOUQIN_OIDC_…, HOUQIN_DINGTALK_…, HOUQIN_FEISHU_…    other ways to log in, see houqin.interfaces.accounts.ways
"""

import os
import secrets
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from houqin.interfaces.accounts.ways import providers

PACKAGE = Path(__file__).resolve().parents[1]
HOME = Path(os.environ.get("HOUQIN_HOME") or "var").resolve()


def _secret_key() -> str:
    """The key of this installation, made once and kept readable by its owner only."""
    if key := os.environ.get("HOUQIN_SECRET_KEY"):
        return key
    path = HOME / "secret.key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
        except OSError:
            # On a full disk: an empty key would be taken for one at the next start.
            path.unlink(missing_ok=True)
            raise
    return path.read_text().strip()


LONGEST_WAIT_SECONDS = 15


def _database() -> dict[str, object]:
    url = os.environ.get("HOUQIN_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(HOME / "book.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                # As long as anybody waits for somebody else to finish writing; then they are told so (journal.refused.busy).
                "timeout": LONGEST_WAIT_SECONDS,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-64000;",
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
        "OPTIONS": {"options": f"-c lock_timeout={LONGEST_WAIT_SECONDS}s"},
        "CONN_MAX_AGE": 60,
    }


def _mail() -> dict[str, Any]:
    """What HOUQIN_SMTP_URL says; empty where it is not set."""
    url = os.environ.get("HOUQIN_SMTP_URL", "")
    if not url:
        return {}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise SystemExit("HOUQIN_SMTP_URL 寫成 smtp://帳號:密碼@主機:587?tls=1 或 smtps://帳號:密碼@主機:465。")
    user = unquote(parts.username or "")
    sender = user if "@" in user else f"houqin@{parts.hostname}"
    return {
        "host": parts.hostname,
        "port": parts.port or (465 if parts.scheme == "smtps" else 25),
        "host_user": user,
        "host_password": unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps",
        "use_tls": parse_qs(parts.query).get("tls") == ["1"],
        "sender": os.environ.get("HOUQIN_MAIL_FROM") or sender,
    }


SECRET_KEY = _secret_key()
_MAIL = _mail()
MAIL_IS_SET = bool(_MAIL)
EMAIL_HOST, EMAIL_PORT = _MAIL.get("host", "localhost"), _MAIL.get("port", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.get("host_user", ""), _MAIL.get("host_password", "")
EMAIL_USE_SSL, EMAIL_USE_TLS = _MAIL.get("use_ssl", False), _MAIL.get("use_tls", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _MAIL.get("sender", "houqin@localhost")
SITE_URL = os.environ.get("HOUQIN_SITE_URL", "").rstrip("/")
WEBHOOKS_MAY_BE_PRIVATE = os.environ.get("HOUQIN_WEBHOOK_PRIVATE") == "1"
DEBUG = os.environ.get("HOUQIN_DEBUG") == "1"
ALLOWED_HOSTS = [h for h in os.environ.get("HOUQIN_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]
ADDRESS = os.environ.get("HOUQIN_ADDRESS", "").rstrip("/")
DATABASES = {"default": _database()}
# Limits and codes already used are the same for every worker of the site.
CACHES = {
    "default": {
        "BACKEND": "houqin.kit.shared_cache.SharedCache",
        "LOCATION": str(HOME / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "houqin_assets",
    "django_htmx",
    "csp",
    "axes",
    "django_tasks_db",
    "houqin.foundation.journal",
    "houqin.foundation.org",
    "houqin.foundation.catalogue",
    "houqin.foundation.calendar",
    "houqin.foundation.signing",
    "houqin.foundation.registers",
    "houqin.foundation.search",
    "houqin.foundation.tokens",
    "houqin.foundation.jobs",
    "houqin.foundation.notices",
    "houqin.domains.assets",
    "houqin.domains.safety",
    "houqin.domains.repairs",
    "houqin.domains.stores",
    "houqin.domains.gate",
    "houqin.domains.purchasing",
    "houqin.domains.stocktakes",
    "houqin.summary",
    "houqin.interfaces.web",
    "houqin.interfaces.api",
    "houqin.interfaces.accounts",
    # After the house, whose templates and words come first.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.dingtalk",
    "allauth.socialaccount.providers.feishu",
]

LANGUAGE_CODE = "zh-hant"
LANGUAGES = [("zh-hant", _("繁體中文")), ("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "houqin.config.formats"

# Files for the browser: hashed, compressed and kept for a year once `houqin.config.wsgi` has collected them; straight from
# the packages until then (tests, a checkout).
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
# The page of the API's document is drawn by files in ninja's package. Installed as an app it would load pydantic at every
# word of the command line, a fifth of a second each.
STATICFILES_DIRS = [("ninja", str(Path(find_spec("ninja").origin or "").parent / "static" / "ninja"))]  # type: ignore[union-attr]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "houqin.interfaces.web.static_files.HashedWhereCollected"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
MEDIA_ROOT = HOME / "attachments"
# What the head of the book was, kept outside of it (houqin.foundation.journal.anchors).
ANCHORS = HOME / "anchors.jsonl"
# A phone's photo is 3–8 MB; larger bodies are refused before they are read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Work nobody waits for lies in the same database as its cause, so that both are there or neither.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

ROOT_URLCONF = "houqin.config.urls"
WSGI_APPLICATION = "houqin.config.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "houqin.interfaces.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "houqin.interfaces.web.middleware.NothingStaysBehind",
    "houqin.interfaces.web.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "houqin.interfaces.web.middleware.DenyByDefault",
    "houqin.interfaces.accounts.middleware.SecondFactorFirst",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "houqin.interfaces.web.navigation.around_the_page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "houqin.interfaces.web.templatetags.houqin",
            ],
        },
    }
]

# Nothing of another host, nothing inline, nothing evaluated.
_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_SELF],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "img-src": [_SELF, "data:", "blob:"],
        "font-src": [_SELF],
        "connect-src": [_SELF],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [_SELF],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if HTTPS := os.environ.get("HOUQIN_HTTPS") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_SSL_REDIRECT = True
    # Whoever watches the server asks from beside it, without https.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "houqin.interfaces.web.pages.errors.stale_form"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# scrypt is in the standard library and as hard to guess against as PBKDF2 at a tenth of the time of a login.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "houqin.interfaces.accounts.passwords.MoreThanTheName"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "login"
# Eight wrong passwords for one name from one address close that door for a quarter of an hour.
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "houqin.interfaces.accounts.locks.Handler"
# The address of whoever knocks, and not that of the proxy in front of us: else anybody could lock everybody out.
AXES_CLIENT_IP_CALLABLE = "houqin.foundation.tokens.limits.address_of"
AXES_LOCKOUT_CALLABLE = "houqin.interfaces.accounts.locks.locked_out"
AXES_VERBOSE = False
# How long a one-time link to choose a password is good.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600

# allauth: second factors, passkeys, sessions, logins of other houses. Nobody signs up, nothing goes by mail.
ACCOUNT_ADAPTER = "houqin.interfaces.accounts.adapters.Doorkeeper"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Failures are counted by axes, in the database and for all ways in together.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
MFA_ADAPTER = "houqin.interfaces.accounts.adapters.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# One period before and after: the clocks of phones differ.
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "houqin.interfaces.accounts.adapters.Vouchers"
SOCIALACCOUNT_PROVIDERS = providers(os.environ)
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"

# What goes wrong is said on stderr, with its traceback and the number that the page shows.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"numbered": {"()": "houqin.interfaces.web.faults.Numbered"}},
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "numbered": {"format": "%(asctime)s %(levelname)s %(number)s %(name)s: %(message)s"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain"},
        "faults": {"class": "logging.StreamHandler", "formatter": "numbered", "filters": ["numbered"]},
    },
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # What was refused with a sentence is no fault: only what ended in a 500 is said.
        "django.request": {"handlers": ["faults"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "houqin": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
