# SPDX-License-Identifier: Apache-2.0
"""Proven is said only of bytes that everybody reads alike: whatever is moved, doubled, put in or behind, a signature that is called good is
one that other programs accept too, over the same content, by the same signer."""
import base64
import json
import random

import pytest
from jwcrypto import jws

from conftest import openssl, run
from test_cms import CMS_VERIFY, openssl_sign, pki
from test_cms_attacks import der, items
from test_jws import Signer, b64u, flattened, judged_by_jwcrypto

CONTENT = "契約書\n" * 10


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A letter, its signatures by OpenSSL, and a signer of JWS."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "letter.txt").write_text(CONTENT)
    pki(folder)
    return folder


@pytest.fixture(scope="module")
def detached(desk):
    return openssl_sign(desk, desk / "letter.txt", "-outform", "DER", "-cades", "-md", "sha256").read_bytes()


@pytest.fixture(scope="module")
def signer(tmp_path_factory):
    return Signer(tmp_path_factory.mktemp("jws"))


def verify(desk, data, *options):
    (desk / "judged").write_bytes(data)
    return run("verify", desk / "judged", "--json", "--trust", desk / "oca.pem", *options)


def pem(data, label="CMS", inside="", before="", behind=""):
    lines = base64.encodebytes(data).decode()
    return f"{before}-----BEGIN {label}-----\n{inside}{lines}-----END {label}-----\n{behind}".encode()


# Files around a signature.
@pytest.mark.parametrize("label", ["CMS", "PKCS7", "PKCS #7 SIGNED DATA"])
def test_pem_of_every_label_with_blank_lines_behind_is_good(desk, detached, label):
    for behind in ("", "\n", "\r\n \n"):
        assert verify(desk, pem(detached, label, behind=behind), "--content", desk / "letter.txt").code == 0


AROUND = {
    "DER and a byte": lambda d: d + b"\0", "DER and a line end": lambda d: d + b"\n", "DER twice": lambda d: d + d,
    "text before PEM": lambda d: pem(d, before="by the minister\n"), "text behind PEM": lambda d: pem(d, behind="and 900 yen\n"),
    "NUL behind PEM": lambda d: pem(d) + b"\0", "PEM twice": lambda d: pem(d) + pem(d),
    "a certificate behind": lambda d: pem(d) + pem(d, "CERTIFICATE"),
    "headers in PEM": lambda d: pem(d, inside="Note: by the minister\n\n"), "labelled a certificate": lambda d: pem(d, "CERTIFICATE"),
    "a byte more in PEM": lambda d: pem(d + b"\0"),
}


@pytest.mark.parametrize("how", AROUND)
def test_anything_around_a_cms_is_bad(desk, detached, how):
    ended = verify(desk, AROUND[how](detached), "--content", desk / "letter.txt", "--format", "cms")
    assert ended.code == 1 and ended.json["signatures"][0]["checks"][0]["reason"], ended.out


def test_a_trusted_certificate_may_have_text_before_it_and_others_behind(desk, detached):
    content = ["--content", desk / "letter.txt"]
    as_text = openssl("x509", "-in", desk / "oca.pem", "-text").stdout
    another = openssl("x509", "-in", desk / "signer.pem").stdout
    for text in (as_text, as_text + b"\n\n", another + as_text, as_text + another):
        (desk / "trust.pem").write_bytes(text)
        (desk / "judged").write_bytes(detached)
        assert run("verify", desk / "judged", "--trust", desk / "trust.pem", *content).code == 0
    raw = openssl("x509", "-in", desk / "oca.pem", "-outform", "DER").stdout
    for bad in (raw + b"\0", as_text + b"text behind\n",
                as_text.replace(b"-----BEGIN CERTIFICATE-----\n", b"-----BEGIN CERTIFICATE-----\nA: b\n\n")):
        (desk / "trust.pem").write_bytes(bad)
        assert run("verify", desk / "judged", "--trust", desk / "trust.pem", *content).code not in (0, 1)


