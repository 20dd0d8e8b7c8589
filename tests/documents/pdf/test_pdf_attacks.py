# SPDX-License-Identifier: Apache-2.0
"""Known attacks on PDF signatures, each made from a good file: bad, with the check and the name of the problem."""
import re

import pytest
from pdf_tools import Revised, own_signature, pki, plain, ranges, signed_part, tool, with_contents  # noqa: F401  (fixtures)

DOCMDP = b"/Reference [ << /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P %d /V /1.2 >> >> ]"


@pytest.fixture
def signed(pki, tmp_path):
    """A signed contract, and the same as bytes."""
    return pki.sign(plain(tmp_path, pages=1), tmp_path / "signed.pdf")


def refused(pki, path, code, words=""):
    report = pki.verify(path)
    assert report.code == 1, report.text
    assert any(c == code and words in reason for c, reason in report.bad()), report.text


def rewritten(path, change):
    out = path.with_name("attack.pdf")
    data = change(path.read_bytes())
    assert data != path.read_bytes()
    out.write_bytes(data)
    return out


def padded(data, old, new):
    """Replaces a text by another of the same length, so that nothing moves."""
    assert data.count(old) == 1 and len(new) <= len(old), (data.count(old), old)
    return data.replace(old, new.ljust(len(old)))


def byte_range(data):
    return re.search(rb"/ByteRange \[[^\]]*\]", data).group()


def test_the_untouched_file_is_good_and_an_unsigned_one_is_not(pki, signed, tmp_path):
    assert pki.verify(signed).code == 0
    refused(pki, plain(tmp_path), "signature", "no signature")
    refused(pki, rewritten(signed, lambda d: d.replace(b"/MediaBox", b"/MediaBoy")), "content")
    for junk in (b"", b"%PDF-1.7\n", b"no pdf"):
        (tmp_path / "junk.pdf").write_bytes(junk)
        refused(pki, tmp_path / "junk.pdf", "structure")


# Universal signature forgery: parts that a verifier may expect are missing or odd.
@pytest.mark.parametrize("value", [b"null", b"[ ]", b"[ 0 ]", b"[ 0 -1 5 9 ]", b"[ -0.5 1 2 3 ]", b"[ 0 0 0 0 ]", b"[ 1 {a} {b} {c} ]",
                                   b"[ 0 {b} {a} {c} ]",
                                   b"[ 0 {a} {b} 99999999 ]", b"[ 0 {a} {b} -{c} ]", b"[ 0 {a} {b} {c} 0 ]", b"[ 0 9 9 {c} ]",
                                   b"(0 {a} {b} {c})",
                                   b"[ 0 {a} {b} 99999999999999999999 ]"])
def test_usf_byte_range(pki, signed, value):
    def change(data):
        _, a, b, c = ranges(data)
        new = value.replace(b"{a}", b"%d" % a).replace(b"{b}", b"%d" % b).replace(b"{c}", b"%d" % c)
        return padded(data, byte_range(data), b"/ByteRange " + new)
    report = pki.verify(rewritten(signed, change))
    assert report.code == 1 and report.bad()[0][0] in ("byte-range", "structure", "signature"), report.text


def test_usf_missing_entries(pki, signed):
    refused(pki, rewritten(signed, lambda d: d.replace(b"/ByteRange", b"/ByteRangf")), "byte-range", "four whole numbers")
    refused(pki, rewritten(signed, lambda d: d.replace(b"/Contents <", b"/Contentt <")), "byte-range", "not exactly")
    refused(pki, rewritten(signed, lambda d: d.replace(b"/SubFilter /adbe.pkcs7.detached", b"/SubFilter /adbe.pkcs7.sha1    ")), "contents",
            "SHA-1")
    refused(pki, rewritten(signed, lambda d: with_contents(d, b"")), "contents", "no signature")
    refused(pki, rewritten(signed, lambda d: with_contents(d, b"\x30\x80")), "contents", "no CMS signature")

    def emptied(data):
        _, first, second, _ = ranges(data)
        return data[:first] + b"<>" + b" " * (second - first - 2) + data[second:]
    refused(pki, rewritten(signed, emptied), "byte-range", "not exactly")

    def value_gone(data):
        number = re.findall(rb"/V (\d+) 0 R", data)[-1]
        return data.replace(b"/V %s 0 R" % number, b"/V null ".ljust(len(number) + 7))
    refused(pki, rewritten(signed, value_gone), "signature", "no signature")


