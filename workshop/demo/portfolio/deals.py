"""What there is in the made-up portfolio: who with whom, since when, how far it came, and how it ended.

Days are counted from today. Regions go by code; whoever is not a region of Indonesia goes by a key of `cast.ABROAD` or
`cast.OTHERS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from workshop.demo.year.calendar import BATAM, MALANG


@dataclass(frozen=True)
class Deal:
    """`begun`: logged; `signed`: the day of signing (None: not signed); `stands` and `since`: its step, from which day.

    `council`: how the council's approval was settled (“PASSED”, “SKIPPED”, “WAIVED”); `waived`: gates that a manager
    let pass. `manner`: both sides sign as definitive or acting heads. `log`: what else happened (deed, day, and how it
    was closed or to which step it went).
    `values`: what was measured (days ago, part of the way from baseline to target).
    """

    topic: str
    owner: str
    others: tuple[str, ...]
    begun: int
    stands: str = ""
    since: int = 0
    signed: int | None = None
    category: str = "KSDD_S"
    kind: str = "KB"
    nature: str = "NEW"
    name: str = ""
    under: str = ""
    acts_on: str = ""
    term: int | None = None
    until: int | None = None
    starts: int | None = None
    endless: bool = False
    council: str = "SKIPPED"
    waived: tuple[str, ...] = ()
    manner: str = "DEFINITIVE"
    mode: str = "DESK"
    apart: int = 0  # the others signed so many days later
    log: tuple[tuple[str, int, str], ...] = ()
    values: tuple[tuple[int, float], ...] = ()
    judged: tuple[tuple[int, int, str], ...] = ()  # day, rating, advice
    visit: str = ""
    papers: tuple[str, ...] = ()
    units: bool = False  # made between agencies, under a memorandum
    title: str = ""
    note: str = ""
    extra: dict[str, object] = field(default_factory=dict)


DEALS = [
    # On the way: memoranda with other regions, from the first idea to the signing
    Deal("waste", BATAM, ("35.15",), -20, "MAPPING", -20),
    Deal("planning", MALANG, ("34.04",), -60, "PREPARATION", -35, papers=("TOR",),
         log=(("HELD", -30, ""), ("RESUMED", -8, ""))),
    Deal("transport", BATAM, ("33.74",), -120, "OFFER", -80, papers=("OFFER", "REPLY")),
    Deal("tourism", MALANG, ("51.03",), -150, "OFFER", -12),
    Deal("digital", BATAM, ("35.78",), -200, "KB_DRAFTING", -95, papers=("TOR", "DRAFT"), note="Menunggu paraf hukum.",
         log=(("RETURNED", -90, "OFFER"), ("MOVED", -60, "KB_DRAFTING"))),
    Deal("food", MALANG, ("64.71",), -90, "KB_DRAFTING", -9, visit="food-malang"),
    Deal("licensing", BATAM, ("13.71",), -240, "KB_SIGNED", -15, signed=-15, term=36, mode="CEREMONIAL",
         manner="PLT"),
    Deal("licensing", BATAM, ("73.12",), -130, "PREPARATION", -40, papers=("TOR",)),
    Deal("sme", MALANG, ("35.72",), -300, "DPRD", -90, signed=-90, term=60, council="", extra={"burdens_public": True}),
    Deal("health", BATAM, ("21.72",), -280, "DPRD", -20, signed=-40, term=36, council=""),
    # In force
    Deal("waste", MALANG, ("35.73",), -700, "IMPLEMENTATION", -500, signed=-560, term=60, category="KSDD_W",
         name="waste", council="PASSED", values=((-400, 0.2), (-210, 0.5), (-40, 0.7)),
         judged=((-190, 4, "CONTINUE"),), papers=("SIGNED", "DPRD_APPROVAL")),
    Deal("tourism", BATAM, ("14.71",), -520, "IMPLEMENTATION", -300, signed=-350, term=36, mode="CEREMONIAL",
         values=((-200, 0.3), (-30, 0.55)), papers=("SIGNED",)),
    Deal("food", BATAM, (MALANG,), -460, "IMPLEMENTATION", -260, signed=-320, term=36, name="food",
         visit="food-malang", values=((-180, 0.25), (-60, 0.4)), judged=((-30, 3, "IMPROVE"),),
         papers=("SIGNED", "WORKPLAN")),
    Deal("labour", BATAM, ("35.13",), -420, "REPORTING", -25, signed=-330, term=24, council="PASSED",
         values=((-90, 0.8),)),
    Deal("disaster", MALANG, ("35.08", "35.73", "35.79"), -600, "IMPLEMENTATION", -350, signed=-400, term=48,
         category="KSDD_W", values=((-100, 0.6),), judged=((-80, 5, "EXTEND"),), name="disaster",
         title="Kerja sama penanggulangan bencana Malang Raya dan Lumajang"),
    Deal("planning", BATAM, ("21", "14", "21.72", "14.71", "14.72", "13.71"), -500, "IMPLEMENTATION", -200,
         signed=-280, term=60, mode="CEREMONIAL", title="Kerja sama perencanaan dua provinsi dan lima kota",
         values=((-60, 0.3),)),
    Deal("culture", MALANG, ("34.71",), -480, "ADMINISTRATION", -110, signed=-300, endless=True),
    Deal("digital", BATAM, ("73.71",), -380, "IMPLEMENTATION", -150, signed=-220, term=36, manner="PJ", apart=3,
         mode="HYBRID", values=((-50, 0.35),), note="Ditandatangani penjabat kedua kota, berselang tiga hari."),
    Deal("transport", MALANG, ("35.79",), -330, "IMPLEMENTATION", -90, signed=-154, term=36, visit="signing",
         mode="CEREMONIAL", name="ceremony", council="PASSED"),
    Deal("tourism", MALANG, ("35", "35.79"), -330, "KB_SIGNED", -154, signed=-154, term=60, visit="signing",
         mode="CEREMONIAL", title="Kerja sama pariwisata Provinsi Jawa Timur, Kabupaten Malang, dan Kota Batu"),
    # Cooperation agreements between agencies, under a memorandum
    Deal("transport", MALANG, ("35.79",), -260, "IMPLEMENTATION", -100, signed=-154, kind="PKS", under="ceremony",
         term=24, units=True, visit="signing", values=((-45, 0.2),)),
    Deal("sme", MALANG, ("35.79",), -260, "PKS_SIGNED", -154, signed=-154, kind="PKS", under="ceremony", term=24,
         units=True, visit="signing"),
    Deal("waste", MALANG, ("35.73",), -480, "IMPLEMENTATION", -380, signed=-420, kind="PKS", category="KSDD_W",
         under="waste", term=36, units=True, name="waste-pks", values=((-300, 0.3), (-120, 0.6)), papers=("SIGNED",)),
    Deal("waste", MALANG, ("35.73",), -100, "PKS_DRAFTING", -30, kind="PKS", category="KSDD_W", under="waste",
         units=True, title="Pengangkutan sampah lintas batas", papers=("DRAFT",)),
    Deal("food", BATAM, (MALANG,), -200, "IMPLEMENTATION", -120, signed=-150, kind="PKS", under="food", term=24,
         units=True, values=((-60, 0.45), (-10, 0.5))),
    Deal("sme", BATAM, (MALANG,), -60, "PKS_DRAFTING", -40, kind="PKS", under="food", units=True),
    Deal("food", BATAM, (MALANG,), -140, "PKS_SIGNED", -100, signed=-100, kind="RK", under="food", until=40,
         units=True, title="Rencana kerja pasokan cabai"),
    Deal("health", MALANG, ("35.73",), -300, "DPRD", -60, kind="PKS", category="KSDD_W", under="waste", units=True,
         council="", title="Layanan kesehatan pekerja persampahan"),
    Deal("waste", MALANG, ("35.73",), -200, "IMPLEMENTATION", -120, signed=-160, kind="IA", category="KSDD_W",
         under="waste-pks", term=12, units=True, title="Pengaturan pelaksanaan jadwal pengangkutan"),
    # Near their end, over it, renewed
    Deal("licensing", BATAM, ("64.71",), -1180, "IMPLEMENTATION", -900, signed=-1050, until=30, name="ending",
         values=((-700, 0.5), (-200, 0.9)), judged=((-20, 4, "EXTEND"),), papers=("SIGNED",)),
    Deal("labour", BATAM, ("35.04",), -800, "REPORTING", -150, signed=-670, until=75, council="PASSED"),
    Deal("disaster", MALANG, ("35.10",), -900, "IMPLEMENTATION", -500, signed=-700, until=8,
         judged=((-200, 3, "CONTINUE"),)),
    Deal("tourism", BATAM, ("51.71",), -1500, "IMPLEMENTATION", -1100, signed=-1300, until=-200),
    Deal("health", MALANG, ("35.78",), -1300, "REPORTING", -400, signed=-1150, until=-55, council="PASSED",
         values=((-500, 0.9),)),
    # A lapse: ended 60 days before the renewal was signed, and from three years to five
    Deal("digital", MALANG, ("33.74",), -1500, "IMPLEMENTATION", -1200, signed=-1345, until=-250, name="lapsed",
         values=((-900, 0.5),)),
    Deal("digital", MALANG, ("33.74",), -320, "IMPLEMENTATION", -150, signed=-190, kind="KB", nature="RENEWAL",
         acts_on="lapsed", term=60, council="PASSED", values=((-80, 0.7),)),
    Deal("culture", BATAM, ("14.71",), -1400, "REPORTING", -500, signed=-1200, until=-105, name="culture-old"),
    Deal("culture", BATAM, ("14.71",), -200, "IMPLEMENTATION", -90, signed=-130, starts=-104, nature="RENEWAL",
         acts_on="culture-old", term=36),
    Deal("planning", BATAM, ("21.02",), -1000, "IMPLEMENTATION", -700, signed=-800, term=60, name="replaced"),
    Deal("planning", BATAM, ("21.02", "21.72"), -300, "IMPLEMENTATION", -60, signed=-120, nature="REPLACEMENT",
         acts_on="replaced", term=60),
    # Changed while they go on
    Deal("sme", BATAM, ("35.78",), -1100, "IMPLEMENTATION", -800, signed=-900, until=-30, name="extended",
         values=((-300, 0.6), (-35, 0.75))),
    Deal("sme", BATAM, ("35.78",), -90, "KB_SIGNED", -60, signed=-60, kind="ADENDUM", nature="ADDENDUM",
         acts_on="extended", until=335),
    Deal("waste", MALANG, ("35.73",), -70, "KB_SIGNED", -40, signed=-40, kind="ADENDUM", nature="ADDENDUM",
         category="KSDD_W", acts_on="waste", council="PASSED", title="Adendum: bank sampah sekolah"),
    Deal("transport", BATAM, ("16.71",), -900, "IMPLEMENTATION", -600, signed=-700, term=60, name="amended",
         values=((-300, 0.2), (-50, 0.4))),
    Deal("transport", BATAM, ("16.71",), -120, "KB_SIGNED", -70, signed=-70, nature="AMENDMENT", acts_on="amended",
         until=500, title="Perubahan pertama: rute laut ditambahkan"),
    # Asleep
    Deal("tourism", MALANG, ("52.71",), -1200, "IMPLEMENTATION", -800, signed=-900, term=60, name="asleep"),
    Deal("labour", MALANG, ("35.05",), -900, "OFFER", -700),
    Deal("culture", BATAM, ("singapore",), -1000, "EXPLORATION", -640, category="KSDPL_OTHER", kind="FRIENDSHIP"),
    # Stopped, refused, over
    Deal("health", BATAM, ("12.71",), -300, "KB_DRAFTING", -150, log=(("HELD", -70, ""),)),
    Deal("licensing", MALANG, ("35.25",), -600, "IMPLEMENTATION", -300, signed=-400, term=60,
         log=(("HELD", -100, ""),), values=((-150, 0.2),)),
    Deal("digital", MALANG, ("35.14",), -500, "KB_DRAFTING", -300, log=(("CLOSED", -250, "REJECTED"),)),
    Deal("sme", BATAM, ("company",), -350, "OFFER", -250, category="KSDPK", log=(("CLOSED", -200, "WITHDRAWN"),)),
    Deal("food", MALANG, ("35.74",), -1000, "IMPLEMENTATION", -700, signed=-800, term=36,
         log=(("CLOSED", -60, "COMPLETED"),), values=((-500, 0.6), (-100, 1.0)), judged=((-70, 5, "CONTINUE"),)),
    Deal("waste", BATAM, ("company",), -800, "IMPLEMENTATION", -500, signed=-600, term=60, category="KSDPK",
         log=(("CLOSED", -120, "REVOKED"),)),
    Deal("labour", BATAM, ("63.71",), -700, "IMPLEMENTATION", -400, signed=-500, term=36,
         log=(("CLOSED", -45, "TERMINATED"),)),
    Deal("tourism", BATAM, ("19.71",), -900, "IMPLEMENTATION", -500, signed=-700, term=60, name="ended-by-act"),
    Deal("tourism", BATAM, ("19.71",), -120, "KB_SIGNED", -80, signed=-80, starts=-40, kind="PENGAKHIRAN",
         nature="TERMINATION", acts_on="ended-by-act"),
    Deal("planning", MALANG, ("35.09",), -400, "KB_DRAFTING", -130,
         log=(("CLOSED", -200, "WITHDRAWN"), ("REOPENED", -150, ""))),
    # With others than regions
    Deal("digital", BATAM, ("university",), -420, "IMPLEMENTATION", -150, signed=-210, term=24, category="KSDPK",
         council="SKIPPED", values=((-60, 0.4),)),
    Deal("food", MALANG, ("company",), -200, "PREPARATION", -170, category="KSDPK", papers=("FEASIBILITY",)),
    Deal("planning", BATAM, ("ministry",), -300, "IMPLEMENTATION", -90, signed=-150, kind="NK", term=24,
         category="SINERGI", values=((-30, 0.5),)),
    Deal("licensing", MALANG, ("ministry",), -80, "NK_DRAFTING", -25, kind="NK", category="SINERGI"),
    Deal("health", MALANG, ("ministry",), -60, "INITIATION", -60, kind="KOMITMEN", category="SINERGI"),
    # Abroad
    Deal("culture", MALANG, ("toyama",), -230, "LOI_FOLLOW_UP", -100, signed=-150, kind="LOI",
         category="KSDPL_SISTER", until=400, visit="toyama", name="toyama-loi"),
    Deal("culture", MALANG, ("toyama",), -220, "DPRD", -50, kind="SISTER_PROVINCE", category="KSDPL_SISTER",
         under="toyama-loi", visit="toyama", papers=("WORKPLAN",)),
    Deal("culture", BATAM, ("incheon",), -900, "IMPLEMENTATION", -200, signed=-330, term=60, kind="SISTER_CITY",
         category="KSDPL_SISTER", visit="incheon", waived=("VERIFICATION",), mode="CEREMONIAL", name="incheon",
         values=((-120, 0.3), (-20, 0.5)), papers=("SIGNED", "DPRD_APPROVAL", "FULL_POWERS")),
    Deal("tourism", BATAM, ("danang",), -420, "VERIFICATION", -75, kind="SISTER_CITY", category="KSDPL_SISTER",
         visit="danang", papers=("DPRD_APPROVAL",)),
    Deal("labour", BATAM, ("johor",), -500, "FULL_POWERS", -20, kind="FRIENDSHIP", category="KSDPL_OTHER"),
    Deal("sme", BATAM, ("johor",), -100, "LOI_SIGNED", -30, signed=-30, kind="LOI", category="KSDPL_OTHER", until=700),
    Deal("digital", BATAM, ("institute",), -350, "WORKPLAN", -100, kind="KB", category="KSDLL"),
    # Not sorted in yet
    Deal("transport", MALANG, ("company",), -15, category="UNDETERMINED", kind="OTHER"),
    Deal("sme", BATAM, ("university",), -6, category="UNDETERMINED", kind="OTHER"),
]  # fmt: skip
