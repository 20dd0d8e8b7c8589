# SPDX-License-Identifier: Apache-2.0
"""Known attacks on XML signatures: each must be bad, with the name of the problem. (McIntosh and Austel 2005: signature wrapping;
Somorovsky et al. 2012: its variants; the comment in a text: CVE-2017-11427; several SignedInfo: CVE-2025-29774; a comment in DigestValue:
CVE-2025-29775; the truncated HMAC: CVE-2009-0217.)"""
import base64
import hashlib
import re
import subprocess

import pytest

from conftest import run
from test_verifying import C14N, DSIG, ENVELOPED, EXC, SHA256, reference, sign_with_xmlsec, template

PARTIAL = "only parts of the document are covered, and what is used of it was not named"


def parts_of(text):
    """Before the signature, it, after it."""
    return re.fullmatch("(.*?)(<(?:ds:)?Signature .*</(?:ds:)?Signature>)(.*)", text, re.S).groups()


@pytest.fixture
def signed(sign, order, tmp_path):
    sign(tmp_path / "o.xml", input=order)
    return (tmp_path / "o.xml").read_text(encoding="utf-8")


@pytest.fixture
def judge(verify, tmp_path):
    def do(text, **options):
        path = tmp_path / "attack.xml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        ended = verify(path, **options)
        assert ended.code == 1, ended.out
        return ended.bad
    return do


@pytest.fixture
def by_id(pki, tmp_path):
    """A message whose body is signed by its Id, as SOAP and SAML do."""
    def do(body='<b:Body xmlns:b="urn:b" Id="body"><pay>10</pay></b:Body>'):
        sign_with_xmlsec(pki, tmp_path / "s.xml", f'<Envelope><Header>{template(reference("#body", EXC))}</Header>{body}</Envelope>',
                         "--id-attr:Id", "Body")
        return (tmp_path / "s.xml").read_text(encoding="utf-8").split("?>\n")[1]
    return do