def test_a_certificate_with_an_extension_twice_is_none(desk, detached):
    """Each reader takes another of the two; a CA that makes such a thing is not trusted with it."""
    whole = openssl("x509", "-in", desk / "oca.pem", "-outform", "DER").stdout
    node = parse(whole)
    extensions = [n for n in node.walk() if n.tag == 0xA3][0].children[0]
    extensions.children.append(extensions.children[0])
    assert openssl("x509", "-inform", "DER", "-noout", data=node.encoded()).returncode == 0   # others read it
    (desk / "twice.der").write_bytes(node.encoded())
    (desk / "judged").write_bytes(detached)
    assert run("verify", desk / "judged", "--content", desk / "letter.txt", "--trust", desk / "twice.der", "--trust",
               desk / "oca.pem").code not in (0, 1)


def test_bytes_behind_a_crl_make_it_say_nothing(desk, detached):
    (desk / "c.cnf").write_text(f"[ca]\ndefault_ca=c\n[c]\ndatabase={desk}/index.txt\ncrlnumber={desk}/number\ndefault_md=sha256\n"
                                f"default_crl_days=30\n")
    (desk / "index.txt").touch()
    (desk / "number").write_text("01")
    made = openssl("ca", "-config", desk / "c.cnf", "-cert", desk / "oca.pem", "-keyfile", desk / "oca.key", "-gencrl", "-out",
                   desk / "crl.pem")
    assert made.returncode == 0, made.stderr
    crl = openssl("crl", "-in", desk / "crl.pem", "-outform", "DER").stdout
    for data, code in ((crl, 0), (crl + b"\0", 1)):
        (desk / "crl").write_bytes(data)
        assert verify(desk, detached, "--content", desk / "letter.txt", "--crl", desk / "crl").code == code


# The objects of a CMS.
class Node:
    """One object of DER: with children, or with a value."""

    def __init__(self, tag, value=b"", children=None, off=0):
        self.tag, self.value, self.children, self.off = tag, value, children, off

    def encoded(self):
        content = self.value if self.children is None else b"".join(c.encoded() for c in self.children)
        whole = der(self.tag, content)
        if self.off == 0 or len(content) + self.off < 0:
            return whole
        told = der(self.tag, bytes(len(content) + self.off))   # a length that is not the content's
        return told[:len(told) - len(content) - self.off] + content

    def walk(self):
        yield self
        for child in self.children or []:
            yield from child.walk()


def parse(data):
    content = next(items(data))[1]
    return Node(data[0], content) if not data[0] & 0x20 else Node(data[0], children=[parse(whole) for whole, _ in items(content)])


def mixed(data, chance):
    """One object moved, doubled, dropped, swapped, put in, or with a length of its own."""
    tree = parse(data)
    parents = [n for n in tree.walk() if n.children]
    here, there = chance.choice(parents), chance.choice(parents)
    at, to = chance.randrange(len(here.children)), chance.randrange(len(there.children) + 1)
    kind = chance.choice(["double", "move", "drop", "swap", "insert", "length", "behind"])
    if kind == "double":
        here.children.insert(at, here.children[at])
    elif kind == "move":
        moved = here.children.pop(at)
        if there not in moved.walk():
            there.children.insert(min(to, len(there.children)), moved)
    elif kind == "drop":
        here.children.pop(at)
    elif kind == "swap":
        here.children.reverse()
    elif kind == "insert":
        here.children.insert(at, Node(chance.choice([0x02, 0x04, 0x0C, 0x30, 0x31, 0xA0, 0xA1, 0x5F]),
                                      b"\x01" if chance.random() < 0.5 else b""))
    elif kind == "length":
        here.off = chance.choice([-2, -1, 1, 2])
    else:
        here.children.append(Node(0x04, b"behind"))
    return tree.encoded()


def by_openssl(desk, data):
    (desk / "other").write_bytes(data)
    return openssl(*CMS_VERIFY[:1], "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-in", desk / "other", "-content",
                   desk / "letter.txt",
                   "-CAfile", desk / "oca.pem")


