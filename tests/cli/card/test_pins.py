# SPDX-License-Identifier: Apache-2.0
"""The counter is protected whatever happens: docs/decisions/one-verify-per-request.md, and how a PIN is given."""
import os

import pytest

from conftest import create, run


def verify(card, pins, *options, name="auth"):
    ended = card.run("pin", "verify", name, "--json", "--stats", *options, pins=pins)
    return ended.code, ended.json["stats"]["verifies"]


def test_the_right_pin(card):
    assert verify(card, "1234") == (0, 1)
    assert verify(card, "auth=1234\r\n") == (0, 1)
    assert verify(card, "sign=ABC123\nauth=1234\n") == (0, 1)


def test_a_lower_case_or_full_width_sign_password_works(card):
    assert verify(card, "sign=abc123\n", name="sign") == (0, 1)
    assert verify(card, "ａｂｃ１２３", name="sign") == (0, 1)


def test_a_wrong_stored_pin_costs_one_try_once(card):
    assert verify(card, "9999") == (4, 1)
    assert card.tries("auth") == 2
    assert verify(card, "9999") == (6, 0)
    assert verify(card, "1234") == (6, 0)
    assert card.tries("auth") == 2
    assert verify(card, "1234", "--allow-retry") == (0, 1)
    assert card.tries("auth") == 3


def test_the_error_says_how_many_tries_are_left(card):
    error = card.json("pin", "verify", "auth", pins="9999")["error"]
    assert (error["code"], error["exit"], error["tries_left"]) == ("pin-wrong", 4, 2)


def test_the_last_try_needs_to_be_allowed(card):
    card.set_tries("auth", 1)
    assert verify(card, "1234") == (6, 0)
    assert verify(card, "1234", "--allow-retry") == (6, 0)
    assert card.tries("auth") == 1
    assert verify(card, "1234", "--allow-retry", "--allow-last-try") == (0, 1)


def test_the_last_try_wrong_blocks_and_says_so(card):
    card.set_tries("auth", 1)
    assert verify(card, "9999", "--allow-retry", "--allow-last-try") == (5, 1)
    assert card.tries("auth") == 0


@pytest.mark.parametrize("status", ["6984", "6983"])
def test_a_blocked_pin_is_never_sent(tmp_path, status):
    card = create(tmp_path / "card", "--dialect", f"blocked-status={status}")
    card.set_tries("auth", 0)
    assert verify(card, "1234", "--allow-retry", "--allow-last-try") == (5, 0)
    assert card.json("pin", "status", "auth")["pins"][0]["state"] == "blocked"


@pytest.mark.parametrize("text", ["123", "12345", "12a4", " 1234", "", "\n", "1234 "])
def test_a_malformed_pin_is_never_sent(card, text):
    code, verifies = verify(card, text)
    assert (code, verifies) == (2, 0)
    assert card.tries("auth") == 3


@pytest.mark.parametrize("text", ["sign=ABC123", "1234\n5678\n", "auth=1234\nauth=1234\n", "x" * 5000])
def test_text_that_does_not_give_this_pin(card, text):
    assert verify(card, text) == (2, 0)


def test_without_terminal_and_without_pin_nothing_is_sent(card):
    ended = card.run("pin", "verify", "auth", "--json", "--stats")
    assert (ended.code, ended.json["error"]["code"], ended.json["stats"]["verifies"]) == (2, "pin-unavailable", 0)


def pin_file(tmp_path, mode=0o600):
    path = tmp_path / "pins"
    path.write_text("auth=1234\n")
    path.chmod(mode)
    return path


def test_a_pin_file(card, tmp_path):
    assert card.run("pin", "verify", "auth", "--pin-file", pin_file(tmp_path)).code == 0


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o700, 0o644])
def test_a_pin_file_that_others_could_read(card, tmp_path, mode):
    ended = card.run("pin", "verify", "auth", "--json", "--pin-file", pin_file(tmp_path, mode))
    assert (ended.code, ended.json["error"]["code"]) == (2, "pin-file-unsafe")


def test_a_pin_file_that_is_a_link_a_pipe_or_missing(card, tmp_path):
    link, fifo = tmp_path / "link", tmp_path / "fifo"
    link.symlink_to(pin_file(tmp_path))
    os.mkfifo(fifo, 0o600)
    for path in (link, fifo, tmp_path / "missing", tmp_path):
        assert card.run("pin", "verify", "auth", "--pin-file", path).code == 2, path
    assert card.tries("auth") == 3


def test_both_sources_at_once_are_refused(card, tmp_path):
    assert card.run("pin", "verify", "auth", "--pin-file", pin_file(tmp_path), pins="1234").code == 2


def test_a_pin_never_comes_from_the_environment_or_the_arguments(card):
    assert card.run("pin", "verify", "auth", PIN="1234", MYNA_PIN="1234").code == 2
    assert card.run("pin", "verify", "auth", "1234").code == 2


def test_a_closed_descriptor(card):
    assert card.run("pin", "verify", "auth", "--pin-fd", "77").code == 2


def test_a_card_made_with_other_pins(tmp_path):
    card = create(tmp_path / "card", pins="auth=9876\nsign=xyz789\n")
    assert verify(card, "9876") == (0, 1)
    assert verify(card, "XYZ789", name="sign") == (0, 1)
    assert run("virtual", "create", tmp_path / "bad", pins="auth=12\n").code == 2
    assert not (tmp_path / "bad").exists()
