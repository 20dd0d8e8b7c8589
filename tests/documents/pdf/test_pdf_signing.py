# SPDX-License-Identifier: Apache-2.0
"""What our signer writes, judged by poppler and NSS, MuPDF, PDFBox with BouncyCastle, qpdf and OpenSSL."""
import re

import pytest
# noqa: F401  (fixtures)
from pdf_tools import KINDS, Revised, built, own_signature, pdfbox, pki, plain, ranges, signed_part, tool, with_form

MOJ = [f"moj-c{n}" for n in range(1, 10)]


def judged_by_all(pki, pdfbox, path, count):
    checked = tool("qpdf", "--check", path).stdout.decode()
    assert "No syntax or stream encoding errors" in checked and "WARNING" not in checked, checked
    poppler = pki.pdfsig(path)
    assert (poppler.count("Signature is Valid") == count and poppler.count("Total document signed")
            == count - poppler.count("Not total document")), poppler
    assert poppler.count("Not total document") == count - 1, poppler
    mupdf = tool("mutool", "sign", "-v", path).stdout.decode()
    assert mupdf.count("The document is unchanged since signing") == 1, mupdf
    assert mupdf.count("The signature is valid but there have been edits") == count - 1, mupdf
    java = pdfbox("verify", path)
    assert java.returncode == 0 and java.stdout.decode().count("signature true") == count, java
    own = pki.verify(path)
    assert own.code == 0 and len(own.signatures) == count, own.text
    return poppler, java.stdout.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_two_profiles_on_every_build_of_a_pdf(pki, pdfbox, tmp_path, kind):
    source = built(tmp_path, kind)
    first = pki.sign(source, tmp_path / "1.pdf", "--reason", "承認", "--location", "Tokyo", "--contact", "tel (03)")
    assert first.read_bytes().startswith(source.read_bytes())
    poppler, java = judged_by_all(pki, pdfbox, first, 1)
    assert "Certificate is Trusted" in poppler and "adbe.pkcs7.detached" in poppler
    assert "name 番号　花子 reason 承認 attributes 4" in java
    second = pki.sign(first, tmp_path / "2.pdf", "--profile", "pades", "--name", "Hanako")
    assert second.read_bytes().startswith(first.read_bytes())
    poppler, java = judged_by_all(pki, pdfbox, second, 2)
    assert "ETSI.CAdES.detached" in poppler and "name Hanako reason null attributes 3" in java


def test_a_third_signer_keeps_all_three_valid(pki, pdfbox, tmp_path):
    for kind in ("table", "streams"):
        path = built(tmp_path, kind)
        for number in range(3):
            path = pki.sign(path, tmp_path / f"{kind}{number}.pdf")
        poppler, _ = judged_by_all(pki, pdfbox, path, 3)
        assert re.findall(r"Field Name: (\S+)", poppler) == ["Signature1", "Signature2", "Signature3"]


def test_the_cms_inside_is_accepted_by_openssl(pki, tmp_path):
    for profile, time in (("moj", 1), ("pades", 0)):
        data = pki.sign(plain(tmp_path), tmp_path / "s.pdf", "--profile", profile).read_bytes()
        _, first, second, _ = ranges(data)
        (tmp_path / "s.cms").write_bytes(bytes.fromhex(data[first + 1:second - 1].decode()))
        (tmp_path / "content").write_bytes(signed_part(data))
        ended = tool("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", tmp_path / "s.cms", "-content",
                     tmp_path / "content",
                     "-CAfile", pki.directory / "ca.pem", "-purpose", "any", "-out", "/dev/null")
        assert b"CAdES Verification successful" in ended.stderr
        text = tool("openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", tmp_path / "s.cms").stdout.decode()
        assert text.count("object: signingTime") == time and text.count("object: id-smime-aa-signingCertificateV2") == 1


def test_the_rules_of_touki_hold_and_are_shown(pki, tmp_path):
    good = pki.verify(pki.sign(plain(tmp_path), tmp_path / "m.pdf"), "moj")
    assert good.code == 0 and [c for c, r, _ in good.signatures[0] if c.startswith("moj")] == MOJ, good.text
    pades = pki.verify(pki.sign(plain(tmp_path), tmp_path / "p.pdf", "--profile", "pades"), "moj")
    assert pades.code == 1 and [c for c, _ in pades.bad()] == ["moj-c2"], pades.text
    nameless = pki.verify(own_signature(pki, plain(tmp_path), tmp_path / "n.pdf", extra=b"/M (D:20260101)"), "moj")
    assert [c for c, _ in nameless.bad()] == ["moj-c3", "moj-c4"], nameless.text