class TestWrapping:
    EVIL = '<b:Body xmlns:b="urn:b" Id="evil"><pay>9999</pay></b:Body>'

    def split(self, text):
        body = re.search("<b:Body .*</b:Body>", text, re.S).group()
        return text.replace(body, "@"), body

    def test_the_original_moves_into_a_wrapper(self, by_id, judge):
        frame, body = self.split(by_id())
        attack = frame.replace("@", self.EVIL).replace("</Header>", f"<Wrapper>{body}</Wrapper></Header>")
        assert judge(attack) == {"coverage": "the signature stands where none belongs"}
        assert judge(frame.replace("@", self.EVIL).replace("</Envelope>", f"<Wrapper>{body}</Wrapper></Envelope>")) == {"coverage": PARTIAL}
        unused = {"coverage": "an element that is used is not covered, or not there exactly once"}
        assert judge(attack, use="/Envelope/Body") == unused

    def test_the_original_moves_beside_under_the_same_path(self, by_id, judge):
        frame, body = self.split(by_id())
        for attack in (frame.replace("@", self.EVIL + body), frame.replace("@", body + self.EVIL)):
            assert judge(attack, use="/Envelope/Body") == {"coverage": "an element that is used is not covered, or not there exactly once"}

    def test_the_original_moves_into_an_object_of_the_signature(self, by_id, judge):
        frame, body = self.split(by_id())
        body = body.replace("<b:Body ", '<b:Body xmlns="" ')   # so that its exclusive canonical form stays what it was
        attack = frame.replace("@", self.EVIL).replace("</Signature>", f"<Object>{body}</Object></Signature>")
        assert judge(attack) == {"coverage": PARTIAL}
        assert "coverage" in judge(attack, use="/Envelope/Body")

    def test_two_elements_with_one_id(self, by_id, judge):
        frame, body = self.split(by_id())
        for evil in (self.EVIL.replace("evil", "body"), self.EVIL.replace('Id="evil"', 'ID="body"'),
                     self.EVIL.replace('Id="evil"', 'xml:id="body"')):
            for attack in (frame.replace("@", evil + body), frame.replace("@", body + evil)):
                bad = judge(attack, use="/Envelope/Body")
                assert bad["references"] == "several elements carry the Id of a reference"

    def test_an_escaped_and_a_raw_id(self, kousei, sign, judge, tmp_path):
        """#%E6.. must not mean one element to us and another to a program that does not decode."""
        sign(tmp_path / "o.xml", "egov", input=kousei, folder=tmp_path, escaped=1)
        text = (tmp_path / "o.xml").read_text(encoding="utf-8")
        evil = text.replace("<その他/>", '<その他 Id="%E6%A7%8B%E6%88%90%E6%83%85%E5%A0%B1"/>')
        assert judge(evil, folder=tmp_path)["references"] == "several elements carry the Id of a reference"

    def test_the_whole_document_in_an_object(self, signed, judge):
        """The signed document becomes content of a signature whose value does not fit."""
        before, signature, after = parts_of(signed)
        document = before.split("?>\n")[1] + signature + after
        wrapping = signature.replace("</ds:Signature>", "<ds:Object>" + document + "</ds:Object></ds:Signature>")
        bad = judge(f'<Order xmlns="urn:order"><Item>evil</Item>{wrapping}</Order>')
        assert bad["references"] == "the content is not what was signed"

    def test_the_document_inside_another(self, signed, judge):
        bad = judge("<evil><pay/>" + signed.split("?>\n")[1] + "</evil>")
        assert "references" in bad and bad["coverage"] in ("the signature stands where none belongs", "the signature covers no content")

    def test_the_signature_elsewhere(self, signed, judge):
        before, signature, after = parts_of(signed)
        assert judge(before.replace("</Item>", signature + "</Item>") + after) == {"coverage": "the signature stands where none belongs"}

    def test_egov_body_replaced(self, kousei, sign, judge, tmp_path):
        sign(tmp_path / "o.xml", "egov", input=kousei, folder=tmp_path)
        text = (tmp_path / "o.xml").read_text(encoding="utf-8")
        body = re.search("<構成情報 .*</構成情報>", text, re.S).group()
        evil = body.replace(' ID="構成情報"', "").replace("電子申請", "別の申請")
        several = {"coverage": "there are several 構成情報, or it does not stand before its 署名情報"}
        for attack in (text.replace(body, evil).replace("<その他/>", f"<その他>{body}</その他>"), text.replace(body, body + evil),
                       text.replace(body, evil + body)):
            assert judge(attack, folder=tmp_path) == several
        inside = body.replace("<構成情報", '<構成情報 xmlns=""', 1)
        assert several.items() <= judge(text.replace(body, evil).replace("</Signature>", f"<Object>{inside}</Object></Signature>"),
                                        folder=tmp_path).items()

    def test_something_unsigned_in_an_object(self, signed, judge):
        assert judge(signed.replace("</ds:Signature>", '<ds:Object><Order xmlns="urn:order">evil</Order></ds:Object></ds:Signature>')) == \
            {"coverage": "an Object inside the signature is not covered"}
        attack = signed.replace("</ds:Signature>", "<ds:Object><pay>9999</pay></ds:Object></ds:Signature>")
        assert (judge(attack, use="/Order/Signature/Object/pay")
                == {"coverage": "an element that is used is not covered, or not there exactly once"})


