# SPDX-License-Identifier: Apache-2.0
"""The service and its files of settings: what it does not understand, or may not trust, it does not start with; what the system's file
locks holds for another."""
import subprocess
from pathlib import Path

import pytest
from service import ENVIRONMENT, KIOSKD

IN_OWN_MOUNTS = Path(__file__).resolve().parents[1] / "support/in_own_mounts"
MACHINE = ('u=$(grep ^root: /etc/passwd); mount -t tmpfs -o mode=755 tmpfs /etc; echo "$u" > /etc/passwd; mkdir /etc/myna; eval '
           '"$PREPARE"; exec "$@"')
LOCKING = '[kiosk]\npin-floor = 3\nusers = ["root"]\n[lock]\nkiosk = ["pin-floor", "attempts", "users", "readers"]\n'


def check(tmp_path, own=None, system=None, prepare=":", arguments=()):
    """myna-kioskd --check with this file of --config, on a machine with this file of the system."""
    if own is not None:
        (tmp_path / "own.toml").write_text(own)
        arguments = ("--config", tmp_path / "own.toml", *arguments)
    if system is not None:
        (tmp_path / "system.toml").write_text(system)
        prepare = f"cp {tmp_path}/system.toml /etc/myna/myna.toml; chmod 644 /etc/myna/myna.toml; {prepare}"
    command = [IN_OWN_MOUNTS, "bash", "-c", MACHINE, "machine", KIOSKD, "--check", *arguments]
    return subprocess.run(list(map(str, command)), env={**ENVIRONMENT, "PREPARE": prepare}, capture_output=True, text=True, timeout=30,
                          check=False)


@pytest.mark.parametrize("text,english,japanese", [
    ("[kiosk]\npin-flor = 3\n", ':2:1: kiosk.pin-flor: is no setting of [kiosk]. Did you mean "pin-floor"?', "ではありませんか"),
    ("[kiosk]\nidle = 1\nidle = 2\n", ":3:", "TOMLとして"),
    ("[kiosk]\nidle = 601\n", ":2:8: kiosk.idle: must be a whole number from 1 to 600", "整数"),
    ("[kiosk]\nidle = '60'\n", ":2:8:", "整数"), ("[pkcs11]\npss = 'of'\n", ":2:7: pkcs11.pss:", "文字列"),
    ("[lock]\nkiosk = ['pinfloor']\n", ":2:10: lock.kiosk:", "設定名"),
    ("[kiosk.web]\n", "kiosk.web: needs a token-file", "token-file")])
@pytest.mark.parametrize("whose", ["own", "system"])
def test_a_line_that_is_not_understood(tmp_path, text, english, japanese, whose):
    ended = check(tmp_path, **{whose: text})
    assert ended.returncode == 2 and english in ended.stderr and japanese in ended.stderr, ended.stderr


@pytest.mark.parametrize("prepare", ["mkfifo /etc/myna/myna.toml", "mkdir /etc/myna/myna.toml", "ln -s nowhere /etc/myna/myna.toml",
                                     "install -m 666 /dev/null /etc/myna/myna.toml",
                                     "install -o 12345 /dev/null /etc/myna/myna.toml", "rm -r /etc/myna; touch /etc/myna"])
@pytest.mark.parametrize("own", [None, "[kiosk]\n"])
def test_a_file_of_the_system_that_is_not_trusted(tmp_path, prepare, own):
    ended = check(tmp_path, own=own, prepare=prepare)
    assert ended.returncode == 2 and "/etc/myna/myna.toml: " in ended.stderr, ended.stderr


def test_no_file_and_a_file_of_ones_own(tmp_path):
    assert check(tmp_path).returncode == 0
    assert check(tmp_path, own="[kiosk]\n").returncode == 0
    assert check(tmp_path, arguments=("--config", tmp_path / "absent.toml")).returncode == 2
    (tmp_path / "own.toml").chmod(0o666)
    assert "is not trusted" in check(tmp_path, own="[kiosk]\n").stderr


@pytest.mark.parametrize("own,allowed", [
    ("pin-floor = 2", False), ("pin-floor = 3", True), ("pin-floor = 4", True), ("attempts = 2", False), ("attempts = 1", True),
    ('users = ["root"]', True), ("users = [65534]", False),
    ("test-anchors = true", True), ("idle = 10", True)])
def test_what_the_system_locks(tmp_path, own, allowed):
    ended = check(tmp_path, own=f"[kiosk]\n{own}\n", system=LOCKING)
    assert (ended.returncode == 0) == allowed and (allowed or ":2:1: kiosk." in ended.stderr
                                                   and "is locked by /etc/myna/myna.toml" in ended.stderr), ended.stderr


def test_what_the_system_locks_at_the_command_line(tmp_path):
    assert "--reader is locked" in check(tmp_path, system=LOCKING, arguments=("--reader", "usb:")).stderr
    assert check(tmp_path, system=LOCKING, arguments=("--socket", "/x")).returncode == 0


def test_no_list_locks_what_loosens(tmp_path):
    assert check(tmp_path, own="[kiosk]\ntest-anchors = true\n", system="[kiosk]\n").returncode == 2
    assert check(tmp_path, own="[kiosk]\ntest-anchors = true\n", system="[lock]\nkiosk = []\n").returncode == 0
