# SPDX-License-Identifier: Apache-2.0
"""What an output may be: a file, replaced whole; what is no file is written into or refused, and never replaced. Known before a PIN is
sent."""
import os
import socket
import stat
import subprocess
import threading

import pytest

from conftest import MYNA, environment, openssl

PINS = {"auth": None, "sign": "ABC123", "sign-ca": None, "auth-ca": None}


def is_certificate(pem):
    return openssl("x509", "-noout", data=pem).returncode == 0


def export(card, path, *options, **more):
    return card.run("cert", "export", "auth", "-o", path, *options, **more)


def kind(path):
    return stat.S_IFMT(os.lstat(path).st_mode)


@pytest.fixture(params=["folder", "socket", "link to a file", "link to nothing", "link to a folder"])
def unsuitable(request, tmp_path):
    path, target = tmp_path / "out", tmp_path / "target"
    made = {"folder": path.mkdir, "link to a file": lambda: (target.write_text("kept"), path.symlink_to(target)),
            "link to nothing": lambda: path.symlink_to("nothing"), "link to a folder": lambda: path.symlink_to(tmp_path),
            "socket": lambda: socket.socket(socket.AF_UNIX).bind(str(path))}
    made[request.param]()
    return path


@pytest.mark.parametrize("arguments", [["cert", "export", "sign"], ["sign", "LETTER"], ["sign", "LETTER", "--format", "raw", "--check"]])
def test_refused_before_a_pin_is_sent(card, tmp_path, unsuitable, arguments):
    (tmp_path / "LETTER").write_text("x")
    before, listing = kind(unsuitable), sorted(os.listdir(tmp_path))
    for options, name in (([], "output-exists"), (["--force"], "output-unsuitable")):
        ended = card.run(*arguments, "-o", unsuitable, *options, "--json", "--stats", pins="ABC123", cwd=tmp_path)
        told = ended.json["files"][0]["error"]["code"] if "files" in ended.json else ended.json["error"]["code"]
        assert (ended.code, told, ended.json["stats"]["apdus"]) == (8, name, 0)
    assert kind(unsuitable) == before and sorted(os.listdir(tmp_path)) == listing
    if (tmp_path / "target").exists():
        assert (tmp_path / "target").read_text() == "kept"


def test_a_block_device_is_not_replaced(card, tmp_path):
    disk = tmp_path / "disk"
    if os.geteuid() != 0:
        pytest.fail("needs root, to make a device node")
    os.mknod(disk, 0o600 | stat.S_IFBLK, os.makedev(7, 200))
    ended = export(card, disk, "--force", "--json")
    assert ended.json["error"]["code"] == "output-unsuitable" and stat.S_ISBLK(kind(disk))


def test_a_character_device_is_written_into(card, tmp_path):
    """As /dev/null, which root could replace by a file."""
    before = os.stat("/dev/null")
    assert card.run("sign", "/dev/null", "--force", "-o", "/dev/null", pins="ABC123").code == 0
    assert export(card, "/dev/null", "--force").code == 0
    after = os.stat("/dev/null")
    assert (before.st_ino, before.st_mode, before.st_rdev) == (after.st_ino, after.st_mode, after.st_rdev)
    full = card.run("cert", "export", "auth", "--force", "-o", "/dev/full")
    assert full.code == 8 and stat.S_ISCHR(kind("/dev/full"))
    (tmp_path / "link").symlink_to("/dev/null")
    assert export(card, tmp_path / "link", "--force").code == 0 and (tmp_path / "link").is_symlink()


def test_a_fifo_is_written_into(card, tmp_path):
    os.mkfifo(tmp_path / "fifo")
    got = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "fifo").read_bytes()))
    reader.start()
    ended = export(card, tmp_path / "fifo", "--force")
    reader.join(timeout=20)
    assert ended.code == 0 and is_certificate(got[0]) and stat.S_ISFIFO(kind(tmp_path / "fifo"))
    assert sorted(os.listdir(tmp_path)) == ["card", "fifo"]


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_by_any_name(card, tmp_path, name):
    assert is_certificate(export(card, name).out)
    # Into a file, behind what is there already.
    with open(tmp_path / "log", "wb") as log:
        log.write(b"before\n")
        log.flush()
        subprocess.run([MYNA, "--reader", f"virtual:{card.directory}", "cert", "export", "auth", "-o", name], stdout=log, env=environment(),
                       check=True, timeout=20)
        log.write(b"after\n")
    text = (tmp_path / "log").read_bytes()
    assert (text.startswith(b"before\n-----BEGIN") and text.endswith(b"-----END CERTIFICATE-----\nafter\n")
            and not os.path.islink(tmp_path / "log"))


def test_another_descriptor(card, tmp_path):
    command = (f'{MYNA} --reader virtual:{card.directory} cert export auth -o /dev/fd/7 7> {tmp_path}/seven && {MYNA} --reader '
               f'virtual:{card.directory} cert export auth -o >(cat > {tmp_path}/cat; sync)')
    assert subprocess.run(["/bin/bash", "-c", command + "; wait $!"], env=environment(), timeout=20, check=False).returncode == 0
    assert is_certificate((tmp_path / "seven").read_bytes()) and is_certificate((tmp_path / "cat").read_bytes())
    for name in ("/dev/fd/77", "/dev/fd/0", "/dev/stdin"):   # closed; open for reading
        ended = card.run("cert", "export", "auth", "--force", "-o", name, "--json", "--stats")
        assert ended.code == 8 and ended.json["stats"]["apdus"] == 0, name


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_certificate_with_a_name_in_it_is_its_owners_alone(card, tmp_path, umask):
    before = os.umask(umask)
    try:
        for name, pins in PINS.items():
            path = tmp_path / name
            for _ in range(2):   # new, and in the place of another
                assert card.run("cert", "export", name, "-o", path, "--force", pins=pins).code == 0
                assert os.stat(path).st_mode & 0o777 == (0o600 if name == "sign" else 0o666 & ~umask), name
    finally:
        os.umask(before)
