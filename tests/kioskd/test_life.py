# SPDX-License-Identifier: Apache-2.0
"""Starting and ending, what the service manager hears and gives, and what is said of wrong settings in both languages."""
import re
import socket
import subprocess
import time

import pytest
from service import ENVIRONMENT, KIOSKD, Refused


def test_a_second_service_does_not_take_the_socket(service):
    second = subprocess.run([KIOSKD, "--config", service.settings], env=ENVIRONMENT, capture_output=True, text=True, timeout=20,
                            check=False)
    assert second.returncode == 2 and "is in use" in second.stderr and "使用中" in second.stderr
    assert service.client().call("hello")


def test_no_core_dump_and_no_debugger(service):
    limits = open(f"/proc/{service.process.pid}/limits", encoding="utf-8").read()
    assert re.search(r"Max core file size\s+0\s+0", limits)


def test_the_manager_hears(service, tmp_path):
    """READY=1, WATCHDOG=1 again and again, STOPPING=1."""
    service.end()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(10)
        with subprocess.Popen([KIOSKD, "--config", service.settings],
                              env={**ENVIRONMENT, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"},
                              stderr=subprocess.DEVNULL) as process:
            assert manager.recv(100) == b"READY=1"
            began = time.monotonic()
            for _ in range(5):
                assert manager.recv(100) == b"WATCHDOG=1"
            assert time.monotonic() - began < 5
            process.terminate()
            while (word := manager.recv(100)) == b"WATCHDOG=1":
                pass
            assert word == b"STOPPING=1"


def test_a_socket_of_the_manager(service):
    """LISTEN_FDS: the service opens none of its own."""
    service.end()
    path = service.directory / "passed.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    launcher = f'exec 3<&{listener.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=kiosk exec "$0" "$@"'
    with subprocess.Popen(["bash", "-c", launcher, KIOSKD, "--config", service.settings], env=ENVIRONMENT, pass_fds=(listener.fileno(),),
                          stderr=subprocess.DEVNULL) as process:
        service.socket = path
        assert service.client().call("hello")
        process.terminate()
    assert path.exists()   # the manager's, not ours to remove


@pytest.mark.parametrize("text,english,japanese", [
    ("[kiosk]\nsockett = '/x'", ":2:1: kiosk.sockett: is no setting", "設定にありません"), ("[kiosk]\nsocket = 'x'", "absolute path", "絶対パス"),
    ("[kiosk]\napdu = 'long'", "extended", "いずれか"), ("[kiosk]\npin-floor = 0", "from 1 to 5", "1から5"),
    ("[kiosk]\nidle = 'x'", "a whole number from 1 to 600", "整数"), ("[kiosk]\nreaders = ['acr']", "must be a list of", "一覧"),
    ("[kiosk]\nusers = ['nobody-at-all']", "user names", "ユーザー名"), ("[kiosk", "not readable as TOML", "TOMLとして"),
    ("kiosk = 1", "must be a table", "表"),
    ("[kiosk]\ntrial-cards = '/x'", "virtual", "仮想"), ("[kiosk.web]\nport = 1", "token-file", "token-file"),
    ("[kiosk.web]\nport = 0\ntoken-file = '/x'", "from 1 to 65535", "65535")])
def test_wrong_settings(tmp_path, text, english, japanese):
    file = tmp_path / "myna.toml"
    file.write_text(text)
    ended = subprocess.run([KIOSKD, "--check", "--config", file], env=ENVIRONMENT, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2 and english in ended.stderr and japanese in ended.stderr


@pytest.mark.parametrize("mode,token", [(0o644, "x" * 40), (0o600, "short")])
def test_a_token_that_is_none(service, mode, token):
    service.end()
    file = service.directory / "weak"
    file.write_text(token)
    file.chmod(mode)
    with service.settings.open("a") as settings:
        settings.write(f'[kiosk.web]\nport = 1\ntoken-file = "{file}"\n')
    ended = subprocess.run([KIOSKD, "--config", service.settings], env=ENVIRONMENT, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2 and "weak" in ended.stderr


def test_a_wrong_key_of_an_issuer(service):
    service.end()
    (service.directory / "trust").mkdir()
    (service.directory / "trust/00.pem").write_text("nothing")
    ended = subprocess.run([KIOSKD, "--config", service.settings], env=ENVIRONMENT, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2 and "00.pem" in ended.stderr


def test_refused_without_a_session(service):
    with pytest.raises(Refused) as refused:
        service.client().call("attributes", reader="Myna Virtual desk", session=1, pin="8642")
    assert refused.value.name == "session-ended"