# Signature wrapping: what was signed moves into a gap, or behind it.
def test_swa_the_gap_is_larger_than_the_contents(pki, signed):
    def enlarged(data):
        _, first, second, length = ranges(data)
        moved = data[:second] + b"%" + b"x" * 63 + b"\n" + data[second:]
        moved = re.sub(rb"startxref\n(\d+)\n%%EOF\n$", lambda m: b"startxref\n%d\n%%%%EOF\n" % (int(m.group(1)) + 65), moved)
        return padded(moved, byte_range(moved), b"/ByteRange [ 0 %d %d %d ]" % (first, second + 65, length))
    refused(pki, rewritten(signed, enlarged), "byte-range", "not exactly")

    def narrowed(data):
        _, first, second, length = ranges(data)
        return padded(data, byte_range(data), b"/ByteRange [ 0 %d %d %d ]" % (first + 2, second, length))
    refused(pki, rewritten(signed, narrowed), "byte-range", "not exactly")


def test_swa_the_gap_is_another_string(pki, signed):
    """The range still fits the value that was signed; the dictionary of the final revision is another one."""
    pdf = Revised(signed)
    value = int(re.findall(rb"/V (\d+) 0 R", pdf.data)[-1])
    body = pdf.latest(value)
    refused(pki, pdf.append({value: body.replace(b"/Contents <30", b"/Contents <31")}).save(signed.with_name("attack.pdf")), "contents",
            "not the /Contents")


# Incremental saving: content is added behind what was signed.
def other_page(pdf):
    content = pdf.find(rb"Pay 100 yen|/Length \d+.*stream")
    return {content: b"<< /Length 44 >>\nstream\nBT /F1 24 Tf 72 720 Td (Pay 900 yen) Tj ET   \nendstream"}


@pytest.mark.parametrize("how", ["plain", "no-xref", "old-startxref", "unlisted", "comment", "copied-signature"])
def test_isa(pki, signed, how):
    pdf = Revised(signed)
    change = other_page(pdf)
    words = {"plain": "content of a page", "unlisted": "no cross-reference names", "no-xref": "no revision", "old-startxref": "no revision",
             "comment": "no revision", "copied-signature": "content of a page"}[how]
    if how == "plain":
        pdf.append(change)
    if how == "no-xref":
        pdf.append(change, xref=False)
    if how == "old-startxref":
        pdf.append(change, startxref=pdf.startxref())
    if how == "unlisted":
        pdf.append({**change, pdf.free(): b"null"}, listed=[pdf.free()])
    if how == "comment":
        pdf.data += b"% nothing but a comment\n%%EOF\n"
    if how == "copied-signature":
        value = int(re.findall(rb"/V (\d+) 0 R", pdf.data)[-1])
        pdf.append({**change, value: pdf.latest(value)})
    refused(pki, pdf.save(signed.with_name("attack.pdf")), "changes", words)


def test_isa_one_byte_behind_the_end(pki, signed):
    refused(pki, rewritten(signed, lambda d: d + b"\n"), "changes", "no revision")


# Shadow attacks: what the signer saw was prepared to be hidden or replaced.
def shadow(pki, tmp_path, extra):
    """A contract with prepared objects, signed by somebody who sees nothing of them."""
    source = Revised(plain(tmp_path, pages=1))
    source.append(extra(source))
    return pki.sign(source.save(tmp_path / "shadow.pdf"), tmp_path / "shadow-signed.pdf")


