# SPDX-License-Identifier: Apache-2.0
"""What the tests of PDF signatures share: a test PKI, PDFs of every build, the judges, and a signer and reviser of our own for what no tool
makes."""
import os
import re
import subprocess
from pathlib import Path

import pytest

DRIVER = os.environ["PDF_DRIVER"]
HERE = Path(__file__).resolve().parent
CLASSPATH = ":".join(f"/usr/share/java/{jar}.jar" for jar in ("pdfbox2", "fontbox2", "bcprov", "bcpkix", "bcutil", "commons-logging"))
ENVIRONMENT = {**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"}


def tool(*command, check=True, stdin=None, cwd=None):
    ended = subprocess.run(list(map(str, command)), input=stdin, capture_output=True, cwd=cwd, env=ENVIRONMENT, timeout=300, check=False)
    assert not check or ended.returncode == 0, (command, ended.stdout, ended.stderr)
    return ended


def driver(*arguments):
    ended = tool(DRIVER, *arguments, check=False)
    assert ended.returncode in (0, 1, 2), ended
    return ended.returncode, ended.stdout.decode()


class Report:
    """What our verifier said: one list of (code, result, reason) for each signature."""

    def __init__(self, code, text):
        self.code, self.text, self.signatures = code, text, []
        for line in text.splitlines():
            word, rest = line.split(" ", 1)
            if word == "signature":
                self.signatures.append([])
            elif word == "check":
                self.signatures[-1].append((rest.split(" ", 2) + [""])[:3])

    def bad(self):
        return [(code, reason) for checks in self.signatures for code, result, reason in checks if result == "bad"]

    def reason(self, code):
        return [reason for checks in self.signatures for c, _, reason in checks if c == code]


class Pki:
    def __init__(self, directory):
        self.directory = directory
        directory.mkdir()
        assert driver("pki", directory)[0] == 0
        self.ca, self.key, self.certificate = directory / "ca.der", directory / "signer.key", directory / "signer.pem"
        tool("openssl", "x509", "-inform", "DER", "-in", self.ca, "-out", directory / "ca.pem")
        tool("openssl", "x509", "-inform", "DER", "-in", directory / "signer.der", "-out", self.certificate)
        for name in ("ca", "signer"):
            tool("openssl", "pkcs8", "-inform", "DER", "-nocrypt", "-in", directory / f"{name}.p8", "-out", directory / f"{name}.key")
        self.p12 = directory / "signer.p12"
        tool("openssl", "pkcs12", "-export", "-inkey", self.key, "-in", self.certificate, "-certfile", directory / "ca.pem", "-name",
             "signer",
             "-passout", "pass:pw", "-out", self.p12)
        self.nss = directory / "nss"
        self._nss()

    def _nss(self):
        """pdfsig trusts with a CRL in its database and without OCSP."""
        self.nss.mkdir()
        (self.directory / "ca.cnf").write_text("[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\n"
                                               "default_crl_days=30\n")
        (self.directory / "index.txt").touch()
        (self.directory / "crlnumber").write_text("01")
        tool("openssl", "ca", "-config", "ca.cnf", "-gencrl", "-keyfile", "ca.key", "-cert", "ca.pem", "-out", "ca.crl", cwd=self.directory)
        tool("openssl", "crl", "-in", "ca.crl", "-outform", "DER", "-out", "ca.crl.der", cwd=self.directory)
        database = f"sql:{self.nss}"
        tool("certutil", "-N", "-d", database, "--empty-password")
        tool("certutil", "-A", "-d", database, "-n", "ca", "-t", "CT,C,C", "-i", self.directory / "ca.pem")
        tool("crlutil", "-I", "-d", database, "-i", self.directory / "ca.crl.der", "-t", "1")
        tool("pk12util", "-i", self.p12, "-d", database, "-W", "pw", "-K", "")

    def sign(self, pdf, out, *options):
        code, text = driver("sign", self.directory, pdf, out, *options)
        assert code == 0, text
        return out

    def refusal(self, pdf, *options):
        code, text = driver("sign", self.directory, pdf, "/dev/null", *options)
        assert code == 2, text
        return re.search(r"^error (\S+)", text, re.M).group(1)

    def verify(self, pdf, *options):
        return Report(*driver("verify", pdf, self.ca, *options))

    def pdfsig(self, pdf):
        return tool("pdfsig", "-no-ocsp", "-nssdir", f"sql:{self.nss}", pdf, check=False).stdout.decode()

    def cms(self, content, *options):
        """A CMS of OpenSSL's over these bytes, as another program would make it."""
        return tool("openssl", "cms", "-sign", "-binary", "-signer", self.certificate, "-inkey", self.key, "-outform", "DER", *options,
                    stdin=content).stdout


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    return Pki(tmp_path_factory.mktemp("pdf") / "pki")


@pytest.fixture(scope="session")
def pdfbox(tmp_path_factory):
    classes = tmp_path_factory.mktemp("java")
    tool("javac", "-cp", CLASSPATH, "-d", classes, HERE / "PdfJudge.java")
    return lambda *arguments: tool("java", "-cp", f"{CLASSPATH}:{classes}", "PdfJudge", *arguments, check=False)


PAGE = "%%MediaBox 0 0 595 842\n{}%%Font F1 Helvetica\nBT /F1 24 Tf 72 720 Td (Pay 100 yen) Tj ET\n"


def plain(directory, rotate=0, pages=2):
    page = directory / "page.txt"
    page.write_text(PAGE.format(f"%%Rotate {rotate}\n" if rotate else ""))
    out = directory / f"plain{rotate}.pdf"
    tool("mutool", "create", "-o", out, *[page] * pages)
    return out


def hybrid(directory):
    """A table for old readers, and a stream that it names with /XRefStm for the objects that only new ones see (ISO 32000-1, 7.5.8.4)."""
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R /Lang (ja) /Note 5 0 R >>", 2: b"<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>",
               3: b"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 300 300 ] /Resources << >> /Contents 4 0 R >>",
               4: b"<< /Length 18 >>\nstream\n10 10 50 50 re f  \nendstream", 5: b"<< /Hidden true >>"}
    data, offsets = b"%PDF-1.5\n", {}
    for number, body in objects.items():
        offsets[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    stream = len(data)
    row = b"\x01" + offsets[5].to_bytes(4, "big") + b"\0\0"
    data += (b"6 0 obj\n<< /Type /XRef /W [1 4 2] /Index [5 1] /Size 7 /Root 1 0 R /Length %d >>\n"
             b"stream\n%s\nendstream\nendobj\n" % (len(row), row))
    table = len(data)
    data += b"xref\n0 7\n0000000005 65535 f \n" + b"".join(b"%010d 00000 n \n" % offsets[n] for n in range(1, 5))
    data += b"0000000006 00001 f \n0000000000 00001 f \n"
    data += b"trailer\n<< /Size 7 /Root 1 0 R /XRefStm %d >>\nstartxref\n%d\n%%%%EOF" % (stream, table)
    out = directory / "hybrid.pdf"
    out.write_bytes(data)
    return out


def built(directory, kind):
    """A PDF of this build."""
    if kind == "hybrid":
        return hybrid(directory)
    base = plain(directory)
    options = {"streams": ["--object-streams=generate"], "linearised": ["--linearize"],
               "linearised-streams": ["--linearize", "--object-streams=generate"], "no-id": ["--static-id"]}
    out = directory / f"{kind}.pdf"
    if kind == "cairo":
        tool("pdftocairo", "-pdf", base, out)
    elif kind in options:
        tool("qpdf", *options[kind], base, out)
    else:
        return base
    return out


KINDS = ("table", "streams", "linearised", "linearised-streams", "hybrid", "cairo")


class Revised:
    """A PDF as text, to append revisions to it as an attacker, or another program, would."""

    def __init__(self, path):
        self.data = Path(path).read_bytes()

    def startxref(self):
        return int(re.findall(rb"startxref\s+(\d+)", self.data)[-1])

    def root(self):
        return int(re.findall(rb"/Root (\d+) 0 R", self.data)[-1])

    def latest(self, number):
        """The body of the object as the last revision that writes it in the open has it."""
        return re.findall(rb"(?:^|[\r\n])%d 0 obj\s*(.*?)\s*endobj" % number, self.data, re.S)[-1]

    def free(self):
        return max(map(int, re.findall(rb"/Size (\d+)", self.data)))

    def append(self, objects, *, xref=True, listed=None, startxref=None, root=None, freed=()):
        """`listed`: the objects that the table names; `startxref`: another place than the new table."""
        out, offsets = self.data, {}
        for number, body in objects.items():
            offsets[number] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        if xref:
            table = len(out)
            entries = {n: b"%010d 00000 n \n" % at for n, at in offsets.items() if listed is None or n in listed}
            entries.update({n: b"0000000000 00001 f \n" for n in freed})
            out += b"xref\n" + (b"".join(b"%d 1\n%s" % (n, entries[n]) for n in sorted(entries)) or b"0 0\n")
            size = max([self.free(), *(n + 1 for n in entries)])
            out += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, root or self.root(), self.startxref())
            out += b"startxref\n%d\n%%%%EOF\n" % (table if startxref is None else startxref)
        self.data = out
        return self

    def save(self, path):
        path.write_bytes(self.data)
        return path

    def find(self, pattern):
        """The number of the last object whose body has this."""
        return int([n for n, body in re.findall(rb"(?:^|[\r\n])(\d+) 0 obj(.*?)endobj", self.data, re.S)
                    if re.search(pattern, body, re.S)][-1])


