# SPDX-License-Identifier: Apache-2.0
"""A PDF that is called good is one that begins and ends as one, says each thing once, and shows the same page in other programs."""
import random
import re

import pytest
from pdf_tools import Revised, own_signature, pki, plain, ranges, signed_part, tool, with_contents  # noqa: F401  (fixtures)


@pytest.fixture
def signed(pki, tmp_path):  # noqa: F811
    return pki.sign(plain(tmp_path, pages=1), tmp_path / "signed.pdf")


def shown(path):
    return tool("pdftotext", path, "-", check=False).stdout


def signed_again(pki, data, out):  # noqa: F811
    """The bytes as they are now, signed by an author who wants two programs to see two things."""
    _, first, second, _ = ranges(data)
    rest = len(data) - second
    numbers = re.search(rb"/ByteRange ?\[[^\]]*\]", data).group()
    data = data.replace(numbers, (b"/ByteRange [ 0 %d %d %d ]" % (first, second, rest)).ljust(len(numbers)))
    out.write_bytes(with_contents(data, pki.cms(data[:first] + data[second:])))
    return out


def test_the_author_of_these_tests_makes_good_ones(pki, signed, tmp_path):  # noqa: F811
    assert pki.verify(signed_again(pki, signed.read_bytes(), tmp_path / "a.pdf")).code == 0
    for behind in (b"\n", b"\r\n\r\n", b" "):
        assert pki.verify(signed_again(pki, signed.read_bytes() + behind, tmp_path / "a.pdf")).code == 0


@pytest.mark.parametrize("behind", [b"x", b"% a comment\n", b"\nPK\5\6" + bytes(18), b"9 0 obj\nnull\nendobj\n", bytes(300) + b"x",
                                    b"\n%%EO"])
def test_bytes_behind_the_last_revision_are_bad_though_they_are_signed(pki, signed, tmp_path, behind):  # noqa: F811
    report = pki.verify(signed_again(pki, signed.read_bytes() + behind, tmp_path / "a.pdf"))
    assert report.code == 1 and [c for c, _ in report.bad()] == ["byte-range"], report.text


def test_bytes_before_the_header_are_bad(pki, signed, tmp_path):  # noqa: F811
    """Other programs count from the header, or from the first byte."""
    data = signed.read_bytes()
    for before in (b"x", b"\n", b"#!/bin/sh\n", b"PK\3\4", b"\xef\xbb\xbf", bytes(500)):
        _, first, second, length = ranges(data)
        numbers = re.search(rb"/ByteRange ?\[[^\]]*\]", data).group()
        moved = b"/ByteRange [ 0 %d %d %d ]" % (first + len(before), second + len(before), length)
        new = before + data.replace(numbers, moved.ljust(len(numbers)))
        first, second = first + len(before), second + len(before)
        (tmp_path / "a.pdf").write_bytes(with_contents(new, pki.cms(new[:first] + new[second:])))
        report = pki.verify(tmp_path / "a.pdf")
        assert report.code == 1 and report.bad()[0][0] == "structure" and "begin" in report.bad()[0][1], report.text


def signed_with(pki, tmp_path, **more):  # noqa: F811
    return own_signature(pki, plain(tmp_path, pages=1), tmp_path / "own.pdf", **more)


@pytest.mark.parametrize("more", [{"extra": b"/Name (A) /Name (B)"}, {"extra": b"/SubFilter /adbe.x509.rsa_sha1 "},
                                  {"extra": b"/Contents <30>"},
                                  {"extra": b"/ByteRange [0 1 2 3]"}, {"extra": b"/Contents <30> /#43ontents <31>"},
                                  {"field": b"/Rect [ 0 0 0 0 ] /Rect [ 0 0 9 9 ]"},
                                  {"field": b"/Rect [ 0 0 0 0 ] /V null"}, {"catalog": b"/Pages 1 0 R"}, {"catalog": b"/AcroForm << >>"}])
