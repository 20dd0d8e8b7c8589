# SPDX-License-Identifier: Apache-2.0
"""What is proven about a card and its data, that every tampering is found out by name, and that a forged card's data is not shown."""
import shutil
import subprocess

import pytest

from conftest import Card, altered, run

TEXT = "text=5678\n"
CODE_A = "face-code-a=123456789018\n"
TEXT_CHECKS = {"text-certificate": "proven", "text-record": "proven", "attributes-hash": "proven", "number-hash": "not-covered",
               "text-card-key": "proven", "text-live-key": "proven", "revocation": "not-covered"}
FACE_CHECKS = {"face-certificate": "proven", "face-signature": "proven", "face-live-key": "proven",
               "face-security-code": "not-covered", "card-expiry": "not-covered"}


def report(ended):
    return {line["check"]: line["result"] for line in ended.json["report"]}


def tampered(original, directory, what):
    shutil.copytree(original.directory, directory)
    assert run("virtual", "tamper", directory, what).code == 0
    return Card(directory)


def test_a_fresh_card_is_proven(card, tmp_path):
    attributes = card.run("attributes", "--verify", "--require-proof", "--json", pins=TEXT)
    assert (attributes.code, report(attributes)) == (0, TEXT_CHECKS)
    assert attributes.json["attributes"]["name"] == "番号　花子"
    face = card.run("face", "-o", tmp_path / "face", "--verify", "--require-proof", "--json", pins=CODE_A)
    assert (face.code, report(face)) == (0, FACE_CHECKS)


@pytest.mark.parametrize("length,plain,verified", [("short", 6, 15), ("extended", 5, 9)])
def test_the_budget(card, length, plain, verified):
    for options, most in (((), plain), (("--verify",), verified)):
        ended = card.run("attributes", *options, "--json", "--stats", "--apdu", length, pins=TEXT)
        assert ended.code == 0 and ended.json["stats"]["apdus"] <= most
        assert ended.json["stats"]["verifies"] == 1


@pytest.mark.parametrize("what,failed", [
    ("name", {"attributes-hash"}),
    ("number", {"text-record", "attributes-hash", "number-hash"}),
    ("signature", {"text-record", "attributes-hash", "number-hash"}),
    ("clone", {"text-live-key"}),
    ("photo", set()), ("expiry", set())])
def test_tampered_attributes(original, tmp_path, what, failed):
    forged = tampered(original, tmp_path / "forged", what)
    ended = forged.run("attributes", "--verify", "--json", pins=TEXT)
    assert {check for check, result in report(ended).items() if result == "failed"} == failed
    assert (ended.code, "attributes" in ended.json) == ((1, False) if failed else (0, True))


@pytest.mark.parametrize("what,failed", [
    ("photo", {"face-signature", "face-live-key"}),
    ("signature", {"face-signature", "face-live-key"}),
    ("clone", {"face-live-key"}),
    ("expiry", set()), ("name", set()), ("number", set())])
def test_tampered_face(original, tmp_path, what, failed):
    forged = tampered(original, tmp_path / "forged", what)
    ended = forged.run("face", "-o", tmp_path / "face", "--verify", "--json", pins=CODE_A)
    assert {check for check, result in report(ended).items() if result == "failed"} == failed
    assert ended.code == (1 if failed else 0)
    assert (tmp_path / "face" / "photo.png").exists() != bool(failed)


def spoiled(original, directory, file, change):
    """A copy of the card with one file of the text application changed: `change` takes and gives bytes."""
    shutil.copytree(original.directory, directory)
    path = directory / "D3921000310001010408" / file
    path.write_bytes(change(path.read_bytes()))
    return Card(directory)


def before_the_name(more):
    """The attributes with an object in front of the signed range, the offsets adapted as a careful forger would."""
    def change(file):
        content = file[file.index(b"\xdf\x21"):]
        offsets = content[:11]
        content = offsets + more + content[11:]
        return b"\xff\x20\x81" + bytes([len(content)]) + content
    return change


