# SPDX-License-Identifier: Apache-2.0
"""The prompt: tries left shown first, no echo, end of input and Ctrl-C."""
import os
import signal

import pexpect
import pytest

from conftest import MYNA, environment


def prompt(card, *arguments):
    child = pexpect.spawn(MYNA, ["--reader", f"virtual:{card.directory}", *arguments], env=environment(LANG="C.UTF-8"),
                          encoding="utf-8", timeout=20)
    child.expect_exact("PIN: ")
    return child


def end(child):
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus


def test_tries_left_are_shown_before_the_pin_is_typed_and_the_pin_is_not_echoed(card):
    child = prompt(card, "pin", "verify", "auth", "--stats")
    assert "tries left: 3 of 3" in child.before
    child.sendline("1234")
    assert end(child) == 0
    assert "1234" not in child.before
    assert "apdus 6," in child.before   # SELECT, counter; SELECT, counter, VERIFY, closed


def test_a_typed_pin_is_allowed_on_a_touched_counter_but_not_on_the_last_try(card):
    card.set_tries("auth", 2)
    child = prompt(card, "pin", "verify", "auth")
    assert "tries left: 2 of 3" in child.before
    child.sendline("9999")
    assert end(child) == 4
    refused = pexpect.spawn(MYNA, ["--reader", f"virtual:{card.directory}", "pin", "verify", "auth"], env=environment(),
                            encoding="utf-8", timeout=20)
    assert end(refused) == 6
    assert "PIN: " not in refused.before
    assert card.tries("auth") == 1


def test_end_of_input_at_the_prompt(card):
    child = prompt(card, "pin", "verify", "auth")
    child.sendeof()
    assert end(child) == 2
    assert card.tries("auth") == 3


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_at_the_prompt_ends_it_and_the_echo_comes_back(card, name):
    child = pexpect.spawn("/bin/bash", ["--norc"], env=environment(PS1="ready> "), encoding="utf-8", timeout=20)
    child.expect_exact("ready> ")
    child.sendline(f"{MYNA} --reader virtual:{card.directory} pin verify auth; echo code=$?; stty -a | tr ' ' '\\n' | grep echo$")
    child.expect_exact("PIN: ")
    if name == "SIGINT":
        child.sendintr()
    else:
        children = [int(p) for p in open(f"/proc/{child.pid}/task/{child.pid}/children").read().split()]
        os.kill(children[0], getattr(signal, name))
    child.expect(r"code=130\s+echo\s")
    child.close(force=True)
    assert card.tries("auth") == 3


def test_the_sign_password_prompt_says_that_letters_become_capitals(card):
    child = prompt(card, "pin", "verify", "sign")
    assert "capitals" in child.before
    child.sendline("abc123")
    assert end(child) == 0


def test_a_malformed_pin_at_the_prompt_is_not_sent(card):
    child = prompt(card, "pin", "verify", "auth")
    child.sendline("12345")
    assert end(child) == 2
    assert card.tries("auth") == 3


def batch(card, tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(name)
    (tmp_path / "out").mkdir()
    child = pexpect.spawn(MYNA, ["--reader", f"virtual:{card.directory}", "sign", *(str(tmp_path / name) for name in ("a", "b", "c")),
                                 "--out-dir",
                                 str(tmp_path / "out")], env=environment(LANG="C.UTF-8"), encoding="utf-8", timeout=20,
                                 dimensions=(24, 400))
    child.expect_exact("Sign all of them? [y/N] ")
    assert f"{tmp_path}/a  1 bytes  CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB" in child.before
    return child


def test_a_batch_is_listed_and_confirmed_and_shows_how_far_it_is(card, tmp_path):
    child = batch(card, tmp_path)
    child.sendline("y")
    child.expect_exact("PIN: ")
    child.sendline("ABC123")
    assert end(child) == 0
    assert "3/3 signed" in child.before and "3/3 written" in child.before and "Signed: 3 / 3" in child.before
    assert sorted(os.listdir(tmp_path / "out")) == ["a.p7m", "b.p7m", "c.p7m"]


def test_a_batch_that_is_not_confirmed(card, tmp_path):
    child = batch(card, tmp_path)
    child.sendline("n")
    assert end(child) == 130
    assert "PIN: " not in child.before and os.listdir(tmp_path / "out") == []
