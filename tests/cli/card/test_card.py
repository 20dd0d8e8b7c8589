# SPDX-License-Identifier: Apache-2.0
"""check-card, card show, link, and changing a PIN."""
import hashlib
import hmac
import re
import shutil
import base64

import pexpect
import pytest

from conftest import Card, code_b, create, environment, MYNA, openssl, run

EVERY_PROOF = {"text-certificate", "text-record", "attributes-hash", "text-card-key", "text-live-key", "face-certificate",
               "face-signature", "face-live-key", "auth-key", "face-agreement", "certificate-agreement"}
NOT_COVERED = {"number-hash", "face-security-code", "card-expiry", "issuer-agreement", "revocation"}
ALL_PINS = "auth=1234\nsign=ABC123\ntext=5678\nface-code-a=123456789018\n"


def report(ended):
    return {line["check"]: line["result"] for line in ended.json["report"]}


def test_every_proof(card):
    ended = card.run("check-card", "--require-proof", "--json", "--stats", pins=ALL_PINS)
    assert ended.code == 0 and ended.json["stats"]["transactions"] == 1
    assert report(ended) == dict.fromkeys(EVERY_PROOF, "proven") | dict.fromkeys(NOT_COVERED, "not-covered")
    assert [card.tries(name) for name in ("auth", "sign", "text", "face-code-a")] == [3, 5, 3, 10]


def test_what_has_no_pin_is_not_proven(card):
    ended = card.run("check-card", "--json", pins="text=5678\n")
    assert ended.code == 0 and report(ended)["text-live-key"] == "proven"
    assert report(ended)["auth-key"] == report(ended)["face-signature"] == report(ended)["face-agreement"] == "not-proven"
    assert card.run("check-card", "--require-proof", pins="text=5678\n").code == 9
    assert card.run("check-card", "--require-proof").code == 9


@pytest.mark.parametrize("what,failed", [
    ("name", {"attributes-hash"}),
    ("clone", {"text-live-key", "face-live-key", "auth-key"}),
    ("photo", {"face-signature", "face-live-key"})])
def test_forgeries(original, tmp_path, what, failed):
    shutil.copytree(original.directory, tmp_path / "forged")
    assert run("virtual", "tamper", tmp_path / "forged", what).code == 0
    ended = Card(tmp_path / "forged").run("check-card", "--json", pins=ALL_PINS)
    assert ended.code == 1 and {check for check, result in report(ended).items() if result == "failed"} == failed


def test_values_that_no_signature_binds_accuse_nobody(original, tmp_path):
    """An expiry without a signature, a certificate older than a change of name: different is not forged."""
    for what, check in (("expiry", "card-expiry"), ("name", "certificate-agreement")):
        forged = Card(tmp_path / what)
        shutil.copytree(original.directory, forged.directory)
        assert run("virtual", "tamper", forged.directory, what).code == 0
        ended = forged.run("check-card", "--require-proof", "--json", pins=ALL_PINS)
        line = next(line for line in ended.json["report"] if line["check"] == check)
        assert (line["result"], line["reason"]) == ("not-proven", "differs")
        assert ended.code == (9 if what == "expiry" else 1)


def test_two_cards_mixed_do_not_agree(original, tmp_path):
    """The card face of another card: each part is genuine in itself."""
    other = create(tmp_path / "other")
    shutil.copytree(original.directory, tmp_path / "mixed")
    jpki = "D392F000260100000001"
    for name in ("000A.bin", "000B.bin"):
        shutil.copy(other.directory / jpki / name, tmp_path / "mixed" / jpki / name)
    ended = Card(tmp_path / "mixed").run("check-card", "--json", pins=ALL_PINS)
    assert ended.code == 1 and report(ended)["auth-key"] == "failed"


def test_a_phone_proves_its_key_and_no_more(tmp_path):
    phone = create(tmp_path / "phone", "--kind", "phone-android")
    ended = phone.run("check-card", "--json", pins="auth=1234\n")
    assert ended.code == 0 and {check for check, result in report(ended).items() if result == "proven"} == {"auth-key"}
    asked = phone.run("check-card", "--json", "--stats", pins="auth=1234\ntext=5678\n")
    assert asked.code == 0 and report(asked) == report(ended) and asked.json["stats"]["verifies"] == 1


def test_a_foreign_card_hears_one_command(tmp_path):
    ended = create(tmp_path / "foreign", "--kind", "foreign").run("check-card", "--json", "--stats")
    assert (ended.code, ended.json["error"]["code"], ended.json["stats"]["apdus"]) == (3, "card-foreign", 1)


def test_html(card, tmp_path):
    page = tmp_path / "card.html"
    ended = card.run("card", "show", "--html", page, "--verify", "--json", pins=f"face-code-b={code_b(card)}\n")
    assert ended.code == 0 and ended.json["fields"]["name"] == "番号　花子"
    text = page.read_text()
    for value in ("番号　花子", "東京都千代田区霞が関１丁目２番３号", "1990-01-02", "proven"):
        assert value in text
    assert "<script" not in text and "http" not in re.sub("http-equiv", "", text)
    photo = base64.b64decode(re.search(r'class="photo"[^>]*base64,([^"]+)"', text)[1])
    assert photo == (card.directory / "originals" / "photo.png").read_bytes()
    assert page.stat().st_mode & 0o077 == 0


def test_markup_in_a_name_stays_text(card, tmp_path):
    file = card.directory / "D3921000310001010408" / "0002.bin"
    file.write_bytes(file.read_bytes().replace("番号　花子".encode(), b"<b>&\"'</b>12345"))
    page = tmp_path / "card.html"
    assert card.run("card", "show", "--html", page, pins=f"face-code-b={code_b(card)}\n").code == 0
    assert "&lt;b&gt;&amp;&quot;'&lt;/b&gt;12345" in page.read_text() and "<b>" not in page.read_text()


