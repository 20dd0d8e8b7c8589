# SPDX-License-Identifier: Apache-2.0
"""Known ways to forge a CMS signature, each made with the key of a signer whose CA is trusted."""
import hashlib

import pytest

from conftest import openssl, run
from test_cms import openssl_sign, pki
from test_jws import cube_root

NAME = "attacker"


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("契約書\n" * 10)
    return path


def signer(tmp_path, *options):
    """A signer with a key of a kind that is asked for."""
    ca, _, _ = pki(tmp_path, name=NAME)
    openssl("genpkey", "-algorithm", "RSA", *(word for option in options for word in ("-pkeyopt", option)), "-out",
            tmp_path / f"{NAME}.key")
    openssl("req", "-new", "-key", tmp_path / f"{NAME}.key", "-subj", f"/CN={NAME}", "-out", tmp_path / f"{NAME}.csr")
    made = openssl("x509", "-req", "-in", tmp_path / f"{NAME}.csr", "-CA", ca, "-CAkey", tmp_path / "oca.key", "-CAcreateserial", "-days",
                   "30",
                   "-extfile", tmp_path / "ext", "-out", tmp_path / f"{NAME}.pem")
    assert made.returncode == 0, made.stderr
    return ca


def judge(file, content, ca):
    ended = run("verify", file, "--content", content, "--json", "--trust", ca)
    bad = {c["check"]: c["reason"] for s in ended.json["signatures"] for c in s["checks"] if c["result"] == "bad"}
    return ended.code, bad


def items(content):
    """The objects that lie side by side in DER content: (start, start of the content, end)."""
    at = 0
    while at < len(content):
        first, header = content[at + 1], 2
        if first >= 0x80:
            header += first & 0x7F
            length = int.from_bytes(content[at + 2:at + header], "big")
        else:
            length = first
        yield content[at:at + header + length], content[at + header:at + header + length]
        at += header + length


def der(tag, *parts):
    content = b"".join(parts)
    length = len(content)
    digits = b"" if length < 128 else length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, length if not digits else 0x80 | len(digits)]) + digits + content


def test_signed_attributes_as_content_of_a_signature_without_attributes(letter, tmp_path):
    """RFC 5652 signs both in the same way: the value over attributes fits a message that consists of them."""
    ca, _, _ = pki(tmp_path)
    original = openssl_sign(tmp_path, letter, "-outform", "DER", "-md", "sha256").read_bytes()
    (_, content_info), = items(original)
    (kind, _), (_, explicit) = items(content_info)
    (_, signed_data), = items(explicit)
    parts = [whole for whole, _ in items(signed_data)]
    (_, signers), = items(parts[-1])
    (_, only), = items(signers)
    fields = [whole for whole, _ in items(only)]
    attributes = next(field for field in fields if field[0] == 0xA0)
    stripped = der(0x30, *(field for field in fields if field[0] not in (0xA0, 0xA1)))
    forged = der(0x30, kind, der(0xA0, der(0x30, *parts[:-1], der(0x31, stripped))))
    (tmp_path / "message").write_bytes(b"\x31" + attributes[1:])
    (tmp_path / "forged").write_bytes(forged)
    fooled = openssl("cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "forged", "-content", tmp_path / "message", "-CAfile",
                     ca, "-purpose", "any")
    assert fooled.returncode == 0, "the sample is not the attack that it should be"
    code, bad = judge(tmp_path / "forged", tmp_path / "message", ca)
    assert code == 1 and "attributes of another signature" in bad["content"]


def test_content_of_another_kind(letter, tmp_path):
    """The content type stands in the signed attributes; what surrounds them says another one."""
    ca, _, _ = pki(tmp_path)
    made = openssl_sign(tmp_path, letter, "-outform", "DER", "-md", "sha256").read_bytes()
    data = bytes.fromhex("06092a864886f70d010701")   # id-data
    forged = made.replace(data, bytes.fromhex("06092a864886f70d010703"), 1)
    assert made.count(data) == 2
    (tmp_path / "forged").write_bytes(forged)
    code, bad = judge(tmp_path / "forged", letter, ca)
    assert code == 1 and bad


@pytest.mark.parametrize("options", [["rsa_keygen_bits:2048", "rsa_keygen_pubexp:3"],
                                     ["rsa_keygen_bits:2048", f"rsa_keygen_pubexp:{(1 << 40) + 15}"],
                                     ["rsa_keygen_bits:1024"]])
def test_keys_of_an_unusual_kind(letter, tmp_path, options):
    ca = signer(tmp_path, *options)
    code, bad = judge(openssl_sign(tmp_path, letter, "-outform", "DER", "-md", "sha256", "-cades", name=NAME), letter, ca)
    assert code == 1 and "key" in bad["signature"], bad


def test_an_e_3_forgery(letter, tmp_path):
    ca = signer(tmp_path, "rsa_keygen_bits:2048", "rsa_keygen_pubexp:3")
    made = openssl_sign(tmp_path, letter, "-outform", "DER", "-md", "sha256", "-noattr", name=NAME).read_bytes()
    block = (b"\x00\x01" + b"\xff" * 8 + b"\x00" + bytes.fromhex("3031300d060960864801650304020105000420")
             + hashlib.sha256(letter.read_bytes()).digest())
    root = cube_root(int.from_bytes(block + b"\x00" * (256 - len(block)), "big"))
    assert (root ** 3).to_bytes(256, "big").startswith(block)
    (tmp_path / "forged").write_bytes(made[:-256] + root.to_bytes(256, "big"))
    code, bad = judge(tmp_path / "forged", letter, ca)
    assert code == 1 and "signature" in bad


def test_sha_1(letter, tmp_path):
    ca, _, _ = pki(tmp_path)
    code, bad = judge(openssl_sign(tmp_path, letter, "-outform", "DER", "-md", "sha1"), letter, ca)
    assert code == 1 and "SHA-256" in bad["signature"]
