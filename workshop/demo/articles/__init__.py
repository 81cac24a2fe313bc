"""The five articles that Simpul grew out of, logged as far as they go and no further; a file each, agreements and
follow-ups apart.

Every quotation is word for word, misprints included; what we concluded ourselves says INFERRED. A date, a name, a
number or a count that an article leaves out stays empty here. Whole articles are not ours to publish: `texts` adds
them from files.
"""

from workshop.demo.articles import (
    agreement_of_malang_and_jambi,
    agreements_of_batam,
    consul_in_batam,
    follow_ups,
    malang_and_jambi,
    malang_in_batam,
    smart_city_in_batam,
    soppeng_in_batam,
)
from workshop.demo.book import Book

ARTICLES = [malang_in_batam, consul_in_batam, malang_and_jambi, soppeng_in_batam, smart_city_in_batam]
OUTLETS: list[str] = [article.OUTLET for article in ARTICLES]


def log(book: Book) -> None:
    for article in ARTICLES:
        article.log(book)
    agreements_of_batam.log(book)
    agreement_of_malang_and_jambi.log(book)
    follow_ups.log(book)