def test_a_key_twice_is_bad_though_it_is_signed(pki, tmp_path, more):  # noqa: F811
    assert pki.verify(signed_with(pki, tmp_path)).code == 0
    if more.get("extra", b"").startswith(b"/ByteRange"):
        data = signed_with(pki, tmp_path).read_bytes()
        _, first, second, _ = ranges(data)
        data = data.replace(b"/Filter /Adobe.PPKLite", b"/ByteRange [0 1 2 3]  ", 1)
        (tmp_path / "own.pdf").write_bytes(with_contents(data, pki.cms(data[:first] + data[second:])))
    else:
        signed_with(pki, tmp_path, **more)
    report = pki.verify(tmp_path / "own.pdf")
    assert report.code == 1, report.text


def test_a_page_with_two_contents_is_bad_though_it_is_signed(pki, tmp_path):  # noqa: F811
    source = Revised(plain(tmp_path, pages=1))
    page = source.find(rb"/Type */Page\b")
    other = b"<< /Length 44 >>\nstream\nBT /F1 24 Tf 72 720 Td (Pay 900 yen) Tj ET   \nendstream"
    for key, code in ((b"/Extra", 0), (b"/Contents", 1)):
        pdf = Revised(plain(tmp_path, pages=1))
        new = pdf.free()
        pdf.append({new: other, page: pdf.latest(page).rstrip(b"> \n") + key + b" %d 0 R >>" % new})
        own_signature(pki, pdf.save(tmp_path / "two.pdf"), tmp_path / "own.pdf")
        assert pki.verify(tmp_path / "own.pdf").code == code


def test_a_time_stamp_that_is_no_token_or_has_bytes_behind_it(pki, tmp_path):  # noqa: F811
    """The content of the CMS is the token's and nothing else's."""
    stamp = signed_with(pki, tmp_path, extra=b"")
    data = stamp.read_bytes().replace(b"/SubFilter /adbe.pkcs7.detached", b"/SubFilter /ETSI.RFC3161       ")
    for content in (b"no token", b"\x30\x00"):
        (tmp_path / "t.pdf").write_bytes(with_contents(data, pki.cms(content, "-nodetach")))
        report = pki.verify(tmp_path / "t.pdf")
        assert report.code == 1 and ("document-timestamp", "this is no time-stamp token") in report.bad(), report.text


def pieces(data):
    """The file cut where objects, tables and revisions begin."""
    marks = {0, len(data)} | {m.start() for m in re.finditer(rb"(?m)^\d+ 0 obj|^xref|^trailer|^startxref|%%EOF|/ByteRange|/Contents|>>",
                                                             data)}
    cuts = sorted(marks)
    return [data[a:b] for a, b in zip(cuts, cuts[1:])]


def mixed(data, chance):
    parts = pieces(data)
    at, to = chance.randrange(len(parts)), chance.randrange(len(parts) + 1)
    kind = chance.choice(["move", "double", "behind", "drop", "insert", "revision"])
    if kind in ("move", "double"):
        part = parts[at] if kind == "double" else parts.pop(at)
        parts.insert(min(to, len(parts)), part)
    elif kind == "behind":
        parts.append(parts[at])
    elif kind == "drop":
        parts.pop(at)
    elif kind == "insert":
        parts.insert(to, chance.choice([b"\n", b"% x\n", b"%%EOF\n", b"99 0 obj\nnull\nendobj\n", b"startxref\n9\n%%EOF\n",
                                        b"/Contents <30> "]))
    else:   # a whole revision, made of objects that are there
        found = [n for n, _ in re.findall(rb"(?:^|[\r\n])(\d+) 0 obj(.*?)endobj", data, re.S)]
        number, other = int(chance.choice(found)), int(chance.choice(found))
        pdf = Revised.__new__(Revised)
        pdf.data = data
        return pdf.append({number: pdf.latest(other)}).data
    return b"".join(parts)


def test_objects_moved_doubled_and_put_in(pki, signed, tmp_path):  # noqa: F811
    chance, good = random.Random(17), 0
    page, whole = shown(signed), signed.read_bytes()
    path = tmp_path / "mixed.pdf"
    for _ in range(250):
        path.write_bytes(mixed(whole, chance))
        report = pki.verify(path)
        assert report.code in (0, 1), report.text
        if report.code == 0:
            good += 1
            assert tool("qpdf", "--check", path, check=False).returncode == 0 and shown(path) == page, path.read_bytes()[-400:]
            assert "Signature is Valid" in pki.pdfsig(path), path.read_bytes()[-400:]
    assert good > 0   # an object written again as it was
