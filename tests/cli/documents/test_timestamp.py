# SPDX-License-Identifier: Apache-2.0
"""Time stamps from a test authority: taken when they are right, judged by OpenSSL, and refused when the authority lies."""
import base64
import hashlib
import os
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
from conftest import IN_OWN_MOUNTS, MYNA, environment, openssl, run  # noqa: E402
from tsa import USAGE, Authority, Server  # noqa: E402

PIN = "ABC123"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def tsa(authority):
    servers = []

    def start(mode="good", context=None):
        servers.append(Server(authority, mode, context))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("契約書\n" * 100)
    return path


@pytest.fixture
def ca(card, tmp_path):
    assert card.run("cert", "export", "sign-ca", "-o", tmp_path / "ca.pem").code == 0
    return tmp_path / "ca.pem"


def sign(card, letter, out, *options, **more):
    return card.run("sign", letter, "-o", out, "--json", *options, pins=PIN, **more)


def stamped_row(ended):
    return [c for s in ended.json["signatures"] for c in s["checks"] if c["check"] == "timestamp"]


def token_and_value(signature):
    """Both out of the CMS by openssl's own parser."""
    listing = openssl("asn1parse", "-inform", "DER", "-in", signature).stdout.decode().splitlines()
    at = next(i for i, line in enumerate(listing) if "id-smime-aa-timeStampToken" in line)
    data = Path(signature).read_bytes()

    def value(line, whole):
        offset, header, length = int(line.split(":")[0]), int(line.split("hl=")[1].split()[0]), int(line.split(" l=")[1].split()[0])
        return data[offset:offset + header + length] if whole else data[offset + header:offset + header + length]

    value_line = next(line for line in reversed(listing[:at]) if "OCTET STRING" in line)
    return value(listing[at + 2], True), value(value_line, False)


@pytest.mark.parametrize("mode", ["good", "whole-chain"])
@pytest.mark.parametrize("detached", [True, False])
def test_cades_b_t_accepted_by_openssl_twice(card, authority, tsa, ca, letter, tmp_path, mode, detached):
    out = tmp_path / "out"
    ended = sign(card, letter, out, "--tsa", tsa(mode).url, "--tsa-trust", authority.ca, *(["--detached"] if detached else []))
    assert ended.code == 0, ended.out
    content = ["-content", letter] if detached else []
    judged = openssl("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", out, *content, "-CAfile", ca, "-purpose", "any")
    assert judged.returncode == 0 and b"CAdES Verification successful" in judged.stderr
    if not detached:
        (tmp_path / "der").write_bytes(openssl("cms", "-cmsout", "-inform", "DER", "-in", out, "-outform", "DER").stdout)
        out = tmp_path / "der"
    token, value = token_and_value(out)
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "value").write_bytes(value)
    stamped = openssl("ts", "-verify", "-in", tmp_path / "token", "-token_in", "-data", tmp_path / "value", "-CAfile", authority.ca)
    assert stamped.returncode == 0 and b"Verification: OK" in stamped.stdout + stamped.stderr, stamped.stderr


def test_verify_says_when_and_by_whom_and_whether_it_is_trusted(card, authority, tsa, ca, letter, tmp_path):
    assert sign(card, letter, tmp_path / "x", "--tsa", tsa().url).code == 0
    trusted = run("verify", tmp_path / "x", "--json", "--trust", ca, "--trust", authority.ca)
    assert trusted.code == 0 and [r["result"] for r in stamped_row(trusted)] == ["good"]
    stamp = trusted.json["signatures"][0]["timestamps"][0]
    assert "CN=good" in stamp["authority"] and stamp["time"].endswith("Z")
    unknown = run("verify", tmp_path / "x", "--json", "--trust", ca)
    assert unknown.code == 0 and [r["result"] for r in stamped_row(unknown)] == ["not-checked"]
    assert "タイムスタンプ" in run("verify", tmp_path / "x", "--lang", "ja", "--trust", ca).out.decode()