@pytest.mark.parametrize("graphics,start", [("kitty", "\033_Gf=100,a=T,"), ("sixel", "\033Pq"), ("none", "Name: ")])
def test_terminal(card, graphics, start):
    ended = card.run("card", "show", "--lang", "en", "--graphics", graphics, pins=f"face-code-b={code_b(card)}\n")
    assert ended.code == 0 and ended.out.decode().startswith(start)
    assert "Birth date: 1990-01-02" in ended.out.decode()


def test_code_a_shows_the_face_without_the_text(card, tmp_path):
    ended = card.run("card", "show", "--png", tmp_path / "card.png", "--json", pins="face-code-a=123456789018\n")
    assert ended.code == 0 and "name" not in ended.json["fields"]
    assert (tmp_path / "card.png").read_bytes().startswith(b"\x89PNG")


def test_a_wrong_code_costs_one_try_of_one_application(card):
    assert card.run("card", "show", pins="face-code-b=00000000000000\n").code == 4
    assert (card.tries("text-code-b"), card.tries("face-code-b")) == (9, 10)


def test_link_is_the_hmac_of_issuer_and_serial(card, tmp_path):
    key = tmp_path / "key"
    key.write_bytes(b"0123456789abcdef")
    key.chmod(0o600)
    link = card.json("link", "--service", key)["link"]
    der = card.run("cert", "export", "auth", "--der").out
    text = openssl("x509", "-inform", "DER", "-noout", "-serial", "-ext", "authorityKeyIdentifier", data=der).stdout.decode()
    serial = bytes.fromhex(re.search("serial=([0-9A-F]+)", text)[1])
    issuer = bytes.fromhex(re.search("(?:keyid:)?((?:[0-9A-F]{2}:){19}[0-9A-F]{2})", text)[1].replace(":", ""))
    assert link == hmac.new(b"0123456789abcdef", issuer + serial, hashlib.sha256).hexdigest().upper()
    (tmp_path / "old.der").write_bytes(der)
    assert card.json("link", "--service", key, "--old", tmp_path / "old.der")["old_link"] == link
    key.chmod(0o644)
    assert card.run("link", "--service", key).code == 2
    short = tmp_path / "short"
    short.write_bytes(b"x" * 15)
    short.chmod(0o600)
    assert card.run("link", "--service", short).code == 8


def test_link_of_a_phone_needs_its_pin(tmp_path):
    phone = create(tmp_path / "phone", "--kind", "phone-android")
    key = tmp_path / "key"
    key.write_bytes(bytes(16))
    key.chmod(0o600)
    assert phone.run("link", "--service", key, pins="auth=1234\n").code == 0
    assert phone.run("link", "--service", key).code == 2


@pytest.mark.parametrize("name,old,new", [("auth", "1234", "4321"), ("sign", "ABC123", "xyz9876"), ("text", "5678", "8765")])
def test_change(card, name, old, new):
    ended = card.run("pin", "change", name, "--json", "--stats", pins=f"{name}={old}\nnew={new}\n")
    assert (ended.code, ended.json["stats"]["verifies"]) == (0, 1)
    assert card.run("pin", "verify", name, pins=f"{name}={new}\n").code == 0
    assert card.run("pin", "verify", name, pins=f"{name}={old}\n").code == 4


def test_a_new_pin_without_form_is_never_sent(card):
    for new in ("12", "12345", "abcd", ""):
        ended = card.run("pin", "change", "auth", "--json", "--stats", pins=f"auth=1234\nnew={new}\n")
        assert (ended.code, ended.json["stats"]["verifies"]) == (2, 0)
    assert card.run("pin", "verify", "auth", pins="auth=1234\n").code == 0


def test_a_wrong_old_pin_changes_nothing_and_costs_one_try(card):
    assert card.run("pin", "change", "text", pins="text=0000\nnew=1111\n").code == 4
    assert card.tries("text") == 2
    assert card.run("pin", "change", "text", pins="text=5678\nnew=1111\n").code == 6


def test_a_weak_password_is_warned_about(card):
    ended = card.run("pin", "change", "sign", "--lang", "en", pins="sign=ABC123\nnew=123456\n")
    assert ended.code == 0 and "at least one letter and one digit" in ended.err


@pytest.mark.parametrize("fault", ["removed-before", "removed-after", "lost-after"])
def test_a_break_in_the_middle_is_told(tmp_path, original, fault):
    """At the change itself nobody can know which value holds; the advice says what to do."""
    broken = Card(tmp_path / "broken")
    shutil.copytree(original.directory, broken.directory)
    broken.edit(lambda image: image.update(faults=[{"at": 3, "kind": fault}]))
    ended = broken.run("pin", "change", "auth", "--lang", "en", pins="auth=1234\nnew=4321\n")
    assert ended.code == 7 and "nobody knows whether the old or the new one holds" in ended.err
    broken.edit(lambda image: image.update(faults=[]))
    held = "4321" if fault.endswith("after") else "1234"
    assert broken.run("pin", "verify", "auth", pins=f"auth={held}\n").code == 0


@pytest.mark.parametrize("again,code", [("4321", 0), ("4322", 2)])
def test_typed_twice(card, again, code):
    child = pexpect.spawn(MYNA, ["--reader", f"virtual:{card.directory}", "--lang", "en", "pin", "change", "auth"], env=environment(),
                          timeout=20)
    for prompt, typed in (("PIN: ", "1234"), ("New PIN: ", "4321"), ("New PIN again: ", again)):
        child.expect_exact(prompt)
        child.sendline(typed)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == code
    assert card.run("pin", "verify", "auth", pins=f"auth={'4321' if code == 0 else '1234'}\n").code == 0
