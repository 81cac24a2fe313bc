"""The demo's mailbox: whatever is sent to it is a file, and a line that says so."""

import smtplib
import socket
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest


@pytest.fixture
def mailbox(tmp_path):
    command = [sys.executable, "-m", "config.mailbox", tmp_path / "mail"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        process.ready = process.stdout.readline()
        process.port = int(process.ready.rpartition(" ")[2])
        process.folder = tmp_path / "mail"
        yield process
        process.terminate()


def send(mailbox, to, subject="Tindak lanjut – hari ini", text="Halo\n.\nmasih"):
    letter = EmailMessage()
    letter["Subject"], letter["From"] = subject, "simpul@localhost"
    letter.set_content(text)
    with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=10) as smtp:
        smtp.send_message(letter, to_addrs=[to])


def kept(mailbox):
    return sorted(mailbox.folder.iterdir())


def test_it_says_where_it_keeps_the_letters(mailbox):
    assert mailbox.ready.startswith(f"Letters are kept in {mailbox.folder}; port ")


def test_a_letter_is_kept_whole_and_told_in_one_line(mailbox):
    send(mailbox, "opd@malang.example")

    (file,) = kept(mailbox)
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (letter["Subject"], letter.get_content().split()) == ("Tindak lanjut – hari ini", ["Halo", ".", "masih"])
    assert mailbox.stdout.readline() == f"opd@malang.example: Tindak lanjut – hari ini  ({file.name})\n"
    assert file.name.endswith(" opd@malang.example.eml")


def test_letters_to_one_person_are_files_of_their_own_in_the_order_of_arrival(mailbox):
    for number in range(5):
        send(mailbox, "opd@malang.example", subject=f"Surat {number}")

    subjects = [message_from_bytes(f.read_bytes(), policy=policy.default)["Subject"] for f in kept(mailbox)]
    assert subjects == [f"Surat {number}" for number in range(5)]


@pytest.mark.parametrize("to", ["../../etc/x@y.example", ".hidden@y.example", "a" * 150 + "@y.example"])
def test_no_address_leads_out_of_the_folder(mailbox, to):
    send(mailbox, to)

    (file,) = kept(mailbox)
    assert file.parent == mailbox.folder
    assert len(file.name) < 120


def test_a_port_that_is_taken_is_said_in_words(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "config.mailbox", tmp_path, "--port", str(taken.getsockname()[1])]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)

    assert done.returncode == 1
    assert done.stderr.startswith("Letters cannot be kept: ")
    assert "Traceback" not in done.stderr
