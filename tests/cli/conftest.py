# SPDX-License-Identifier: Apache-2.0
"""A virtual card for each test (made once, copied), and the program under test."""
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

MYNA = os.environ["MYNA"]
IN_OWN_MOUNTS = Path(__file__).resolve().parents[1] / "support/in_own_mounts"


class Ended:
    """What a run of the program left behind."""

    def __init__(self, process, out, err):
        self.code, self.out, self.err = process.returncode, out, err

    @property
    def json(self):
        return json.loads(self.out)


def environment(**changes):
    """Nothing of the person who runs the tests: no home, no language, no reader."""
    clean = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PCSCLITE_CSOCK_NAME": "/nonexistent/pcscd.comm"}
    clean.update({k: v for k, v in os.environ.items() if k.startswith(("ASAN", "UBSAN", "LSAN", "TSAN"))})
    clean.update(changes)
    return clean


def run(*arguments, pins=None, stdin=b"", cwd=None, **env):
    """Runs myna; `pins` goes in behind --pin-fd."""
    command, descriptors = [MYNA, *map(str, arguments)], ()
    if pins is not None:
        with tempfile.TemporaryFile() as file:
            file.write(pins.encode())
            file.seek(0)
            descriptors = (file.fileno(),)
            command += ["--pin-fd", str(file.fileno())]
            return _run(command, stdin, cwd, descriptors, env)
    return _run(command, stdin, cwd, descriptors, env)


def _run(command, stdin, cwd, descriptors, env):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd,
                               pass_fds=descriptors, env=environment(**env), start_new_session=True)
    out, err = process.communicate(stdin, timeout=60)
    return Ended(process, out, err.decode())


PIN_FILES = {"auth": ("D392F000260100000001", "0018"), "sign": ("D392F000260100000001", "001B"),
             "text": ("D3921000310001010408", "0011")}


def code_b(card):
    return json.loads((card.directory / "pins.json").read_text())["D3921000310001010402"]["0012"]["value"]


class Card:
    """One virtual card on disk."""

    def __init__(self, directory):
        self.directory = directory

    def run(self, *arguments, **options):
        return run("--reader", f"virtual:{self.directory}", *arguments, **options)

    def json(self, *arguments, **options):
        return self.run("--json", *arguments, **options).json

    def tries(self, name):
        pins = self.json("pin", "status", name)["pins"]
        return pins[0]["remaining"]

    def stored_tries(self, name):
        """Without a command to the card."""
        application, file = PIN_FILES[name]
        return json.loads((self.directory / "pins.json").read_text())[application][file]["remaining"]

    def set_tries(self, name, remaining):
        path = self.directory / "pins.json"
        pins = json.loads(path.read_text())
        application, file = PIN_FILES[name]
        pins[application][file]["remaining"] = remaining
        path.write_text(json.dumps(pins))

    def edit(self, change):
        path = self.directory / "card.json"
        card = json.loads(path.read_text())
        change(card)
        path.write_text(json.dumps(card))


def create(directory, *options, **more):
    made = run("virtual", "create", directory, *options, **more)
    assert made.code == 0, made.err
    return Card(directory)


def altered(original, directory, dialect=None, fault=None):
    """A copy that differs as `virtual create --dialect NAME=VALUE` or `--fault AT:KIND` would have it: half a second for new keys is
    saved."""
    shutil.copytree(original.directory, directory)
    path = Path(directory) / "card.json"
    document = json.loads(path.read_text())
    if dialect:
        name, value = dialect.split("=")
        assert document["dialect"][name]
        document["dialect"][name] = value
    if fault:
        at, kind = fault.split(":")
        document["faults"] = [{"at": int(at), "kind": kind}]
    path.write_text(json.dumps(document))
    return Card(directory)


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    return create(tmp_path_factory.mktemp("made") / "card")


@pytest.fixture
def card(original, tmp_path):
    shutil.copytree(original.directory, tmp_path / "card")
    return Card(tmp_path / "card")


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, check=False)


def public_key(card, name, path, **options):
    """The public key out of an exported certificate, as openssl reads it."""
    exported = card.run("cert", "export", name, **options)
    assert exported.code == 0, exported.err
    key = openssl("x509", "-pubkey", "-noout", data=exported.out)
    assert key.returncode == 0
    Path(path).write_bytes(key.stdout)
    return path
