"""Fills an empty database with the demo, or leaves everything as it is."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.models import User
from accounts.rights import Role
from agreements import reference as reference_of_agreements
from followups import reference as reference_of_followups
from notices import calendar
from regions import reference as reference_of_regions
from visits import reference as reference_of_visits
from visits.models import Visit
from workshop.demo import articles, desk, sides
from workshop.demo.accounts import ACCOUNTS, OFFICERS, SYSTEM, enrol, open_accounts
from workshop.demo.book import Book
from workshop.demo.portfolio import log as portfolio
from workshop.demo.work import log as work
from workshop.demo.year import log as year


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
    reference_of_agreements.load()
    reference_of_followups.load()
    calendar.load(today.year)
    people = open_accounts()
    book = Book({code: people[email] for code, email in OFFICERS.items()}, today)
    articles.log(book)
    named = year.log(book, today)
    managers = {account.where: people[account.email] for account in ACCOUNTS if account.role == Role.MANAGER}
    agreements = portfolio.log(book, managers, named)
    enrol(book, people)
    work.log(book, people, agreements)
    book.finish()
    desk.log(book, people)
    sides.log(people)
    return True