def ranges(data, which=-1):
    return list(map(int, re.findall(rb"/ByteRange ?\[ ?(\d+) +(\d+) +(\d+) +(\d+)", data)[which]))


def signed_part(data, which=-1):
    _, first, second, length = ranges(data, which)
    return data[:first] + data[second:second + length]


def with_contents(data, contents, which=-1):
    """The same file with these bytes in /Contents."""
    _, first, second, _ = ranges(data, which)
    digits = contents.hex().encode()
    room = second - first - 2
    assert len(digits) <= room
    return data[:first + 1] + digits + b"0" * (room - len(digits)) + data[second - 1:]


def with_form(tmp_path):
    """A text field and an empty signature field; the form and the list of annotations are objects of their own."""
    source = Revised(plain(tmp_path))
    new, root, page = source.free(), source.root(), source.find(rb"/Type */Page\b")
    source.append({
        new: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Amount) /V (100) /Rect [ 10 10 90 30 ] /P %d 0 R >>" % page,
        new + 1: b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /Rect [ 100 10 200 60 ] /P %d 0 R >>" % page,
        new + 2: b"[ %d 0 R %d 0 R ]" % (new, new + 1), new + 3: b"<< /Fields [ %d 0 R %d 0 R ] /DA (/Helv 0 Tf) >>" % (new, new + 1),
        page: source.latest(page).rstrip(b"> \n") + b" /Annots %d 0 R >>" % (new + 2),
        root: source.latest(root).rstrip(b"> \n") + b" /AcroForm %d 0 R >>" % (new + 3)})
    return source.save(tmp_path / "form.pdf")


