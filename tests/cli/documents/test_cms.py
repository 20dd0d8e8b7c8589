# SPDX-License-Identifier: Apache-2.0
"""sign --format cms and verify, against OpenSSL and GnuTLS in both directions."""
import datetime
import os
import subprocess

import pytest

from conftest import openssl, run

PIN = "ABC123"
CMS_VERIFY = ["cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any"]


def sign(card, file, out, *options, **more):
    ended = card.run("sign", file, "-o", out, *options, pins=PIN, **more)
    assert ended.code == 0, ended.err
    return out


def verify(*arguments):
    return run("verify", "--json", *arguments)


def bad_checks(ended):
    return [c["check"] for s in ended.json["signatures"] for c in s["checks"] if c["result"] == "bad"]


@pytest.fixture
def ca(card, tmp_path):
    assert card.run("cert", "export", "sign-ca", "-o", tmp_path / "ca.pem").code == 0
    return tmp_path / "ca.pem"


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("契約書\n" * 1000)
    return path


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_openssl_and_gnutls_accept_ours(card, ca, letter, tmp_path, digest):
    detached = sign(card, letter, tmp_path / "d.p7s", "--detached", "--digest", digest)
    attached = sign(card, letter, tmp_path / "a.p7m", "--digest", digest)
    for command in ([*CMS_VERIFY, "-in", detached, "-content", letter, "-CAfile", ca], [*CMS_VERIFY, "-in", attached, "-CAfile", ca]):
        judged = openssl(*command)
        assert judged.returncode == 0 and judged.stdout == letter.read_bytes(), judged.stderr
        assert b"CAdES Verification successful" in judged.stderr
    gnutls = subprocess.run(["certtool", "--p7-verify", "--inder", "--infile", detached, "--load-data", letter,
                             "--load-ca-certificate", ca], capture_output=True, check=False)
    assert gnutls.returncode == 0 and b"Signature status: ok" in gnutls.stdout + gnutls.stderr, gnutls.stdout + gnutls.stderr
    assert verify(detached, "--content", letter, "--trust", ca).code == 0
    assert verify(attached, "--trust", ca).code == 0


def test_a_detached_signature_is_der_with_both_certificates_and_the_cades_attributes(card, letter, tmp_path):
    out = sign(card, letter, tmp_path / "d.p7s", "--detached")
    again = openssl("cms", "-cmsout", "-inform", "DER", "-in", out, "-outform", "DER").stdout
    assert again == out.read_bytes()
    text = openssl("cms", "-cmsout", "-print", "-inform", "DER", "-in", out).stdout.decode()
    for attribute in ("contentType", "messageDigest", "signingTime", "id-smime-aa-signingCertificateV2"):
        assert text.count(f"object: {attribute}") == 1, attribute
    names = openssl("pkcs7", "-inform", "DER", "-in", out, "-print_certs", "-noout").stdout.decode()
    assert names.count("subject=") == 2


def test_budget(card, letter, tmp_path):
    for length, budget in (("short", 21), ("extended", 8)):
        ended = card.run("sign", letter, "-o", tmp_path / length, "--json", "--stats", "--apdu", length, pins=PIN)
        assert ended.code == 0 and ended.json["stats"]["apdus"] <= budget
    files = [tmp_path / str(i) for i in range(3)]
    for file in files:
        file.write_text(file.name)
    ended = card.run("sign", *files, "--out-dir", tmp_path, "--json", "--stats", "--apdu", "extended", pins=PIN)
    assert (ended.json["stats"]["apdus"], ended.json["stats"]["verifies"]) == (10, 1)


def test_a_forged_document(card, ca, letter, tmp_path):
    detached = sign(card, letter, tmp_path / "d", "--detached")
    letter.write_text("another contract")
    ended = verify(detached, "--content", letter, "--trust", ca)
    assert (ended.code, bad_checks(ended)) == (1, ["content"])


def test_a_forged_content_inside(card, ca, letter, tmp_path):
    attached = sign(card, letter, tmp_path / "a")
    attached.write_bytes(attached.read_bytes().replace("契約書".encode(), "誓約書".encode(), 1))
    ended = verify(attached, "--trust", ca)
    assert (ended.code, bad_checks(ended)) == (1, ["content"])


