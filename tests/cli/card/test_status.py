# SPDX-License-Identifier: Apache-2.0
"""readers, status, pin status, and the virtual commands."""
import json
import shutil

import pytest

from conftest import Card, create, run


def test_status_in_json(card):
    status = card.json("status")
    assert status["reader"] == "Myna Virtual card" and status["virtual"] is True
    assert status["card"] == {"kind": "my-number"}
    assert status["token"]["label"] == "JPKIAPICCTOKEN2" and len(status["token"]["serial"]) == 16
    assert status["certificates"] == {"auth": True, "sign": True}
    assert [(p["name"], p["remaining"], p["maximum"], p["state"]) for p in status["pins"]] == [
        ("auth", 3, 3, "ok"), ("sign", 5, 5, "ok")]
    assert status["pins"][0]["reset_at"] == ["municipal-office"]
    assert "convenience-store-kiosk-with-phone-app" in status["pins"][1]["reset_at"]


def test_status_in_words_of_both_languages(card):
    assert "not a real one" in card.run("status").out.decode()
    assert "仮想カード" in card.run("status", "--lang", "ja").out.decode()
    assert "仮想カード" in card.run("status", LANG="ja_JP.UTF-8").out.decode()
    assert "仮想カード" not in card.run("status", LANG="ja_JP.UTF-8", LC_ALL="C").out.decode()


@pytest.mark.parametrize("remaining,state", [(3, "ok"), (2, "low"), (1, "last-try"), (0, "blocked")])
def test_states_of_a_counter(card, remaining, state):
    card.set_tries("auth", remaining)
    pin = card.json("status")["pins"][0]
    assert (pin["remaining"], pin["state"]) == (remaining, state)


@pytest.mark.parametrize("kind", ["my-number", "phone-android", "phone-ios", "juki"])
def test_kinds_of_cards(tmp_path, kind):
    assert create(tmp_path / "card", "--kind", kind).json("status")["card"]["kind"] == kind


def test_a_card_without_a_certificate(tmp_path):
    card = create(tmp_path / "card", "--without", "sign")
    assert card.json("status")["certificates"] == {"auth": True, "sign": False}
    ended = card.run("cert", "export", "sign", "--json", "--stats", pins="ABC123")
    assert (ended.code, ended.json["error"]["code"], ended.json["stats"]["verifies"]) == (3, "certificate-absent", 0)
    none = create(tmp_path / "none", "--without", "auth")
    assert none.run("cert", "show", "auth").code == 3


def test_no_card_no_reader_no_service(card):
    empty = Card(card.directory.parent / "gone")
    ended = empty.run("status", "--json")
    assert (ended.code, ended.json["card"]["kind"]) == (3, "none")
    assert empty.run("pin", "status").code == 3
    nothing = run("status", "--json")
    assert (nothing.code, nothing.json["error"]["code"]) == (3, "no-service")
    assert "pcscd" in run("readers").err


def test_the_reader_may_come_from_the_environment(card):
    assert run("status", MYNA_READER=f"virtual:{card.directory}").code == 0


def test_usage_errors(card):
    for arguments in ([], ["nonsense"], ["status", "--nonsense"], ["pin", "status", "nonsense"], ["cert", "show"],
                      ["sign", "x", "--format", "nonsense", "-o", "y"], ["status", "--timeout", "-1"], ["status", "--lang", "fr"]):
        ended = run(*arguments)
        assert ended.code == 2 and ended.err.startswith("myna: "), arguments
    assert run("--json", "nonsense").json["error"]["exit"] == 2


def test_version_and_help(card):
    assert run("--version").out.decode().startswith("myna 0.")
    assert b"--reader" in run("--help").out
    assert "カード" in run("--help", "--lang", "ja").out.decode()


def test_an_existing_directory_is_not_replaced(card):
    before = sorted(p.name for p in card.directory.iterdir())
    ended = run("virtual", "create", card.directory, "--json")
    assert (ended.code, ended.json["error"]["code"]) == (8, "output-exists")
    assert sorted(p.name for p in card.directory.iterdir() if p.name != "lock") == [n for n in before if n != "lock"]


def test_names_without_a_slash_live_in_the_data_home(tmp_path):
    assert run("virtual", "create", "mine", XDG_DATA_HOME=str(tmp_path)).code == 0
    assert (tmp_path / "myna/virtual/mine/card.json").exists()
    assert run("--reader", "virtual:mine", "status", XDG_DATA_HOME=str(tmp_path)).code == 0


def test_reset_gives_the_tries_back(card):
    card.set_tries("sign", 0)
    assert run("virtual", "reset", card.directory).code == 0
    assert card.tries("sign") == 5


def test_info_lists_the_dialect(card):
    info = run("virtual", "info", card.directory, "--json").json
    assert info["not_a_real_card"] is True and info["dialect"]["blocked-status"] == "6984"
    assert run("virtual", "info", card.directory / "nowhere").code == 8
    assert run("virtual", "create", card.directory.parent / "x", "--dialect", "nonsense=1").code == 2


@pytest.mark.parametrize("name,content", [("card.json", "{"), ("pins.json", "[]"), ("card.json", "{}"), ("pins.json", "")])
def test_a_damaged_card_directory(card, name, content):
    (card.directory / name).write_text(content)
    ended = card.run("status", "--json")
    assert (ended.code, ended.json["error"]["code"]) == (8, "malformed")


def test_a_lost_file_of_the_card_directory(card):
    shutil.rmtree(card.directory / "D392F000260100000001")
    assert card.run("status", "--json").code == 8


def test_json_is_one_document_even_in_failure(card):
    for ended in (card.run("status", "--json"), run("status", "--json"), card.run("pin", "verify", "auth", "--json")):
        assert isinstance(json.loads(ended.out), dict)


def test_a_full_disk_behind_standard_output(card):
    import subprocess
    from conftest import MYNA, environment
    with open("/dev/full", "wb") as full:
        process = subprocess.run([MYNA, "--reader", f"virtual:{card.directory}", "status"], stdout=full,
                                 stderr=subprocess.PIPE, env=environment(), check=False)
    assert process.returncode == 8


def test_trace_shows_no_secret(card):
    ended = card.run("pin", "verify", "sign", "--trace", pins="sign=ABC123\n")
    lines = [line for line in ended.err.splitlines() if " -> " in line]
    assert lines == ["00 A4 04 0C Lc 10 Le - -> 0 9000", "00 20 00 9B ** -> 63C5", "00 20 00 9B ** -> 9000",
                     "00 A4 04 0C Lc 7 Le - -> 0 9000"]
    assert "ABC123" not in ended.err
