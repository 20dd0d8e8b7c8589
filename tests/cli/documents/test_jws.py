# SPDX-License-Identifier: Apache-2.0
"""sign --format jws and verify, against jwcrypto and José (two JOSE libraries that share no code), and the attacks that JOSE is known
for."""
import base64
import hashlib
import hmac
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from jwcrypto import jwk, jws
from jwcrypto.common import JWSEHeaderParameter

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
from conftest import create, openssl, run  # noqa: E402
from tsa import Authority, Server  # noqa: E402

PIN = "ABC123"
FORMS = ["compact", "flattened", "general"]


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sign(card, file, out, *options, key="sign", **more):
    pins = PIN if key == "sign" else "1234"
    ended = card.run("sign", file, "-o", out, "--format", "jws", "--key", key, "--json", *options, pins=pins, **more)
    return ended


def made(*arguments, **options):
    ended = sign(*arguments, **options)
    assert ended.code == 0, ended.out
    return arguments[2]


def verify(*arguments):
    return run("verify", "--json", *arguments)


def bad_checks(ended):
    return [c["check"] for s in ended.json["signatures"] for c in s["checks"] if c["result"] == "bad"]


def header_of(text):
    part = json.loads(text) if text.startswith("{") else {"protected": text.split(".")[0]}
    return json.loads(unb64u(part.get("protected") or part["signatures"][0]["protected"]))


def certificate_of(text):
    return x509.load_der_x509_certificate(base64.b64decode(header_of(text)["x5c"][0]))


def with_payload(text, content):
    """What a recipient does with a detached one (RFC 7515, appendix F)."""
    if text.startswith("{"):
        return json.dumps(json.loads(text) | {"payload": b64u(content)})
    head, _, value = text.split(".")
    return f"{head}.{b64u(content)}.{value}"


def judged_by_jwcrypto(text, content=None, crit=()):
    token = jws.JWS(header_registry={name: JWSEHeaderParameter(name, True, True, None) for name in crit})
    key = jwk.JWK.from_pem(certificate_of(text).public_key().public_bytes(serialization.Encoding.PEM,
                                                                          serialization.PublicFormat.SubjectPublicKeyInfo))
    token.allowed_algs = ["RS256", "RS384", "RS512", "PS256"]
    token.deserialize(text if content is None else with_payload(text, content))
    token.verify(key)
    return token.payload


