"""Fills an empty database with the demo, or leaves everything as it is."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.models import User
from dashboards.demo import articles
from dashboards.demo.accounts import OFFICERS, SYSTEM, enrol, open_accounts
from dashboards.demo.book import Book
from dashboards.demo.year import log as year
from regions import reference as reference_of_regions
from visits import reference as reference_of_visits
from visits.models import Visit


class NotEmpty(Exception):
    """Somebody works with this database: it is no place for examples."""


@transaction.atomic
def fill(*, today: dt.date) -> bool:
    """The whole demo as of `today`, in one transaction; False when it is there already. Raises `NotEmpty`."""
    if User.objects.filter(email=SYSTEM.email).exists():
        return False
    users, visits = User.objects.count(), Visit.objects.count()
    if users or visits:
        raise NotEmpty(f"This database has records of its own ({users} users, {visits} visits).")
    reference_of_regions.load()
    reference_of_visits.load()
    people = open_accounts()
    book = Book({code: people[email] for code, email in OFFICERS.items()})
    articles.log(book)
    year.log(book, today)
    book.finish()
    enrol(book, people)
    return True
