# SPDX-License-Identifier: Apache-2.0
"""Visible signatures: what pdftoppm draws and pdftotext reads where they must be, on pages turned and cropped."""
import re
import struct
import zlib

import pytest
from pdf_tools import Revised, pki, plain, tool  # noqa: F401  (fixtures)

RED = (200, 0, 0)


def png(path, size=40):
    rows = b"".join(b"\0" + bytes(RED) * size for _ in range(size))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows))
                     + chunk(b"IEND", b""))
    return path


def jpeg(directory):
    """By pdftoppm, from a page that is red all over."""
    page = directory / "red.txt"
    page.write_text("%%MediaBox 0 0 40 40\n0.784 0 0 rg 0 0 40 40 re f\n")
    tool("mutool", "create", "-o", directory / "red.pdf", page)
    tool("pdftoppm", "-jpeg", "-r", "72", "-singlefile", directory / "red.pdf", directory / "red")
    return directory / "red.jpg"


class Drawn:
    """A page drawn with one dot a point; asked in points from the lower left."""

    def __init__(self, pdf):
        raw = tool("pdftoppm", "-r", "72", "-cropbox", "-singlefile", pdf).stdout
        head = re.match(rb"P6\s+(\d+) (\d+)\s+255\s", raw)
        self.width, self.height, self.dots = int(head.group(1)), int(head.group(2)), raw[head.end():]

    def share(self, left, bottom, right, top, fits):
        found = [fits(*self.dots[3 * (row * self.width + column):][:3]) for row in range(self.height - top, self.height - bottom)
                 for column in range(left, right)]
        return sum(found) / len(found)


def is_red(r, g, b):
    return abs(r - 200) < 30 and g < 60 and b < 60


def is_ink(r, g, b):
    return r < 128 and g < 128 and b < 128


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("picture", ["png", "jpeg"])
def test_upright_at_its_place_on_turned_pages(pki, tmp_path, rotate, picture):
    seal = png(tmp_path / "seal.png") if picture == "png" else jpeg(tmp_path)
    out = pki.sign(plain(tmp_path, rotate), tmp_path / "v.pdf", "--visible", "1,50,60,200,50", "--picture", seal)
    drawn, before = Drawn(out), Drawn(plain(tmp_path, rotate))
    assert (drawn.width, drawn.height) == ((842, 595) if rotate in (90, 270) else (595, 842))
    assert drawn.share(54, 64, 94, 106, is_red) > 0.9           # the picture at the left
    assert before.share(54, 64, 94, 106, is_red) == 0
    assert 0.02 < drawn.share(100, 62, 246, 108, is_ink) < 0.5  # the text at its right
    assert drawn.share(252, 60, 300, 110, is_red) == 0 and drawn.share(20, 60, 48, 110, is_red) == 0
    words = tool("pdftotext", "-f", "1", "-l", "1", out, "-").stdout.decode()
    assert re.search(r"番号\s*花子", words) and re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+0900", words), words
    assert pki.verify(out).code == 0 and "Signature is Valid" in pki.pdfsig(out)
    assert b"No syntax" in tool("qpdf", "--check", out).stdout


def test_the_font_is_embedded_as_a_subset(pki, tmp_path):
    out = pki.sign(plain(tmp_path), tmp_path / "v.pdf", "--visible", "2,50,60,200,50", "--name", "鈴木　一郎")
    fonts = [line for line in tool("pdffonts", out).stdout.decode().splitlines() if re.match(r"[A-Z]{6}\+", line)]
    assert fonts and all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts), fonts
    assert out.stat().st_size < 60000
    assert re.search(r"鈴木\s*一郎", tool("pdftotext", "-f", "2", out, "-").stdout.decode())


def test_a_crop_box_moves_the_origin(pki, tmp_path):
    pdf = Revised(plain(tmp_path, pages=1))
    page = pdf.find(rb"/Type */Page\b")
    cropped = pdf.append({page: pdf.latest(page).rstrip(b"> \n") + b" /CropBox [ 100 200 500 700 ] >>"}).save(tmp_path / "c.pdf")
    out = pki.sign(cropped, tmp_path / "v.pdf", "--visible", "1,20,30,200,50", "--picture", png(tmp_path / "seal.png"))
    drawn = Drawn(out)
    assert (drawn.width, drawn.height) == (400, 500) and drawn.share(24, 34, 64, 76, is_red) > 0.9
    assert pki.refusal(cropped, "--visible", "1,300,30,200,50") == "invalid-argument"


def test_pictures_that_are_none(pki, tmp_path):
    base = plain(tmp_path)
    (tmp_path / "text.png").write_text("no picture, only some text that is long enough to be read as one")
    (tmp_path / "cut.png").write_bytes(png(tmp_path / "seal.png").read_bytes()[:60])
    (tmp_path / "cut.jpg").write_bytes(jpeg(tmp_path).read_bytes()[:300])
    bomb = bytearray(png(tmp_path / "bomb.png").read_bytes())
    bomb[16:24] = struct.pack(">II", 60000, 60000)
    (tmp_path / "bomb.png").write_bytes(bomb)
    for name in ("text.png", "cut.png", "cut.jpg", "bomb.png"):
        assert pki.refusal(base, "--visible", "1,10,10,100,40", "--picture", tmp_path / name) == "invalid-argument", name
    assert pki.refusal(base, "--visible", "1,10,10,100,40", "--picture", tmp_path / "absent.png") == "storage-failed"
