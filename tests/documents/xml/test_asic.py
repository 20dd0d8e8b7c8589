# SPDX-License-Identifier: Apache-2.0
"""ASiC-E: the container judged by other ZIP programs, the signatures inside by xmlsec1, the JDK and OpenSSL; hostile containers."""
import base64
import hashlib
import re
import struct
import zipfile

import pytest

from conftest import driver, run

MIME = b"application/vnd.etsi.asic-e+zip"
FORMS = ["xades", "cades"]


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "letter.txt").write_text("契約書\n" * 500, encoding="utf-8")
    (folder / "sub" / "図面 1.pdf").write_bytes(bytes(range(256)) * 100)
    (folder / "empty").touch()
    return folder


NAMES = ["letter.txt", "sub/図面 1.pdf", "empty"]


@pytest.fixture
def make(pki, files, tmp_path):
    def do(form="xades", out="o.asice", ok=True, names=None, **options):
        words = [f"{name}={value}" for name, value in options.items()] + [f"file={n}" for n in (NAMES if names is None else names)]
        ended = driver("sign-asic", f"pki={pki}", f"form={form}", f"folder={files}", f"out={tmp_path / out}", *words)
        assert (ended.code == 0) == ok, ended.out + ended.err
        return tmp_path / out if ok else ended.out
    return do


@pytest.fixture
def judge(pki):
    def do(path, *words):
        return driver("verify-asic", f"input={path}", f"trust={pki / 'ca.pem'}", *words)
    return do


def unpacked(path, tmp_path):
    target = tmp_path / ("unpacked-" + path.name)
    made = run("unzip", "-q", "-o", path, "-d", target)
    assert made.code == 0, made.out + made.err
    return target


@pytest.mark.parametrize("form", FORMS)
def test_other_zip_programs_read_the_container(make, files, tmp_path, form):
    path = make(form)
    with zipfile.ZipFile(path) as zipped:
        assert zipped.testzip() is None
        first = zipped.infolist()[0]
        assert (first.filename, first.compress_type, zipped.read(first)) == ("mimetype", zipfile.ZIP_STORED, MIME)
        assert sorted(n for n in zipped.namelist() if not n.startswith("META-INF/")) == sorted(["mimetype", *NAMES])
    assert path.read_bytes()[30:38 + len(MIME)] == b"mimetype" + MIME
    assert run("zipinfo", path).code == 0 and run("unzip", "-t", path).code == 0
    folder = unpacked(path, tmp_path)
    for name in NAMES:
        assert (folder / name).read_bytes() == (files / name).read_bytes()


def test_xades_inside_by_xmlsec_and_the_jdk(make, xmlsec, java, tmp_path):
    folder = unpacked(make(names=["letter.txt", "empty"]), tmp_path)
    inner = (folder / "META-INF" / "signatures0.xml").read_bytes()
    assert b"<asic:XAdESSignatures xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\"><ds:Signature" in inner
    (folder / "signatures0.xml").write_bytes(inner)   # xmlsec1 resolves names beside the signature, ASiC beside the root
    judged = xmlsec(folder / "signatures0.xml", "--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties")
    assert judged.code == 0, judged.err
    judged = java("verify", folder / "signatures0.xml", str(folder) + "/")
    assert judged.code == 0 and "references=true,true,true" in judged.out, judged.out
    (folder / "letter.txt").write_text("x")
    assert java("verify", folder / "signatures0.xml", str(folder) + "/").code != 0


def test_cades_inside_by_openssl(make, pki, tmp_path):
    folder = unpacked(make("cades"), tmp_path)
    manifest = folder / "META-INF" / "ASiCManifest.xml"
    judged = run("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", folder / "META-INF" / "signature.p7s",
                 "-content", manifest,
                 "-CAfile", pki / "ca.pem", "-purpose", "any", "-out", "/dev/null")
    assert judged.code == 0 and "CAdES Verification successful" in judged.err, judged.err
    text = manifest.read_text(encoding="utf-8")
    assert '<asic:SigReference URI="META-INF/signature.p7s" MimeType="application/pkcs7-signature"/>' in text
    values = [base64.b64decode(v) for v in re.findall("<ds:DigestValue>([^<]*)", text)]
    assert values == [hashlib.sha256((folder / n).read_bytes()).digest() for n in NAMES]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_our_own(make, judge, form, digest):
    ended = judge(make(form, digest=digest))
    assert ended.code == 0 and sorted(ended.every("covered")) == sorted("file:" + n for n in NAMES), ended.out