def test_date_name_and_strings(pki, tmp_path):
    data = pki.sign(plain(tmp_path), tmp_path / "s.pdf", "--reason", "caf\u00e9 (ok)", "--location", "東京").read_bytes()
    assert re.search(rb"/M \(D:\d{14}\+09'00'\)", data)
    assert b"/Reason (caf\xe9 \\(ok\\))" in data.replace(b"\\351", b"\xe9")
    assert b"/Location <feff67714eac>" in data.lower().replace(b"/location", b"/Location")
    assert b"/Type /Sig " in data and b"/Filter /Adobe.PPKLite" in data


def test_forms_are_kept_and_an_empty_field_is_filled(pki, pdfbox, tmp_path):
    form = with_form(tmp_path)
    added = pki.sign(form, tmp_path / "added.pdf")
    listed = tool("qpdf", "--json", "--json-key=acroform", added).stdout.decode()
    assert all(f'{name}"' in listed for name in ("Amount", "Seal", "Signature1"))
    filled = pki.sign(added, tmp_path / "filled.pdf", "--field", "Seal")
    poppler, _ = judged_by_all(pki, pdfbox, filled, 2)
    assert re.findall(r"Field Name: (\S+)", poppler) == ["Seal", "Signature1"]
    assert pki.refusal(filled, "--field", "Seal") == "invalid-argument"
    assert pki.refusal(filled, "--field", "Amount") == "invalid-argument"
    assert pki.refusal(filled, "--field", "a.b") == "invalid-argument"


def test_what_cannot_be_signed_is_refused_with_its_reason(pki, tmp_path):
    base = plain(tmp_path)
    for out, options in (("user.pdf", ["pw", "pw"]), ("owner.pdf", ["", "pw"])):
        tool("qpdf", "--encrypt", *options, "256", "--", base, tmp_path / out)
        assert pki.refusal(tmp_path / out) == "document-encrypted"
    certified = {level: own_signature(pki, base, tmp_path / f"c{level}.pdf", catalog=b"/Perms << /DocMDP VALUE >>",
                                      extra=b"/Reference [ << /TransformMethod /DocMDP /TransformParams << /P %d /V /1.2 >> >> ]" % level)
                                      for level in (1, 2)}
    assert pki.refusal(certified[1]) == "document-locked"
    assert pki.refusal(certified[2], "--visible", "1,10,10,100,40") == "document-locked"
    twice = pki.verify(pki.sign(certified[2], tmp_path / "ok.pdf"))
    assert twice.code == 0 and len(twice.signatures) == 2, twice.text
    locked = own_signature(pki, base, tmp_path / "l.pdf",
                           extra=b"/Reference [ << /TransformMethod /FieldMDP /TransformParams << /Action /All >> >> ]")
    assert pki.refusal(locked) == "document-locked"
    (tmp_path / "damaged.pdf").write_bytes(re.sub(rb"startxref\n\d+", b"startxref\n7", base.read_bytes()))
    assert pki.refusal(tmp_path / "damaged.pdf") == "document-unsupported"
    xfa = Revised(base)
    xfa.append({xfa.root(): xfa.latest(xfa.root()).rstrip(b"> \n") + b" /NeedsRendering true /AcroForm << /Fields [] /XFA (x) >> >>"})
    assert pki.refusal(xfa.save(tmp_path / "xfa.pdf")) == "document-unsupported"
    (tmp_path / "no.pdf").write_bytes(b"This is no PDF at all, only text.\n")
    assert pki.refusal(tmp_path / "no.pdf") == "malformed"
    (tmp_path / "empty.pdf").touch()
    assert pki.refusal(tmp_path / "empty.pdf") == "malformed"
    assert pki.refusal(tmp_path / "absent.pdf") == "storage-failed"
    assert pki.refusal(base, "--digest", "sha384") == "invalid-argument"
    assert pki.refusal(base, "--visible", "9,10,10,100,40") == "invalid-argument"