def judged_by_jose(text, tmp_path, content=None):
    key = jwk.JWK.from_pem(certificate_of(text).public_key().public_bytes(serialization.Encoding.PEM,
                                                                          serialization.PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "key.jwk").write_text(key.export_public())
    (tmp_path / "judged.jws").write_text(text)
    detached = ["-I", content] if content else []
    return subprocess.run(["jose", "jws", "ver", "-i", tmp_path / "judged.jws", "-k", tmp_path / "key.jwk", *detached, "-O", "-"],
                          capture_output=True, check=False)


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("契約書\n" * 100)
    return path


@pytest.fixture
def ca(card, tmp_path):
    assert card.run("cert", "export", "sign-ca", "-o", tmp_path / "ca.pem").code == 0
    return tmp_path / "ca.pem"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("profile", ["jws", "jades"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_two_libraries_accept_ours(card, ca, letter, tmp_path, form, profile, digest):
    text = made(card, letter, tmp_path / "x", "--serialization", form, "--profile", profile, "--digest", digest).read_text()
    assert judged_by_jwcrypto(text) == letter.read_bytes()
    jose = judged_by_jose(text, tmp_path)
    assert jose.returncode == 0 and jose.stdout == letter.read_bytes(), jose.stderr
    assert verify(tmp_path / "x", "--trust", ca).code == 0
    header = header_of(text)
    assert header["alg"] == "RS" + digest[3:] and ("iat" in header) == (profile == "jades")
    der = base64.b64decode(header["x5c"][0])
    assert header["x5t#S256"] == b64u(hashlib.sha256(der).digest()) and len(header["x5c"]) == 2


@pytest.mark.parametrize("form", FORMS)
def test_detached(card, ca, letter, tmp_path, form):
    text = made(card, letter, tmp_path / "x", "--detached", "--serialization", form).read_text()
    assert b64u(letter.read_bytes()) not in text
    judged_by_jwcrypto(text, letter.read_bytes())
    jose = judged_by_jose(text, tmp_path, letter)
    assert jose.returncode == 0, jose.stderr
    assert verify(tmp_path / "x", "--content", letter, "--trust", ca).code == 0
    assert verify(tmp_path / "x", "--trust", ca).code == 2
    letter.write_text("forged")
    assert bad_checks(verify(tmp_path / "x", "--content", letter, "--trust", ca)) == ["signature"]


def test_jades_detached_by_hash(card, ca, letter, tmp_path):
    text = made(card, letter, tmp_path / "x", "--detached", "--profile", "jades").read_text()
    header = header_of(text)
    assert header["crit"] == ["sigD"] and header["sigD"]["pars"] == ["letter.txt"]
    assert header["sigD"]["hashV"] == [b64u(hashlib.sha256(b64u(letter.read_bytes()).encode()).digest())]
    judged_by_jwcrypto(text, b"", crit=["sigD"])   # what it can judge: the signature over the header and an empty payload
    with pytest.raises(jws.InvalidJWSSignature):
        judged_by_jwcrypto(text, b"")   # and that the header must be understood
    assert verify(tmp_path / "x", "--content", letter, "--trust", ca).code == 0
    letter.write_text("forged")
    assert bad_checks(verify(tmp_path / "x", "--content", letter, "--trust", ca)) == ["content"]


def test_the_authentication_key(card, letter, tmp_path):
    assert card.run("cert", "export", "auth-ca", "-o", tmp_path / "auth-ca").code == 0
    text = made(card, letter, tmp_path / "x", key="auth").read_text()
    assert judged_by_jwcrypto(text) == letter.read_bytes()
    assert verify(tmp_path / "x", "--trust", tmp_path / "auth-ca").code == 0


def test_ps256_where_the_card_does_it_and_a_clear_refusal_where_not(card, letter, tmp_path):
    refused = card.run("sign", letter, "-o", tmp_path / "x", "--format", "jws", "--pss", "--lang", "en", pins=PIN)
    assert refused.code == 3 and "no PSS" in refused.err and not (tmp_path / "x").exists()
    able = create(tmp_path / "able", "--dialect", "pss=yes")
    assert able.run("cert", "export", "sign-ca", "-o", tmp_path / "ca").code == 0
    text = made(able, letter, tmp_path / "y", "--pss").read_text()
    assert header_of(text)["alg"] == "PS256" and judged_by_jwcrypto(text) == letter.read_bytes()
    assert judged_by_jose(text, tmp_path).returncode == 0
    assert verify(tmp_path / "y", "--trust", tmp_path / "ca").code == 0
    assert sign(able, letter, tmp_path / "z", "--pss", "--digest", "sha384").code == 2


def test_jades_b_t(card, ca, letter, tmp_path):
    authority = Authority(tmp_path / "tsa")
    server = Server(authority)
    text = made(card, letter, tmp_path / "x", "--profile", "jades", "--serialization", "flattened", "--tsa", server.url).read_text()
    assert sign(card, letter, tmp_path / "y", "--tsa", server.url).code == 2
    server.close()
    document = json.loads(text)
    stamp = json.loads(unb64u(document["header"]["etsiU"][0]))["sigTst"]["tstTokens"][0]["val"]
    (tmp_path / "token").write_bytes(base64.b64decode(stamp))
    (tmp_path / "value").write_text(document["signature"])
    assert openssl("ts", "-verify", "-in", tmp_path / "token", "-token_in", "-data", tmp_path / "value", "-CAfile",
                   authority.ca).returncode == 0
    assert judged_by_jwcrypto(text) == letter.read_bytes()
    ended = verify(tmp_path / "x", "--trust", ca, "--trust", authority.ca)
    assert ended.code == 0 and [c["result"] for c in ended.json["signatures"][0]["checks"] if c["check"] == "timestamp"] == ["good"]


def test_an_empty_file_and_one_that_is_too_large(card, ca, tmp_path):
    empty, large = tmp_path / "empty", tmp_path / "large"
    empty.touch()
    assert verify(made(card, empty, tmp_path / "x"), "--trust", ca).code == 0
    with open(large, "wb") as sparse:
        sparse.truncate((16 << 20) + 1)
    ended = sign(card, large, tmp_path / "y")
    assert (ended.code, ended.json["error"]["code"]) == (2, "document-unsupported")


# ---- what others made, and what attackers make

class Signer:
    """A key with a certificate of a small CA, and JWS made by jwcrypto."""

    def __init__(self, folder, *genpkey):
        self.folder = folder
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "ca.key", "-out", folder / "oca.pem", "-days", "3650",
                "-subj", "/O=Other CA",
                "-addext", "keyUsage=critical,keyCertSign")
        openssl("genpkey", "-algorithm", "RSA", *(genpkey or ("-pkeyopt", "rsa_keygen_bits:2048")), "-out", folder / "key")
        openssl("req", "-new", "-key", folder / "key", "-subj", "/CN=signer", "-out", folder / "csr")
        (folder / "ext").write_text("keyUsage=critical,digitalSignature\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
        done = openssl("x509", "-req", "-in", folder / "csr", "-CA", folder / "oca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial",
                       "-days", "300",
                       "-extfile", folder / "ext", "-out", folder / "cert.pem")
        assert done.returncode == 0, done.stderr
        self.der = openssl("x509", "-in", folder / "cert.pem", "-outform", "DER").stdout
        self.ca = folder / "oca.pem"

    @property
    def x5c(self):
        return [base64.b64encode(self.der).decode()]

    def rsa(self, header, payload, digest="sha256"):
        """A compact JWS over these very bytes of a header, whatever they say."""
        head = b64u(header if isinstance(header, bytes) else json.dumps(header).encode())
        done = openssl("dgst", f"-{digest}", "-sign", self.folder / "key", data=f"{head}.{b64u(payload)}".encode())
        return f"{head}.{b64u(payload)}.{b64u(done.stdout)}"


@pytest.fixture
def signer(tmp_path):
    (tmp_path / "pki").mkdir()
    return Signer(tmp_path / "pki")


def judge(tmp_path, signer, text, *options):
    (tmp_path / "j").write_text(text)
    return verify(tmp_path / "j", "--trust", signer.ca, *options)


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256"])
@pytest.mark.parametrize("compact", [True, False])
def test_theirs_are_accepted(tmp_path, signer, algorithm, compact):
    token = jws.JWS(b"their payload")
    key = jwk.JWK.from_pem((signer.folder / "key").read_bytes())
    token.add_signature(key, None, json.dumps({"alg": algorithm, "x5c": signer.x5c, "typ": "JOSE"}))
    text = token.serialize(compact=compact)
    assert judge(tmp_path, signer, text).code == 0
    changed = text.replace(b64u(b"their payload"), b64u(b"their pay1oad"))
    assert bad_checks(judge(tmp_path, signer, changed)) == ["signature"]


def test_theirs_with_sig_t_of_the_first_edition(tmp_path, signer):
    ended = judge(tmp_path, signer, signer.rsa({"alg": "RS256", "x5c": signer.x5c, "sigT": "2026-01-31T12:00:00Z", "crit": ["sigT"]}, b"x"))
    assert ended.code == 0 and ended.json["signatures"][0]["claimed_time"] == "2026-01-31T12:00:00Z"


def hs256(signer, secret):
    head, payload = b64u(json.dumps({"alg": "HS256", "x5c": signer.x5c}).encode()), b64u(b"forged")
    return f"{head}.{payload}.{b64u(hmac.new(secret, f'{head}.{payload}'.encode(), hashlib.sha256).digest())}"


def public_pem(signer):
    return openssl("x509", "-in", signer.folder / "cert.pem", "-pubkey", "-noout").stdout


ATTACKS = {
    "alg none, no value": lambda s: f"{b64u(json.dumps({'alg': 'none', 'x5c': s.x5c}).encode())}.{b64u(b'forged')}.",
    "alg none": lambda s: s.rsa({"alg": "none", "x5c": s.x5c}, b"forged"),
    "alg nOnE": lambda s: s.rsa({"alg": "nOnE", "x5c": s.x5c}, b"forged"),
    "the public key as a shared secret": lambda s: hs256(s, public_pem(s)),
    "the certificate as a shared secret": lambda s: hs256(s, s.der),
    "no alg": lambda s: s.rsa({"x5c": s.x5c}, b"x"),
    "alg of another type": lambda s: s.rsa({"alg": ["RS256"], "x5c": s.x5c}, b"x"),
    "SHA-1": lambda s: s.rsa({"alg": "RS1", "x5c": s.x5c}, b"x", "sha1"),
    "another digest than alg says": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c}, b"x", "sha512"),
    "a key of its own in jwk": lambda s: s.rsa({"alg": "RS256", "jwk": json.loads(jwk.JWK.from_pem(public_pem(s)).export_public())}, b"x"),
    "a key from elsewhere": lambda s: s.rsa({"alg": "RS256", "x5u": "https://example.org/x.pem", "kid": "1"}, b"x"),
    "x5c of another type": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c[0]}, b"x"),
    "x5c with url alphabet": lambda s: s.rsa({"alg": "RS256", "x5c": [b64u(s.der)]}, b"x"),
    "another certificate in x5t#S256": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c, "x5t#S256": b64u(hashlib.sha256(b"other").digest())},
                                                       b"x"),
    "unknown crit": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c, "crit": ["exp"], "exp": 1}, b"x"),
    "empty crit": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c, "crit": []}, b"x"),
    "crit names what is not there": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c, "crit": ["sigT"]}, b"x"),
    "b64 false": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c, "b64": False, "crit": ["b64"]}, b"x"),
    "b64 false without crit": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c, "b64": False}, b"x"),
    "alg twice": lambda s: s.rsa(b'{"alg":"RS256","alg":"none","x5c":["' + s.x5c[0].encode() + b'"]}', b"x"),
    "alg twice, written differently": lambda s: s.rsa(b'{"alg":"RS256","\\u0061lg":"none","x5c":["' + s.x5c[0].encode() + b'"]}', b"x"),
    "a header that is no object": lambda s: s.rsa(b'["RS256"]', b"x"),
    "sigD of another kind": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c, "crit": ["sigD"],
                                             "sigD": {"mId": "http://uri.etsi.org/19182/HttpHeaders"}}, b"x"),
    "sigD of the wrong types": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c, "crit": ["sigD"], "sigD": {"mId": 1, "hashV": {"0": 1}}},
                                               b"x"),
    "padding": lambda s: (lambda t: t + "=")(s.rsa({"alg": "RS256", "x5c": s.x5c}, b"x")),
    "a fourth part": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c}, b"x") + ".x",
    "blanks": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c}, b"x").replace(".", " .", 1),
    "two payloads": lambda s: '{"payload":"eA","payload":"eQ",' + flattened(s.rsa({"alg": "RS256", "x5c": s.x5c}, b"x"))[1:],
    "flattened and general": lambda s: '{"signatures":[{}],' + flattened(s.rsa({"alg": "RS256", "x5c": s.x5c}, b"x"))[1:],
    "alg outside": lambda s: flattened(s.rsa({"x5c": s.x5c}, b"x"), {"alg": "RS256"}),
    "alg in both": lambda s: flattened(s.rsa({"alg": "RS256", "x5c": s.x5c}, b"x"), {"alg": "RS256"}),
    "the certificate outside": lambda s: flattened(s.rsa({"alg": "RS256"}, b"x"), {"x5c": s.x5c}),
    "crit outside": lambda s: flattened(s.rsa({"alg": "RS256", "x5c": s.x5c}, b"x"), {"crit": ["sigT"], "sigT": "x"}),
    "no signature at all": lambda s: '{"payload":"eA","signatures":[]}',
    "depth": lambda s: '{"payload":"eA","a":' + "[" * 100000 + "]" * 100000 + "}",
    "not JSON": lambda s: '{"payload":"eA"',
    "no certificates": lambda s: s.rsa({"alg": "RS256", "x5c": []}, b"x"),
    "a value of no length": lambda s: s.rsa({"alg": "RS256", "x5c": s.x5c}, b"x").rsplit(".", 1)[0] + ".",
}