def test_objects_of_a_cms_moved_doubled_and_put_in(desk, detached):
    chance, good = random.Random(17), 0
    content = ["--content", desk / "letter.txt"]
    shown = verify(desk, detached, *content).json["signatures"]
    for _ in range(300):
        data = mixed(detached, chance)
        ended = verify(desk, data, *content)
        assert ended.code in (0, 1), ended.out
        if ended.code == 1:
            continue
        good += 1
        other = by_openssl(desk, data)
        assert other.returncode == 0 and other.stdout == CONTENT.encode(), (data.hex(), other.stderr)
        now = ended.json["signatures"]
        assert len(now) == 1 and all(now[0][key] == shown[0][key] for key in ("signer", "claimed_time")), now
    assert good > 0   # a certificate less or twice, which decides nothing


def signer_infos(tree):
    return [n for n in tree.children[1].children[0].children if n.tag == 0x31][-1]


def test_a_signer_twice_is_bad(desk, detached):
    tree = parse(detached)
    signer_infos(tree).children *= 2
    ended = verify(desk, tree.encoded(), "--content", desk / "letter.txt")
    assert ended.code == 1 and [c["check"] for s in ended.json["signatures"] for c in s["checks"] if c["result"] == "bad"] == ["form",
                                                                                                                               "form"]


@pytest.mark.parametrize("oid", ["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5", "1.2.840.113549.1.9.16.2.47"])
@pytest.mark.parametrize("how", ["twice", "two values"])
def test_a_signed_attribute_twice_is_bad_though_it_is_signed(desk, detached, oid, how):
    """By a signer who wants two readers to see two times, or two certificates: the value fits."""
    wanted = openssl("asn1parse", "-genstr", f"OID:{oid}", "-out", desk / "oid", "-noout") and (desk / "oid").read_bytes()
    tree = parse(detached)
    info = signer_infos(tree).children[0]
    attributes = next(n for n in info.children if n.tag == 0xA0)
    one = next(a for a in attributes.children if a.children[0].encoded() == wanted)
    if how == "twice":
        attributes.children.append(one)
    else:
        one.children[1].children *= 2
    attributes.children.sort(key=Node.encoded)
    signed = b"\x31" + attributes.encoded()[1:]
    value = openssl("dgst", "-sha256", "-sign", desk / "signer.key", data=signed).stdout
    next(n for n in info.children if n.tag == 0x04).value = value
    ended = verify(desk, tree.encoded(), "--content", desk / "letter.txt")
    assert ended.code == 1, ended.out


def test_the_signer_of_the_test_before_makes_good_ones(desk, detached):
    tree = parse(detached)
    info = signer_infos(tree).children[0]
    attributes = next(n for n in info.children if n.tag == 0xA0)
    next(n for n in info.children if n.tag == 0x04).value = openssl("dgst", "-sha256", "-sign", desk / "signer.key",
                                                                    data=b"\x31" + attributes.encoded()[1:]).stdout
    assert verify(desk, tree.encoded(), "--content", desk / "letter.txt").code == 0


def test_pieces_of_content_as_deep_as_others_take_them(desk):
    """BER lets a string consist of strings, which consist of strings."""
    attached = openssl_sign(desk, desk / "letter.txt", "-outform", "DER", "-nodetach", "-md", "sha256").read_bytes()
    for depth in range(1, 12):
        tree = parse(attached)
        octets = tree.children[1].children[0].children[2].children[1]
        for _ in range(depth):
            octets.children = [Node(0x24, children=octets.children)]
        ended = verify(desk, tree.encoded())
        (desk / "other").write_bytes(tree.encoded())
        other = openssl("cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-in", desk / "other", "-CAfile",
                        desk / "oca.pem")
        assert ended.code == 1 or other.stdout == CONTENT.encode(), depth
        assert depth > 2 or ended.code == 0


# JWS.
def good_jws(signer, **more):
    return flattened(signer.rsa({"alg": "RS256", "x5c": signer.x5c, **more}, b"pay 100 yen"))


def judge_jws(tmp_path, signer, text):
    (tmp_path / "j").write_bytes(text if isinstance(text, bytes) else text.encode())
    return run("verify", tmp_path / "j", "--json", "--format", "jws", "--trust", signer.ca)