def test_flipped_bytes_anywhere_are_never_good(card, ca, letter, tmp_path):
    good = sign(card, letter, tmp_path / "d", "--detached").read_bytes()
    signer = slice(len(good) - 900, len(good))   # signer information: attributes and value
    for position in list(range(0, len(good), 211)) + list(range(signer.start, signer.stop, 13)):
        damaged = bytearray(good)
        damaged[position] ^= 0x55
        (tmp_path / "x").write_bytes(damaged)
        ended = verify(tmp_path / "x", "--content", letter, "--trust", ca)
        if ended.code == 0:   # only what no signature covers may differ: the CA certificate that we were given anyway
            assert position < signer.start
        else:
            assert ended.code in (1, 2), (position, ended.err)


def test_a_signature_that_was_stripped(card, ca, letter, tmp_path):
    detached = sign(card, letter, tmp_path / "d", "--detached")
    certificates = openssl("pkcs7", "-inform", "DER", "-in", detached, "-print_certs").stdout
    (tmp_path / "certs.pem").write_bytes(certificates)
    stripped = tmp_path / "stripped"
    openssl("crl2pkcs7", "-nocrl", "-certfile", tmp_path / "certs.pem", "-outform", "DER", "-out", stripped)
    ended = verify(stripped, "--content", letter, "--trust", ca)
    assert (ended.code, bad_checks(ended)) == (1, ["signature"])


@pytest.mark.parametrize("content", [b"", b"no signature", bytes(1000), b"\x30\x80" * 500,
                                     b"-----BEGIN CMS-----\nAAAA\n-----END CMS-----\n"])
