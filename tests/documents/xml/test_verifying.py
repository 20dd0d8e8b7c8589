# SPDX-License-Identifier: Apache-2.0
"""What we verify: our own signatures and those of xmlsec1 and the JDK."""
import base64
import re

import pytest

from conftest import run

DSIG = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
RSA = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ENVELOPED = DSIG + "enveloped-signature"


def template(references, c14n=C14N, method=RSA, key_info="<X509Data><X509Certificate/></X509Data>", objects=""):
    return (f'<Signature xmlns="{DSIG}"><SignedInfo><CanonicalizationMethod Algorithm="{c14n}"/><SignatureMethod Algorithm="{method}"/>'
            f'{references}</SignedInfo><SignatureValue/><KeyInfo>{key_info}</KeyInfo>{objects}</Signature>')


def reference(uri, *transforms, digest=SHA256):
    inner = "".join(f'<Transform Algorithm="{t}"/>' for t in transforms)
    return (f'<Reference URI="{uri}">{"<Transforms>" + inner + "</Transforms>" if inner else ""}<DigestMethod '
            f'Algorithm="{digest}"/><DigestValue/></Reference>')


def sign_with_xmlsec(pki, path, text, *options):
    (path.parent / "template.xml").write_text(text, encoding="utf-8")
    made = run("xmlsec1", "--sign", "--privkey-pem", f"{pki}/signer0.key,{pki}/signer0.pem", "--output", path, *options, "template.xml",
               cwd=path.parent)
    assert made.code == 0, made.err


def good(ended, *covered):
    assert ended.code == 0 and not ended.bad, ended.out
    assert ended.every("covered") == list(covered)


@pytest.mark.parametrize("options", [{}, {"exclusive": 1}, {"digest": "sha512"}, {"xades": 1}])
def test_our_own(sign, verify, order, tmp_path, options):
    out = tmp_path / "o.xml"
    sign(out, input=order, **options)
    good(verify(out), "/")
    sign(out, "enveloping", input=order, **options)
    ended = verify(out)
    assert ended.code == 0 and ended.every("covered") == ["/Signature/Object"]
    sign(out, "detached", folder=tmp_path, file=["order.xml"], **options)
    good(verify(out, folder=tmp_path), "file:order.xml")
    assert verify(out).bad == {"references": "the file of a reference was not given and is not beside the signature",
                               "coverage": "the signature covers no content"}
    order.write_bytes(order.read_bytes() + b"\n")
    assert "references" in verify(out, folder=tmp_path).bad


def test_several_signers(sign, verify, order, tmp_path):
    previous = order
    for n in range(3):
        sign(tmp_path / f"{n}.xml", input=previous, signer=n % 2)
        previous = tmp_path / f"{n}.xml"
    good(verify(previous), "/", "/", "/")
    assert len(verify(previous).every("signature")) == 3
    text = previous.read_text(encoding="utf-8")
    previous.write_text(text.replace("机", "杭"), encoding="utf-8")
    assert verify(previous).out.count("bad references the content is not what was signed") == 3


@pytest.mark.parametrize("escaped", [{}, {"escaped": 1}])
def test_egov_raw_and_escaped(sign, verify, kousei, tmp_path, escaped):
    previous = kousei
    for n in range(2):
        sign(tmp_path / f"{n}.xml", "egov", input=previous, folder=tmp_path, signer=n, **escaped)
        previous = tmp_path / f"{n}.xml"
    ended = verify(previous, folder=tmp_path)
    good(ended, *["/DataRoot/構成情報", "file:950A010700001_01.xml", "file:map.pdf"] * 2)
    assert "good coverage 構成情報 and the files it was signed with; nothing else of this document" in ended.out
    (tmp_path / "map.pdf").unlink()
    assert "references" in verify(previous, folder=tmp_path).bad


def test_egov_individual_files(sign, verify, kousei, tmp_path):
    sign(tmp_path / "o.xml", "egov-files", input=kousei, folder=tmp_path, file="map.pdf")
    ended = verify(tmp_path / "o.xml", folder=tmp_path)
    good(ended, "file:map.pdf")
    assert "good coverage the files alone; nothing of this document" in ended.out
    sign(tmp_path / "listed.xml", "egov-files", input=kousei, folder=tmp_path)
    good(verify(tmp_path / "listed.xml", folder=tmp_path), "file:950A010700001_01.xml", "file:map.pdf")
    files = [tmp_path / "950A010700001_01.xml", tmp_path / "map.pdf"]
    good(verify(tmp_path / "listed.xml", content=files), "file:950A010700001_01.xml", "file:map.pdf")
    assert "references" in verify(tmp_path / "listed.xml", content=files[:1]).bad


