# SPDX-License-Identifier: Apache-2.0
"""The driver, the judges and a folder of documents."""
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
from jdk_judge import JdkJudge  # noqa: E402

DRIVER = os.environ["MYNA_XML_DRIVER"]


class Ended:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        self.lines = [line.split(" ", 1) for line in self.out.splitlines()]

    def every(self, kind):
        return [rest for word, rest in (line for line in self.lines if len(line) == 2) if word == kind]

    @property
    def bad(self):
        """{code: reason} of the bad checks."""
        return dict(rest.split(" ", 1) for rest in self.every("bad"))


def run(*words, cwd=None):
    return Ended(subprocess.run([str(w) for w in words], capture_output=True, check=False, cwd=cwd))


def driver(*words, cwd=None):
    return run(DRIVER, *words, cwd=cwd)


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pki")
    assert driver("pki", f"pki={folder}").code == 0
    for n in "01":
        run("openssl", "pkcs8", "-inform", "DER", "-nocrypt", "-in", folder / f"signer{n}.p8", "-out", folder / f"signer{n}.key")
    return folder


@pytest.fixture(scope="session")
def java():
    judge = JdkJudge()
    yield lambda *words: Ended(judge(*words))
    judge.close()


@pytest.fixture
def sign(pki):
    def do(out, form="enveloped", ok=True, **options):
        words = [f"{name}={one}" for name, value in options.items() for one in (value if isinstance(value, list) else [value])]
        ended = driver("sign-xml", f"pki={pki}", f"form={form}", f"out={out}", *words)
        assert (ended.code == 0) == ok, ended.out + ended.err
        return ended
    return do


@pytest.fixture
def verify(pki):
    def do(file, trust=None, **options):
        options["trust"] = [pki / "ca.pem"] if trust is None else trust
        words = [f"{name}={one}" for name, value in options.items() for one in (value if isinstance(value, list) else [value])]
        return driver("verify-xml", f"input={file}", *words)
    return do


@pytest.fixture
def xmlsec(pki):
    def do(file, *options):
        return run("xmlsec1", "--verify", "--trusted-pem", pki / "ca.pem", "--id-attr:ID", "構成情報", *options, file, cwd=Path(file).parent)
    return do


@pytest.fixture
def order(tmp_path):
    path = tmp_path / "order.xml"
    path.write_text('<?xml version="1.0" encoding="UTF-8"?>\n<Order xmlns="urn:order" xmlns:a="urn:a" xml:lang="ja" a:n="1">\n'
                    '  <Item a:code="x&#10;y">机　&amp; 椅子<![CDATA[<生>]]></Item><Empty/>\n</Order>\n', encoding="utf-8")
    return path


KOUSEI = '''<?xml version="1.0" encoding="UTF-8"?>
<DataRoot xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><様式ID>999000000000000001</様式ID>
<構成情報 ID="構成情報"><管理情報><手続名称>手続の例／電子申請</手続名称></管理情報>
<申請書属性情報><申請書様式ID>950A010700001</申請書様式ID><申請書ファイル名称>950A010700001_01.xml</申請書ファイル名称></申請書属性情報>
<添付書類属性情報><添付種別>添付</添付種別><添付書類名称>地図</添付書類名称><添付書類ファイル名称>map.pdf</添付書類ファイル名称><提出情報>1</提出情報></添付書類属性情報>
</構成情報>
<その他/></DataRoot>
'''


@pytest.fixture
def kousei(tmp_path):
    path = tmp_path / "kousei.xml"
    path.write_text(KOUSEI, encoding="utf-8")
    (tmp_path / "950A010700001_01.xml").write_text("<?xml version='1.0'?>\r\n<申請>様式</申請>", encoding="utf-8")
    (tmp_path / "map.pdf").write_bytes(b"%PDF-1.7 not really\n" * 3000)
    return path


@pytest.fixture(scope="session")
def tsa(tmp_path_factory):
    """A time-stamp authority of the openssl program."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "tsa.cnf").write_text("[tsa]\ndefault_tsa=t\n[t]\nserial=serial\ncrypto_device=builtin\nsigner_cert=tsa.pem\n"
                                    "signer_key=tsa.key\n"
                                    "certs=tsa.pem\nsigner_digest=sha256\ndefault_policy=1.2.3.4\nother_policies=1.2.3.4\ndigests=sha256\n"
                                    "accuracy=secs:1\nordering=yes\ntsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n")
    (folder / "serial").write_text("01")
    made = run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "tsa.key", "-out", folder / "tsa.pem",
               "-days", "30",
               "-subj", "/CN=Test TSA", "-addext", "extendedKeyUsage=critical,timeStamping", "-addext",
               "keyUsage=critical,digitalSignature",
               "-addext", "basicConstraints=critical,CA:FALSE")
    assert made.code == 0, made.err
    return folder
