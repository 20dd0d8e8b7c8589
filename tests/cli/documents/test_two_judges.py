# SPDX-License-Identifier: Apache-2.0
"""Every format as the command line makes it with the card, each accepted by two programs that are not ours and share no code; and both see
a changed byte."""
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
from conftest import openssl, run  # noqa: E402
from jdk_judge import JdkJudge  # noqa: E402
from test_docs_documents import KOUSEI, PAGE  # noqa: E402
from test_jws import judged_by_jose, judged_by_jwcrypto  # noqa: E402
from tsa import Authority, Server  # noqa: E402

SIGNED_PROPERTIES = ["--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"]


def says(expected, *command, cwd=None):
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, check=False)
    return done.returncode == 0 and expected in done.stdout + done.stderr


@pytest.fixture(scope="module")
def jdk():
    judge = JdkJudge()
    yield judge
    judge.close()


@pytest.fixture
def desk(card, tmp_path):
    (tmp_path / "page.txt").write_text(PAGE)
    subprocess.run(["mutool", "create", "-o", tmp_path / "in.pdf", tmp_path / "page.txt"], check=True, capture_output=True)
    (tmp_path / "in.xml").write_text("<order><item>desk</item></order>\n")
    (tmp_path / "kousei.xml").write_text(KOUSEI.format(files="<申請書><申請書ファイル名称>form.xml</申請書ファイル名称></申請書>"))
    (tmp_path / "form.xml").write_text("<申請>様式</申請>")
    (tmp_path / "letter.txt").write_text("契約書\n" * 100)
    assert card.run("cert", "export", "sign-ca", "-o", tmp_path / "ca.pem").code == 0
    return tmp_path


def pdf(_jdk, desk, out):
    assert says(b"", "qpdf", "--check", out)
    return {"poppler": says(b"Signature is Valid", "pdfsig", out),
            "MuPDF": says(b"The document is unchanged since signing", "mutool", "sign", "-v", out)}


def xml(jdk, desk, out):
    judged = jdk("verify", out, str(desk) + "/", "ID")
    return {"xmlsec1": says(b"OK", "xmlsec1", "--verify", "--trusted-pem", desk / "ca.pem", "--id-attr:ID", "構成情報", *SIGNED_PROPERTIES, out,
                            cwd=desk),
            "JDK": judged.returncode == 0 and judged.stdout.count(b"core=true") == 1}


def asic(jdk, desk, out):
    with zipfile.ZipFile(out) as container:
        assert container.testzip() is None and container.namelist()[0] == "mimetype"
        assert container.read("mimetype") == b"application/vnd.etsi.asic-e+zip"
        container.extractall(desk / "inside")
    inner = desk / "inside" / "signatures0.xml"   # beside the files, as both judges resolve names
    inner.write_bytes((desk / "inside" / "META-INF" / "signatures0.xml").read_bytes())
    (desk / "inside" / "ca.pem").write_bytes((desk / "ca.pem").read_bytes())
    return xml(jdk, desk / "inside", inner)


def jws(_jdk, desk, out):
    text = out.read_text()
    try:
        jwcrypto = judged_by_jwcrypto(text) == (desk / "letter.txt").read_bytes()
    except Exception:
        jwcrypto = False
    return {"jwcrypto": jwcrypto, "José": judged_by_jose(text, desk).returncode == 0}


def cms(_jdk, desk, out):
    judged = openssl("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", out, "-CAfile", desk / "ca.pem", "-purpose", "any")
    return {"OpenSSL": judged.returncode == 0 and judged.stdout == (desk / "letter.txt").read_bytes(),
            "GnuTLS": says(b"Signature status: ok", "certtool", "--p7-verify", "--inder", "--infile", out, "--load-ca-certificate",
                           desk / "ca.pem")}


def flipped_in(pattern):
    """The same with one character of what is signed changed."""
    def damage(data):
        at = re.search(pattern, data).start(1)
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
    return damage


ROWS = {
    "pdf moj": ("in.pdf", ["--format", "pdf"], pdf, flipped_in(rb"%PDF-1\.(\d)")),
    "pdf pades": ("in.pdf", ["--format", "pdf", "--profile", "pades"], pdf, flipped_in(rb"%PDF-1\.(\d)")),
    "xml": ("in.xml", ["--format", "xml"], xml, flipped_in(rb"<item>(d)esk")),
    "egov": ("kousei.xml", ["--format", "xml", "--preset", "egov"], xml, flipped_in(rb"form\.(x)ml</")),
    "jws": ("letter.txt", ["--format", "jws"], jws, flipped_in(rb"\.....(.)")),
    "asic": ("letter.txt", ["--format", "asic"], asic, None),
    "cms with a time stamp": ("letter.txt", ["--format", "cms", "--tsa"], cms, flipped_in("(契)約書".encode())),
}


COVERED = {"xml": ["/"], "egov": ["/DataRoot/構成情報", "file:form.xml"], "asic": ["file:letter.txt"]}


@pytest.mark.parametrize("row", ROWS)
def test_two_programs_accept_it(card, jdk, desk, tmp_path_factory, row):
    name, options, judge, damage = ROWS[row]
    if options[-1] == "--tsa":
        server = Server(Authority(tmp_path_factory.mktemp("tsa")), "good", None)
        options = [*options, server.url]
    out = desk / "out"
    assert card.run("sign", *options, desk / name, "-o", out, pins="ABC123").code == 0
    accepted = judge(jdk, desk, out)
    assert len(accepted) == 2 and all(accepted.values()), accepted
    ours = run("verify", out, "--trust", desk / "ca.pem", "--json", cwd=desk)
    assert ours.code == 0 and ours.json["signatures"][0].get("covered") == COVERED.get(row), ours.out
    if damage is None:
        inside = desk / "inside"
        (inside / "letter.txt").write_text("another")
        refused = xml(jdk, inside, inside / "signatures0.xml")
    else:
        out.write_bytes(damage(out.read_bytes()))
        refused = judge(jdk, desk, out)
    assert not any(refused.values()), refused
