# SPDX-License-Identifier: Apache-2.0
"""The holder's four attributes: read after the PIN, with the tries counted and the PIN closed, and nothing else."""
import pytest

from conftest import altered, create

TEXT = "text=5678\n"
HOLDER = {"name": "番号　花子", "address": "東京都千代田区霞が関１丁目２番３号", "birth_date": "1990-01-02", "sex": "female"}


@pytest.mark.parametrize("length", ["short", "extended", "auto"])
def test_four_attributes_within_the_budget(card, length):
    ended = card.run("attributes", "--json", "--stats", "--apdu", length, pins=TEXT)
    assert (ended.code, ended.json["attributes"]) == (0, HOLDER)
    assert ended.json["stats"]["apdus"] == 5 and ended.json["stats"]["verifies"] == 1
    assert card.tries("text") == 3


def test_as_text_in_both_languages(card):
    for lang, label in (("en", "Name"), ("ja", "氏名")):
        ended = card.run("attributes", "--lang", lang, pins=TEXT)
        assert ended.code == 0
        assert label in ended.out.decode() and HOLDER["address"] in ended.out.decode()


def test_a_wrong_pin_costs_one_try_and_shows_nothing(card):
    ended = card.run("attributes", "--json", pins="text=0000\n")
    assert (ended.code, ended.json["error"]["tries_left"]) == (4, 2)
    assert "attributes" not in ended.json and card.tries("text") == 2
    refused = card.run("attributes", "--json", pins=TEXT)
    assert (refused.code, card.tries("text")) == (6, 2)      # a stored PIN is not sent on a touched counter
    assert card.run("attributes", "--allow-retry", pins=TEXT).code == 0
    assert card.tries("text") == 3


@pytest.mark.parametrize("remaining,code", [(1, 6), (0, 5)])
def test_last_try_and_blocked(card, remaining, code):
    card.set_tries("text", remaining)
    assert card.run("attributes", "--allow-retry", pins=TEXT).code == code
    assert card.tries("text") == remaining


@pytest.mark.parametrize("pin", ["567", "56789", "567a", ""])
def test_a_malformed_pin_never_reaches_the_card(card, pin):
    ended = card.run("attributes", "--json", "--stats", pins=f"text={pin}\n")
    assert (ended.code, ended.json["stats"]["verifies"], card.tries("text")) == (2, 0, 3)


def test_the_trace_holds_nothing_of_the_holder(card):
    ended = card.run("attributes", "--trace", "--json", pins=TEXT)
    assert ended.code == 0 and "00 20" in ended.err.upper().replace("0020", "00 20")
    for secret in ("5678", "35363738", *HOLDER.values()):
        assert secret not in ended.err


def test_pin_status_and_verify(card):
    pins = card.json("pin", "status")["pins"]
    assert [(p["name"], p["remaining"], p["maximum"]) for p in pins] == [
        ("auth", 3, 3), ("sign", 5, 5), ("text", 3, 3), ("text-code-a", 10, 10), ("text-code-b", 10, 10),
        ("face-code-a", 10, 10), ("face-code-b", 10, 10), ("face-birth", 10, 10), ("juki", 3, 3)]
    assert card.run("pin", "verify", "text", pins=TEXT).code == 0
    assert card.run("pin", "verify", "text", pins="text=1234\n").code == 4
    assert card.tries("text") == 2 and card.tries("auth") == 3


COMMANDS = [(["attributes"], TEXT), (["number", "--purpose", "year-end tax adjustment"], TEXT), (["pin", "verify", "text"], TEXT),
            (["serial"], None),
            (["face", "-o", "OUT"], "face-code-b=02010220364649\n"), (["card", "show"], "face-code-b=02010220364649\n")]


# Which of the two it is takes a command more; no PIN is sent to either.
@pytest.mark.parametrize("kind,code", [("foreign", "card-foreign"), ("phone-android", "application-absent"),
                                       ("phone-ios", "application-absent")])
def test_cards_without_the_application(tmp_path, kind, code):
    other = create(tmp_path / "other", "--kind", kind)
    for command, pins in COMMANDS:
        ended = other.run(*(tmp_path / "face" if word == "OUT" else word for word in command), "--json", "--stats", pins=pins)
        assert (ended.code, ended.json["error"]["code"]) == (3, code), command
        assert (ended.json["stats"]["verifies"], ended.json["stats"]["apdus"]) == (0, 2), command


@pytest.mark.parametrize("lang,words", [("en", "This card does not have this application"), ("ja", "このカードにこのアプリケーションはありません")])
def test_a_phone_is_told_from_another_card(tmp_path, lang, words):
    phone = create(tmp_path / "phone", "--kind", "phone-android")
    ended = phone.run("attributes", "--lang", lang, pins=TEXT)
    assert ended.code == 3 and words in ended.err


def test_a_phone_has_two_counters(tmp_path):
    phone = create(tmp_path / "phone", "--kind", "phone-android")
    assert [p["name"] for p in phone.json("pin", "status")["pins"]] == ["auth", "sign"]


@pytest.mark.parametrize("dialect", ["short-file-ids=no", "extended-length=no", "blocked-status=6983", "issuer-domain=no"])
def test_dialects(original, tmp_path, dialect):
    other = altered(original, tmp_path / "other", dialect=dialect)
    name, value = dialect.split("=")
    assert other.json("virtual", "info", other.directory)["dialect"][name] == value
    assert other.json("attributes", pins=TEXT)["attributes"] == HOLDER


@pytest.mark.parametrize("at", range(1, 6))
@pytest.mark.parametrize("fault", ["removed-before", "removed-after", "reset-before", "power-loss"])
def test_faults_at_every_command(tmp_path, original, fault, at):
    faulty = altered(original, tmp_path / "faulty", fault=f"{at}:{fault}")
    ended = faulty.run("attributes", "--json", pins=TEXT)
    assert ended.code in (0, 3, 7, 8) and faulty.stored_tries("text") in (2, 3)
    assert (ended.code == 0) == ("attributes" in ended.json)