def flattened(compact, header=None):
    head, payload, value = compact.split(".")
    document = {"payload": payload, "protected": head, "signature": value}
    if header:
        document["header"] = header
    return json.dumps(document)


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(tmp_path, signer, name):
    ended = judge(tmp_path, signer, ATTACKS[name](signer))
    assert ended.code == 1 and bad_checks(ended), (name, ended.out)
    reasons = [c["reason"] for s in ended.json["signatures"] for c in s["checks"] if c["result"] == "bad"]
    assert all(reasons), name


def test_the_samples_are_good_without_their_attack(tmp_path, signer):
    good = signer.rsa({"alg": "RS256", "x5c": signer.x5c}, b"x")
    for text in (good, good + "\n", flattened(good), flattened(good, {"kid": "1"})):
        assert judge(tmp_path, signer, text).code == 0


@pytest.mark.parametrize("name,options", [("a small exponent", ["rsa_keygen_bits:2048", "rsa_keygen_pubexp:3"]),
                                          ("a huge exponent", ["rsa_keygen_bits:2048", f"rsa_keygen_pubexp:{(1 << 40) + 15}"]),
                                          ("a short key", ["rsa_keygen_bits:1024"])])
def test_a_key_of_an_unusual_kind(tmp_path, name, options):
    (tmp_path / "pki").mkdir()
    signer = Signer(tmp_path / "pki", *(word for option in options for word in ("-pkeyopt", option)))
    ended = judge(tmp_path, signer, signer.rsa({"alg": "RS256", "x5c": signer.x5c}, b"x"))
    assert ended.code == 1 and "signature" in bad_checks(ended), name


def test_an_e_3_forgery(tmp_path):
    """Bleichenbacher 2006: a cube root whose cube begins like a good block, with rubbish behind the hash."""
    (tmp_path / "pki").mkdir()
    signer = Signer(tmp_path / "pki", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:3")
    head, payload = b64u(json.dumps({"alg": "RS256", "x5c": signer.x5c}).encode()), b64u(b"forged")
    digest = hashlib.sha256(f"{head}.{payload}".encode()).digest()
    block = b"\x00\x01" + b"\xff" * 8 + b"\x00" + bytes.fromhex("3031300d060960864801650304020105000420") + digest
    low = int.from_bytes(block + b"\x00" * (256 - len(block)), "big")
    root = cube_root(low)
    assert (root ** 3).to_bytes(256, "big").startswith(block)
    ended = judge(tmp_path, signer, f"{head}.{payload}.{b64u(root.to_bytes(256, 'big'))}")
    assert ended.code == 1 and "signature" in bad_checks(ended)


def cube_root(value):
    """The smallest number whose cube is not below `value`."""
    low, high = 0, 1 << (value.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle ** 3 < value else (low, middle)
    return low
