# SPDX-License-Identifier: Apache-2.0
"""A batch as large as an office's day, in little memory. Not under a sanitizer, which keeps what is freed."""
import os

from pdf_tools import Revised, pki, plain, tool  # noqa: F401  (fixtures)


def test_a_hundred_files_of_a_megabyte_in_little_memory(pki, tmp_path):
    base = Revised(plain(tmp_path))
    noise = os.urandom(1 << 20).replace(b"endstream", b"endstreaM")
    base.append({base.free(): b"<< /Length %d >>\nstream\n%s\nendstream" % (len(noise), noise)})
    large = base.save(tmp_path / "large.pdf")
    (tmp_path / "out").mkdir()
    printed = tool(os.environ["PDF_DRIVER"], "batch", pki.directory, tmp_path / "out", *[large] * 100).stdout.decode()
    assert int(printed.split()[1]) < 100 * 1024, printed
    assert len(list((tmp_path / "out").iterdir())) == 100
    assert pki.verify(tmp_path / "out" / "99.pdf").code == 0