def test_shadow_hide(pki, tmp_path):
    path = shadow(pki, tmp_path, lambda s: {s.free(): b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\n"
                                                      b"endstream"})
    pdf = Revised(path)
    overlay = pdf.find(rb"/Subtype /Form")
    refused(pki, Revised(path).append({overlay: b"null"}).save(tmp_path / "a.pdf"), "changes", "shadow")
    refused(pki, Revised(path).append({}, freed=[overlay]).save(tmp_path / "b.pdf"), "changes", "removed")


def test_shadow_replace(pki, tmp_path):
    path = shadow(pki, tmp_path, lambda s: {})
    pdf = Revised(path)
    font = pdf.find(rb"/BaseFont")
    refused(pki, pdf.append({font: pdf.latest(font).replace(b"/Helvetica", b"/Courier")}).save(tmp_path / "a.pdf"), "changes", "font")

    # A field shows something else, its value untouched.
    source = Revised(plain(tmp_path, pages=1))
    new, root, page = source.free(), source.root(), source.find(rb"/Type */Page\b")
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 90 20] /Length 0 >>\nstream\n\nendstream"
    source.append({new: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Sum) /V (100) /Rect [ 10 10 90 30 ] /AP << /N %d 0 R >> >>"
                   % (new + 1), new + 1: form,
                   page: source.latest(page).rstrip(b"> \n") + b" /Annots [ %d 0 R ] >>" % new,
                   root: source.latest(root).rstrip(b"> \n") + b" /AcroForm << /Fields [ %d 0 R ] >> >>" % new})
    path = pki.sign(source.save(tmp_path / "f.pdf"), tmp_path / "fs.pdf")
    pdf = Revised(path)
    body = pdf.latest(new)
    shown = body.replace(b"/N %d 0 R" % (new + 1), b"/N %d 0 R" % pdf.free())
    refused(pki, Revised(path).append({new: shown, pdf.free(): form}).save(tmp_path / "b.pdf"), "changes", "shows something else")
    # Filling it in is what forms are for.
    filled = pki.verify(Revised(path).append({new: shown.replace(b"(100)", b"(200)"), pdf.free(): form}).save(tmp_path / "c.pdf"))
    assert filled.code == 0 and "form fields were filled in later" in filled.reason("changes"), filled.text
    moved = Revised(path).append({new: body.replace(b"10 10 90 30", b"0 0 595 842").replace(b"(100)", b"(200)")})
    refused(pki, moved.save(tmp_path / "d.pdf"), "changes", "beyond filling")


def test_shadow_hide_and_replace(pki, tmp_path):
    """A second catalog lies ready inside the signed part; the later revision is a trailer, or a table, and nothing else."""
    source = Revised(plain(tmp_path, pages=1))
    new = source.free()   # the signer takes the next two, which the attacker knows before
    fields = b"/Shadow true /AcroForm << /Fields [ %d 0 R ] /SigFlags 3 >> /Pages" % (new + 2)
    source.append({new: source.latest(source.root()).replace(b"/Pages", fields)})
    path = own_signature(pki, source.save(tmp_path / "s.pdf"), tmp_path / "signed.pdf")
    assert pki.verify(path).code == 0
    pdf = Revised(path)
    other, catalog = pdf.find(rb"/Shadow true"), pdf.root()
    refused(pki, Revised(path).append({}, root=other).save(tmp_path / "a.pdf"), "changes", "another catalog")
    at = pdf.data.index(b"%d 0 obj" % other)
    table = len(pdf.data)
    forged = pdf.data + b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        catalog, at, pdf.free(), catalog, pdf.startxref(), table)
    (tmp_path / "b.pdf").write_bytes(forged)
    report = pki.verify(tmp_path / "b.pdf")
    assert report.code == 1, report.text


