# SPDX-License-Identifier: Apache-2.0
"""myna virtual tamper: damage is no accusation, objects out of place and other keys are found out."""
import pytest

from conftest import run

JPKI, TEXT = "D392F000260100000001", "D3921000310001010408"
PIN = "text=5678\n"


def tamper(card, *what):
    return run("virtual", "tamper", card.directory, *what, "--json")


def report(ended):
    return {line["check"]: line["result"] for line in ended.json["report"]}


@pytest.mark.parametrize("kind,state", [("absent", "absent"), ("zeros", "absent"), ("ones", "absent"), ("truncated", "present"),
                                        ("garbled", "unreadable"), ("scratched", "present"), ("length", "present"), ("denied", "present")])
def test_status_says_what_one_look_can_see(card, kind, state):
    assert tamper(card, "damage", f"{JPKI}/000A", kind).code == 0
    status = card.run("status", "--json")
    assert (status.code, status.json["certificate_states"]["auth"], status.json["pins"][0]["state"]) == (0, state, "ok")
    shown = card.run("cert", "show", "auth", "--json")
    assert shown.code == (0 if kind == "scratched" else 2 if kind == "denied" else 3)
    if shown.code == 3:
        assert shown.json["error"]["about"] == "authentication certificate"


def test_the_error_names_the_thing_in_both_languages(card):
    assert tamper(card, "damage", f"{JPKI}/001B", "absent").code == 0
    ended = card.run("pin", "verify", "sign", pins="sign=ABC123\n")
    assert ended.code == 3 and "signature password: The card does not have this data." in ended.err
    assert "署名用電子証明書の暗証番号: " in card.run("pin", "verify", "sign", "--lang", "ja", pins="sign=ABC123\n").err
    lines = card.run("pin", "status").out.decode()
    assert "(sign): not on this card" in lines and "(auth): 3/3" in lines and "(juki): 3/3" in lines


@pytest.mark.parametrize("how,tag", [("double", "DF22"), ("move", "DF22"), ("foreign", "DF24")])
def test_objects_out_of_place_are_found_out(card, how, tag):
    assert tamper(card, how, f"{TEXT}/0002", tag).code == 0
    ended = card.run("attributes", "--verify", "--json", pins=PIN)
    assert ended.code == 1 and report(ended)["attributes-hash"] == "failed" and "attributes" not in ended.json


def test_a_copy_without_keys_is_not_proven_and_not_accused(card):
    assert tamper(card, "keyless").code == 0
    ended = card.run("attributes", "--verify", "--json", pins=PIN)
    assert ended.code == 0 and "failed" not in report(ended).values() and report(ended)["text-live-key"] == "not-proven"
    assert card.run("attributes", "--verify", "--require-proof", pins=PIN).code == 9
    assert card.run("sign", card.directory / "card.json", "--format", "raw", "--key", "auth", "-o", card.directory / "x",
                    pins="1234").code == 3
    assert not (card.directory / "x").exists() and card.stored_tries("auth") == 3


@pytest.mark.parametrize("what,code", [(("damage", f"{JPKI}/0099", "absent"), 3), (("damage", "nonsense", "absent"), 2),
                                       (("damage", JPKI, "garbled"), 2),
                                       (("damage", f"{JPKI}/0018", "zeros"), 3), (("damage", f"{JPKI}/000A", "nonsense"), 2),
                                       (("damage",), 2),
                                       (("double", f"{TEXT}/0002", "DF99"), 3), (("double", f"{TEXT}/0002", "x"), 2)])
def test_what_is_not_there_is_not_damaged(card, what, code):
    before = sorted((p.name, p.read_bytes()) for p in card.directory.rglob("*") if p.is_file() and p.name != "lock")
    assert tamper(card, *what).code == code
    assert before == sorted((p.name, p.read_bytes()) for p in card.directory.rglob("*") if p.is_file() and p.name != "lock")