class TestStructure:
    FORM = {"form": "the signature does not have the structure it must have"}

    def test_two_signed_infos(self, signed, judge):
        info = re.search("<ds:SignedInfo>.*</ds:SignedInfo>", signed, re.S).group()
        evil = re.sub("<ds:DigestValue>[^<]*", "<ds:DigestValue>" + base64.b64encode(bytes(32)).decode(), info)
        for attack in (evil + info, info + evil):
            assert judge(signed.replace(info, attack)) == self.FORM

    def test_a_wrapped_signed_info(self, signed, judge):
        info = re.search("<ds:SignedInfo>.*</ds:SignedInfo>", signed, re.S).group()
        evil = re.sub("<ds:DigestValue>[^<]*", "<ds:DigestValue>" + base64.b64encode(bytes(32)).decode(), info)
        assert "signature" in judge(signed.replace(info, evil).replace("</ds:Signature>", f"<ds:Object>{info}</ds:Object></ds:Signature>"))
        assert judge(signed.replace(info, f"<ds:SignedInfo>{info}</ds:SignedInfo>")) == self.FORM

    def test_two_values(self, signed, judge):
        value = re.search("<ds:SignatureValue>.*</ds:SignatureValue>", signed, re.S).group()
        assert judge(signed.replace(value, value + value)) == self.FORM

    def test_no_reference(self, signed, judge):
        assert judge(re.sub("<ds:Reference .*</ds:Reference>", "", signed, flags=re.S)) == {"form": "the signature refers to nothing"}

    def test_a_thousand_references(self, signed, judge):
        one = re.search("<ds:Reference .*</ds:Reference>", signed, re.S).group()
        assert judge(signed.replace(one, one * 1001)) == {"form": "too many references"}
        assert judge(signed.replace(one, one * 33)) == {"form": "too many references"}

    def test_a_comment_in_a_digest_or_value(self, signed, judge):
        """Canonical forms drop comments: a program that reads the first text sees what an attacker wrote."""
        digest = re.search("<ds:DigestValue>([^<]*)", signed).group(1)
        evil = base64.b64encode(hashlib.sha256(b"evil").digest()).decode()
        for attack in (f"<!--{evil}-->{digest}", f"{evil}<!--{digest}-->", f"<!---->{digest}"):
            assert "a reference does not have the form it must have" in judge(signed.replace(digest, attack)).values()
        value = re.search("<ds:SignatureValue>([^<]*)", signed).group(1)
        assert judge(signed.replace(value, f"<!--x-->{value}")) == self.FORM

    def test_a_truncated_digest(self, signed, judge):
        digest = re.search("<ds:DigestValue>([^<]*)", signed).group(1)
        for size in (0, 1, 16, 31, 33):
            short = base64.b64encode((base64.b64decode(digest) + b"x")[:size]).decode()
            assert judge(signed.replace(digest, short))["references"] == "a digest is shorter or longer than its algorithm's"

    def test_base64_with_odd_characters(self, signed, judge):
        digest = re.search("<ds:DigestValue>([^<]*)", signed).group(1)
        for odd in (digest + "====", digest[:-1], digest + "!", digest + "AAAA=A=="):
            assert "references" in judge(signed.replace(digest, odd))


class TestContent:
    def test_a_comment_that_splits_a_text(self, signed, judge):
        assert judge(signed.replace("椅子",
                                    "椅<!-- -->子")) == {"coverage": "a comment splits a text: no signature covers it, and programs may read "
                                                                   "another text"}

    def test_comments_elsewhere_are_harmless_and_said(self, signed, verify, tmp_path):
        (tmp_path / "c.xml").write_text(signed.replace("<Empty/>", "<!-- x --><Empty/>"), encoding="utf-8")
        assert verify(tmp_path / "c.xml").code == 0

    @pytest.mark.parametrize("change", [("a:n=\"1\"", "a:n=\"2\""), ("<Empty/>", "<Empty b=''/>"), ("xml:lang=\"ja\"", ""),
                                        ("x&#10;y", "x y"),
                                        ("<Empty/>", "<Empty/><?go?>"), ("  <Item", " <Item"), ('xmlns:a="urn:a"', 'xmlns:a="urn:b"')])
    def test_any_other_change(self, signed, judge, change):
        assert change[0] in signed
        assert judge(signed.replace(*change, 1))["references"] == "the content is not what was signed"