def test_shadow_a_gap_is_filled_later(pki, tmp_path):
    """The page refers to content that does not exist yet."""
    source = Revised(plain(tmp_path, pages=1))
    page, late = source.find(rb"/Type */Page\b"), source.free() + 50
    contents = re.search(rb"/Contents (\d+ 0 R)", source.latest(page)).group(1)
    source.append({page: source.latest(page).replace(b"/Contents " + contents, b"/Contents [ %s %d 0 R ]" % (contents, late))})
    path = pki.sign(source.save(tmp_path / "s.pdf"), tmp_path / "signed.pdf")
    assert pki.verify(path).code == 0
    filled = Revised(path).append({late: b"<< /Length 20 >>\nstream\n0 0 595 842 re f    \nendstream"})
    report = pki.verify(filled.save(tmp_path / "a.pdf"))
    assert report.code == 1 and report.bad()[0][0] == "changes" and "shadow" in report.bad()[0][1], report.text


# Attacks on certified documents.
@pytest.mark.parametrize("level", [1, 2, 3])
def test_evil_annotation(pki, tmp_path, level):
    path = own_signature(pki, plain(tmp_path, pages=1), tmp_path / "c.pdf", catalog=b"/Perms << /DocMDP VALUE >>", extra=DOCMDP % level)
    assert pki.verify(path).code == 0
    pdf = Revised(path)
    page, new = pdf.find(rb"/Type */Page\b"), pdf.free()
    body = re.sub(rb"/Annots \[", b"/Annots [ %d 0 R" % new, pdf.latest(page))
    pdf.append({new: b"<< /Type /Annot /Subtype /FreeText /Rect [ 0 0 595 842 ] /Contents (Pay 900 yen) /DA (/Helv 20 Tf) >>", page: body})
    refused(pki, pdf.save(tmp_path / "a.pdf"), "changes", "annotations")


@pytest.mark.parametrize("level", [1, 2, 3])
def test_sneaky_signature(pki, tmp_path, level):
    """A signature field that covers the page: unsigned, or with a signature."""
    path = own_signature(pki, plain(tmp_path, pages=1), tmp_path / "c.pdf", catalog=b"/Perms << /DocMDP VALUE >>", extra=DOCMDP % level)
    pdf = Revised(path)
    page, root, new = pdf.find(rb"/Type */Page\b"), pdf.root(), pdf.free()
    field = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sneaky) /F 4 /Rect [ 0 0 595 842 ] /P %d 0 R %s >>"
    body = re.sub(rb"/Annots \[", b"/Annots [ %d 0 R" % new, pdf.latest(page))
    catalog = re.sub(rb"/Fields \[", b"/Fields [ %d 0 R" % new, pdf.latest(root))
    unsigned = Revised(path).append({new: field % (page, b""), page: body, root: catalog})
    refused(pki, unsigned.save(tmp_path / "a.pdf"), "changes", "no good signature")
    value = (b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 " + b" " * 40 + b"] /Contents <"
             + b"0" * 8192 + b"> >>")
    data = Revised(path).append({new: field % (page, b"/V %d 0 R" % (new + 1)), new + 1: value, page: body, root: catalog}).data
    first = data.rindex(b"/Contents <") + len(b"/Contents ")
    second = first + 8194
    data = data.replace(b"/ByteRange [0 " + b" " * 40, b"/ByteRange [0 " + (b"%d %d %d" % (first, second, len(data) - second)).ljust(40))
    (tmp_path / "b.pdf").write_bytes(with_contents(data, pki.cms(data[:first] + data[second:])))
    refused(pki, tmp_path / "b.pdf", "changes", "certification")


def test_a_certification_is_taken_away_or_added(pki, signed, tmp_path):
    path = own_signature(pki, plain(tmp_path, pages=1), tmp_path / "c.pdf", catalog=b"/Perms << /DocMDP VALUE >>", extra=DOCMDP % 1)
    pdf = Revised(path)
    refused(pki, pdf.append({pdf.root(): pdf.latest(pdf.root()).replace(b"/Perms", b"/Permt")}).save(tmp_path / "a.pdf"), "changes",
            "catalog")
    locked = own_signature(pki, plain(tmp_path, pages=1), tmp_path / "l.pdf",
                           extra=b"/Reference [ << /TransformMethod /FieldMDP /TransformParams << /Action /All >> >> ]")
    assert pki.verify(locked).code == 0


