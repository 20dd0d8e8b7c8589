# SPDX-License-Identifier: Apache-2.0
"""Every control, direction and unseen character, and bytes that are no UTF-8, through every field that is not ours: what comes out does
nothing to a terminal and shows what was there; JSON keeps the value."""
import json
import os
import shutil
import zipfile

import pexpect
import pytest

from conftest import MYNA, Card, code_b, environment, openssl, run

# Unicode's Cc, and of Cf, Zl and Zp what turns the direction of others or cannot be seen (UAX 9); U+0000 is in no name.
UNSEEN = [*range(0x01, 0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F),
          *range(0x2060, 0x2070), 0xFEFF,
          0xFFF9, 0xFFFA, 0xFFFB, *range(0xE0000, 0xE0080)]
HOSTILE = list(map(chr, UNSEEN))
# File names have at most 255 bytes, and no slash.
PIECES = ["".join(HOSTILE[i:i + 40]) for i in range(0, len(HOSTILE), 40)]
INVALID = [b"\xff\xfe", b"\x9b2J", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe3\x81", b"\xf5\x80\x80\x80"]
NAMES = [*PIECES, "\x1b]0;title\x07\x1b[2J", "good\nmyna: all is well", "invoice\u202efdp.exe", *map(os.fsdecode, INVALID)]
ATTACK = "\x1b[2J\u009b31m\u202e\n\x07"


def harmless(data):
    text = data.decode()   # strictly
    harmful = sorted({c for c in text if c != "\n" and ord(c) in {0, *UNSEEN}})
    assert not harmful, (list(map(hex, map(ord, harmful))), text)
    return text


def both(ended):
    return harmless(ended.out) + harmless(ended.err.encode())


def shown(text):
    """As it must be seen."""
    out = ""
    for byte in os.fsencode(text).decode(errors="surrogateescape"):
        code = ord(byte)
        if 0xDC80 <= code <= 0xDCFF:
            out += f"\\x{code - 0xDC00:02X}"
        else:
            out += (f"\\x{code:02X}" if code < 0x80 else f"\\u{{{code:X}}}") if code in UNSEEN else byte
    return out


COMMANDS = {
    "verify": ["verify", "NAME"],
    "content": ["verify", "/dev/null", "--content", "NAME"],
    "trust": ["verify", "NAME", "--trust", "NAME"],
    "sign": ["sign", "NAME", "-o", "/dev/null/x"],
    "output": ["cert", "export", "auth", "-o", "/dev/null/NAME"],
    "reader": ["--reader", "NAME", "status"],
    "virtual reader": ["--reader", "virtual:NAME", "status"],
    "pin file": ["--pin-file", "NAME", "pin", "verify", "auth"],
    "card": ["virtual", "info", "NAME"],
    "new card": ["virtual", "create", "/dev/null/NAME"],
    "dialect": ["virtual", "create", "x", "--dialect", "NAME"],
    "tamper": ["virtual", "tamper", "NAME", "NAME"],
    "link": ["link", "--key-file", "NAME"],
    "html": ["card", "show", "--html", "/dev/null/NAME"],
    "tsa": ["sign", "/dev/null", "-o", "x", "--tsa", "NAME"],
    "no command": ["NAME"],
    "no option": ["--NAME"],
    "no value": ["sign", "--format", "NAME"],
    "no PIN": ["pin", "verify", "NAME"],
    "no certificate": ["cert", "show", "NAME"],
    "no number": ["--timeout", "NAME", "status"],
}


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("command", COMMANDS)
def test_arguments(card, tmp_path, command, lang):
    for name in NAMES:
        arguments = [a.replace("NAME", name) for a in COMMANDS[command]]
        wants_reader = [] if "--reader" in arguments else ["--reader", f"virtual:{card.directory}"]
        ended = run(*wants_reader, "--lang", lang, *arguments, cwd=tmp_path)
        assert ended.code not in (0, 130), (arguments, ended.code)
        both(ended)
        both(run(*wants_reader, "--lang", lang, "--json", *arguments, cwd=tmp_path))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_as_it_is_and_in_json_keeps_its_value(tmp_path, name):
    ended = run("verify", name, cwd=tmp_path)
    assert shown(name) in both(ended)
    told = run("verify", name, "--json", cwd=tmp_path)
    harmless(told.out)
    if name.isprintable() or all(not 0xDC80 <= ord(c) <= 0xDCFF for c in name):
        assert name in told.json["error"]["message"]


@pytest.mark.parametrize("name", [n for n in NAMES if "/" not in n])
def test_the_list_before_the_pin_and_the_outputs(card, tmp_path, name):
    (tmp_path / name).write_text("x")
    (tmp_path / "second").write_text("y")
    (tmp_path / "out").mkdir()
    ended = card.run("sign", name, "second", "--out-dir", "out", "--yes", cwd=tmp_path, pins="ABC123")
    assert ended.code == 0 and shown(name) in both(ended)
    assert sorted(os.listdir(tmp_path / "out")) == sorted([name + ".p7m", "second.p7m"])
    both(card.run("sign", name, "second", "--out-dir", "out", "--yes", cwd=tmp_path, pins="ABC123"))   # each exists already


def test_the_confirmation_at_a_terminal(card, tmp_path):
    for name in (ATTACK, "second"):
        (tmp_path / name).write_text("x")
    (tmp_path / "out").mkdir()
    child = pexpect.spawn(MYNA, ["--reader", f"virtual:{card.directory}", "sign", ATTACK, "second", "--out-dir", "out"], cwd=str(tmp_path),
                          timeout=20,
                          env=environment(LANG="C.UTF-8"), dimensions=(24, 400))
    child.expect_exact("[y/N] ")
    before = child.before.replace(b"\r\n", b"\n")   # the terminal's own line ends
    assert shown(ATTACK) in harmless(before)
    child.sendline("n")
    child.expect(pexpect.EOF)


def patched(card, directory, old, new):
    """A card whose files say something else, of the same length."""
    old, new = old.encode(), new.encode()
    new += b"x" * (len(old) - len(new))
    assert len(old) == len(new)
    shutil.copytree(card.directory, directory)
    changed = 0
    for file in directory.rglob("*.bin"):
        data = file.read_bytes()
        file.write_bytes(data.replace(old, new))
        changed += old in data
    assert changed
    return Card(directory)


HOLDER, HOME, ISSUER = "番号　花子", "東京都千代田区霞が関１丁目２番３号", "JPKI for "   # the last of both CAs


@pytest.mark.parametrize("what,commands", [
    (HOLDER, [["cert", "show", "sign"], ["attributes"], ["card", "show"], ["check-card", "sign"]]),
    (HOME, [["cert", "show", "sign"], ["attributes"], ["card", "show"]]),
    (ISSUER, [["cert", "show", "auth"], ["cert", "show", "sign-ca"], ["check-card"], ["status"]]),
])
def test_what_the_card_holds(card, tmp_path, what, commands):
    length = len(what.encode())
    pieces, piece = [], ""
    for character in HOSTILE:
        if len((piece + character).encode()) > length:
            pieces, piece = [*pieces, piece], ""
        piece += character
    seen = 0
    for number, piece in enumerate([*pieces, piece, "\x1b]0;a", "a\nb"]):
        other = patched(card, tmp_path / f"card{number}", what, piece)
        for command in commands:
            code = code_b(other)
            pins = f"sign=ABC123\ntext=5678\ntext-code-b={code}\nface-code-b={code}\n"
            ended = other.run(*command, pins=pins)
            told = other.run(*command, "--json", pins=pins)
            seen += "\\" in both(ended)
            harmless(told.out)
        shutil.rmtree(other.directory)
    assert seen > len(pieces) / 2


def test_the_page_of_the_card_shows_them_too(card, tmp_path):
    other = patched(card, tmp_path / "other", HOLDER, "a\u202eb\u2066")
    ended = other.run("card", "show", "--html", tmp_path / "page.html", pins=f"text-code-b={code_b(other)}\nface-code-b={code_b(other)}\n")
    assert ended.code == 0, ended.err
    assert "a\\u{202E}b\\u{2066}" in harmless((tmp_path / "page.html").read_bytes())


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    """A signature by somebody with such a name."""
    folder = tmp_path_factory.mktemp("signer")
    (folder / "content").write_text("x")
    for number, piece in enumerate([ATTACK, *["".join(HOSTILE[i:i + 12]) for i in range(0, len(HOSTILE), 12)]]):
        config = folder / "openssl.cnf"
        name = "".join("\\" + c if c in ",;+\\\"'#$" else c for c in piece if c not in "\n\r\t\x0b\x0c")   # the file's own syntax
        config.write_text(f"[req]\ndistinguished_name=dn\nprompt=no\nstring_mask=utf8only\nutf8=yes\n[dn]\nO=x{name}y\nCN=x{name}y\n")
        made = openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "key", "-out", folder / f"{number}.pem",
                       "-config", config, "-utf8")
        assert made.returncode == 0, made.stderr
        signed = openssl("cms", "-sign", "-binary", "-nodetach", "-in", folder / "content", "-signer", folder / f"{number}.pem", "-inkey",
                         folder / "key",
                         "-outform", "DER", "-out", folder / f"{number}.p7m")
        assert signed.returncode == 0, signed.stderr
    return folder, number + 1


