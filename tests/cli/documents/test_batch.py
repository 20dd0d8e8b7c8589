# SPDX-License-Identifier: Apache-2.0
"""Many files in one call: what is finished stays good, what is not is named, whatever happens to the card or the disk on the way."""
import hashlib
import json
import os
import subprocess

import pytest

from conftest import IN_OWN_MOUNTS, MYNA, environment, openssl, public_key, run

PIN = "ABC123"


@pytest.fixture
def letters(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    files = [folder / f"{i}.txt" for i in range(4)]
    for file in files:
        file.write_text(f"契約書 {file.name}\n" * 50)
    return files


@pytest.fixture
def ca(card, tmp_path):
    assert card.run("cert", "export", "sign-ca", "-o", tmp_path / "ca.pem").code == 0
    return tmp_path / "ca.pem"


def sign(card, letters, out, *options, **more):
    out.mkdir(exist_ok=True)
    return card.run("sign", *letters, "--out-dir", out, "--json", "--stats", *options, pins=PIN, **more)


def states(ended):
    return [f["state"] for f in ended.json["files"]]


def test_the_report_names_every_file(card, letters, tmp_path):
    ended = sign(card, letters, tmp_path / "out")
    assert (ended.code, states(ended), ended.json["stats"]["verifies"]) == (0, ["signed"] * 4, 1)
    for file, row in zip(letters, ended.json["files"]):
        assert row["bytes"] == file.stat().st_size and row["sha256"].lower() == hashlib.sha256(file.read_bytes()).hexdigest()
        assert row["input"] == str(file) and os.path.exists(row["output"])


def test_the_card_removed_at_each_command(card, ca, letters, tmp_path):
    """The files that the card had signed by then are there and good; the others are named and nothing of them is left."""
    clean = sign(card, letters, tmp_path / "clean")
    seen = set()
    for at in range(clean.json["stats"]["apdus"]):
        card.edit(lambda c, at=at: c.update(faults=[{"at": at, "kind": "removed-before"}]))
        out = tmp_path / f"out{at}"
        ended = sign(card, letters, out)
        done = states(ended).count("signed")
        seen.add(done)
        assert ended.code == (7 if done < 4 else 0), (at, ended.out)
        assert states(ended)[:done] == ["signed"] * done and "signed" not in states(ended)[done:]
        assert states(ended).count("failed") <= 1
        assert sorted(os.listdir(out)) == [f"{i}.txt.p7m" for i in range(done)]
        for i in range(done):
            assert run("verify", out / f"{i}.txt.p7m", "--trust", ca).code == 0
    assert seen == {0, 1, 2, 3, 4}


def test_a_summary_for_people_names_what_remains(card, letters, tmp_path):
    clean = sign(card, letters, tmp_path / "clean")
    card.edit(lambda c: c.update(faults=[{"at": clean.json["stats"]["apdus"] - 2, "kind": "removed-before"}]))
    (tmp_path / "out").mkdir()
    ended = card.run("sign", *letters, "--out-dir", tmp_path / "out", "--lang", "en", pins=PIN)
    assert ended.code == 7 and "Signed: 3 / 4" in ended.err and f"not signed: {letters[3]}" in ended.err


# A file system of its own, so small that the outputs do not fit.
SMALL_DISK = 'mount -t tmpfs -o size=2m tmpfs "$1" && shift && exec "$@"'


def test_a_disk_that_fills_up(card, ca, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    files = []
    for i in range(4):
        files.append(folder / f"{i}")
        files[-1].write_bytes(os.urandom(700_000))
    with open(tmp_path / "pin", "w", encoding="ascii") as pin:
        pin.write(PIN)
    script = f'"$@"; code=$?; cp -r {out} {tmp_path}/left; exit $code'
    ended = subprocess.run([IN_OWN_MOUNTS, "sh", "-c", SMALL_DISK, "sh", out, "sh", "-c", script, "sh", MYNA, "--reader",
                            f"virtual:{card.directory}", "sign",
                            *files, "--out-dir", out, "--json", "--pin-fd", "0"], stdin=open(tmp_path / "pin", "rb"), capture_output=True,
                           env=environment(), check=False)
    report = json.loads(ended.stdout)
    done = [f["state"] for f in report["files"]]
    assert ended.returncode == 8 and done == ["signed", "signed", "failed", "failed"], ended.stdout
    assert report["error"]["code"] == "storage-failed"
    assert sorted(os.listdir(tmp_path / "left")) == ["0.p7m", "1.p7m"]
    for name in ("0.p7m", "1.p7m"):
        assert run("verify", tmp_path / "left" / name, "--trust", ca).code == 0


def test_options_of_another_format_are_refused_before_anything_is_touched(card, letters, tmp_path):
    for options in (["--reason", "x"], ["--xades"], ["--preset", "egov"], ["--visible", "1,2,3,40,50"], ["--check"], ["--profile", "moj"],
                    ["--serialization", "general"], ["--key", "auth"], ["--visible", "1,2,3"], ["--visible", "0,2,3,4,5"]):
        ended = card.run("sign", letters[0], "-o", tmp_path / "x", *options, pins=PIN)
        assert ended.code == 2 and not (tmp_path / "x").exists(), options


def test_a_hundred_files_within_the_budget(card, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    files = [folder / f"{i:03}" for i in range(100)]
    for file in files:
        file.write_text(file.name)
    for length, budget in (("extended", 108), ("short", 121)):
        ended = sign(card, files, tmp_path / length, "--apdu", length)
        assert ended.code == 0 and ended.json["stats"]["apdus"] <= budget and ended.json["stats"]["verifies"] == 1


def test_raw_values_of_a_broken_batch_are_good(card, letters, tmp_path):
    card.edit(lambda c: c.update(faults=[{"at": 5, "kind": "removed-before"}]))
    out = tmp_path / "out"
    out.mkdir()
    ended = card.run("sign", *letters, "--out-dir", out, "--format", "raw", "--key", "auth", "--json", pins="1234")
    assert ended.code == 7 and 0 < states(ended).count("signed") < 4, ended.out
    card.edit(lambda c: c.update(faults=[]))
    key = public_key(card, "auth", tmp_path / "auth.pub")
    for file in letters[:states(ended).count("signed")]:
        assert openssl("dgst", "-sha256", "-verify", key, "-signature", out / (file.name + ".sig"), file).returncode == 0
