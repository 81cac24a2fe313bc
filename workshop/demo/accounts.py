"""Who can sign in to the demo: each role for two regions, the province above, strangers, the system administrator."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.models import Membership, User
from accounts.rights import Role
from regions.models import Organisation, Region
from workshop.demo.book import Book

# The same for everybody and no secret: the demo is for looking around, and its addresses cannot receive letters.
PASSWORD = "contoh-simpul-2026"  # noqa: S105 - see above


@dataclass(frozen=True)
class Account:
    """`where` is the code of a region; `unit` the name of an organisation there, of which the user is then a member."""

    email: str
    name: str
    role: Role | None = None
    where: str = ""
    unit: str = ""
    supervises: bool = False


def _of_each_role(domain: str, where: str, unit: str, names: list[str]) -> list[Account]:
    officer, viewer, agency, reviewer, legal, manager, administrator = names
    return [
        Account(f"petugas@{domain}", officer, Role.OFFICER, where),
        Account(f"pembaca@{domain}", viewer, Role.VIEWER, where),
        Account(f"opd@{domain}", agency, Role.UNIT_USER, where, unit),
        Account(f"penelaah@{domain}", reviewer, Role.REVIEWER, where),
        Account(f"hukum@{domain}", legal, Role.LEGAL, where),
        Account(f"pimpinan@{domain}", manager, Role.MANAGER, where),
        Account(f"admin@{domain}", administrator, Role.ADMIN, where),
    ]


# `.example` is reserved: nobody can own these addresses.
ACCOUNTS = [
    *_of_each_role(
        "batam.example",
        "21.71",
        "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
        [
            "Rani Oktaviani",
            "Doni Setia",
            "Mira Handoko",
            "Ilham Saleh",
            "Tiara Melinda",
            "Hafiz Rusdiana",
            "Vina Karlina",
        ],
    ),
    *_of_each_role(
        "malang.example",
        "35.07",
        "Badan Perencanaan Pembangunan Daerah",
        [
            "Bayu Laksono",
            "Citra Ningrum",
            "Eko Wahyudi",
            "Gita Savira",
            "Panji Asmoro",
            "Retno Winarsih",
            "Dimas Ardana",
        ],
    ),
    Account("pengawas@kepri.example", "Syarif Kurnia", Role.VIEWER, "21", supervises=True),
    Account("petugas@kotamalang.example", "Laras Kinanti", Role.OFFICER, "35.73"),
    Account("petugas@soppeng.example", "Andi Tenri", Role.OFFICER, "73.12"),
    Account("sistem@simpul.example", "Administrator Sistem"),
]
SYSTEM = ACCOUNTS[-1]
OFFICERS = {account.where: account.email for account in ACCOUNTS if account.role == Role.OFFICER}


def open_accounts() -> dict[str, User]:
    """Users by e-mail address; as yet members of nothing."""
    users = {}
    password = make_password(PASSWORD)  # once: it is the same for all, and made to be slow
    for account in ACCOUNTS:
        create = User.objects.create_superuser if account is SYSTEM else User.objects.create_user
        users[account.email] = create(account.email, name=account.name)
    User.objects.filter(email__in=users).update(password=password)
    return users


def enrol(book: Book, users: dict[str, User]) -> None:
    """Make them members of their regions and units, which must have been written already."""
    for account in ACCOUNTS:
        if account.role:
            region = book.region(account.where)
            unit = Organisation.objects.get(region=region, name_id=account.unit) if account.unit else None
            member = Membership(user=users[account.email], role=account.role, supervises=account.supervises)
            member.unit, member.region = unit, None if unit else region
            book.write(member)


def in_words(account: Account) -> dict[str, str]:
    """One account as it is told: the role by its label, the place by its name."""
    place = Region.objects.filter(code=account.where).first()
    return {
        "email": account.email,
        "password": PASSWORD,
        "role": str(account.role.label) if account.role else "Administrator sistem",
        "region": ", ".join(filter(None, [account.unit, str(place or account.where)])),
        "name": account.name,
    }
