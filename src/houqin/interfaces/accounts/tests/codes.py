"""What the tests play: an authenticator app, and a small house that vouches for logins."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import struct
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

PASSWORD = "chalk-and-duster-7"


def code(secret: str, *, periods: int = 0) -> str:
    """The six digits an authenticator shows now, or some half minutes later (RFC 6238)."""
    counter = int(time.time()) // 30 + periods
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def secret_on(page: str) -> str:
    return re.search(r'<code class="secret">([A-Z2-7]+)</code>', page)[1]


def enter(browser, *, username="admin", password=PASSWORD):
    """Type name and password on the login page; returns the answer."""
    return browser.post("/login/", {"username": username, "password": password})


def confirm(browser, address, *, password=PASSWORD):
    """Open a page that asks for the password once more, give it, and return the page."""
    asked = browser.get(address)
    assert asked.status_code == 302, asked.content.decode()
    assert asked["Location"].startswith("/me/confirm/")
    given = browser.post(asked["Location"], {"password": password, "next": address})
    assert given.status_code == 302, given.content.decode()
    return browser.get(given["Location"])


def switch_on(browser) -> str:
    """Switch the second factor on, as a person does; returns the secret the app has now."""
    secret = secret_on(confirm(browser, "/me/code/").content.decode())
    answer = browser.post("/me/code/", {"code": code(secret)})
    assert answer["Location"] == "/me/recovery/"
    return secret


class House:
    """An OpenID Connect provider: knows one account, keeps what it was asked."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.subject, self.asked = "zhao-0815", []

    def configuration(self):
        names = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "me",
            "jwks_uri": "keys",
        }
        return {"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in names.items()}

    def id_token(self):
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": "houqin", "iat": now, "exp": now + 60}
        parts = [{"alg": "HS256", "typ": "JWT"}, claims]
        body = ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts)
        seal = hmac.new(b"a secret of thirty-two bytes or so", body.encode(), hashlib.sha256).digest()
        return f"{body}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"

    def came_back(self, address: str) -> str:
        """What the browser is sent back with after saying yes at ``address``."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked.append(asked)
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode({'code': 'yes', 'state': asked['state']})}"


@contextmanager
def house():
    """The provider on a port of 127.0.0.1, while the block runs."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            here = self.server.house
            if self.path == "/.well-known/openid-configuration":
                self.tell(here.configuration())
            elif self.path == "/me" and self.headers["Authorization"] == "Bearer let-in":
                self.tell({"sub": here.subject, "name": "趙老師", "phone_number": "13800000000"})
            else:
                self.send_error(404)

        def do_POST(self):
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.server.house.asked.append({name: values[0] for name, values in sent.items()})
            self.tell(
                {"access_token": "let-in", "token_type": "Bearer", "id_token": self.server.house.id_token()}
                if sent.get("code") == ["yes"]
                else {"error": "invalid_grant"}
            )

        def tell(self, facts):
            body = json.dumps(facts).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.house = House(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.house
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