class TestDtd:
    DTD = {"form": "a DTD: it could define entities and Ids, and is refused"}

    @pytest.mark.parametrize("dtd", ['<!DOCTYPE Order>', '<!DOCTYPE Order [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
                                     '<!DOCTYPE Order SYSTEM "http://127.0.0.1:1/x">',
                                     '<!DOCTYPE Order [<!ATTLIST Item code ID #IMPLIED>]>',
                                     '<!DOCTYPE Order [<!ENTITY % p SYSTEM "http://127.0.0.1:1/">%p;]>',
                                     '<!DOCTYPE Order [<!ENTITY a "aaaaaaaaaa">'
                                     + "".join(f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in zip("abcdefghij", "bcdefghijk")) + ']>'])
    def test_refused_before_it_is_read(self, signed, judge, dtd):
        assert judge(signed.replace("<Order", dtd + "<Order", 1)) == self.DTD

    def test_entities_are_never_expanded(self, verify, tmp_path):
        (tmp_path / "x.xml").write_text("<a>&b;</a>")
        assert verify(tmp_path / "x.xml").out == "error malformed\n"

    def test_depth_and_size(self, verify, tmp_path):
        (tmp_path / "deep.xml").write_text("<a>" * 100000 + "</a>" * 100000)
        assert verify(tmp_path / "deep.xml").out == "error malformed\n"