def test_what_is_no_signature_is_bad(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    assert verify(tmp_path / "x").code == 1


def test_an_untrusted_issuer_is_bad_and_a_virtual_one_is_never_trusted_by_itself(card, letter, tmp_path):
    ended = verify(sign(card, letter, tmp_path / "a"))
    assert (ended.code, bad_checks(ended)) == (1, ["chain"])


def test_time(card, ca, letter, tmp_path):
    attached = sign(card, letter, tmp_path / "a")
    ended = verify(attached, "--trust", ca, "--at", "2045-01-01")
    assert (ended.code, bad_checks(ended)) == (1, ["validity"])
    assert bad_checks(verify(attached, "--trust", ca, "--at", "2001-01-01T00:00:00Z")) == ["validity"]
    assert verify(attached, "--trust", ca, "--at", datetime.date.today().replace(day=28).isoformat()).code in (0, 1)
    assert verify(attached, "--at", "yesterday").code == 2
    assert verify(attached, "--at", "2030-13-01").code == 2


def test_usage(card, ca, letter, tmp_path):
    attached, detached = sign(card, letter, tmp_path / "a"), sign(card, letter, tmp_path / "d", "--detached")
    assert verify(detached).code == 2
    assert verify(attached, "--content", letter).code == 2
    assert verify(tmp_path / "missing").code == 8
    assert verify(attached, "--trust", tmp_path / "missing").code == 8
    assert verify(attached, "--trust", letter).code == 8
    assert verify(detached, "--content", tmp_path / "missing").code == 8
    assert card.run("sign", letter, "-o", tmp_path / "x", "--key", "auth", pins=PIN).code == 2


def test_japanese_words(card, ca, letter, tmp_path):
    out = run("verify", sign(card, letter, tmp_path / "a"), "--trust", ca, "--lang", "ja").out.decode()
    assert "正しい署名です" in out and "失効: 未確認" in out and "番号　花子" in out


# ---- signatures that others made, with a PKI of OpenSSL's

def pki(tmp_path, *, days="30", name="signer"):
    """A CA and a signer made by the openssl program."""
    if not (tmp_path / "oca.pem").exists():
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "oca.key", "-out", tmp_path / "oca.pem",
                "-days", "3650", "-subj", "/C=JP/O=Other CA", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    key, request, certificate = (tmp_path / f"{name}.{end}" for end in ("key", "csr", "pem"))
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", f"/C=JP/CN={name}")
    (tmp_path / "ext").write_text("keyUsage=critical,digitalSignature,nonRepudiation\nsubjectKeyIdentifier=hash\n"
                                  "authorityKeyIdentifier=keyid\n")
    made = openssl("x509", "-req", "-in", request, "-CA", tmp_path / "oca.pem", "-CAkey", tmp_path / "oca.key", "-CAcreateserial",
                   "-days", days, "-extfile", tmp_path / "ext", "-out", certificate)
    assert made.returncode == 0, made.stderr
    return tmp_path / "oca.pem", key, certificate


def openssl_sign(tmp_path, letter, *options, name="signer"):
    out = tmp_path / "theirs"
    made = openssl("cms", "-sign", "-binary", "-in", letter, "-signer", tmp_path / f"{name}.pem", "-inkey", tmp_path / f"{name}.key",
                   "-out", out, *options)
    assert made.returncode == 0, made.stderr
    return out


@pytest.mark.parametrize("options,content", [
    (["-outform", "DER", "-cades", "-md", "sha256"], True),
    (["-outform", "DER", "-md", "sha512"], True),
    (["-outform", "PEM", "-nodetach", "-cades", "-md", "sha384"], False),
    (["-outform", "DER", "-nodetach", "-stream", "-md", "sha256"], False),
    (["-outform", "DER", "-noattr", "-md", "sha256"], True),
])
def test_theirs_are_accepted(letter, tmp_path, options, content):
    ca, _, _ = pki(tmp_path)
    theirs = openssl_sign(tmp_path, letter, *options)
    with_content = ["--content", letter] if content else []
    ended = verify(theirs, *with_content, "--trust", ca)
    assert ended.code == 0, ended.out
    letter.write_text("forged")
    if content:
        assert verify(theirs, *with_content, "--trust", ca).code == 1


def test_gnutls_signatures_are_accepted(letter, tmp_path):
    ca, key, certificate = pki(tmp_path)
    subprocess.run(["certtool", "--p7-detached-sign", "--p7-time", "--hash", "sha256", "--load-privkey", key, "--load-certificate",
                    certificate,
                    "--infile", letter, "--outder", "--outfile", tmp_path / "theirs"], check=True, capture_output=True)
    assert verify(tmp_path / "theirs", "--content", letter, "--trust", ca).code == 0


def test_a_weak_digest(letter, tmp_path):
    ca, _, _ = pki(tmp_path)
    ended = verify(openssl_sign(tmp_path, letter, "-outform", "DER", "-md", "sha1"), "--content", letter, "--trust", ca)
    assert ended.code == 1 and "signature" in bad_checks(ended)


def test_an_expired_signer(letter, tmp_path):
    ca, _, _ = pki(tmp_path, days="0", name="old")
    ended = verify(openssl_sign(tmp_path, letter, "-outform", "DER", "-cades", "-md", "sha256", name="old"), "--content", letter,
                   "--trust", ca, "--at", "2046-01-01")
    assert (ended.code, bad_checks(ended)) == (1, ["validity"])


def test_a_swapped_certificate(letter, tmp_path):
    """The same key and issuer in another certificate: only the CAdES attribute tells them apart."""
    ca, key, certificate = pki(tmp_path)
    signature = openssl_sign(tmp_path, letter, "-outform", "DER", "-cades", "-md", "sha256")
    original = openssl("x509", "-in", certificate, "-outform", "DER").stdout
    serial = openssl("x509", "-in", certificate, "-noout", "-serial").stdout.decode().strip().split("=")[1]
    (tmp_path / "ext").write_text("keyUsage=critical,digitalSignature,nonRepudiation\nsubjectKeyIdentifier=hash\n"
                                  "authorityKeyIdentifier=keyid\n")
    openssl("x509", "-req", "-in", tmp_path / "signer.csr", "-CA", ca, "-CAkey", tmp_path / "oca.key", "-set_serial", "0x" + serial,
            "-days", "31", "-extfile", tmp_path / "ext", "-out", tmp_path / "swapped.pem")
    swapped = openssl("x509", "-in", tmp_path / "swapped.pem", "-outform", "DER").stdout
    assert len(swapped) == len(original) and swapped != original
    (tmp_path / "forged").write_bytes(signature.read_bytes().replace(original, swapped))
    ended = verify(tmp_path / "forged", "--content", letter, "--trust", ca)
    assert (ended.code, bad_checks(ended)) == (1, ["signing-certificate"])


def test_another_ca_of_the_same_name(letter, tmp_path):
    pki(tmp_path)
    signature = openssl_sign(tmp_path, letter, "-outform", "DER", "-md", "sha256")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "k", "-out", tmp_path / "twin.pem", "-days", "30",
            "-subj", "/C=JP/O=Other CA")
    ended = verify(signature, "--content", letter, "--trust", tmp_path / "twin.pem")
    assert (ended.code, bad_checks(ended)) == (1, ["chain"])
    assert verify(signature, "--content", letter, "--trust", tmp_path / "twin.pem", "--trust", tmp_path / "oca.pem").code == 0


