"""What four of the five articles share: the city government of Batam and the mayor's office."""

from regions.models import Organisation, Venue
from workshop.demo.book import Book


def city_government(book: Book) -> Organisation:
    return book.organisation(
        "PEMDA_KOTA",
        "Pemerintah Kota Batam",
        book.region("21.71"),
        short_name="Pemko Batam",
        name_en="Batam City Government",
    )


def mayors_office(book: Book) -> Venue:
    return book.venue("OFFICE", "Kantor Wali Kota Batam", book.region("21.71"))
