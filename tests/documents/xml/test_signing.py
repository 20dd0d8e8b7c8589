# SPDX-License-Identifier: Apache-2.0
"""What we sign, judged by xmlsec1 and the JDK."""
import re

import pytest

DIGESTS = ["sha256", "sha384", "sha512"]


def accepted(xmlsec, java, file, *id_attributes, signatures=1):
    judged = xmlsec(file)
    assert judged.code == 0 and "OK" in judged.err + judged.out, judged.err + judged.out
    judged = java("verify", file, str(file.parent) + "/", *id_attributes)
    assert judged.code == 0 and judged.out.count("core=true") == signatures, judged.out + judged.err


@pytest.mark.parametrize("digest", DIGESTS)
@pytest.mark.parametrize("exclusive", [{}, {"exclusive": 1}])
@pytest.mark.parametrize("form", ["enveloped", "enveloping"])
def test_forms_digests_and_canonicalisations(sign, xmlsec, java, order, tmp_path, form, digest, exclusive):
    out = tmp_path / "out.xml"
    sign(out, form, input=order, digest=digest, **exclusive)
    accepted(xmlsec, java, out)
    out.write_bytes(out.read_bytes().replace("机".encode(), "杭".encode()))
    assert xmlsec(out).code != 0


def test_detached_several_files(sign, xmlsec, java, order, tmp_path):
    (tmp_path / "data.bin").write_bytes(bytes(range(256)) * 1000)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a b.txt").write_text("x")
    out = tmp_path / "out.sig.xml"
    ended = sign(out, "detached", folder=tmp_path, file=["data.bin", "order.xml"])
    assert [line.split()[0] for line in ended.every("file")] == ["data.bin", "order.xml"]
    accepted(xmlsec, java, out)
    sign(out, "detached", folder=tmp_path, file=["sub/a b.txt"])
    assert 'URI="sub/a%20b.txt"' in out.read_text()
    assert java("verify", out, str(tmp_path) + "/").code == 0


@pytest.mark.parametrize("name", ["../order.xml", "/etc/hostname", "http://x/y", "sub/../../order.xml", "a\\b", "", "nowhere", "link"])
def test_names_that_lead_out_are_refused(sign, order, tmp_path, name):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(order)
    ended = sign(tmp_path / "out", "detached", ok=False, folder=folder, file=[name])
    assert ended.out.startswith(("error invalid-argument", "error storage-failed"))
    assert not (tmp_path / "out").exists()


def test_enveloping_of_what_is_no_xml(sign, xmlsec, java, tmp_path):
    (tmp_path / "data.bin").write_bytes(bytes(range(256)))
    sign(tmp_path / "out.xml", "enveloping", input=tmp_path / "data.bin")
    accepted(xmlsec, java, tmp_path / "out.xml")


def test_a_second_and_third_signer_leave_the_first_good(sign, xmlsec, java, order, tmp_path):
    previous = order
    for n in range(3):
        sign(tmp_path / f"{n}.xml", input=previous, signer=n % 2)
        previous = tmp_path / f"{n}.xml"
        accepted(xmlsec, java, previous, signatures=n + 1)
    for n in (1, 2, 3):
        judged = xmlsec(previous, "--node-xpath", f"(//*[local-name()='Signature'])[{n}]")
        assert judged.code == 0, judged.err


def test_egov_shape(sign, xmlsec, java, kousei, tmp_path):
    out = tmp_path / "signed.xml"
    ended = sign(out, "egov", input=kousei, folder=tmp_path, time=1795678246)
    assert [line.split()[0] for line in ended.every("file")] == ["950A010700001_01.xml", "map.pdf"]
    accepted(xmlsec, java, out, "ID")
    text = out.read_text(encoding="utf-8")
    assert re.search('</構成情報><署名情報><Signature xmlns="http://www.w3.org/2000/09/xmldsig#" Id="20261126163046"><SignedInfo>', text)
    assert re.search('</Signature></署名情報>\n<その他/>', text)
    assert [u for u in re.findall('URI="([^"]*)"', text)] == ["#構成情報", "950A010700001_01.xml", "map.pdf"]
    assert re.findall('<Transform Algorithm="([^"]*)"', text) == ["http://www.w3.org/TR/2001/REC-xml-c14n-20010315"]
    assert text.count("<X509Certificate>") == 1 and "xades" not in text
    for name in ("950A010700001_01.xml", "map.pdf"):
        content = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(content + b" ")
        assert xmlsec(out).code != 0
        (tmp_path / name).write_bytes(content)