AROUND_JWS = {
    "NUL": lambda t: t + "\0", "NUL and another": lambda t: t + '\0{"payload":"eA"}', "a byte order mark": lambda t: "\ufeff" + t,
    "another": lambda t: t + "\n" + t,
    "NUL in front": lambda t: "\0" + t, "a letter": lambda t: t + "x", "another payload in capitals": lambda t: t[:-1] + ',"PAYLOAD":"eA"}',
    "only a payload in capitals": lambda t: t.replace('"payload"', '"Payload"') ,
    "two signatures by case": lambda t: '{"Signature":"eA",' + t[1:],
    "a payload twice": lambda t: t[:-1] + ',"payload":"eA"}', "a comment": lambda t: t[:-1] + "/* */}",
}


@pytest.mark.parametrize("how", AROUND_JWS)
def test_anything_around_a_jws_is_bad(tmp_path, signer, how):
    ended = judge_jws(tmp_path, signer, AROUND_JWS[how](good_jws(signer)))
    assert ended.code == 1 or (ended.code == 2 and how == "only a payload in capitals"), ended.out


@pytest.mark.parametrize("behind", ["\0", "\0x", " ", "\n\0", "\f", ".", "\n."])
def test_anything_but_line_ends_behind_a_compact_one_is_bad(tmp_path, signer, behind):
    compact = signer.rsa({"alg": "RS256", "x5c": signer.x5c}, b"x")
    assert judge_jws(tmp_path, signer, compact + "\r\n\n").code == 0
    assert judge_jws(tmp_path, signer, compact + behind).code == 1


@pytest.mark.parametrize("change", [lambda h: h + b"\0", lambda h: b"\xef\xbb\xbf" + h, lambda h: h[:-1] + b',"ALG":"none"}',
                                    lambda h: h[:-1] + b',"Crit":["exp"]}',
                                    lambda h: h[:-1] + b',"B64":false}', lambda h: h + b'\0{"alg":"none"}'])
def test_a_signed_header_that_others_read_otherwise_is_bad(tmp_path, signer, change):
    header = json.dumps({"alg": "RS256", "x5c": signer.x5c}).encode()
    assert judge_jws(tmp_path, signer, signer.rsa(header, b"x")).code == 0
    assert judge_jws(tmp_path, signer, signer.rsa(change(header), b"x")).code == 1


def test_a_time_with_something_behind_it_is_not_shown(tmp_path, signer):
    ended = judge_jws(tmp_path, signer, signer.rsa({"alg": "RS256", "x5c": signer.x5c, "sigT": "2026-01-31T12:00:00Z\0, in Tokyo"}, b"x"))
    assert ended.json["signatures"][0]["claimed_time"] is None


def test_members_of_a_jws_moved_doubled_and_put_in(tmp_path, signer):
    chance, good = random.Random(17), 0
    parts = json.loads(good_jws(signer))
    for _ in range(200):
        members = list(parts.items())
        for _ in range(chance.choice([1, 1, 2])):
            kind, at = chance.choice(["double", "drop", "rename", "insert", "swap", "junk"]), chance.randrange(max(1, len(members)))
            if kind == "double" and members:
                members.insert(chance.randrange(len(members)), (members[at][0], chance.choice([members[at][1], b64u(b"evil")])))
            elif kind == "drop" and members:
                members.pop(at)
            elif kind == "rename" and members:
                members[at] = (chance.choice([str.upper, str.title, lambda n: n + "\0", lambda n: "x" + n])(members[at][0]), members[at][1])
            elif kind == "insert":
                members.append((chance.choice(["header", "Header", "signatures", "note", "PAYLOAD"]),
                                chance.choice([{"kid": "1"}, [], "x", None, {"alg": "none"}])))
            elif kind == "swap":
                chance.shuffle(members)
        text = "{" + ",".join(f"{json.dumps(n)}:{json.dumps(v)}" for n, v in members) + "}"
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(["", "", "", "\0", " ", "\n", "\ufeff"]) + text[at:]
        ended = judge_jws(tmp_path, signer, text)
        assert ended.code in (0, 1, 2), ended.out
        if ended.code == 0:
            good += 1
            try:
                seen = judged_by_jwcrypto(text)
            except (jws.InvalidJWSSignature, jws.InvalidJWSObject, ValueError) as refused:
                raise AssertionError(text) from refused
            assert seen == b"pay 100 yen"
    assert good > 0

