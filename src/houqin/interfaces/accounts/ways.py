"""Ways in that another house vouches for: a school's own OpenID Connect, DingTalk, Feishu. All from the environment.

HOUQIN_OIDC_ISSUER  HOUQIN_OIDC_CLIENT_ID  HOUQIN_OIDC_CLIENT_SECRET  [HOUQIN_OIDC_NAME]
HOUQIN_DINGTALK_CLIENT_ID  HOUQIN_DINGTALK_CLIENT_SECRET
HOUQIN_FEISHU_CLIENT_ID    HOUQIN_FEISHU_CLIENT_SECRET

Imported by the settings, so nothing of Django's is imported here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OIDC = "oidc"


def providers(environ: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What allauth's ``SOCIALACCOUNT_PROVIDERS`` wants. Ends the program where a way is given by halves."""
    found: dict[str, dict[str, Any]] = {}
    issuer, name = environ.get("HOUQIN_OIDC_ISSUER", ""), environ.get("HOUQIN_OIDC_NAME", "")
    if pair := _pair(environ, "OIDC", also=issuer):
        if not issuer:
            raise SystemExit("設定了 HOUQIN_OIDC_CLIENT_ID，還要設定 HOUQIN_OIDC_ISSUER（登入服務的網址）。")
        found["openid_connect"] = {
            "OAUTH_PKCE_ENABLED": True,
            # What is asked for: no e-mail, no phone.
            "SCOPE": ["openid", "profile"],
            "APPS": [{"provider_id": OIDC, "name": name or "統一身份認證", "settings": {"server_url": issuer}} | pair],
        }
    for way, name in (("dingtalk", "釘釘"), ("feishu", "飛書")):
        if pair := _pair(environ, way.upper()):
            found[way] = {"APPS": [{"name": name} | pair]}
    return found


def _pair(environ: Mapping[str, str], way: str, *, also: str = "") -> dict[str, str]:
    key, secret = environ.get(f"HOUQIN_{way}_CLIENT_ID", ""), environ.get(f"HOUQIN_{way}_CLIENT_SECRET", "")
    if bool(key) != bool(secret) or (also and not key):
        raise SystemExit(f"HOUQIN_{way}_CLIENT_ID 和 HOUQIN_{way}_CLIENT_SECRET 要一起設定。")
    return {"client_id": key, "secret": secret} if key else {}
