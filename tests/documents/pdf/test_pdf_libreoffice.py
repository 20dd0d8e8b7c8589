# SPDX-License-Identifier: Apache-2.0
"""PDFs that LibreOffice writes, signed by us; PDFs that it signs, verified by us. Deep: the office suite is large."""
from pdf_tools import pdfbox, pki, tool  # noqa: F401  (fixtures)


def export(pki, directory, options=""):
    (directory / "home").mkdir(exist_ok=True)
    (directory / "letter.txt").write_text("契約書\n本文\n")
    tool("env", f"HOME={directory}/home", f"MOZILLA_CERTIFICATE_FOLDER=sql:{pki.nss}", "soffice", "--headless", "--convert-to",
         f"pdf:writer_pdf_Export{options}",
         "--outdir", directory, directory / "letter.txt")
    return directory / "letter.pdf"


def test_ours_on_its_file(pki, pdfbox, tmp_path):
    out = pki.sign(export(pki, tmp_path), tmp_path / "s.pdf")
    assert pki.verify(out, "moj").code == 0
    assert "Signature is Valid" in pki.pdfsig(out) and pdfbox("verify", out).returncode == 0


def test_its_signature_and_ours_behind_it(pki, tmp_path):
    subject = tool("openssl", "x509", "-in", pki.certificate, "-noout", "-subject", "-nameopt",
                   "RFC2253").stdout.decode().strip().removeprefix("subject=")
    option = ':{"SignPDF":{"type":"boolean","value":"true"},"SignCertificateSubjectName":{"type":"string","value":"%s"}}' % subject
    theirs = export(pki, tmp_path, option)
    first = pki.verify(theirs)
    assert first.code == 0 and len(first.signatures) == 1, first.text
    both = pki.verify(pki.sign(theirs, tmp_path / "2.pdf"))
    assert both.code == 0 and len(both.signatures) == 2, both.text