def test_names_of_signers_and_issuers(signer):
    folder, count = signer
    visible = 0
    for number in range(count):
        for options in ([], ["--trust", folder / f"{number}.pem"]):
            visible += "\\" in both(run("verify", folder / f"{number}.p7m", *options))
            harmless(run("verify", folder / f"{number}.p7m", "--json", *options).out)
    assert visible


def test_names_inside_a_container(card, tmp_path):
    for number, name in enumerate([*PIECES, ATTACK, "good\nmyna: all is well"]):
        path = tmp_path / f"{number}.asice"
        with zipfile.ZipFile(path, "w") as container:
            container.writestr("mimetype", "application/vnd.etsi.asic-e+zip")
            container.writestr(name, "x")
            container.writestr("META-INF/signatures" + name.replace("/", "") + ".xml", "<x/>")
        both(run("verify", path))
        harmless(run("verify", path, "--json").out)
        both(card.run("sign", path, "-o", tmp_path / "out.asice", "--format", "asic", "--force", pins="ABC123"))


def test_identifiers_and_references_in_xml(tmp_path):
    for number, piece in enumerate(PIECES):
        # What XML 1.0 can hold, as character references.
        value = "".join(f"&#{ord(c)};" for c in piece if ord(c) >= 0x20)
        path = tmp_path / f"{number}.xml"
        path.write_text(f'<a Id="{value}"><Signature xmlns="http://www.w3.org/2000/09/xmldsig#" '
                        f'Id="{value}"><SignedInfo><CanonicalizationMethod Algorithm="{value}"/>'
                        f'<SignatureMethod Algorithm="{value}"/><Reference URI="{value}"><DigestMethod '
                        f'Algorithm="{value}"/><DigestValue>AA==</DigestValue></Reference>'
                        f'</SignedInfo><SignatureValue>AA==</SignatureValue></Signature></a>')
        both(run("verify", path))
        harmless(run("verify", path, "--json").out)