def test_egov_several_signers_differ_by_a_second(sign, xmlsec, java, kousei, tmp_path):
    previous = kousei
    for n in range(3):
        sign(tmp_path / f"{n}.xml", "egov", input=previous, folder=tmp_path, signer=n % 2, time=1795678259)
        previous = tmp_path / f"{n}.xml"
    accepted(xmlsec, java, previous, "ID", signatures=3)
    text = previous.read_text(encoding="utf-8")
    assert re.findall(' Id="([0-9]{14})"', text) == ["20261126163059", "20261126163100", "20261126163101"]
    assert text.count("<署名情報>") == 1
    for n in (1, 2, 3):
        assert xmlsec(previous, "--node-xpath", f"//*[local-name()='署名情報']/*[{n}]").code == 0


def test_egov_individual_files_have_one_reference(sign, xmlsec, java, kousei, tmp_path):
    out = tmp_path / "signed.xml"
    sign(out, "egov-files", input=kousei, folder=tmp_path, file="map.pdf")
    accepted(xmlsec, java, out, "ID")
    text = out.read_text(encoding="utf-8")
    assert re.findall('URI="([^"]*)"', text) == ["map.pdf"] and "<Transform" not in text


def test_egov_escaped_differs_in_the_uri_alone(sign, xmlsec, kousei, tmp_path):
    """No validator here resolves the escaped fragment: the digest is that of the raw form, which they judge."""
    for name, options in (("raw", {}), ("escaped", {"escaped": 1})):
        sign(tmp_path / name, "egov", input=kousei, folder=tmp_path, time=1795678246, **options)
    raw, escaped = ((tmp_path / name).read_text(encoding="utf-8") for name in ("raw", "escaped"))
    value = "<SignatureValue>[^<]*"
    assert re.sub(value, "", escaped) == re.sub(value, "", raw).replace("#構成情報", "#%E6%A7%8B%E6%88%90%E6%83%85%E5%A0%B1")
    assert re.search(value, raw).group() != re.search(value, escaped).group()
    assert xmlsec(tmp_path / "raw").code == 0


@pytest.mark.parametrize("change", [("ID=\"構成情報\"", ""), ("<構成情報 ID=\"構成情報\">", "<構成情報 ID=\"構成情報\"><構成情報/>"),
                                    ("<その他/>", "<その他 ID=\"構成情報\"/>"), ("<その他/>", "<その他/><署名情報/>"),
                                    ("<DataRoot", "<!DOCTYPE DataRoot><DataRoot"), ("電子申請", "電子<!-- -->申請")])
def test_egov_documents_that_are_none_are_refused(sign, kousei, tmp_path, change):
    text = kousei.read_text(encoding="utf-8")
    assert change[0] in text
    kousei.write_text(text.replace(*change), encoding="utf-8")
    assert sign(tmp_path / "out", "egov", ok=False, input=kousei, folder=tmp_path).out.startswith("error document-unsupported")


def test_touki_drawing(sign, xmlsec, java, tmp_path):
    (tmp_path / "13.tif").write_bytes(b"II*\0" + bytes(500))
    out = tmp_path / "13.tif.sig.xml"
    sign(out, "touki-drawing", folder=tmp_path, file="13.tif")
    accepted(xmlsec, java, out)
    text = out.read_text(encoding="utf-8")
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>') and re.findall('URI="([^"]*)"', text) == ["13.tif"]
    sign(out, "touki-drawing", ok=False, folder=tmp_path, file=["13.tif", "13.tif.sig.xml"])
    sign(out, "touki-drawing", ok=False, folder=tmp_path, file=["13.tif"], digest="sha512")


def test_the_document_changed_meanwhile_or_is_no_xml(sign, tmp_path, order):
    (tmp_path / "a").write_text("<a><b></a>")
    assert sign(tmp_path / "o", ok=False, input=tmp_path / "a").out.startswith("error malformed")
    order.write_text("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><a>&b;</a>")
    assert sign(tmp_path / "o", ok=False, input=order).out.startswith("error document-unsupported")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "shift_jis", "euc-jp"])
def test_encodings(sign, xmlsec, java, tmp_path, encoding):
    (tmp_path / "a").write_bytes(f'<?xml version="1.0" encoding="{encoding}"?><a b="構">机</a>'.encode(encoding))
    sign(tmp_path / "o", input=tmp_path / "a")
    accepted(xmlsec, java, tmp_path / "o")


def test_xades_leaves_the_core_acceptable(sign, xmlsec, java, order, tsa, tmp_path):
    for options in ({}, {"tsa": tsa}, {"exclusive": 1}):
        for form in ("enveloped", "enveloping"):
            sign(tmp_path / "o.xml", form, input=order, xades=1, **options)
            accepted(xmlsec, java, tmp_path / "o.xml")
    sign(tmp_path / "o.xml", "detached", folder=tmp_path, file="order.xml", xades=1)
    accepted(xmlsec, java, tmp_path / "o.xml")