class TestAlgorithms:
    @pytest.mark.parametrize("uri,reason", [
        ("http://www.w3.org/2000/09/xmldsig#rsa-sha1", "SHA-1 or MD5: too weak to prove anything"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-md5", "SHA-1 or MD5: too weak to prove anything"),
        ("http://www.w3.org/2000/09/xmldsig#hmac-sha1", "HMAC: a shared secret proves no signer (and a public key is no secret)"),
        ("urn:none", "an algorithm that is not on the list")])
    def test_signature_methods(self, signed, judge, uri, reason):
        assert judge(re.sub('SignatureMethod Algorithm="[^"]*"', f'SignatureMethod Algorithm="{uri}"', signed)) == {"form": reason}

    def test_hmac_with_the_public_key(self, pki, order, judge, tmp_path):
        """Algorithm confusion: everybody knows the public key."""
        key = run("openssl", "x509", "-in", pki / "signer0.pem", "-noout", "-pubkey").out
        (tmp_path / "key").write_text(key)
        certificate = "".join((pki / "signer0.pem").read_text().splitlines()[1:-1])
        text = template(reference("", ENVELOPED), method="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
                        key_info=f"<X509Data><X509Certificate>{certificate}</X509Certificate></X509Data>")
        (tmp_path / "template.xml").write_text(order.read_text(encoding="utf-8").replace("</Order>", text + "</Order>"), encoding="utf-8")
        made = subprocess.run(["xmlsec1", "--sign", "--hmackey", "key", "--output", "o.xml", "template.xml"], cwd=tmp_path,
                              capture_output=True, check=False)
        assert made.returncode == 0, made.stderr
        assert (judge((tmp_path / "o.xml").read_bytes())
                == {"form": "HMAC: a shared secret proves no signer (and a public key is no secret)"})

    @pytest.mark.parametrize("uri,reason",
                             [("http://www.w3.org/TR/1999/REC-xslt-19991116", "an XSLT transform: what is signed would be its output"),
                                            ("http://www.w3.org/TR/1999/REC-xpath-19991116",
                                             "an XPath transform: it can leave anything out"),
                                            ("http://www.w3.org/2002/06/xmldsig-filter2",
                                             "an XPath Filter 2 transform: it can leave anything out"),
                                            ("http://www.w3.org/2000/09/xmldsig#base64",
                                             "a base64 transform: what is signed would be hidden"),
                                            ("urn:none", "an algorithm that is not on the list")])
    def test_transforms(self, signed, judge, uri, reason):
        assert judge(signed.replace(f'Transform Algorithm="{C14N}"', f'Transform Algorithm="{uri}"'))["references"] == reason

    def test_a_real_xpath_signature_that_leaves_everything_out(self, pki, judge, tmp_path):
        """It is a valid signature for xmlsec1, of nothing."""
        xpath = ('<Reference URI=""><Transforms><Transform '
                 'Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>false()</XPath></Transform></Transforms>'
                 f'<DigestMethod Algorithm="{SHA256}"/><DigestValue/></Reference>')
        sign_with_xmlsec(pki, tmp_path / "o.xml", f"<a>10{template(xpath)}</a>")
        assert judge((tmp_path / "o.xml").read_bytes())["references"] == "an XPath transform: it can leave anything out"

    def test_digest_methods(self, signed, judge):
        sha1 = signed.replace(f'DigestMethod Algorithm="{SHA256}"', 'DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"')
        assert judge(sha1)["references"] == "SHA-1 or MD5: too weak to prove anything"

    def test_xpointers_and_addresses_are_not_followed(self, signed, judge, tmp_path):
        for uri, reason in (("#xpointer(/)", "an XPointer: only whole documents and Ids are followed"),
                            ("http://127.0.0.1:1/x", "a reference leaves the folder or names an address: it is not followed"),
                            ("file:///etc/hostname", "a reference leaves the folder or names an address: it is not followed"),
                            ("../x", "a reference leaves the folder or names an address: it is not followed"),
                            ("%2e%2e/x", "the file of a reference was not given and is not beside the signature"),
                            ("#none", "a reference names an element that is not there")):
            bare = re.sub("<ds:Transforms>.*</ds:Transforms>", "", signed.replace('URI=""', f'URI="{uri}"'), flags=re.S)
            assert judge(bare, folder=tmp_path)["references"] == reason


class TestKeys:
    def certificate(self, pki, number):
        return "".join((pki / f"signer{number}.pem").read_text().splitlines()[1:-1])

    def test_a_key_value_in_place_of_the_certificate(self, pki, order, judge, tmp_path):
        text = template(reference("", ENVELOPED), key_info="<KeyValue/>")
        sign_with_xmlsec(pki, tmp_path / "o.xml", order.read_text(encoding="utf-8").replace("</Order>", text + "</Order>"))
        assert (judge((tmp_path / "o.xml").read_bytes())["signature"]
                == "a bare key (KeyValue) and no certificate: it proves nothing about anybody")

    def test_a_key_value_beside_the_certificate_of_another(self, pki, order, judge, tmp_path):
        text = template(reference("", ENVELOPED), key_info="<KeyValue/>")
        sign_with_xmlsec(pki, tmp_path / "o.xml", order.read_text(encoding="utf-8").replace("</Order>", text + "</Order>"))
        other = f"<X509Data><X509Certificate>{self.certificate(pki, 1)}</X509Certificate></X509Data></KeyInfo>"
        attack = (tmp_path / "o.xml").read_text(encoding="utf-8").replace("</KeyInfo>", other)
        assert judge(attack)["signature"] == "the signature does not fit the certificate"

    def test_the_certificate_of_another(self, pki, signed, judge):
        assert judge(signed.replace(self.certificate(pki, 0),
                                    self.certificate(pki, 1)))["signature"] == "the signature does not fit the certificate"

    def test_no_key(self, signed, judge):
        assert judge(re.sub("<ds:KeyInfo>.*</ds:KeyInfo>", "", signed,
                            flags=re.S))["signature"] == "the signer's certificate is not in the signature"

    @pytest.mark.parametrize("options,reason", [(["-pkeyopt", "rsa_keygen_bits:1024"], "the key is no RSA key of 2048 to 8192 bits"),
                                                (["-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt",
                                                  "rsa_keygen_pubexp:340282366920938463463374607431768211507"],
                                                 "the key's public exponent is too large or too small")])
    def test_weak_and_slow_keys(self, pki, signed, judge, tmp_path, options, reason):
        run("openssl", "genpkey", "-algorithm", "RSA", *options, "-out", tmp_path / "k")
        made = run("openssl", "req", "-x509", "-key", tmp_path / "k", "-subj", "/CN=x", "-days", "1", "-outform", "DER", "-out",
                   tmp_path / "c")
        assert made.code == 0, made.err
        certificate = base64.b64encode((tmp_path / "c").read_bytes()).decode()
        assert judge(signed.replace(self.certificate(pki, 0), certificate))["signature"] == reason


class TestXades:
    @pytest.fixture
    def xades(self, sign, order, tmp_path):
        sign(tmp_path / "x.xml", input=order, xades=1)
        return (tmp_path / "x.xml").read_text(encoding="utf-8")

    UNCOVERED = "the XAdES properties are not covered by the signature"

    def test_another_time(self, xades, judge):
        bad = judge(re.sub("<xades:SigningTime>20", "<xades:SigningTime>21", xades))
        assert bad["signing-certificate"] == self.UNCOVERED and bad["references"] == "the content is not what was signed"

    def test_properties_that_are_not_covered(self, signed, xades, judge):
        ours = re.search("<ds:Object>.*</ds:Object>", xades, re.S).group()
        id_ = re.search('<ds:Signature [^>]*Id="([^"]*)"', signed).group(1)
        foreign = re.sub('Target="[^"]*"', f'Target="#{id_}"', ours)
        assert judge(signed.replace("</ds:Signature>", foreign + "</ds:Signature>")) == {"signing-certificate": self.UNCOVERED}

    def test_wrapped_properties(self, xades, judge):
        properties = re.search("<xades:SignedProperties .*</xades:SignedProperties>", xades, re.S).group()
        evil = re.sub("<xades:SigningTime>20", "<xades:SigningTime>21", re.sub(' Id="[^"]*"', "", properties, count=1))
        moved = properties.replace("<xades:SignedProperties", '<xades:SignedProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"', 1)
        attack = xades.replace(properties, evil).replace("</ds:Signature>", f'<ds:Object>{moved}</ds:Object></ds:Signature>')
        bad = judge(attack)
        assert bad["signing-certificate"] == self.UNCOVERED

    def test_two_qualifying_properties(self, xades, judge):
        ours = re.search("<ds:Object>.*</ds:Object>", xades, re.S).group()
        bad = judge(xades.replace(ours, ours + re.sub(' Id="[^"]*"', "", ours)))
        assert bad["signing-certificate"] == "the XAdES properties do not have the structure they must have"

    def test_the_certificate_of_another(self, pki, order, judge, tmp_path):
        """A valid signature whose properties name a certificate that is not the signer's."""
        wrong = base64.b64encode(hashlib.sha256(b"another").digest()).decode()
        properties = ('<Object><xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" '
                      'Target="#s"><xades:SignedProperties Id="p">'
                      '<xades:SignedSignatureProperties><xades:SigningCertificateV2><xades:Cert><xades:CertDigest>'
                      f'<DigestMethod Algorithm="{SHA256}"/><DigestValue>{wrong}</DigestValue></xades:CertDigest>'
                      '</xades:Cert></xades:SigningCertificateV2>'
                      '</xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties></Object>')
        of_properties = reference("#p", C14N).replace("<Reference ", '<Reference Type="http://uri.etsi.org/01903#SignedProperties" ')
        text = template(reference("", ENVELOPED) + of_properties, objects=properties).replace("<Signature ", '<Signature Id="s" ')
        sign_with_xmlsec(pki, tmp_path / "o.xml", order.read_text(encoding="utf-8").replace("</Order>", text + "</Order>"), "--id-attr:Id",
                         "SignedProperties")
        assert judge((tmp_path / "o.xml").read_bytes()) == {"signing-certificate": "the signature names another certificate"}


def test_the_samples_of_this_file_are_real(signed, by_id, verify, tmp_path):
    """What the attacks start from is good, so that each is bad for its own reason."""
    for name, text, options in (("a", signed, {}), ("b", by_id(), {"use": "/Envelope/Body"})):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert verify(tmp_path / name, **options).code == 0, verify(tmp_path / name, **options).out
    assert DSIG in signed
