# SPDX-License-Identifier: Apache-2.0
"""cert export and cert show, with openssl as the judge of what was written."""
import pytest

from conftest import create, openssl

NAMES = ["auth", "sign", "auth-ca", "sign-ca"]
PINS = {"auth": None, "sign": "ABC123", "auth-ca": None, "sign-ca": None}


def export(card, name, path, *options):
    ended = card.run("cert", "export", name, "-o", path, *options, pins=PINS[name])
    assert ended.code == 0, ended.err
    return path


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("length", ["short", "extended"])
def test_pem_and_der_are_the_same_certificate(card, tmp_path, name, length):
    pem = export(card, name, tmp_path / "a.pem", "--apdu", length)
    der = export(card, name, tmp_path / "a.der", "--der")
    assert openssl("x509", "-in", pem, "-outform", "DER").stdout == der.read_bytes()


@pytest.mark.parametrize("name", ["auth", "sign"])
def test_the_chain_of_the_card_verifies(card, tmp_path, name):
    ca = export(card, name + "-ca", tmp_path / "ca.pem")
    leaf = export(card, name, tmp_path / "leaf.pem")
    verified = openssl("verify", "-x509_strict", "-CAfile", ca, leaf)
    assert verified.returncode == 0, verified.stderr


@pytest.mark.parametrize("name", NAMES)
def test_show_agrees_with_openssl(card, tmp_path, name):
    shown = card.json("cert", "show", name, pins=PINS[name])["certificate"]
    pem = export(card, name, tmp_path / "c.pem")
    text = openssl("x509", "-in", pem, "-noout", "-serial", "-fingerprint", "-sha256").stdout.decode()
    assert f"serial={shown['serial']}\n" in text
    assert shown["fingerprint_sha256"] in text.replace(":", "")
    assert shown["revocation"] == "not-checked" and shown["validity"] == "valid"
    assert shown["issuer_generation"] is None   # a test CA is no pinned generation


def test_the_fifth_birthday_rule_is_told_and_kept(card):
    shown = card.json("cert", "show", "auth")["certificate"]
    assert shown["not_after"].endswith("-01-02T14:59:59Z")   # 23:59:59 in Japan on the birthday
    text = card.run("cert", "show", "auth").out.decode()
    assert "5th birthday" in text and "JST" in text and "unknown issuer" in text and "not checked" in text
    japanese = card.run("cert", "show", "auth", "--lang", "ja").out.decode()
    assert "5回目の誕生日" in japanese and "未知の発行者" in japanese


def test_the_holder_is_shown_from_the_signature_certificate(card):
    holder = card.json("cert", "show", "sign", pins="abc123")["certificate"]["holder"]
    assert holder == {"name": "番号　花子", "address": "東京都千代田区霞が関１丁目２番３号", "birth_date": "1990-01-02",
                      "sex": "female", "substituted": {"name": [], "address": []}}


def test_the_signature_certificate_needs_its_password(card):
    assert card.run("cert", "export", "sign").code == 2
    assert card.run("cert", "export", "sign", pins="WRONG1").code == 4
    assert card.tries("sign") == 4


def test_a_phone_asks_for_the_pin_of_the_authentication_certificate(tmp_path):
    phone = create(tmp_path / "phone", "--kind", "phone-android")
    assert phone.run("cert", "export", "auth").code == 2
    assert phone.run("cert", "export", "auth", pins="1234").out.startswith(b"-----BEGIN")


def test_a_truncated_certificate_is_malformed_and_nothing_is_written(card, tmp_path):
    file = card.directory / "D392F000260100000001/000A.bin"
    file.write_bytes(file.read_bytes()[:900])
    out = tmp_path / "out.pem"
    ended = card.run("cert", "export", "auth", "-o", out, "--json")
    assert (ended.code, ended.json["error"]["code"], ended.json["error"]["about"]) == (3, "malformed", "authentication certificate")
    assert list(tmp_path.glob("*out*")) == []


def test_garbage_with_a_right_length_is_malformed(card, tmp_path):
    file = card.directory / "D392F000260100000001/000A.bin"
    good = file.read_bytes()
    file.write_bytes(good[:4] + bytes(len(good) - 4))
    assert card.run("cert", "show", "auth").code == 3
    assert card.run("cert", "export", "auth", "-o", tmp_path / "x").code == 3
    assert not (tmp_path / "x").exists()


def test_a_file_longer_than_its_certificate_is_cut(card, tmp_path):
    file = card.directory / "D392F000260100000001/000A.bin"
    good = file.read_bytes()
    file.write_bytes(good + bytes([0xFF]) * 300)
    assert export(card, "auth", tmp_path / "a.der", "--der").read_bytes() == good


def test_existing_and_impossible_outputs(card, tmp_path):
    out = tmp_path / "a.pem"
    out.write_text("mine")
    ended = card.run("cert", "export", "auth", "-o", out, "--json", "--stats")
    assert (ended.code, ended.json["error"]["code"], ended.json["stats"]["apdus"]) == (8, "output-exists", 0)
    assert out.read_text() == "mine"
    assert card.run("cert", "export", "auth", "-o", out, "--force").code == 0
    assert out.read_text().startswith("-----BEGIN")
    assert card.run("cert", "export", "auth", "-o", tmp_path / "no/such/dir").code == 8
    assert card.run("cert", "export", "auth", "-o", tmp_path, "--force").code == 8
