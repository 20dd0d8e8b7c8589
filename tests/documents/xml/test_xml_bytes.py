# SPDX-License-Identifier: Apache-2.0
"""Nothing of a document is left over: whatever is put behind it, into the signature or beside the root element, a document that is called
good is one that xmlsec1 accepts too, with the content that was signed."""
import random
import re
import xml.dom.minidom as dom
import xml.etree.ElementTree as tree

import pytest

from test_verifying import reference, sign_with_xmlsec, template

SIGNED_PROPERTIES = ["--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"]


@pytest.fixture
def signed(sign, order, tmp_path):
    order.write_text('<?xml version="1.0" encoding="UTF-8"?>\n<Order xmlns="urn:order"><Item code="1">机</Item><Sum>100</Sum></Order>\n',
                     encoding="utf-8")
    sign(tmp_path / "s.xml", input=order, xades="1")
    return (tmp_path / "s.xml").read_text(encoding="utf-8")


@pytest.fixture
def judge(verify, tmp_path):
    def do(data):
        path = tmp_path / "judged.xml"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return verify(path), path
    return do


def utf16(text):
    return text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


BEHIND = {
    "NUL": lambda t: t.encode() + b"\0", "NUL and another document": lambda t: t.encode() + b"\0<evil/>",
    "text": lambda t: t.encode() + b"x",
    "another element": lambda t: t.encode() + b"<evil/>", "NUL in UTF-16": lambda t: utf16(t + "\0<evil/>"),
    "half a character": lambda t: utf16(t) + b"<",
    "a letter before": lambda t: b"x" + t.encode(), "NUL before": lambda t: b"\0" + t.encode(),
    "half a letter": lambda t: t.encode() + b"\xe6",
}


@pytest.mark.parametrize("how", BEHIND)
def test_anything_behind_or_before_a_document_is_no_document(signed, judge, how):
    ended, _ = judge(BEHIND[how](signed))
    assert ended.code != 0 and "good signature" not in ended.out, ended.out


def test_what_editors_put_there_is_good(signed, judge):
    for data in (signed, signed + "\n\n", "\ufeff" + signed, signed + "<!-- printed -->", utf16(signed)):
        assert judge(data)[0].code == 0


STRAY = {
    "text in the signature": ("<ds:SignedInfo>", "pay 900 yen<ds:SignedInfo>"),
    "text behind KeyInfo": ("</ds:KeyInfo>", "</ds:KeyInfo>pay 900 yen"),
    "CDATA in the signature": ("<ds:SignedInfo>", "<![CDATA[pay 900 yen]]><ds:SignedInfo>"),
    "text in KeyInfo": ("<ds:X509Data>", "pay 900 yen<ds:X509Data>"),
    "text in X509Data": ("<ds:X509Data>", "<ds:X509Data>pay 900 yen"),
    "an element in KeyInfo": ("<ds:X509Data>", '<p xmlns="">x</p><ds:X509Data>'),
    "an instruction in the signature": ("<ds:SignedInfo>", "<?show pay 900 yen?><ds:SignedInfo>"),
    "a second KeyInfo": ("<ds:KeyInfo>", "<ds:KeyInfo/><ds:KeyInfo>"),
    "a second value": ("<ds:SignatureValue", "<ds:SignatureValue>eA==</ds:SignatureValue><ds:SignatureValue"),
    "text in the properties": ("<xades:SignedProperties", "pay 900 yen<xades:SignedProperties"),
    "properties twice": ("</xades:QualifyingProperties>",
                         "<xades:UnsignedProperties/><xades:UnsignedProperties/></xades:QualifyingProperties>"),
    "other properties": ("</xades:QualifyingProperties>", "<p/></xades:QualifyingProperties>"),
}


@pytest.mark.parametrize("how", STRAY)
def test_what_nobody_signed_in_a_signature_is_bad(signed, judge, how):
    old, new = STRAY[how]
    assert signed.count(old) == 1, signed
    ended, _ = judge(signed.replace(old, new))
    assert ended.code == 1 and ended.bad, ended.out


