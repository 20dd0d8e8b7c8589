# SPDX-License-Identifier: Apache-2.0
"""The pages of the procedures, block by block as they stand there, with the card; what came out is judged by programs that are not ours."""
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
from conftest import MYNA, environment  # noqa: E402
from tsa import Authority, Server  # noqa: E402

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = "%%MediaBox 0 0 595 842\n%%Font F1 Helvetica\nBT /F1 24 Tf 72 720 Td (Pay 100 yen) Tj ET\n"
KOUSEI = """<?xml version="1.0" encoding="UTF-8"?>
<DataRoot><構成情報 ID="構成情報"><受付行政機関ID>100900</受付行政機関ID>{files}</構成情報><その他/></DataRoot>
"""
FORM, ATTACHED = "<申請書><申請書ファイル名称>950A_01.xml</申請書ファイル名称></申請書>", "<添付書類><添付書類ファイル名称>map.pdf</添付書類ファイル名称></添付書類>"


def tool(*command, cwd=None):
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return (done.stdout + done.stderr).decode(errors="replace")


@pytest.fixture
def desk(card, tmp_path):
    """A folder with the files that the pages name; `myna verify` trusts the issuer of the virtual card, as a real card's is trusted by
    itself."""
    folder = tmp_path / "desk"
    (folder / "950A010700001").mkdir(parents=True)
    assert card.run("cert", "export", "sign-ca", "-o", tmp_path / "ca.pem").code == 0
    (tmp_path / "page.txt").write_text(PAGE)
    for name in ("teikan.pdf", "contract.pdf", "letter.pdf"):
        tool("mutool", "create", "-o", folder / name, tmp_path / "page.txt")
    tool("pdftoppm", "-png", "-r", "20", "-singlefile", folder / "letter.pdf", folder / "seal")
    for name in ("order.xml", "plan.xml"):
        (folder / name).write_text(f"<order><item>{name}</item></order>\n")
    for name in ("drawing.tif", "13.tif"):
        (folder / name).write_bytes(b"II*\0" + name.encode())
    egov = folder / "950A010700001"
    (egov / "kousei.xml").write_text(KOUSEI.format(files=FORM + ATTACHED))
    (egov / "kousei20261126163046.xml").write_text(KOUSEI.format(files=ATTACHED))
    (egov / "950A_01.xml").write_text("<申請>様式</申請>")
    (egov / "map.pdf").write_bytes((folder / "letter.pdf").read_bytes())
    (egov / "ca.pem").symlink_to(tmp_path / "ca.pem")
    (tmp_path / "pins").write_text("sign=ABC123\n")
    (tmp_path / "pins").chmod(0o600)
    (tmp_path / "bin").mkdir()
    wrapper = tmp_path / "bin" / "myna"
    wrapper.write_text(f"""#!/bin/sh
case $1 in
  verify) exec {MYNA} "$@" --trust {tmp_path}/ca.pem ;;
  sign) exec {MYNA} --pin-file {tmp_path}/pins "$@" ;;
  *) exec {MYNA} "$@" ;;
esac
""")
    wrapper.chmod(0o755)
    return folder


def follow(page, card, desk, **more):
    """All blocks in one shell, so that a `cd` stays."""
    blocks = re.findall(r"```sh\n(.*?)```", (DOCS / page).read_text(), re.S)
    assert blocks
    env = environment(PATH=f"{desk.parent}/bin:{os.environ['PATH']}", MYNA_READER=f"virtual:{card.directory}", **more)
    done = subprocess.run(["sh", "-exc", "\n".join(blocks)], cwd=desk, env=env, capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout.decode(), done.stderr.decode())
    return done.stdout.decode()


def judged_pdf(path, signatures):
    """poppler, MuPDF and qpdf."""
    assert subprocess.run(["pdfsig", path], capture_output=True, check=False).stdout.count(b"Signature is Valid") == signatures
    seen = subprocess.run(["mutool", "sign", "-v", path], capture_output=True, check=False)
    assert (seen.stdout + seen.stderr).count(b"unchanged") >= 1
    tool("qpdf", "--check", path)


def test_touki_pdf(card, desk):
    out = follow("documents-touki-pdf.md", card, desk)
    assert out.count("C9 algorithms: good") == 2
    judged_pdf(desk / "teikan-signed.pdf", 1)
    judged_pdf(desk / "teikan-signed-twice.pdf", 2)


def test_pades(card, desk, tmp_path):
    server = Server(Authority(tmp_path / "tsa"))
    follow("documents-pades.md", card, desk, TSA=server.url)
    server.close()
    for name, signatures in (("contract-signed", 1), ("contract-stamped", 1), ("contract-seen", 1), ("contract-signed-twice", 2)):
        judged_pdf(desk / f"{name}.pdf", signatures)


def test_egov(card, desk):
    follow("documents-egov.md", card, desk)   # xmlsec1 judges in the page itself
    egov = desk / "950A010700001"
    tool("xmlsec1", "--verify", "--id-attr:ID", "構成情報", "--trusted-pem", "ca.pem", "kousei.xml", cwd=egov)
    tool("xmlsec1", "--verify", "--trusted-pem", "ca.pem", "signed-files.xml", cwd=egov)


def test_xml(card, desk, tmp_path):
    server = Server(Authority(tmp_path / "tsa"))
    follow("documents-xml.md", card, desk, TSA=server.url)
    server.close()
    for name in ("signed.xml", "around.xml", "drawing.sig.xml", "xades.xml", "stamped.xml", "13.tif.sig.xml"):
        properties = ["--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"]
        tool("xmlsec1", "--verify", *properties, "--trusted-pem", tmp_path / "ca.pem", name, cwd=desk)
    for name, files in (("both.asice", 2), ("one.asice", 1)):
        listed = tool("zipinfo", "-1", desk / name).split()
        assert listed[0] == "mimetype" and len([n for n in listed if "/" not in n]) == files + 1
