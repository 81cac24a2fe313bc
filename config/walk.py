"""`python -m config.walk ADDRESS ACCOUNTS`: sign in as everybody and open the main pages (bin/demo --check).

ACCOUNTS is what `manage.py demo --accounts` prints: an e-mail address and the password after it, a person a line.
"""

import http.cookiejar
import re
import sys
import urllib.error
import urllib.parse
import urllib.request

ENTRY = [
    *("/", "/visits/", "/agreements/", "/agreements/board/", "/regions/"),
    *("/follow-ups/", "/follow-ups/mine/", "/follow-ups/inbox/", "/me/notices/", "/notices/"),
]
LINKED = {  # opened by whoever is offered the link; somebody must be
    "the quick log": r"/visits/log/",
    "the full form": r"/visits/new/",
    "one visit": r"/visits/\d+/",
    "a new agreement": r"/agreements/new/",
    "one agreement": r"/agreements/\d+/",
    "one region": r"/regions/\d+/",
    "one follow-up": r"/follow-ups/\d+/",
    "the administration": r"/admin/",
}


class Failed(Exception):
    """A page is not as it should be; the message says which and how."""


class Visitor:
    def __init__(self, address: str) -> None:
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))

    def open(self, path: str, form: dict[str, str] | None = None) -> str:
        data = urllib.parse.urlencode(form).encode() if form else None
        try:
            with self.opener.open(f"{self.address}{path}", data, timeout=30) as answer:
                page, reached = answer.read().decode(), urllib.parse.urlsplit(answer.url).path
        except urllib.error.HTTPError as error:
            raise Failed(f"{path} answered {error.code}") from None
        except OSError as error:
            raise Failed(f"{path} did not answer: {error}") from None
        if path != reached and form is None:
            raise Failed(f"{path} led away to {reached}")
        if "<h1" not in page or "</html>" not in page:
            raise Failed(f"{path} is no whole page")
        return str(page)

    def sign_in(self, email: str, password: str) -> None:
        page = self.open("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if not token:
            raise Failed("/accounts/login/ has no form")
        form = {"csrfmiddlewaretoken": token[1], "login": email, "password": password}
        if 'name="password"' in self.open("/accounts/login/", form):
            raise Failed(f"/accounts/login/ did not let {email} in")


def main() -> int:
    address, accounts = sys.argv[1], re.findall(r"(\S+@[\w.-]+)\s+(\S+)", sys.argv[2])
    failures, opened = [] if accounts else ["the demo names no accounts"], set[str]()
    for email, password in accounts:
        visitor, pages = Visitor(address), 0
        try:
            visitor.sign_in(email, password)
            links: list[str] = []
            for path in ENTRY:
                links += _links(visitor.open(path))
            for title, pattern in LINKED.items():
                path = next((link for link in links if re.fullmatch(pattern, link)), "")
                if path:
                    links += _links(visitor.open(path))
                    opened.add(title)
                    pages += 1
            print(f"{email}: {len(ENTRY) + pages} pages are in order")
        except Failed as failure:
            failures.append(f"{email}: {failure}")
    failures += [f"{title}: nobody is offered a link to it" for title in LINKED if title not in opened]
    print(*failures or ["Everything answers."], sep="\n")
    return 1 if failures else 0


def _links(page: str) -> list[str]:
    """The paths that a page offers."""
    return re.findall(r'href="([^"?#]+)', page)


if __name__ == "__main__":
    sys.exit(main())
