# SPDX-License-Identifier: Apache-2.0
"""Signatures of other programs by our verifier, time stamps, and what is allowed to happen after a signature."""
import os
import re
import stat

import pytest
from pdf_tools import Revised, built, pdfbox, pki, plain, ranges, tool, with_contents, with_form  # noqa: F401  (fixtures)


@pytest.fixture(scope="session")
def tsa(tmp_path_factory, pki):
    """A time-stamp authority of OpenSSL's: called with a hash and an output, like a network one without the network."""
    directory = tmp_path_factory.mktemp("tsa")
    (directory / "tsa.cnf").write_text(f"""
[req]
distinguished_name=dn
[dn]
[tsa]
default_tsa=t
[t]
serial={directory}/serial
signer_cert={directory}/tsa.pem
signer_key={directory}/tsa.key
certs={directory}/tsa.pem
signer_digest=sha256
default_policy=1.2.3.4
digests=sha256
accuracy=secs:1
ess_cert_id_alg=sha256
[ext]
extendedKeyUsage=critical,timeStamping
keyUsage=critical,digitalSignature
authorityKeyIdentifier=keyid
""")
    (directory / "serial").write_text("01")
    config = directory / "tsa.cnf"
    tool("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", directory / "tsa.key", "-out", directory / "tsa.csr",
         "-subj", "/CN=Test TSA",
         "-config", config)
    tool("openssl", "x509", "-req", "-in", directory / "tsa.csr", "-CA", pki.directory / "ca.pem", "-CAkey", pki.directory / "ca.key",
         "-CAcreateserial",
         "-days", "10", "-extfile", config, "-extensions", "ext", "-out", directory / "tsa.pem")
    script = directory / "stamp"
    script.write_text(f"""#!/bin/sh
openssl ts -query -digest "$1" -sha256 -cert -out "$2.tsq" &&
openssl ts -reply -config {config} -section t -queryfile "$2.tsq" -token_out -out "$2"
""")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def good(pki, path, count=1):
    report = pki.verify(path)
    assert report.code == 0 and len(report.signatures) == count, report.text
    return report


@pytest.mark.parametrize("kind", ["table", "streams"])
def test_pdfbox(pki, pdfbox, tmp_path, kind):
    signer = (pki.directory / "signer.p8", pki.directory / "signer.der")
    assert pdfbox("sign", built(tmp_path, kind), tmp_path / "1.pdf", *signer).returncode == 0
    good(pki, tmp_path / "1.pdf")
    pki.sign(tmp_path / "1.pdf", tmp_path / "2.pdf")
    assert pdfbox("sign", tmp_path / "2.pdf", tmp_path / "3.pdf", *signer).returncode == 0
    report = good(pki, tmp_path / "3.pdf", 3)
    assert [bool(r) for r in report.reason("coverage")] == [True, True, False]
    assert pki.pdfsig(tmp_path / "3.pdf").count("Signature is Valid") == 3


@pytest.mark.parametrize("kind", ["table", "streams"])
def test_poppler(pki, tmp_path, kind):
    """Its CMS is BER with indefinite lengths and without a signing time."""
    source = pki.sign(built(tmp_path, kind), tmp_path / "1.pdf")
    for start, count in ((built(tmp_path, kind), 1), (source, 2)):
        out = tmp_path / f"poppler{count}.pdf"
        tool("pdfsig", "-no-ocsp", "-add-signature", "-nssdir", f"sql:{pki.nss}", "-nss-pwd", "", "-nick", "signer", "-digest", "SHA256",
             start, out)
        data = out.read_bytes()
        _, first, _, _ = ranges(data)
        assert data[first:first + 5] == b"<3080"
        report = pki.verify(out)
        assert report.code == 0 and len(report.signatures) == count, report.text


def test_mupdf(pki, tmp_path):
    """It signs with SHA-1, and that alone is what is bad."""
    form = with_form(tmp_path)
    number = Revised(form).find(rb"/T \(Seal\)")
    tool("mutool", "sign", "-s", pki.p12, "-P", "pw", "-o", tmp_path / "m.pdf", form, number)
    assert "The document is unchanged since signing" in tool("mutool", "sign", "-v", tmp_path / "m.pdf").stdout.decode()
    report = pki.verify(tmp_path / "m.pdf")
    assert [code for code, reason in report.bad() if "SHA-256" in reason] == ["content", "signature"] == [code for code,
                                                                                                          _ in report.bad()], report.text
    both = pki.verify(pki.sign(tmp_path / "m.pdf", tmp_path / "2.pdf"))
    assert (len(both.signatures) == 2 and len(both.bad()) == 2 and both.reason("changes")
            == ["only signatures or time stamps were added later", ""]), both.text


def test_a_signature_with_a_time_stamp(pki, pdfbox, tsa, tmp_path):
    """PAdES B-T; a CMS of 登記 is not stamped."""
    path = pki.sign(plain(tmp_path), tmp_path / "t.pdf", "--profile", "pades", "--tsa", tsa)
    good(pki, path)
    assert "stamped true" in pdfbox("verify", path).stdout.decode()
    data = path.read_bytes()
    _, first, second, _ = ranges(data)
    (tmp_path / "s.cms").write_bytes(bytes.fromhex(data[first + 1:second - 1].decode()))
    shown = tool("openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", tmp_path / "s.cms").stdout.decode()
    value = bytes.fromhex("".join(re.findall(r"[0-9a-f]{4} - ([0-9a-f -]+?)   ", shown.split("signature: ")[-1].split("unsignedAttrs")[0]))
                          .replace(" ", "").replace("-", ""))
    token = next(tsa.parent.glob("stamp.out.*[0-9A-F]"))
    (tmp_path / "value").write_bytes(value)
    judged = tool("openssl", "ts", "-verify", "-data", tmp_path / "value", "-in", token, "-token_in", "-CAfile", pki.directory / "ca.pem",
                  check=False)
    assert judged.returncode == 0 and token.read_bytes().hex() in data.decode("latin-1").lower(), judged
    assert pki.refusal(plain(tmp_path), "--tsa", tsa) == "invalid-argument"
    false = tmp_path / "false"
    false.write_text("#!/bin/sh\nexit 1\n")
    false.chmod(0o755)
    assert pki.refusal(plain(tmp_path), "--profile", "pades", "--tsa", false) == "timestamp-failed"