def test_a_trusted_stamp_keeps_the_signature_good_after_the_certificate_ended(card, authority, tsa, ca, letter, tmp_path):
    beside_faketime = {**environment(), "ASAN_OPTIONS": "verify_asan_link_order=0"}   # faketime is preloaded

    def in_2045(*options):
        return subprocess.run(["faketime", "2045-01-01", MYNA, "verify", tmp_path / "x", "--trust", ca, *options], env=beside_faketime,
                              capture_output=True, check=False)

    assert sign(card, letter, tmp_path / "x", "--tsa", tsa().url).code == 0
    assert in_2045().returncode == 1
    assert in_2045("--trust", authority.ca).returncode == 0
    assert in_2045("--trust", authority.ca, "--at", "2045-01-01").returncode == 1


LIES = [("other-imprint", 1), ("other-nonce", 1), ("no-certificate", 1), ("broken-signature", 1), ("garbage", 1), ("trailing", 1),
        ("empty", 1), ("refused", 8),
        ("error-500", 8), ("elsewhere", 8), ("too-large", 8), ("late", 8)]


@pytest.mark.parametrize("mode,code", LIES)
def test_what_an_authority_must_not_do_leaves_nothing(card, tsa, letter, tmp_path, mode, code):
    started = time.monotonic()
    ended = sign(card, letter, tmp_path / "x", "--tsa", tsa(mode).url, "--timeout", "2")
    assert (ended.code, ended.json["error"]["code"]) == (code, "timestamp-invalid" if code == 1 else "timestamp-failed"), ended.out
    assert sorted(os.listdir(tmp_path)) == ["card", "letter.txt"]
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("mode", [name for name in USAGE if name != "good"])
def test_a_certificate_that_is_not_for_time_stamps_alone(authority, card, tsa, letter, tmp_path, mode):
    """openssl refuses to answer with such a certificate, so the answer is made by hand: a CMS over a real TSTInfo."""
    server = tsa()
    server.answer = forging(authority, mode)
    ended = sign(card, letter, tmp_path / "x", "--tsa", server.url)
    assert (ended.code, ended.json["error"]["code"]) == (1, "timestamp-invalid"), ended.out


def forging(authority, name):
    def answer(request, _):
        query = request.rfile.read(int(request.headers["Content-Length"]))
        body = resigned(authority, query, name)
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
    return answer


