"""The five articles that Simpul grew out of, logged as far as they go and no further; one file each.

Every quotation is word for word, misprints included; what we concluded ourselves says INFERRED. A date, a name, a
number or a count that an article leaves out stays empty here. Whole articles are not ours to publish: `texts` adds
them from files.
"""

from collections.abc import Callable

from dashboards.demo.articles import (
    consul_in_batam,
    malang_and_jambi,
    malang_in_batam,
    smart_city_in_batam,
    soppeng_in_batam,
)
from dashboards.demo.book import Book

Article = Callable[[Book], None]

ARTICLES: list[Article] = [
    malang_in_batam.log,
    consul_in_batam.log,
    malang_and_jambi.log,
    soppeng_in_batam.log,
    smart_city_in_batam.log,
]


OUTLETS = [
    malang_in_batam.OUTLET,
    consul_in_batam.OUTLET,
    malang_and_jambi.OUTLET,
    soppeng_in_batam.OUTLET,
    smart_city_in_batam.OUTLET,
]


def log(book: Book) -> None:
    for article in ARTICLES:
        article(book)