def own_signature(pki, source, out, *, extra=b"", catalog=b"", field=b"/Rect [ 0 0 0 0 ]", name=b"Author", contents=8192):
    """A signature by Python and OpenSSL, for what our signer does not make: certifications, locks, odd fields."""
    pdf = Revised(source)
    new, root = pdf.free(), pdf.root()
    value, widget = new, new + 1
    body = pdf.latest(root)
    assert b"/AcroForm" not in body
    page = pdf.find(rb"/Type */Page\b")
    objects = {
        value: b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached " + extra + b" /ByteRange [0 " + b" " * 40
        + b"] /Contents <"
               + b"0" * contents + b"> >>",
        widget: b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (" + name + b") /F 132 /P %d 0 R /V %d 0 R " % (page, value) + field
        + b" >>",
        page: pdf.latest(page).rstrip(b"> \n") + b" /Annots [ %d 0 R ] >>" % widget,
        root: body.rstrip(b"> \n") + b" /AcroForm << /Fields [ %d 0 R ] /SigFlags 3 >> " % widget
        + catalog.replace(b"VALUE", b"%d 0 R" % value) + b" >>",
    }
    data = pdf.append(objects).data
    first = data.rindex(b"/Contents <") + len(b"/Contents ")
    second = first + contents + 2
    numbers = b"%d %d %d" % (first, second, len(data) - second)
    data = data.replace(b"/ByteRange [0 " + b" " * 40, b"/ByteRange [0 " + numbers.ljust(40))
    out.write_bytes(with_contents(data, pki.cms(data[:first] + data[second:])))
    return out