def der(tag, content):
    length = len(content)
    digits = bytes([length]) if length < 128 else bytes([0x80 | (length.bit_length() + 7) // 8]) + length.to_bytes((length.bit_length()
                                                                                                                    + 7) // 8, "big")
    return bytes([tag]) + digits + content


def resigned(authority, query, name):
    folder = authority.folder
    good = authority.reply(query)
    (folder / "good.tsr").write_bytes(good)
    token = openssl("ts", "-reply", "-config", folder / "tsa.cnf", "-in", folder / "good.tsr", "-token_out").stdout
    (folder / "good.tok").write_bytes(token)
    (folder / "tst").write_bytes(openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", folder / "good.tok").stdout)
    made = openssl("cms", "-sign", "-binary", "-nodetach", "-outform", "DER", "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-cades",
                   "-md", "sha256",
                   "-in", folder / "tst", "-signer", folder / f"{name}.pem", "-inkey", folder / f"{name}.key")
    assert made.returncode == 0 and made.stdout, made.stderr
    return der(0x30, bytes.fromhex("3003020100") + made.stdout)


def test_the_forger_s_way_of_making_replies_is_good_with_the_good_certificate(authority, card, tsa, letter, tmp_path):
    server = tsa()
    server.answer = forging(authority, "good")
    assert sign(card, letter, tmp_path / "x", "--tsa", server.url).code == 0


def test_only_the_authority_that_is_trusted(card, tsa, ca, letter, tmp_path):
    ended = sign(card, letter, tmp_path / "x", "--tsa", tsa().url, "--tsa-trust", ca)
    assert (ended.code, ended.json["error"]["code"]) == (1, "timestamp-invalid")


def test_a_stamp_that_was_moved_to_another_signature(card, authority, tsa, ca, letter, tmp_path):
    server = tsa()
    other = tmp_path / "other"
    other.write_text("another letter")
    for file, out in ((letter, "a"), (other, "b")):
        assert sign(card, file, tmp_path / out, "--detached", "--tsa", server.url).code == 0
    token_a, _ = token_and_value(tmp_path / "a")
    token_b, _ = token_and_value(tmp_path / "b")
    if len(token_a) != len(token_b):
        pytest.fail("the tokens differ in length; the test needs them alike")
    (tmp_path / "moved").write_bytes((tmp_path / "a").read_bytes().replace(token_a, token_b))
    ended = run("verify", tmp_path / "moved", "--content", letter, "--json", "--trust", ca, "--trust", authority.ca)
    assert ended.code == 1 and [r["result"] for r in stamped_row(ended)] == ["bad"]


def test_account_header_and_query(card, tsa, letter, tmp_path):
    server = tsa()
    password = tmp_path / "password"
    password.write_text("secret\n")
    password.chmod(0o600)
    ended = sign(card, letter, tmp_path / "x", "--tsa", server.url, "--tsa-user", "me", "--tsa-password-file", password, "--tsa-header",
                 "X-Contract: 42")
    assert ended.code == 0, ended.out
    headers, query = server.requests[-1]
    assert headers["Content-Type"] == "application/timestamp-query" and headers["X-Contract"] == "42"
    assert base64.b64decode(headers["Authorization"].split()[1]) == b"me:secret"
    (tmp_path / "q").write_bytes(query)
    text = openssl("ts", "-query", "-in", tmp_path / "q", "-text").stdout.decode()
    assert "Hash Algorithm: sha256" in text and "Certificate required: yes" in text and "Nonce: 0x" in text
    password.chmod(0o644)
    ended = sign(card, letter, tmp_path / "y", "--tsa", server.url, "--tsa-user", "me", "--tsa-password-file", password, "--stats")
    assert (ended.code, ended.json["error"]["code"]) == (2, "pin-file-unsafe") and ended.json["stats"]["apdus"] == 0


def test_misuse(card, letter, tmp_path):
    for options in (["--tsa", "ftp://x/"], ["--tsa", "file:///etc/passwd"], ["--tsa", "https://me:secret@example.org/"],
                    ["--tsa", "http://127.0.0.1:80@example.org/", "--tsa-user", "x", "--tsa-password-file", "p"], ["--tsa-user", "x"],
                    ["--tsa", "http://example.org/", "--tsa-user", "x", "--tsa-password-file", "p"],
                    ["--tsa", "https://x/", "--tsa-user", "x"], ["--tsa", "https://x/", "--tsa-cert", "x"], ["--tsa-query-out", "q"],
                    ["--tsa-reply-in", "r"],
                    ["--tsa", "https://x/", "--tsa-query-out", "q", "--tsa-reply-in", "r"], ["--tsa-trust", "x"],
                    ["--format", "raw", "--tsa", "https://x/"]):
        assert sign(card, letter, tmp_path / "x", *options).code == 2, options


def carry(authority, query, reply):
    """What the person with the USB stick does; the reply grows slowly."""
    for _ in range(200):
        if query.exists():
            break
        time.sleep(0.05)
    answer = authority.reply(query.read_bytes())
    with open(reply, "wb") as file:
        for at in range(0, len(answer), 1000):
            file.write(answer[at:at + 1000])
            file.flush()
            time.sleep(0.1)


def test_query_and_reply_carried_as_files(card, authority, ca, letter, tmp_path):
    query, reply = tmp_path / "q.tsq", tmp_path / "r.tsr"
    with open(tmp_path / "pin", "w", encoding="ascii") as file:
        file.write(PIN)
    arguments = ["sign", letter, "-o", tmp_path / "x", "--tsa-query-out", query, "--tsa-reply-in", reply, "--timeout", "30", "--pin-fd",
                 "0"]
    with open(tmp_path / "pin", "rb") as pin:
        process = subprocess.Popen([MYNA, "--reader", f"virtual:{card.directory}", *map(str, arguments)], stdin=pin, env=environment(),
                                   stderr=subprocess.PIPE)
        carry(authority, query, reply)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert run("verify", tmp_path / "x", "--trust", ca, "--trust", authority.ca, "--json").code == 0
    # The reply of before is no reply to a new query, and nobody waits for ever.
    assert sign(card, letter, tmp_path / "y", "--tsa-query-out", tmp_path / "q2", "--tsa-reply-in", reply).code == 8
    assert sign(card, letter, tmp_path / "y", "--tsa-query-out", tmp_path / "q3", "--tsa-reply-in", tmp_path / "never", "--timeout",
                "1").code == 7
    assert not (tmp_path / "y").exists()


def test_a_batch_keeps_what_was_stamped(card, authority, tsa, ca, tmp_path):
    server = tsa()
    files = [tmp_path / f"f{i}" for i in range(4)]
    for file in files:
        file.write_text(file.name)
    good, count = server.answer, []

    def third_fails(request, of):
        count.append(1)
        server.mode = "error-500" if len(count) == 3 else "good"
        good(request, of)

    server.answer = third_fails
    ended = card.run("sign", *files, "--out-dir", tmp_path, "--tsa", server.url, "--json", pins=PIN)
    assert ended.code == 8 and [f["state"] for f in ended.json["files"]] == ["signed", "signed", "failed", "signed"]
    for i in (0, 1, 3):
        assert run("verify", tmp_path / f"f{i}.p7m", "--trust", ca, "--trust", authority.ca).code == 0


def test_https_by_client_certificate_and_never_with_an_unknown_server(card, authority, tsa, letter, tmp_path):
    """The roots of this system are those of a private mount namespace."""
    folder = authority.folder
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "tls.key", "-out", folder / "tls.csr", "-subj", "/CN=localhost")
    (folder / "tls.ext").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", folder / "tls.csr", "-CA", authority.ca, "-CAkey", folder / "ca.key", "-CAcreateserial", "-days", "30",
            "-extfile", folder / "tls.ext",
            "-out", folder / "tls.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem", folder / "tls.key")
    context.load_verify_locations(authority.ca)
    context.verify_mode = ssl.CERT_REQUIRED
    server = tsa("good", context)
    client = ["--tsa-cert", str(folder / "plain.pem"), "--tsa-key", str(folder / "plain.key")]
    unknown = sign(card, letter, tmp_path / "x", "--tsa", server.url, *client)
    assert (unknown.code, unknown.json["error"]["code"]) == (8, "timestamp-failed")

    def trusting(*options):
        (tmp_path / "pin").write_text(PIN)
        with open(tmp_path / "pin", "rb") as pin:
            return subprocess.run([IN_OWN_MOUNTS, "sh", "-c", 'mount --bind "$0" /etc/ssl/certs/ca-certificates.crt && exec "$@"',
                                   authority.ca, MYNA, "--reader",
                                   f"virtual:{card.directory}", "sign", letter, "-o", tmp_path / "x", "--tsa", server.url, "--pin-fd", "0",
                                   *options],
                                  stdin=pin, env=environment(), capture_output=True, check=False)

    assert trusting().returncode == 8
    assert trusting(*client).returncode == 0


def test_nothing_leaves_but_the_query(card, letter, tmp_path, tsa):
    """As docs/data-protection.md says: four headers, and in the query the hash of the signature value, a random number, and nothing
    else."""
    server = tsa()
    assert sign(card, letter, tmp_path / "a.p7s", "--detached", "--tsa", server.url).code == 0
    (headers, query), = server.requests
    assert set(headers) == {"Host", "Accept", "Content-Type", "Content-Length"}
    _, value = token_and_value(tmp_path / "a.p7s")
    imprint = hashlib.sha256(value).digest()
    # TimeStampReq (RFC 3161, 2.4.1): version 1, SHA-256 and the imprint, a nonce of 16 bytes, certReq; no policy, no extension.
    fixed = bytes.fromhex("020101" "3031300d060960864801650304020105000420") + imprint
    assert query == bytes([0x30, len(query) - 2]) + fixed + b"\x02\x10" + query[-19:-3] + bytes.fromhex("0101ff")
