"""How a question is read; what it finds is tested with the search."""

import pytest
from django.db import connection

from records.asking import LONGEST_WORD, NAME_OF, PHRASES_OF, asked
from records.synonyms import LINES

TEXTS = {
    "kerjasama": "membangun kerja sama daerah",
    "kerja sama": "membangun kerjasama daerah",
    "cooperation": "membangun kerja sama daerah",
    "berkunjung": "kunjungan kerja ke Batam",
    "visit": "berkunjung ke Batam",
    "nota kesepahaman": "MoU kedua kota",
    "MoU": "Kesepakatan Bersama kedua kota",
    "memorandum of understanding": "nota kesepahaman kedua kota",
    "kunker mal": "Kunjungan kerja ke Malang",
    "Kab. Malang": "Kabupaten Malang",
    "Kab.Malang": "Kabupaten Malang",
    "agreement with malang": "agreements of Malang",
    "studi banding": "a benchmarking study",
    "ditandatangani": "penandatanganan naskah",
    "35.0": "wilayah 35.07",
    "119/KSB": "nomor 119/KSB/2024",
    '"kota batam"': "di Kota Batam hari ini",
    "batam or jambi": "di Jambi",
    "batam atau jambi": "di Jambi",
    "batam -malang": "di Batam",
    "-malang": "di Batam",
    "the": "the city",
    "yang": "yang itu",
    "e-government": "membahas e-government",
    "smart_city": "smart city",
    "ma'ruf": "Ma'ruf Amin",
}
OTHERS = {
    "kerja sama": "kunjungan kerja yang sama",
    "kerjasama": "rencana kerja",
    '"kota batam"': "di Batam kota itu",
    "batam or jambi": "di Medan",
    "batam -malang": "Batam dan Malang",
    "-malang": "di Malang",
    '-"kota batam"': "di Kota Batam",
    "batam -kunjungan": "berkunjung ke Batam",
    "MoU": "kerja bersama",
    "": "apa saja",
    "- -": "apa saja",
    '""': "apa saja",
}


def holds(text, question):
    sql, params = asked(question).sql
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT visits_words(%s) @@ ({sql})", [text, *params])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(("question", "text"), TEXTS.items())
def test_a_question_finds_what_it_means(question, text):
    assert holds(text, question)


@pytest.mark.django_db
@pytest.mark.parametrize(("question", "text"), OTHERS.items())
def test_and_nothing_else(question, text):
    assert not holds(text, question)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "question",
    ["'", "\\", "\\'", "a\x00b", "😀", "½", "٣", "a" * 5000, "x " * 3000, "'a' & !b:*", "<->", "a | b", "مالانج"],
)
def test_no_question_is_refused(question):
    assert holds("apa saja", question) in {True, False}


def test_what_only_says_what_is_searched_is_left_out_beside_other_words():
    assert asked("kunjungan malang", {"kunjungan"}).words == ["malang"]
    assert asked("kunjungan", {"kunjungan"}).words == ["kunjungan"]
    assert asked("kunjungan -malang", {"kunjungan"}).words == ["kunjungan"]
    assert asked("kunjungan or malang", {"kunjungan"}).words == ["kunjungan", "malang"]


def test_words_are_cut_where_the_database_would_refuse_them():
    assert [len(word) for word in asked("a" * 5000).words] == [LONGEST_WORD]


def test_every_line_of_synonyms_has_a_name_of_its_own_and_is_in_small_letters():
    assert len(PHRASES_OF) == len(LINES)
    assert [line for line in LINES if line != line.lower()] == []
    assert set(NAME_OF.values()) == set(PHRASES_OF)
