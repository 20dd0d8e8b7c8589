# SPDX-License-Identifier: Apache-2.0
"""sign --format raw, verified by openssl."""
import os

import pytest

from conftest import openssl, public_key

PINS = {"auth": "1234", "sign": "abc123"}


def sign(card, *arguments, key="auth", **options):
    options.setdefault("pins", PINS[key])
    return card.run("sign", *arguments, "--format", "raw", "--key", key, **options)


def is_good(card, tmp_path, key, digest, file, signature):
    certificate_key = public_key(card, key, tmp_path / f"{key}.pub", pins=PINS[key] if key == "sign" else None)
    return openssl("dgst", f"-{digest}", "-verify", certificate_key, "-signature", signature, file).returncode == 0


@pytest.mark.parametrize("key", ["auth", "sign"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("check", [[], ["--check"]])
def test_both_keys_and_all_digests(card, tmp_path, key, digest, check):
    file, out = tmp_path / "文書.txt", tmp_path / "out.sig"
    file.write_text("契約\n")
    assert sign(card, file, "-o", out, "--digest", digest, *check, key=key).code == 0
    assert out.stat().st_size == 256
    assert is_good(card, tmp_path, key, digest, file, out)
    file.write_text("契約。\n")
    assert not is_good(card, tmp_path, key, digest, file, out)


def test_an_empty_file_and_standard_output(card, tmp_path):
    file = tmp_path / "empty"
    file.touch()
    ended = sign(card, file, "-o", "-")
    (tmp_path / "sig").write_bytes(ended.out)
    assert is_good(card, tmp_path, "auth", "sha256", file, tmp_path / "sig")


def test_many_files_one_pin(card, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    files = [tmp_path / f"{i}.txt" for i in range(4)]
    for file in files:
        file.write_text(file.name)
    ended = sign(card, *files, "--out-dir", out, "--json", "--stats")
    assert (ended.code, ended.json["stats"]["verifies"], len(ended.json["files"])) == (0, 1, 4)
    for file in files:
        assert is_good(card, tmp_path, "auth", "sha256", file, out / (file.name + ".sig"))


def test_what_fails_leaves_nothing_and_spends_nothing(card, tmp_path):
    file, out = tmp_path / "f", tmp_path / "out.sig"
    file.write_text("x")
    out.write_text("mine")
    cases = [
        ((file, "-o", out), 8),
        ((tmp_path / "missing", "-o", tmp_path / "new"), 8),
        ((tmp_path, "-o", tmp_path / "new"), 8),
        ((file, "-o", tmp_path / "no/dir"), 8),
        ((file,), 2),
        ((file, file, "-o", out), 2),
        ((file, file, "--out-dir", tmp_path), 2),
    ]
    for arguments, code in cases:
        ended = sign(card, *arguments, "--json", "--stats")
        assert (ended.code, ended.json["error"]["exit"], ended.json.get("stats", {}).get("verifies", 0)) == (code, code, 0)
    assert sorted(os.listdir(tmp_path)) == ["card", "f", "out.sig"]
    assert out.read_text() == "mine"


def test_a_wrong_pin_leaves_no_output(card, tmp_path):
    file = tmp_path / "f"
    file.write_text("x")
    assert sign(card, file, "-o", tmp_path / "out", pins="9999").code == 4
    assert sign(card, file, "-o", tmp_path / "out", pins="1234").code == 6
    assert sorted(os.listdir(tmp_path)) == ["card", "f"]


def test_one_bad_file_of_a_batch_does_not_stop_the_others(card, tmp_path):
    good = tmp_path / "good"
    good.write_text("x")
    ended = sign(card, tmp_path / "missing", good, "--out-dir", tmp_path, "--json")
    assert ended.code == 8 and [f["state"] for f in ended.json["files"]] == ["failed", "signed"]
    assert ended.json["files"][0]["error"]["code"] == "storage-failed"
    assert is_good(card, tmp_path, "auth", "sha256", good, tmp_path / "good.sig")


def test_the_file_is_hashed_in_constant_memory(card, tmp_path):
    file = tmp_path / "large"
    with open(file, "wb") as sparse:
        sparse.truncate(1 << 30)
    ended = sign(card, file, "-o", tmp_path / "large.sig")
    assert ended.code == 0
    import resource
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 300 * 1024   # KiB, with every child so far


def test_force_replaces(card, tmp_path):
    file, out = tmp_path / "f", tmp_path / "out.sig"
    file.write_text("x")
    out.write_text("old")
    assert sign(card, file, "-o", out, "--force").code == 0
    assert out.stat().st_size == 256


def test_the_result_is_checked_against_the_certificate(card, tmp_path):
    other = card.directory / "D392F000260100000001/000A.bin"
    other.write_bytes((card.directory / "D392F000260100000001/000B.bin").read_bytes())   # another key's certificate
    file = tmp_path / "f"
    file.write_text("x")
    ended = sign(card, file, "-o", tmp_path / "out", "--check", "--json")
    assert (ended.code, ended.json["error"]["code"]) == (1, "signature-mismatch")
    assert not (tmp_path / "out").exists()
