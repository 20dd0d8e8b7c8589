# SPDX-License-Identifier: Apache-2.0
"""The units: systemd finds nothing wrong with them, and finds the service well shut in."""
import os
import re
import subprocess
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "kioskd/systemd"
MOST_EXPOSED = 10   # of 100; an ordinary service has 96


@pytest.fixture
def units(tmp_path):
    service = re.sub(r"^ExecStart=.*", f"ExecStart={os.environ['MYNA_KIOSKD']}", (SOURCES / "myna-kioskd.service.in").read_text(),
                     flags=re.M)
    service = re.sub(r"^Documentation=.*\n", "", service, flags=re.M)
    (tmp_path / "myna-kioskd.service").write_text(service)
    for socket in SOURCES.glob("*.socket"):
        (tmp_path / socket.name).write_text(socket.read_text())
    return tmp_path


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, check=False)


def test_verify(units):
    checked = analyze("verify", "--man=no", "--recursive-errors=no", *sorted(units.iterdir()))
    complaints = [line for line in checked.stderr.splitlines() if "myna-kioskd" in line]
    assert checked.returncode == 0 and complaints == [], checked.stderr


def test_a_wrong_unit_is_seen(units):
    service = units / "myna-kioskd.service"
    service.write_text(service.read_text().replace("ProtectSystem=strict", "ProtectSystem=strickt"))
    assert "strickt" in analyze("verify", "--man=no", "--recursive-errors=no", service).stderr


def test_security(units):
    service = units / "myna-kioskd.service"
    judged = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", service)
    assert judged.returncode == 0, judged.stdout
    text = service.read_text()
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateNetwork=yes", "SystemCallFilter=@system-service"):
        text = text.replace(line, "")
    service.write_text(text)
    assert analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", service).returncode != 0
