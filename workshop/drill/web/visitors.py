"""People at their browsers: real requests over real sockets, as a proxy in front hands them on."""

from __future__ import annotations

import http.client
import http.cookies
import re
import secrets
import time
import urllib.parse
from dataclasses import dataclass

from workshop.drill.web.forms import Fields

HOST = "simpul.drill.example"
PATIENCE = 30  # seconds, as a proxy has
PASSWORD = "contoh-drill-rahasia"  # noqa: S105 - of people whom the drill makes
NO_ANSWER = (OSError, http.client.HTTPException)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """`status` is 0 where none came, or none to its end. Times are those of the monotonic clock."""

    path: str
    status: int
    began: float
    ended: float
    body: bytes = b""
    location: str = ""

    @property
    def page(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def failed(self) -> bool:
        return self.status == 0 or self.status >= 500


@dataclass(frozen=True)
class Sent:
    """A file as a browser sends it."""

    name: str
    content: bytes
    content_type: str


class Visitor:
    """One person. Several requests at once are those of several tabs."""

    def __init__(self, port: int, email: str, number: int) -> None:
        self.port, self.email = port, email
        self.address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.cookies: dict[str, str] = {}
        self.token = ""

    def sign_in(self) -> None:
        page = self.get("/accounts/login/").page
        self.token = self._token(page)
        answer = self.post("/accounts/login/", {"login": [self.email], "password": [PASSWORD]})
        home = self.get("/visits/log/")
        if answer.status != 302 or home.status != 200:
            raise RuntimeError(f"{self.email} cannot sign in: {answer.status}, {home.status}")
        self.token = self._token(home.page)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: Fields, *files: Sent) -> Answer:
        """A form; with files as multipart, under the name `uploads`."""
        fields = fields | {"csrfmiddlewaretoken": [self.token]}
        if not files:
            return self._ask("POST", path, urllib.parse.urlencode(fields, doseq=True).encode(), FORM)
        mark = secrets.token_hex(16)
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, values in fields.items()
            for value in values
        ]
        for file in files:
            head = f'--{mark}\r\nContent-Disposition: form-data; name="uploads"; filename="{file.name}"\r\n'
            parts += [f"{head}Content-Type: {file.content_type}\r\n\r\n".encode(), file.content, b"\r\n"]
        parts.append(f"--{mark}--\r\n".encode())
        return self._ask("POST", path, b"".join(parts), f"multipart/form-data; boundary={mark}")

    def send_piece(self, path: str, piece: bytes) -> Answer:
        return self._ask("POST", path, piece, "application/octet-stream")

    def _ask(self, method: str, path: str, body: bytes = b"", content_type: str = "") -> Answer:
        began = time.monotonic()
        headers = {
            "Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": self.address, "Connection": "close",
            "Cookie": "; ".join(f"{name}={value}" for name, value in list(self.cookies.items())),
        }  # fmt: skip
        if method == "POST":
            headers |= {"Content-Type": content_type, "Origin": f"https://{HOST}", "X-CSRFToken": self.token}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        except NO_ANSWER:
            return Answer(path, 0, began, time.monotonic())
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in http.cookies.SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(path, answer.status, began, time.monotonic(), content, answer.headers.get("Location", ""))

    @staticmethod
    def _token(page: str) -> str:
        found = TOKEN.search(page)
        if found is None:
            raise RuntimeError("There is no form on the page.")
        return found[1]


FORM = "application/x-www-form-urlencoded"
