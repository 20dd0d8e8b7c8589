# SPDX-License-Identifier: Apache-2.0
"""The 個人番号: only for a stated purpose or a person at a terminal who confirms, and nowhere else."""
import os
import subprocess

import pexpect
import pytest

from conftest import MYNA, environment

NUMBER = "123456789018"

def test_a_pipe_needs_a_purpose(card):
    refused = card.run("number", "--json", "--stats", pins="text=5678\n")
    assert refused.code == 2 and NUMBER not in refused.out.decode() and refused.json["stats"]["apdus"] == 0
    given = card.run("number", "--purpose", "year-end tax adjustment", "--stats", pins="text=5678\n")
    assert (given.code, given.out.decode()) == (0, NUMBER + "\n")
    assert "apdus 5," in given.err and NUMBER not in given.err


@pytest.mark.parametrize("purpose", ["", "x", "a\nb"])
def test_a_purpose_is_a_text(card, purpose):
    ended = card.run("number", "--purpose", purpose, "--json", "--stats", pins="text=5678\n")
    assert ended.code == 2 and ended.json["stats"]["apdus"] == 0


def test_json(card):
    ended = card.run("number", "--purpose", "tax", "--json", "--stats", pins="text-code-a=123456789018\n")
    assert (ended.code, ended.json["number"], ended.json["stats"]["verifies"]) == (0, NUMBER, 1)
    assert card.run("number", "--purpose", "tax", "--json", pins="text=5678\n").json == {"number": NUMBER}


@pytest.mark.parametrize("answer,shown", [("y", True), ("n", False), ("", False)])
def test_a_person_confirms(card, answer, shown):
    child = pexpect.spawn(MYNA, ["--reader", f"virtual:{card.directory}", "--lang", "en", "number"], env=environment(), timeout=20)
    child.expect("Show the 個人番号".encode())
    child.sendline(answer)
    if shown:
        child.expect("PIN: ")
        child.sendline("5678")
        child.expect(NUMBER)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == (0 if shown else 130)
    assert card.tries("text") == 3


def test_a_wrong_check_digit_is_no_number(card):
    file = card.directory / "D3921000310001010408" / "0001.bin"
    file.write_bytes(file.read_bytes().replace(b"9018", b"9019"))
    ended = card.run("number", "--purpose", "tax", "--json", pins="text=5678\n")
    assert ended.code == 3 and "9019" not in ended.out.decode() + ended.err


CHECKS = {"text-certificate": "proven", "text-record": "proven", "number-hash": "proven", "text-card-key": "proven",
          "text-live-key": "proven",
          "revocation": "not-covered"}


@pytest.mark.parametrize("pins", ["text=5678\n", "text-code-a=123456789018\n"])
def test_proven(card, pins):
    ended = card.run("number", "--purpose", "tax", "--verify", "--require-proof", "--json", "--stats", pins=pins)
    assert (ended.code, ended.json["number"], ended.json["stats"]["verifies"]) == (0, NUMBER, 1)
    assert {line["check"]: line["result"] for line in ended.json["report"]} == CHECKS


def test_another_number_with_a_right_check_digit(card):
    file = card.directory / "D3921000310001010408" / "0001.bin"
    file.write_bytes(file.read_bytes().replace(NUMBER.encode(), b"123456789026"))
    assert card.run("number", "--purpose", "tax", pins="text=5678\n").code == 0
    ended = card.run("number", "--purpose", "tax", "--verify", "--json", pins="text=5678\n")
    assert ended.code == 1 and "number" not in ended.json and "123456789026" not in ended.out.decode() + ended.err
    assert {line["check"] for line in ended.json["report"] if line["result"] == "failed"} == {"number-hash"}


@pytest.mark.parametrize("forgery,failed", [("number", {"text-record", "number-hash"}), ("clone", {"text-live-key"}),
                                            ("signature", {"text-record", "number-hash"})])
def test_forgeries(card, forgery, failed):
    assert card.run("virtual", "tamper", card.directory, forgery).code == 0
    ended = card.run("number", "--purpose", "tax", "--verify", "--json", pins="text=5678\n")
    assert ended.code == 1 and "number" not in ended.json
    assert {line["check"] for line in ended.json["report"] if line["result"] == "failed"} == failed


def test_required_and_not_to_be_had(card):
    """Without the issuer nothing is handed on where proof is required."""
    path = card.directory / "D3921000310001010408" / "0004.bin"
    path.write_bytes(path.read_bytes().replace(b"9000033", b"5000033"))
    ended = card.run("number", "--purpose", "tax", "--verify", "--require-proof", "--json", pins="text=5678\n")
    assert ended.code == 9 and "number" not in ended.json
    ended = card.run("number", "--purpose", "tax", "--verify", "--json", pins="text=5678\n")
    assert (ended.code, ended.json["number"]) == (0, NUMBER)


def test_code_b_does_not_open_it(card):
    assert card.run("number", "--purpose", "tax", pins="text-code-b=12345678901234\n").code == 2
    assert card.tries("text-code-b") == 10


def test_no_trace_of_it(card):
    """Neither the report nor the attributes nor a trace holds the number."""
    for arguments in (("attributes", "--verify"), ("check-card",), ("status",), ("serial",)):
        ended = card.run(*arguments, "--trace", pins="text=5678\n")
        assert NUMBER not in ended.out.decode() + ended.err


def test_the_memory_of_the_number_is_left_out_of_a_core(card, tmp_path):
    """A process that holds the number keeps it in one locked page that dumps and children do not get."""
    holder = os.environ.get("MYNA_NUMBER_HOLDER")
    assert holder, "the test program is named by CTest"
    process = subprocess.Popen([holder, NUMBER], stdout=subprocess.PIPE, text=True)
    place, *lock = process.stdout.readline().split()
    address = int(place, 16)
    smaps = open(f"/proc/{process.pid}/smaps").read()
    process.stdout.close()
    process.kill()
    process.wait()
    for block in smaps.split("VmFlags:"):
        lines = block.strip().splitlines()
        begins = [line for line in lines if line.split(" ")[0].count("-") == 1 and ":" not in line.split(" ")[0]]
        if not begins:
            continue
        low, high = (int(part, 16) for part in begins[0].split(" ")[0].split("-"))
        if low <= address < high:
            flags = smaps[smaps.index(begins[0]):].split("VmFlags:")[1].splitlines()[0].split()
            assert {"dd", "wf", *lock} <= set(flags), flags
            return
    raise AssertionError("the page was not found")