PDF = (b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n"
       b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n")


def pdf(path):
    offsets = [PDF.index(b"%d 0 obj" % n) for n in (1, 2, 3)]
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    path.write_bytes(PDF + table + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(PDF))
    return path


@pytest.mark.parametrize("piece", [ATTACK, *PIECES])
def test_fields_and_reasons_of_a_pdf(card, tmp_path, piece):
    pdf(tmp_path / "a.pdf")
    told = ["--name", piece, "--reason", piece, "--location", piece, "--field", "f" + piece.replace(".", "")]
    signed = card.run("sign", tmp_path / "a.pdf", "-o", tmp_path / "b.pdf", *told, pins="ABC123")
    both(signed)
    if signed.code != 0:   # a field's name that is refused
        signed = card.run("sign", tmp_path / "a.pdf", "-o", tmp_path / "b.pdf", *told[:6], pins="ABC123")
        both(signed)
    both(run("verify", tmp_path / "b.pdf"))
    harmless(run("verify", tmp_path / "b.pdf", "--json").out)


def test_settings(tmp_path):
    home = tmp_path / "myna"
    home.mkdir()
    for piece in [ATTACK, *PIECES]:
        value = "".join(f"\\U{ord(c):08X}" for c in piece)
        (home / "myna.toml").write_text(f'[pkcs11]\npin-agent = "/bin/{value}"\nreader = "{value}"\n"{value}" = "{value}"\n["{value}"]\na '
                                        f'= 1\n')
        for command in (["config", "show"], ["config", "check"]):
            both(run(*command, XDG_CONFIG_HOME=tmp_path))
            harmless(run(*command, "--json", XDG_CONFIG_HOME=tmp_path).out)


def test_labels_of_pem(tmp_path):
    path = tmp_path / "x.pem"
    for piece in [ATTACK, *PIECES]:
        path.write_text(f"-----BEGIN {piece}-----\n{piece}\n-----END {piece}-----\n")
        both(run("verify", path, "--trust", path))
        both(run("verify", path))


def test_a_trace_is_hexadecimal(card):
    ended = card.run("--trace", "cert", "show", "auth")
    assert ended.code == 0 and both(ended)


def test_an_output_that_is_a_terminal_gets_no_raw_bytes(card):
    child = pexpect.spawn(MYNA, ["--reader", f"virtual:{card.directory}", "cert", "export", "auth", "--der"], timeout=20, env=environment())
    child.expect(pexpect.EOF)
    assert "\\x30" not in harmless(child.before.replace(b"\r\n", b"\n").replace(b"\t", b" ")) and b"\\x82" in child.before
    whole = card.run("cert", "export", "auth", "--der")
    assert openssl("x509", "-inform", "DER", "-noout", data=whole.out).returncode == 0   # a pipe gets what it asked for


def test_json_is_json_whatever_it_holds(card, tmp_path):
    name = "".join(HOSTILE[:60])
    told = run("verify", name, "--json", cwd=tmp_path)
    assert name in json.loads(told.out.decode())["error"]["message"]
