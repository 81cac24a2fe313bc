"""A strict reader of RFC 5545 for the tests: every fault that a calendar program may stumble over, in words.

Written from the RFC alone and without any calendar package, so that it cannot share a mistake with the one that writes.
"""

import datetime as dt
import re

LINE = re.compile(
    r'([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)\Z', re.DOTALL
)
DATE, INSTANT = re.compile(r"\d{8}\Z"), re.compile(r"\d{8}T\d{6}Z\Z")
ONCE = {
    "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "SEQUENCE", "LAST-MODIFIED",
    "URL", "TRANSP", "CLASS", "CREATED", "PRIORITY", "GEO", "ORGANIZER", "DURATION", "RECURRENCE-ID",
}  # fmt: skip
NEEDED = {"UID", "DTSTAMP", "DTSTART", "SUMMARY"}
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME", "X-WR-CALDESC"}
OF_CALENDAR = {"PRODID", "VERSION"}
VALUES = {
    "STATUS": {"TENTATIVE", "CONFIRMED", "CANCELLED"}, "TRANSP": {"OPAQUE", "TRANSPARENT"}, "VERSION": {"2.0"},
    "CALSCALE": {"GREGORIAN"}, "METHOD": {"PUBLISH"},
}  # fmt: skip


def faults(body: bytes) -> list[str]:
    """What is wrong with a whole calendar; nothing when it is right."""
    found = [*_of_bytes(body)]
    lines = body.replace(b"\r\n ", b"").decode("utf-8", "replace").split("\r\n")[:-1]
    stack: list[tuple[str, list[tuple[str, dict[str, str], str]]]] = []
    uids: list[str] = []
    for line in lines:
        match = LINE.match(line)
        if not match:
            found.append(f"no content line: {line[:60]!r}")
            continue
        name, parameters, value = match[1], dict(p.split("=", 1) for p in match[2].split(";")[1:]), match[3]
        if name == "BEGIN":
            stack.append((value, []))
        elif name == "END":
            if not stack or stack[-1][0] != value:
                found.append(f"END:{value} closes nothing")
                continue
            kind, properties = stack.pop()
            if kind == "VEVENT":
                found += _of_event(properties)
                uids += [v for n, _p, v in properties if n == "UID"]
            else:
                found += [f"{kind} without {missing}" for missing in OF_CALENDAR - {n for n, _p, _v in properties}]
        elif stack:
            stack[-1][1].append((name, parameters, value))
            found += _of_value(name, parameters, value)
        else:
            found.append(f"{name} stands outside")
    if stack or not lines or lines[0] != "BEGIN:VCALENDAR" or lines[-1] != "END:VCALENDAR":
        found.append("not one whole VCALENDAR")
    found += [f"UID {uid} twice" for uid in {uid for uid in uids if uids.count(uid) > 1}]
    return found


def _of_bytes(body: bytes):
    if not body.endswith(b"\r\n"):
        yield "the last line has no end"
    if re.search(rb"(?<!\r)\n|\r(?!\n)", body):
        yield "a line end that is not CRLF"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        yield "not UTF-8"
    for line in body.split(b"\r\n"):
        if len(line) > 75:
            yield f"{len(line)} octets in a line: {line[:40]!r}"
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            yield f"folded within a character: {line!r}"
        if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", line):
            yield f"a control character: {line!r}"


def _of_value(name, parameters, value):
    if name in VALUES and value not in VALUES[name]:
        yield f"{name}:{value}"
    if name in TEXTS and re.search(r"(?<!\\)(?:\\\\)*[;,]|(?<!\\)(?:\\\\)*\\[^\\;,nN]|(?<!\\)(?:\\\\)*\\\Z", value):
        yield f"badly escaped: {name}:{value[:60]!r}"
    if name == "SEQUENCE" and not value.isdecimal():
        yield f"{name} is no number: {value}"
    if name == "URL" and not re.match(r"https?://[^\s]+\Z", value):
        yield f"no address: {value}"
    if name in {"DTSTAMP", "LAST-MODIFIED"} and not (INSTANT.match(value) and not parameters):
        yield f"{name} is no instant in UTC: {value}"
    if name in {"DTSTART", "DTEND"}:
        wanted = DATE if parameters.get("VALUE") == "DATE" else INSTANT
        if set(parameters) - {"VALUE"} or not wanted.match(value) or not _exists(value):
            yield f"{name};{parameters}:{value}"


def _of_event(properties):
    names = [name for name, _p, _v in properties]
    yield from (f"VEVENT without {name}" for name in NEEDED - set(names))
    yield from (f"{name} twice" for name in ONCE if names.count(name) > 1)
    told = {name: (parameters, value) for name, parameters, value in properties}
    start, end = told.get("DTSTART"), told.get("DTEND")
    if start and end:
        if start[0] != end[0]:
            yield f"DTSTART and DTEND of different kinds: {start} {end}"
        elif not start[1] < end[1]:
            yield f"ends before it begins: {start} {end}"
    if {"DURATION", "DTEND"} <= set(names):
        yield "both DURATION and DTEND"


def _exists(value):
    try:
        dt.datetime.strptime(value if "T" in value else f"{value}T000000Z", "%Y%m%dT%H%M%S%z")
    except ValueError:
        return False
    return True
