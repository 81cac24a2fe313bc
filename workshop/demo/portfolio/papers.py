"""Small papers for the demo: one page of PDF with real text, so that they open, and are found by what they say."""

from __future__ import annotations

import textwrap

WIDTH, TOP, LINE = 84, 780, 18


def pdf(lines: list[str]) -> bytes:
    """One page A4 in Helvetica. Long lines are broken; letters beyond Latin-1 become question marks."""
    broken = [part for line in lines for part in (textwrap.wrap(line, WIDTH) or [""])]
    shown = "\n".join(f"({_escaped(line)}) '" for line in broken)
    stream = f"BT /F1 12 Tf {LINE} TL 60 {TOP} Td\n{shown}\nET".encode("latin-1", "replace")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return made + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        len(made),
    )


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
