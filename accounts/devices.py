"""A browser and its device in words, from what it says of itself: “Chrome, Windows”."""

from django.utils.translation import gettext as _

BROWSERS = [("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox")]
BROWSERS += [("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")]
SYSTEMS = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")]
SYSTEMS += [("CrOS", "ChromeOS"), ("Macintosh", "macOS"), ("Linux", "Linux")]


def in_words(user_agent: str) -> str:
    """The first that fits counts: nearly every browser also calls itself Safari, and Android is a Linux."""
    found = [next((name for mark, name in kind if mark in user_agent), "") for kind in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or _("Unknown device")