@pytest.mark.parametrize("first", FORMS)
@pytest.mark.parametrize("second", FORMS)
def test_a_second_signature_in_a_container(make, judge, tmp_path, first, second):
    path = make(first)
    make(second, out="two.asice", names=[], input=path, signer=1)
    ended = judge(tmp_path / "two.asice")
    assert ended.code == 0 and len(ended.every("signature")) == 2, ended.out
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(tmp_path / "two.asice") as two:
        for name in one.namelist():
            assert one.read(name) == two.read(name)
        assert len(set(two.namelist())) == len(two.namelist()) and two.infolist()[0].filename == "mimetype"
    make(first, out="three.asice", names=[], input=tmp_path / "two.asice")
    assert judge(tmp_path / "three.asice").out.count("good signature") == 3


@pytest.mark.parametrize("form", FORMS)
def test_a_time_stamp(make, judge, tsa, form):
    path = make(form, tsa=tsa)
    assert "not-checked timestamp holds, but nobody said" in judge(path).out
    ended = judge(path, f"trust={tsa / 'tsa.pem'}")
    assert ended.code == 0 and "good timestamp" in ended.out and ended.every("stamped")


@pytest.mark.parametrize("names", [["../in/letter.txt"], ["letter.txt", "letter.txt"], ["mimetype"], ["META-INF/x"], ["meta-inf/x"],
                                   ["/etc/hostname"], ["nowhere"]])
def test_names_that_no_container_may_have(make, files, names):
    (files / "mimetype").touch()
    assert make(ok=False, names=names).startswith(("error invalid-argument", "error storage-failed"))


def rewritten(path, change=None, extra=(), drop=(), first=True):
    """The container written again by Python: entries changed, added and dropped."""
    out = path.with_name("attack.asice")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        entries = [(i.filename, old.read(i)) for i in old.infolist() if i.filename not in drop]
        entries = [(n, (change or {}).get(n, c)) for n, c in entries] + list(extra)
        for name, content in entries if first else entries[::-1]:
            new.writestr(name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name), content,
                         zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return out


@pytest.mark.parametrize("form", FORMS)
class TestHostile:
    def bad(self, judge, path):
        ended = judge(path)
        assert ended.code == 1, ended.out
        return ended.bad

    def test_python_writes_a_good_one(self, make, judge, form):
        assert judge(rewritten(make(form))).code == 0

    def test_a_changed_file(self, make, judge, form):
        bad = self.bad(judge, rewritten(make(form), {"letter.txt": b"another"}))
        assert bad["references"] in ("the content is not what was signed", "a file is not what was signed")

    def test_a_file_that_nobody_signed(self, make, judge, form):
        assert self.bad(judge, rewritten(make(form),
                                         extra=[("evil.txt", b"x")])) == {"coverage": "a file of the container is not covered by this "
                                                                                      "signature"}

    def test_a_file_taken_out(self, make, judge, form):
        assert "references" in self.bad(judge, rewritten(make(form), drop=["letter.txt"]))

    def test_names_that_lead_out(self, make, judge, form):
        for name in ("../evil", "/evil", "a/../../evil", "a\\..\\evil", "C:evil"):
            assert self.bad(judge, rewritten(make(form), extra=[(name, b"x")])) == {"container": "a file name leads out of the container"}

    def test_a_name_twice(self, make, judge, form):
        with pytest.warns(UserWarning):
            path = rewritten(make(form), extra=[("letter.txt", b"evil")])
        assert self.bad(judge, path)["container"] in ("a file name is there twice",
                                                      "the ZIP is damaged, or its parts contradict each other")

    def test_two_mimetypes(self, make, judge, form):
        with pytest.warns(UserWarning):
            path = rewritten(make(form), extra=[("mimetype", b"x")])
        assert self.bad(judge, path)["container"] in ("a file name is there twice",
                                                      "the ZIP is damaged, or its parts contradict each other")

    def test_mimetype_is_not_first_absent_or_another(self, make, judge, form):
        reason = {"container": "the first entry is not the plain mimetype of ASiC-E"}
        assert self.bad(judge, rewritten(make(form), first=False)) == reason
        assert self.bad(judge, rewritten(make(form), drop=["mimetype"])) == reason
        assert self.bad(judge, rewritten(make(form), {"mimetype": b"application/zip"})) == reason

    def test_no_signature(self, make, judge, form):
        meta = ["META-INF/signatures0.xml", "META-INF/ASiCManifest.xml", "META-INF/signature.p7s"]
        assert self.bad(judge, rewritten(make(form), drop=meta)) == {"signature": "there is no signature in this container"}

    def test_something_else_below_meta_inf(self, make, judge, form):
        for name in ("META-INF/evil.txt", "meta-inf/evil", "META-INF/sub/signatures0.xml", "META-INF/other.p7s"):
            reason = self.bad(judge, rewritten(make(form), extra=[(name, b"x")]))["container"]
            assert reason == ("two file names are one on some systems" if name == "meta-inf/evil"
                              else "a file below META-INF that belongs to no signature")

    def test_a_link(self, make, judge, form):
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        assert self.bad(judge, rewritten(make(form),
                                         extra=[(link, b"/etc/hostname")])) == {"container": "a link, or an encrypted or oddly packed file"}

    def test_a_bomb(self, make, judge, form):
        path = rewritten(make(form), extra=[(f"zeros{i}", bytes(100 << 20)) for i in range(3)])
        assert path.stat().st_size < 2 << 20
        assert self.bad(judge, path) == {"container": "the container is too large, or a ZIP bomb"}

    def test_too_many_files(self, make, judge, form):
        assert self.bad(judge, rewritten(make(form),
                                         extra=[(f"f{i}", b"")
                                                for i in range(1001)])) == {"container": "the container is too large, or a ZIP bomb"}

    def test_a_hidden_entry_before_the_directory(self, make, judge, form):
        """Programs that read from the front see a file that the directory does not list."""
        whole = make(form).read_bytes()
        end = whole.rindex(b"PK\x05\x06")
        directory = struct.unpack("<I", whole[end + 16:end + 20])[0]
        hidden = b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, 0, 0, 0, 8, 0) + b"evil.txt"
        moved = whole[:directory] + hidden + whole[directory:end + 16] + struct.pack("<I", directory + len(hidden)) + whole[end + 20:]
        path = make(form)
        path.write_bytes(moved)
        assert self.bad(judge, path)["container"] in ("there are bytes that the directory of the ZIP does not list",
                                                      "the ZIP is damaged, or its parts contradict each other")

    def test_bytes_in_front_and_behind(self, make, judge, form):
        path = make(form)
        whole = path.read_bytes()
        path.write_bytes(b"PK" + whole)
        assert "container" in self.bad(judge, path)
        path.write_bytes(whole[:-1])
        assert "container" in self.bad(judge, path)
        path.write_bytes(b"no zip")
        assert judge(path).out == "error malformed\n"

    def test_flipped_bytes_are_never_good(self, make, judge, form):
        path = make(form)
        whole = path.read_bytes()
        with zipfile.ZipFile(path) as zipped:
            before = {name: zipped.read(name) for name in NAMES}
        for position in range(0, len(whole), 61):
            damaged = bytearray(whole)
            damaged[position] ^= 0x10
            path.write_bytes(damaged)
            ended = judge(path)
            if ended.code == 0:   # times, versions and attributes of entries, which no signature covers
                with zipfile.ZipFile(path) as zipped:
                    assert zipped.testzip() is None and all(zipped.read(name) == content for name, content in before.items())