def test_a_stylesheet_beside_what_is_covered(sign, verify, order, tmp_path):
    """It makes browsers show something else."""
    order.write_text(order.read_text(encoding="utf-8").replace("<Order ", '<Order Id="all" '), encoding="utf-8")
    sign(tmp_path / "s.xml", input=order)
    text = (tmp_path / "s.xml").read_text(encoding="utf-8")
    attack = text.replace("<Order ", '<?xml-stylesheet type="text/xsl" href="evil.xsl"?><Order ', 1)
    (tmp_path / "a.xml").write_text(attack, encoding="utf-8")
    assert 'URI=""' in text and verify(tmp_path / "s.xml").code == 0 and verify(tmp_path / "a.xml").code == 1


def test_a_stylesheet_beside_a_root_that_is_covered_by_its_id(pki, verify, tmp_path):
    """A reference to the root's Id covers the root, and not the instruction before it."""
    enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    body = f'<Order Id="all"><Item>desk</Item>{template(reference("#all", enveloped))}</Order>'
    path = tmp_path / "t.xml"
    sign_with_xmlsec(pki, path, body, "--id-attr:Id", "Order")
    text = path.read_text()
    assert verify(path).code == 0, verify(path).out
    for attack in (text.replace("<Order ", '<?xml-stylesheet type="text/xsl" href="evil.xsl"?><Order ', 1),
                   text + '<?xml-stylesheet href="evil.css"?>'):
        (tmp_path / "a.xml").write_text(attack)
        ended = verify(tmp_path / "a.xml")
        assert ended.code == 1 and "instruction" in ended.bad["coverage"], ended.out


def content_of(text):
    """The document without its signature, in canonical form."""
    root = tree.fromstring(text)
    for parent in root.iter():
        for child in [c for c in parent if c.tag.endswith("}Signature")]:
            parent.remove(child)
    return tree.canonicalize(tree.tostring(root, encoding="unicode"))


def mixed(text, chance):
    document = dom.parseString(text)
    nodes = [n for n in document.getElementsByTagName("*") if n is not document.documentElement]
    node, place = chance.choice(nodes), chance.choice(document.getElementsByTagName("*"))
    kind = chance.choice(["move", "double", "drop", "text", "comment", "instruction", "insert", "attribute", "out"])
    if kind == "move" and not any(n is place for n in (node, *node.getElementsByTagName("*"))):
        place.insertBefore(node.parentNode.removeChild(node), chance.choice([None, *[c for c in place.childNodes if c is not node]]))
    elif kind == "double":
        place.insertBefore(node.cloneNode(True), chance.choice([None, *place.childNodes]))
    elif kind == "drop":
        node.parentNode.removeChild(node)
    elif kind in ("text", "comment", "instruction", "insert"):
        new = {"text": document.createTextNode("pay 900 yen"), "comment": document.createComment("x"),
               "insert": document.createElement("evil"),
               "instruction": document.createProcessingInstruction("show", "pay 900 yen")}[kind]
        place.insertBefore(new, chance.choice([None, *place.childNodes]))
    elif kind == "attribute":
        place.setAttribute(chance.choice(["Id", "ID", "note"]), chance.choice(["x", "all", *re.findall(r'Id="([^"]+)"', text)]))
    else:
        document.insertBefore(document.createProcessingInstruction("xml-stylesheet", 'href="evil.xsl"'), document.documentElement)
    return document.toxml()


def test_elements_moved_doubled_and_put_in(signed, judge, xmlsec):
    chance, good = random.Random(17), 0
    signed_content = content_of(signed)
    assert judge(dom.parseString(signed).toxml())[0].code == 0
    for _ in range(300):
        text = mixed(signed, chance)
        ended, path = judge(text)
        assert ended.code in (0, 1) or "error" in ended.out, ended.out
        if ended.code != 0:
            continue
        good += 1
        assert ended.every("covered") == ["/"] and content_of(text) == signed_content, text
        assert "<?show" not in text and "pay 900 yen" not in text and "stylesheet" not in text, text
        assert xmlsec(path, *SIGNED_PROPERTIES).code == 0, text
    assert good > 0   # a comment, or an attribute of what nobody covers