def test_what_is_shown_is_what_was_hashed(original, tmp_path):
    """The hash covers the record from DF22 on; a second birth date in front of it made a child an adult."""
    forged = spoiled(original, tmp_path / "forged", "0002.bin", before_the_name(b"\xdf\x24\x0819800101"))
    ended = forged.run("attributes", "--verify", "--require-proof", "--json", pins=TEXT)
    line = next(line for line in ended.json["report"] if line["check"] == "attributes-hash")
    assert (ended.code, line["result"], line["reason"]) == (1, "failed", "misplaced")
    assert "attributes" not in ended.json and "1980" not in ended.out.decode() + ended.err
    plain = forged.run("attributes", "--json", pins=TEXT)
    assert (plain.code, plain.json["error"]["code"]) == (1, "misplaced-object")


def test_an_unknown_object_outside_the_signed_range_shows_nothing(original, tmp_path):
    odd = spoiled(original, tmp_path / "odd", "0002.bin", before_the_name(b"\xdf\x7f\x0819800101"))
    ended = odd.run("attributes", "--verify", "--require-proof", "--json", pins=TEXT)
    assert (ended.code, ended.json["attributes"]["birth_date"]) == (0, "1990-01-02")


@pytest.mark.parametrize("file", ["0003.bin", "0004.bin", "0007.bin"])
@pytest.mark.parametrize("damage", [b"", b"\x7f\x21\x03abc", b"\x30\x03abc"])
def test_a_form_that_is_not_known_accuses_nobody(original, tmp_path, file, damage):
    card = spoiled(original, tmp_path / "odd", file, lambda _: damage or bytes(16))
    ended = card.run("attributes", "--verify", "--json", pins=TEXT)
    assert ended.code == 0 and "failed" not in report(ended).values() and "not-proven" in report(ended).values()
    assert ended.json["attributes"]["name"] and "not genuine" not in ended.err
    assert card.run("attributes", "--verify", "--require-proof", pins=TEXT).code == 9


def test_a_copy_whose_key_does_not_answer(original, tmp_path):
    copy = Card(tmp_path / "copy")
    shutil.copytree(original.directory, copy.directory)
    copy.edit(lambda card: [application.pop("default_key", None) for application in card["applications"]])
    ended = copy.run("attributes", "--verify", "--json", pins=TEXT)
    line = next(line for line in ended.json["report"] if line["check"] == "text-live-key")
    assert (ended.code, line["result"], line["reason"]) == (0, "not-proven", "copy")
    assert copy.run("attributes", "--verify", "--require-proof", pins=TEXT).code == 9


def test_without_a_trusted_issuer_nothing_is_proven(card, tmp_path):
    """Trust is configuration: a forger's own issuer is not proven, and --require-proof says so."""
    file = card.directory / "D3921000310001010408" / "0004.bin"
    content = bytearray(file.read_bytes())
    content[content.index(b"9000033")] = ord("5")       # an issuer nobody named
    file.write_bytes(content)
    ended = card.run("attributes", "--verify", "--json", pins=TEXT)
    assert ended.code == 0 and report(ended)["text-certificate"] == "not-proven"
    assert set(report(ended).values()) == {"not-proven", "not-covered"}
    assert card.run("attributes", "--verify", "--require-proof", pins=TEXT).code == 9


def test_trust_directory(card, tmp_path):
    """An issuer in a directory is tried; one with another key of the same id makes the chain fail."""
    key = tmp_path / "trust" / "39303030303333080530303100000000.pem"
    key.parent.mkdir()
    subprocess.run(["openssl", "genrsa", "-out", tmp_path / "private.pem", "2048"], check=True, capture_output=True)
    subprocess.run(["openssl", "rsa", "-in", tmp_path / "private.pem", "-pubout", "-out", key], check=True, capture_output=True)
    ended = card.run("attributes", "--verify", "--trust", key.parent, "--json", pins=TEXT)
    assert ended.code == 1 and report(ended)["text-certificate"] == "failed"
    key.write_text("no key")
    assert card.run("attributes", "--verify", "--trust", key.parent, pins=TEXT).code == 8
    assert card.run("attributes", "--verify", "--trust", tmp_path / "nowhere", pins=TEXT).code == 8
    assert card.tries("text") == 3