def test_the_signature_of_another_container(make, judge, files):
    """A valid signature file beside files that it does not name."""
    signature = zipfile.ZipFile(make()).read("META-INF/signatures0.xml")
    (files / "letter.txt").write_text("another")
    path = make(out="other.asice")
    assert judge(rewritten(path, {"META-INF/signatures0.xml": signature})).bad["references"] == "the content is not what was signed"


def test_an_xml_signature_that_is_no_asic(make, judge, sign, order, tmp_path):
    sign(tmp_path / "o.xml", input=order)
    ended = judge(rewritten(make(), {"META-INF/signatures0.xml": (tmp_path / "o.xml").read_bytes()}))
    assert ended.code == 1 and ended.bad["form"] == "a signature file is none"


def test_a_cades_signature_with_content_inside(make, judge, pki, tmp_path):
    path = make("cades")
    (tmp_path / "m").write_bytes(zipfile.ZipFile(path).read("META-INF/ASiCManifest.xml"))
    made = run("openssl", "cms", "-sign", "-cades", "-binary", "-nodetach", "-in", tmp_path / "m", "-signer", pki / "signer0.pem", "-inkey",
               pki / "signer0.key",
               "-outform", "DER", "-out", tmp_path / "p7s", "-certfile", pki / "ca.pem")
    assert made.code == 0, made.err
    attack = rewritten(path, {"META-INF/signature.p7s": (tmp_path / "p7s").read_bytes()})
    assert judge(attack).bad == {"form": "the signature brings content of its own"}
    made = run("openssl", "cms", "-sign", "-cades", "-binary", "-in", tmp_path / "m", "-signer", pki / "signer0.pem", "-inkey",
               pki / "signer0.key",
               "-outform", "DER", "-out", tmp_path / "p7s", "-certfile", pki / "ca.pem")
    assert judge(rewritten(path, {"META-INF/signature.p7s": (tmp_path / "p7s").read_bytes()})).code == 0
