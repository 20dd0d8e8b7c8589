# SPDX-License-Identifier: Apache-2.0
"""The settings: what is in force and why, what is wrong with a file, and what the system's file forbids at the command line."""
import json
import subprocess

import pytest
from conftest import IN_OWN_MOUNTS, MYNA, create, environment, run

LOCKING = '[pkcs11]\nsign-idle = 30\n[lock]\npkcs11 = ["sign-idle"]\ncli = ["allow-last-try"]\nkiosk = ["pin-floor"]\n'
TRUNCATED = LOCKING[:-4]
GREEDY = '[pkcs11]\nallow-last-try = "yes"\nsign-idle = 3600\nlabels = "usercert"\n'
# An /etc of its own: nothing but the user, whose home is in the test's folder, and the file.
MACHINE = """cd "$0"; mount -t tmpfs -o mode=755 tmpfs /etc; echo "root:x:0:0::$0:/bin/sh" > /etc/passwd; mkdir /etc/myna
if [ -e system.toml ]; then cp system.toml /etc/myna/myna.toml; chmod 644 /etc/myna/myna.toml; fi; eval "$PREPARE"; exec "$@" """


class Machine:
    def __init__(self, folder):
        self.folder, self.user = folder, folder / ".config/myna/myna.toml"
        self.user.parent.mkdir(parents=True)

    def run(self, *arguments, prepare=":", **env):
        command = [IN_OWN_MOUNTS, "bash", "-c", MACHINE, self.folder, MYNA, *arguments]
        ended = subprocess.run(list(map(str, command)), env=environment(PREPARE=prepare, **env), capture_output=True, text=True, timeout=60,
                               check=False)
        ended.json = json.loads(ended.stdout) if "--json" in arguments else None
        return ended

    def system(self, text):
        (self.folder / "system.toml").write_text(text)


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_config_show():
    shown = run("config", "show", "--json")
    assert shown.code == 0 and set(shown.json["pkcs11"]["sign-idle"]) == {"value", "locked", "file", "line"}
    text = run("config", "show").out.decode()
    assert text.startswith("[pkcs11]\n")
    for name, setting in shown.json["pkcs11"].items():
        assert f'{name} = "{setting["value"]}"' in text


def test_where_values_come_from(machine):
    machine.system(LOCKING)
    machine.user.write_text(GREEDY)
    shown = machine.run("config", "show", "--json").json
    assert shown["pkcs11"]["sign-idle"] == {"value": "30", "locked": True, "file": "/etc/myna/myna.toml", "line": 2}
    assert shown["pkcs11"]["labels"] == {"value": "usercert", "locked": False, "file": str(machine.user), "line": 4}
    assert shown["pkcs11"]["pss"] == {"value": "off", "locked": False, "file": None, "line": None}
    assert shown["locked"] == {"kiosk": ["pin-floor"], "cli": ["allow-last-try"]} and shown["problems"] == []
    text = machine.run("config", "show").stdout
    assert 'sign-idle = "30"   # /etc/myna/myna.toml:2, locked by the system' in text and "[cli]: allow-last-try" in text
    machine.system(TRUNCATED)
    broken = machine.run("config", "show")
    assert ('allow-last-try = "no"   # default, locked by the system' in broken.stdout and "strictest" in broken.stderr
            and "/etc/myna/myna.toml:6:" in broken.stderr)
    assert machine.run("config", "show", "--json").json["locked"]["cli"] == ["allow-last-try", "allow-retry"]


def test_a_broken_file_of_the_user_is_left_out_and_named(machine):
    machine.user.write_text(GREEDY + "labls = 1\n")
    shown = machine.run("config", "show")
    assert ('allow-last-try = "no"' in shown.stdout and f"{machine.user}:5:1: pkcs11.labls: is no setting" in shown.stderr and "left out"
            in shown.stderr)


def test_check(machine):
    good = machine.run("config", "check")
    assert (good.returncode, good.stderr) == (0, "") and "/etc/myna/myna.toml: does not exist" in good.stdout
    machine.system(LOCKING)
    machine.user.write_text(GREEDY)
    assert [file["state"] for file in machine.run("config", "check", "--json").json["files"]] == ["good", "good"]
    machine.system('[pkcs11]\nsign-idel = 30\npss = "of"\n[lock]\npkcs11 = ["sign-idel"]\n')
    found = machine.run("config", "check")
    assert (found.returncode == 8 and "/etc/myna/myna.toml:2:1: pkcs11.sign-idel: is no setting of [pkcs11]" in found.stdout
            and found.stdout.count('Did you mean "sign-idle"?') == 2)
    japanese = machine.run("--lang", "ja", "config", "check").stdout
    assert "「sign-idle」ではありませんか" in japanese and "次の文字列のいずれか" in japanese
    document = machine.run("config", "check", "--json").json
    assert [(p["line"], p["column"], p["key"]) for p in document["problems"]] == [(2, 1, "pkcs11.sign-idel"), (3, 7, "pkcs11.pss"),
                                                                                  (5, 11, "lock.pkcs11")]
    assert document["error"]["code"] == "settings-broken" and document["error"]["exit"] == 8 and all(p["message"] and p["advice"]
                                                                                                     for p in document["problems"])


@pytest.mark.parametrize("prepare,says", [
    ("rm /etc/myna/myna.toml; mkfifo /etc/myna/myna.toml", "cannot be read"),
    ("rm /etc/myna/myna.toml; mkdir /etc/myna/myna.toml", "cannot be read: Is a directory"),
    ("rm /etc/myna/myna.toml; ln -s nowhere /etc/myna/myna.toml", "cannot be read"), ("chmod 666 /etc/myna/myna.toml", "is not trusted"),
    ("chown 12345 /etc/myna/myna.toml", "is not trusted"), ("rm -r /etc/myna; touch /etc/myna", "cannot be read")])
def test_a_file_that_is_not_trusted(machine, prepare, says):
    machine.system(LOCKING)
    checked = machine.run("config", "check", prepare=prepare)
    assert checked.returncode == 8 and f"/etc/myna/myna.toml: {says}" in checked.stdout
    assert machine.run("config", "show", "--json", prepare=prepare).json["pkcs11"]["allow-last-try"]["locked"] is True


def test_any_file_can_be_checked(machine, tmp_path):
    draft = tmp_path / "draft.toml"
    draft.write_text("[kiosk]\nusers = ['root', 'nobody-at-all']\n")
    draft.chmod(0o666)
    checked = machine.run("config", "check", draft)
    assert checked.returncode == 8 and f"{draft}:2:1: kiosk.users: " in checked.stdout and "nobody-at-all" in checked.stdout
    draft.write_text(LOCKING)
    assert machine.run("config", "check", draft).returncode == 0
    assert machine.run("config", "check", tmp_path / "absent.toml").returncode == 8


@pytest.mark.parametrize("system,option,refused", [
    (LOCKING, "--allow-last-try", True), (LOCKING, "--allow-retry", False), (TRUNCATED, "--allow-retry", True),
    ("[pkcs11]\n", "--allow-retry", True),
    ("[lock]\ncli = []\n", "--allow-last-try", False), (None, "--allow-last-try", False)])
def test_locked_options(machine, tmp_path, system, option, refused):
    card = create(tmp_path / "card")
    if system is not None:
        machine.system(system)
    ended = machine.run("--reader", f"virtual:{card.directory}", option, "pin", "status", "auth", "--json")
    assert ended.returncode == (6 if refused else 0), ended.stderr
    assert not refused or ended.json["error"]["code"] == "setting-locked"
    assert machine.run("--reader", f"virtual:{card.directory}", "pin", "status", "auth").returncode == 0