# One field, one signature.
def test_two_fields_share_one_signature_or_one_name(pki, signed, tmp_path):
    pdf = Revised(signed)
    new, form, value = pdf.free(), pdf.find(rb"/SigFlags"), int(re.findall(rb"/V (\d+) 0 R", pdf.data)[-1])
    twice = re.sub(rb"/Fields \[", b"/Fields [ %d 0 R" % new, pdf.latest(form))
    for name in (b"Other", b"Signature1"):
        attack = Revised(signed).append({new: b"<< /FT /Sig /T (%s) /V %d 0 R >>" % (name, value), form: twice})
        refused(pki, attack.save(tmp_path / "a.pdf"), "field", "share")


def test_a_signature_is_taken_away(pki, signed, tmp_path):
    second = pki.sign(signed, tmp_path / "2.pdf")
    pdf = Revised(second)
    form = pdf.find(rb"/SigFlags")
    fields = re.search(rb"/Fields \[ (\d+ 0 R) (\d+ 0 R) \]", pdf.latest(form))
    removed = pdf.append({form: pdf.latest(form).replace(fields.group(), b"/Fields [ %s ]" % fields.group(1))})
    refused(pki, removed.save(tmp_path / "a.pdf"), "changes")


# What is inside /Contents.
def test_contents(pki, signed, tmp_path):
    content, data = signed_part(signed.read_bytes()), signed.read_bytes()
    assert pki.verify(rewritten(signed, lambda d: with_contents(d, pki.cms(content)))).code == 0   # the forger of this test works
    refused(pki, rewritten(signed, lambda d: with_contents(d, pki.cms(content, "-md", "sha1"))), "content", "SHA-256")
    refused(pki, rewritten(signed, lambda d: with_contents(d, pki.cms(content) + b"\0\0more")), "contents", "other data")
    refused(pki, rewritten(signed, lambda d: with_contents(d, pki.cms(b"x", "-nodetach"))), "contents", "content of its own")
    refused(pki, rewritten(signed, lambda d: with_contents(d, pki.cms(b"something else"))), "content", "not what was signed")
    refused(pki, rewritten(signed, lambda d: with_contents(d, pki.cms(content, "-nocerts"))), "signature", "certificate")
    tool("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "o.key", "-out", tmp_path / "o.pem", "-subj",
         "/CN=Other")
    two = pki.cms(content, "-signer", tmp_path / "o.pem", "-inkey", tmp_path / "o.key")
    refused(pki, rewritten(signed, lambda d: with_contents(d, two)), "contents", "more than one signer")
    other = tool("openssl", "cms", "-sign", "-binary", "-signer", tmp_path / "o.pem", "-inkey", tmp_path / "o.key", "-outform", "DER",
                 stdin=content).stdout
    refused(pki, rewritten(signed, lambda d: with_contents(d, other)), "chain")
    assert data == signed.read_bytes()


def test_huge_exponent(pki, signed, tmp_path):
    tool("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", f"rsa_keygen_pubexp:{(1 << 64) + 13}",
         "-out", tmp_path / "h.key")
    tool("openssl", "req", "-x509", "-new", "-key", tmp_path / "h.key", "-out", tmp_path / "h.pem", "-subj", "/CN=Huge")
    content = signed_part(signed.read_bytes())
    huge = tool("openssl", "cms", "-sign", "-binary", "-signer", tmp_path / "h.pem", "-inkey", tmp_path / "h.key", "-outform", "DER",
                stdin=content).stdout
    refused(pki, rewritten(signed, lambda d: with_contents(d, huge)), "signature", "exponent")
