# SPDX-License-Identifier: Apache-2.0
"""docs/apdu-budget.md: how many APDUs each operation may take, on the default dialect."""
import pytest

from conftest import create

SIGN, AUTH = "sign=ABC123\n", "auth=1234\n"


def stats(ended):
    assert ended.code in (0, 3), ended.err
    return ended.json["stats"]


@pytest.mark.parametrize("length,expected", [("short", 8), ("extended", 2)])
def test_authentication_certificate(card, length, expected):
    assert stats(card.run("cert", "export", "auth", "--json", "--stats", "--apdu", length))["apdus"] == expected


@pytest.mark.parametrize("length,expected", [("short", 13), ("extended", 7)])
def test_signature_certificate(card, length, expected):
    ended = card.run("cert", "export", "sign", "--json", "--stats", "--apdu", length, pins=SIGN)
    assert stats(ended)["apdus"] == expected


@pytest.mark.parametrize("length", ["short", "extended", "auto"])
def test_two_counters(card, length):
    assert stats(card.run("pin", "status", "auth", "sign", "--json", "--stats", "--apdu", length))["apdus"] == 3


@pytest.mark.parametrize("files", [1, 2, 5])
def test_raw_signature_and_each_further_file(card, tmp_path, files):
    names = []
    for i in range(files):
        names.append(tmp_path / f"f{i}")
        names[-1].write_bytes(b"x" * i)
    ended = card.run("sign", *names, "--format", "raw", "--key", "auth", "--out-dir", tmp_path, "--json", "--stats", pins=AUTH)
    assert stats(ended) | {"bytes_sent": 0, "bytes_received": 0} == {
        "apdus": 4 + files, "bytes_sent": 0, "bytes_received": 0, "verifies": 1, "transactions": 1}


def test_a_foreign_card_hears_one_command(tmp_path):
    foreign = create(tmp_path / "foreign", "--kind", "foreign")
    ended = foreign.run("status", "--json", "--stats")
    assert (ended.code, ended.json["card"]["kind"], stats(ended)["apdus"]) == (3, "foreign", 1)
    assert stats(foreign.run("cert", "export", "sign", "--json", "--stats", pins=SIGN))["apdus"] == 1
