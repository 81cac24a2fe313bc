"""Pictures are made anew: upright, and without place, camera and whatever else was hidden in or behind them."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 50_000_000, "WEBP": 25_000_000}  # each takes up to 500 MB while it is made
THUMBNAIL = 480  # pixels of its longer side
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
DAMAGED = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    struct.error,
    zlib.error,
    EOFError,
    MemoryError,
)


def make_anew(name: str, file: IO[bytes], form: str) -> tuple[bytes, bytes]:
    """The picture in the same form, and a small WebP. Raises ValidationError for one that is damaged or too large."""
    file.seek(0)
    try:
        with Image.open(file, formats=[form]) as picture:
            if picture.width * picture.height > MOST_PIXELS[form]:
                raise _too_many_pixels(name, form)
            return _made_anew(picture, form)
    except BOMBS:
        raise _too_many_pixels(name, form) from None
    except DAMAGED:
        words = {"name": name}
        raise ValidationError(
            _("“%(name)s” is damaged or cut off. Copy the picture from its camera or program again, and try again."),
            "damaged",
            words,
        ) from None


def _too_many_pixels(name: str, form: str) -> ValidationError:
    words = {"name": name, "most": MOST_PIXELS[form] // 1_000_000}
    return ValidationError(
        _("“%(name)s” has more than %(most)s million pixels. Save it smaller, for example 4000 × 3000, and try again."),
        "pixels",
        words,
    )


def _made_anew(picture: Image.Image, form: str) -> tuple[bytes, bytes]:
    picture.load()
    colours = picture.info.get("icc_profile")
    with contextlib.suppress(Exception):  # hidden data that is broken raises all sorts, and tells nothing
        ImageOps.exif_transpose(picture, in_place=True)
    picture.info = {key: value for key, value in picture.info.items() if key == "transparency"}
    quality = {} if form == "PNG" else {"quality": 85}
    return _saved(picture, form, icc_profile=colours, **quality), _saved(_small(picture), "WEBP", quality=80)


def _small(picture: Image.Image) -> Image.Image:
    """Of the same shape, but never narrower than a pixel: a long strip is a picture too."""
    shown = picture if picture.mode in {"RGB", "RGBA", "L"} else picture.convert("RGBA")
    width, height = (max(1, round(side * THUMBNAIL / max(picture.size))) for side in picture.size)
    return shown.resize((width, height))


def _saved(picture: Image.Image, form: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, form, **{key: value for key, value in options.items() if value})
    return target.getvalue()