def crl_database(tmp_path, revoke):
    (tmp_path / "index.txt").write_text("")
    (tmp_path / "crlnumber").write_text("01\n")
    (tmp_path / "ca.cnf").write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={tmp_path}/index.txt\ncrlnumber={tmp_path}/crlnumber\n"
                                     "default_md=sha256\ndefault_crl_days=7\n")
    base = ["ca", "-config", tmp_path / "ca.cnf", "-cert", tmp_path / "oca.pem", "-keyfile", tmp_path / "oca.key"]
    if revoke:
        assert openssl(*base, "-revoke", tmp_path / "signer.pem").returncode == 0
    else:
        assert openssl(*base, "-valid", tmp_path / "signer.pem").returncode == 0
    assert openssl(*base, "-gencrl", "-out", tmp_path / "ca.crl").returncode == 0


@pytest.mark.parametrize("revoked", [False, True])
def test_revocation_by_crl_and_by_ocsp(letter, tmp_path, revoked):
    ca, _, certificate = pki(tmp_path)
    signature = openssl_sign(tmp_path, letter, "-outform", "DER", "-md", "sha256")
    crl_database(tmp_path, revoked)
    made = openssl("ocsp", "-index", tmp_path / "index.txt", "-rsigner", ca, "-rkey", tmp_path / "oca.key", "-CA", ca, "-issuer", ca,
                   "-cert", certificate, "-ndays", "7", "-respout", tmp_path / "response")
    assert made.returncode == 0, made.stderr
    for source in (["--crl", tmp_path / "ca.crl"], ["--ocsp-response", tmp_path / "response"]):
        ended = verify(signature, "--content", letter, "--trust", ca, *source)
        assert (ended.code, bad_checks(ended)) == ((1, ["revocation"]) if revoked else (0, [])), ended.out


def test_a_crl_that_is_stale_or_of_another_ca_does_not_tell(card, ca, letter, tmp_path):
    other_ca, _, _ = pki(tmp_path)
    signature = openssl_sign(tmp_path, letter, "-outform", "DER", "-md", "sha256")
    crl_database(tmp_path, False)
    later = (datetime.date.today() + datetime.timedelta(days=20)).isoformat()
    assert bad_checks(verify(signature, "--content", letter, "--trust", other_ca, "--crl", tmp_path / "ca.crl", "--at",
                             later)) == ["revocation"]
    ours = sign(card, letter, tmp_path / "a")
    assert bad_checks(verify(ours, "--trust", ca, "--crl", tmp_path / "ca.crl")) == ["revocation"]


def test_a_batch_is_listed_first_and_a_full_disk_leaves_nothing(card, letter, tmp_path):
    ended = card.run("sign", letter, "-o", tmp_path / "x", pins=PIN)
    assert "letter.txt" in ended.err and "bytes" in ended.err
    with open("/dev/full", "wb") as full:
        from conftest import MYNA, environment
        process = subprocess.run([MYNA, "--reader", f"virtual:{card.directory}", "sign", letter, "-o", "-", "--pin-fd", "0"],
                                 input=b"ABC123", stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
    assert process.returncode == 8
    assert sorted(n for n in os.listdir(tmp_path) if n.startswith(".")) == []