@pytest.mark.parametrize("change", ["printf x >> {}", "printf x | dd of={} bs=1 seek=100 conv=notrunc", "truncate -s 200 {}", "rm {}"])
def test_a_document_that_changes_before_it_is_written(pki, tsa, tmp_path, change):
    """Between hashing and writing lies the time of the card and of the authority."""
    source = plain(tmp_path)
    script = tmp_path / "stamp"
    script.write_text(f"#!/bin/sh\n{change.format(source)} && {tsa} \"$@\"\n")
    script.chmod(0o755)
    expected = "storage-failed" if change.startswith("rm") else "malformed"
    assert pki.refusal(source, "--profile", "pades", "--tsa", script) == expected


def stamped_document(pki, tsa, source, out, wrong=False, field=b"/Rect [ 0 0 0 0 ]"):
    """A document time stamp (ETSI.RFC3161) behind a signature, with revocation data, as a long-term signer adds them."""
    import hashlib
    pdf = Revised(source)
    new, root, form, page = pdf.free(), pdf.root(), pdf.find(rb"/SigFlags"), pdf.find(rb"/Type */Page\b")
    value = (b"<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /ByteRange [0 " + b" " * 40 + b"] /Contents <"
             + b"0" * 12000 + b"> >>")
    data = pdf.append({
        new: value, new + 1: b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Stamp) /F 132 /P %d 0 R /V %d 0 R " % (page, new) + field
        + b" >>",
        new + 2: b"<< /Length 4 >>\nstream\nabcd\nendstream", form: pdf.latest(form).replace(b"/Fields [", b"/Fields [ %d 0 R" % (new + 1)),
        page: re.sub(rb"/Annots \[", b"/Annots [ %d 0 R" % (new + 1), pdf.latest(page)),
        root: pdf.latest(root).rstrip(b"> \n") + b" /DSS << /Certs [ %d 0 R ] >> >>" % (new + 2)}).data
    first = data.rindex(b"/Contents <") + len(b"/Contents ")
    second = first + 12002
    data = data.replace(b"/ByteRange [0 " + b" " * 40, b"/ByteRange [0 " + (b"%d %d %d" % (first, second, len(data) - second)).ljust(40))
    digest = hashlib.sha256(data[:first] + data[second:] + b"x" * wrong).hexdigest()
    tool(tsa, digest, out.with_suffix(".tst"))
    out.write_bytes(with_contents(data, out.with_suffix(".tst").read_bytes()))
    return out


def test_document_time_stamps(pki, tsa, tmp_path):
    signed = pki.sign(plain(tmp_path), tmp_path / "s.pdf", "--profile", "pades")
    report = good(pki, stamped_document(pki, tsa, signed, tmp_path / "d.pdf"), 2)
    assert report.reason("document-timestamp") == [""], report.text
    wrong = pki.verify(stamped_document(pki, tsa, signed, tmp_path / "w.pdf", wrong=True))
    assert wrong.code == 1 and wrong.bad() == [("document-timestamp", "the time stamp is over something else")], wrong.text


def test_a_certificate_is_no_time_stamp_authority(pki, tsa, tmp_path):
    signed = pki.sign(plain(tmp_path), tmp_path / "s.pdf")
    path = stamped_document(pki, tsa, signed, tmp_path / "d.pdf")
    info = tool("openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", path.with_suffix(".tst")).stdout
    path.write_bytes(with_contents(path.read_bytes(), pki.cms(info, "-nodetach", "-econtent_type", "1.2.840.113549.1.9.16.1.4")))
    report = pki.verify(path)
    assert report.code == 1 and report.bad() == [("document-timestamp", "the signer is no time-stamp authority")], report.text


def test_the_dates_of_the_information_may_follow_and_nothing_else_of_the_catalog(pki, tmp_path):
    signed = pki.sign(built(tmp_path, "cairo"), tmp_path / "s.pdf")
    info = int(re.findall(rb"/Info (\d+) 0 R", signed.read_bytes())[-1])
    changed = Revised(signed).append({info: b"<< /ModDate (D:20300101000000Z) >>"})
    good(pki, changed.save(tmp_path / "i.pdf"))
    pdf = Revised(signed)
    opened = pdf.append({pdf.root(): pdf.latest(pdf.root()).rstrip(b"> \n") + b" /OpenAction << /S /JavaScript /JS (x) >> >>"})
    report = pki.verify(opened.save(tmp_path / "o.pdf"))
    assert report.code == 1 and "catalog" in report.bad()[0][1], report.text


def test_an_unknown_issuer_is_bad_and_the_rest_is_still_judged(pki, tmp_path):
    signed = pki.sign(plain(tmp_path), tmp_path / "s.pdf")
    ended = tool(os.environ["PDF_DRIVER"], "verify", signed, check=False)
    assert ended.returncode == 1 and re.findall(r"check (\S+) bad", ended.stdout.decode()) == ["chain"], ended.stdout