def test_xades_time_stamps(sign, verify, order, tsa, pki, tmp_path):
    out, trust = tmp_path / "o.xml", [pki / "ca.pem", tsa / "tsa.pem"]
    sign(out, input=order, tsa=tsa)
    ended = verify(out)
    assert ("not-checked timestamp holds, but nobody said that this authority is trusted (--trust)" in ended.out
            and not ended.every("stamped"))
    ended = verify(out, trust=trust)
    good(ended, "/")
    assert ended.every("claimed") and abs(int(ended.every("stamped")[0]) - int(ended.every("claimed")[0])) < 60
    sign(tmp_path / "other.xml", input=order, tsa=tsa)
    token = "<xades:EncapsulatedTimeStamp>[^<]*"
    moved = re.sub(token, re.search(token, (tmp_path / "other.xml").read_text()).group(), out.read_text())
    out.write_text(moved)
    assert verify(out, trust=trust).bad == {"timestamp": "the time stamp is over something else"}
    sign(out, input=order, tsa=tsa)
    text = out.read_text()
    token = bytearray(base64.b64decode(re.search("<xades:EncapsulatedTimeStamp>([^<]*)", text).group(1)))
    token[-5] ^= 1   # in the value of the authority's signature
    out.write_text(re.sub("(<xades:EncapsulatedTimeStamp>)[^<]*", r"\g<1>" + base64.b64encode(token).decode(), text))
    assert "not-checked timestamp" not in verify(out).out and verify(out).bad == {"timestamp": "the time stamp's signature does not hold"}


def test_foreign_enveloped_by_xmlsec(pki, verify, order, tmp_path):
    out = tmp_path / "o.xml"
    for c14n in (C14N, EXC, C14N + "#WithComments", "http://www.w3.org/2006/12/xml-c14n11"):
        sign_with_xmlsec(pki, out, order.read_text(encoding="utf-8").replace("</Order>",
                                                                             template(reference("", ENVELOPED, c14n), c14n) + "</Order>"))
        good(verify(out), "/")
    for digest, method in (("http://www.w3.org/2001/04/xmldsig-more#sha384", "rsa-sha384"),
                           ("http://www.w3.org/2001/04/xmlenc#sha512", "rsa-sha512")):
        text = template(reference("", ENVELOPED, digest=digest), C14N, "http://www.w3.org/2001/04/xmldsig-more#" + method)
        sign_with_xmlsec(pki, out, order.read_text(encoding="utf-8").replace("</Order>", text + "</Order>"))
        good(verify(out), "/")


def test_foreign_by_xmlsec_detached_and_enveloping(pki, verify, order, tmp_path):
    out = tmp_path / "o.xml"
    sign_with_xmlsec(pki, out, template(reference("order.xml") + reference("order.xml", EXC)))
    good(verify(out, folder=tmp_path), "file:order.xml", "file:order.xml")
    sign_with_xmlsec(pki, out, template(reference("#x", EXC), objects='<Object Id="x"><a xmlns="">机</a></Object>'))
    good(verify(out), "/Signature/Object")


def test_foreign_partial_cover_needs_the_name_of_what_is_used(pki, verify, tmp_path):
    out = tmp_path / "o.xml"
    text = f'<r><head/><body Id="b"><n>1</n></body>{template(reference("#b", EXC))}</r>'
    sign_with_xmlsec(pki, out, text, "--id-attr:Id", "body")
    assert list(verify(out).bad) == ["coverage"] and verify(out).every("covered") == ["/r/body"]
    good(verify(out, use="/r/body"), "/r/body")
    good(verify(out, use="/r/body/n"), "/r/body")
    assert verify(out, use="/r/head").bad == {"coverage": "an element that is used is not covered, or not there exactly once"}


@pytest.mark.parametrize("form", ["enveloped", "exclusive", "enveloping", "detached"])
def test_foreign_by_the_jdk(pki, verify, java, order, tmp_path, form):
    out = tmp_path / "o.xml"
    made = java("sign", pki / "signer0.p8", pki / "signer0.der", order, out, form)
    assert made.code == 0, made.out
    ended = verify(out, folder=tmp_path)
    assert ended.code == 0, ended.out


def test_sha1_by_the_jdk(pki, verify, java, order, tmp_path):
    made = java("sign", pki / "signer0.p8", pki / "signer0.der", order, tmp_path / "o.xml", "sha1")
    assert made.code == 0, made.out
    assert verify(tmp_path / "o.xml").bad == {"form": "SHA-1 or MD5: too weak to prove anything"}


def test_without_trust_nothing_is_good(sign, verify, order, tmp_path):
    sign(tmp_path / "o.xml", input=order)
    ended = verify(tmp_path / "o.xml", trust=[])
    assert ended.code == 1 and "chain" in ended.bad


def test_unsigned_and_no_xml(verify, order, tmp_path):
    ended = verify(order)
    assert (ended.code, ended.bad) == (1, {"signature": "there is no signature in this document"})
    (tmp_path / "x").write_bytes(b"no xml")
    assert verify(tmp_path / "x").out == "error malformed\n"


def test_flipped_bytes_are_never_good(sign, verify, order, tmp_path):
    out = tmp_path / "o.xml"
    sign(out, input=order, xades=1)
    whole = out.read_bytes()
    start = whole.index(b"<ds:Signature ")
    value = slice(whole.index(b"<ds:KeyInfo>"), whole.index(b"</ds:KeyInfo>"))
    for position in range(40, len(whole), 97):
        damaged = bytearray(whole)
        damaged[position] ^= 1
        (tmp_path / "x.xml").write_bytes(damaged)
        ended = verify(tmp_path / "x.xml")
        if ended.code == 0:   # the CA's certificate, which is trusted anyway and needed from nowhere
            assert value.start < position < value.stop and position > start
    assert re.search(b"<xades:SigningTime>[^<]*Z</xades:SigningTime>", whole)