def test_files_of_the_face_equal_the_personalisation(card, tmp_path):
    ended = card.run("face", "-o", tmp_path / "face", "--number-picture", "--json", pins=CODE_A)
    assert ended.code == 0
    for name in ("photo.png", "name.png", "address.png", "number.png"):
        written = tmp_path / "face" / name
        assert written.read_bytes() == (card.directory / "originals" / name).read_bytes()
        assert written.stat().st_mode & 0o077 == 0
    assert ended.json["face"] == {"birth_date": "1990-01-02", "sex": "female", "card_expiry": ended.json["face"]["card_expiry"]}


def test_the_number_has_no_picture_unasked_and_not_for_code_b(card, tmp_path):
    code_b = card.json("virtual", "info", card.directory)
    assert code_b                                        # the info names no code
    ended = card.run("face", "-o", tmp_path / "face", pins=CODE_A)
    assert ended.code == 0 and not (tmp_path / "face" / "number.png").exists()
    refused = card.run("face", "-o", tmp_path / "other", "--number-picture", pins="face-code-b=00000000000000\n")
    assert refused.code == 2 and card.tries("face-code-b") == 10


def test_existing_files_are_not_replaced_and_no_try_is_spent(card, tmp_path):
    (tmp_path / "face").mkdir()
    (tmp_path / "face" / "address.png").write_bytes(b"mine")
    ended = card.run("face", "-o", tmp_path / "face", "--stats", "--json", pins=CODE_A)
    assert ended.code == 8 and ended.json["error"]["code"] == "output-exists"
    assert (tmp_path / "face" / "address.png").read_bytes() == b"mine" and not (tmp_path / "face" / "photo.png").exists()
    assert card.run("face", "-o", tmp_path / "face", "--force", pins=CODE_A).code == 0


def test_a_slip_in_the_number_costs_no_try(card, tmp_path):
    ended = card.run("face", "-o", tmp_path / "face", "--json", "--stats", pins="face-code-a=123456789019\n")
    assert (ended.code, ended.json["stats"]["verifies"], card.tries("face-code-a")) == (2, 0, 10)


def test_a_photo_that_is_none(card, tmp_path):
    """The decoder runs apart; what it does not like is an error and leaves no file."""
    file = card.directory / "D3921000310001010402" / "0002.bin"
    content = bytearray(file.read_bytes())
    start = content.index(b"jp2c") + 40
    content[start:start + 60] = bytes(60)
    file.write_bytes(content)
    ended = card.run("face", "-o", tmp_path / "face", pins=CODE_A)
    assert ended.code == 3 and not list((tmp_path / "face").iterdir())


@pytest.mark.parametrize("dialect", ["short-file-ids=no", "extended-length=no", "issuer-domain=no", "short-read-sets-current=no"])
def test_dialects(original, tmp_path, dialect):
    other = altered(original, tmp_path / "other", dialect=dialect)
    assert report(other.run("attributes", "--verify", "--json", pins=TEXT)) == TEXT_CHECKS
    assert report(other.run("face", "-o", tmp_path / "face", "--verify", "--json", pins=CODE_A)) == FACE_CHECKS
    assert other.run("serial").code == 0


def test_serial(card):
    ended = card.run("serial", "--json", "--stats")
    assert ended.code == 0 and ended.json["stats"]["apdus"] == 2
    assert len(ended.json["card"]["serial"]) == 15
    assert ended.json["card"]["municipality"] == {"code": "13101", "prefecture": "Tokyo", "prefecture_ja": "東京都"}


@pytest.mark.parametrize("at", range(1, 12))
@pytest.mark.parametrize("fault", ["removed-before", "removed-after", "reset-before", "garbage-answer", "short-answer", "flipped-answer"])
def test_faults_at_every_command(original, tmp_path, fault, at):
    faulty = Card(tmp_path / "faulty")
    shutil.copytree(original.directory, faulty.directory)
    faulty.edit(lambda card: card.update(faults=[{"at": at, "kind": fault}]))
    for command in (("attributes", "--verify"), ("face", "-o", tmp_path / "face", "--verify", "--force")):
        ended = faulty.run(*command, "--json", pins=TEXT if command[0] == "attributes" else CODE_A)
        assert ended.code in (0, 1, 3, 4, 5, 6, 7, 8), ended.err
        assert faulty.stored_tries("text") in (2, 3)
        if ended.code == 0:
            assert "failed" not in report(ended).values()
