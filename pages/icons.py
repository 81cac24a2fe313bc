"""Icons, drawn in the page itself: those of the lucide package, whose archive is opened once.

The package opens it for every icon anew, and each time reads the names of 1 745: the first page of a new process spent
0.5 s of its 0.74 on that.
"""

from __future__ import annotations

import functools
import importlib.resources
import zipfile
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
DRAWN = {"class": "icon", "aria-hidden": "true", "focusable": "false"}  # there is always a text beside it


@functools.cache
def archive() -> dict[str, bytes]:
    """All icons by their names, as the package has them (0.7 MB)."""
    with (
        importlib.resources.files("lucide").joinpath("lucide.zip").open("rb") as file,
        zipfile.ZipFile(file) as icons,
    ):
        return {name.removesuffix(".svg"): icons.read(name) for name in icons.namelist()}


def drawn(name: str, size: int) -> str:
    """The icon as SVG, so many pixels wide and high, hidden from screen readers. KeyError if there is none."""
    icon = ElementTree.fromstring(archive()[name])  # noqa: S314 - comes out of a package
    for node in icon.iter():
        node.tag = node.tag.removeprefix(f"{{{SVG}}}")
    icon.attrib |= {"width": str(size), "height": str(size), **DRAWN}
    return ElementTree.tostring(icon, encoding="unicode")
