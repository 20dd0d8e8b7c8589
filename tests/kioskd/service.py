# SPDX-License-Identifier: Apache-2.0
"""A myna-kioskd of one's own on a virtual reader, and a client of it."""
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

MYNA = os.environ["MYNA"]
KIOSKD = os.environ["MYNA_KIOSKD"]
TOKEN = "0123456789abcdef0123456789abcdef"
ENVIRONMENT = {**{k: v for k, v in os.environ.items() if k == "PCSCLITE_CSOCK_NAME"}, "PATH": os.environ["PATH"], "HOME": "/nonexistent",
               **{k: v for k, v in os.environ.items() if k.startswith(("ASAN", "LSAN", "UBSAN", "TSAN"))}}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Refused(Exception):
    """An error of JSON-RPC."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.code, self.data = error["code"], error.get("data", {})

    @property
    def name(self):
        return self.data.get("name")


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(str(path))
        self.buffer, self.notices, self.number = b"", [], 0

    def send(self, data):
        self.socket.sendall(data)

    def line(self):
        while b"\n" not in self.buffer:
            more = self.socket.recv(1 << 16)
            if not more:
                raise EOFError
            self.buffer += more
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def reply(self):
        """The next line that is no notice: those may come between."""
        while "method" in (one := self.line()):
            self.notices.append(one)
        return one

    def ask(self, method, **params):
        self.number += 1
        self.send(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}).encode() + b"\n")
        return self.number

    def answer(self, number):
        while True:
            document = self.line()
            if "method" in document:
                self.notices.append(document)
            elif document["id"] == number:
                if "error" in document:
                    raise Refused(document["error"])
                return document["result"]

    def call(self, method, **params):
        return self.answer(self.ask(method, **params))

    def notice(self, method, **wanted):
        """The next notice that fits; those before it are dropped."""
        while True:
            one = self.notices.pop(0) if self.notices else self.line()
            if one.get("method") == method and all(one["params"].get(k) == v for k, v in wanted.items()):
                return one["params"]

    def hangs_up(self):
        """True when the service closes the connection."""
        try:
            while self.socket.recv(1 << 16):
                pass
        except ConnectionResetError:
            pass
        except socket.timeout:
            return False
        return True


class Visit:
    """A card on the reader, as one client sees it."""

    def __init__(self, client, state):
        self.client, self.reader, self.session = client, state["reader"], state["session"]

    def ask(self, method, **params):
        return self.client.ask(method, reader=self.reader, session=self.session, **params)

    def call(self, method, **params):
        return self.client.answer(self.ask(method, **params))

    def type_pin(self, method, pin, **params):
        self.call("pin.want")
        return self.call(method, pin=pin, **params)


class Service:
    def __init__(self, directory, settings="", web=None, readers=None, environment=ENVIRONMENT):
        """On a virtual reader whose cards can be exchanged by the client, or on these."""
        self.directory, self.place, self.socket = directory, directory / "desk", directory / "kiosk.sock"
        self.cards = directory / "cards"
        self.cards.mkdir(exist_ok=True)
        self.environment = environment
        where = f'readers = {json.dumps(readers)}' if readers else f'readers = ["virtual:{self.place}"]\ntrial-cards = "{self.cards}"'
        self.settings = directory / "myna.toml"
        self.settings.write_text(f'[kiosk]\nsocket = "{self.socket}"\n{where}\n'
                                 f'test-anchors = true\nlock-memory = false\ntrust = "{directory}/trust"\n{settings}\n')
        if web:
            token = directory / "token"
            token.write_text(TOKEN + "\n")
            token.chmod(0o600)
            with self.settings.open("a") as file:
                file.write(f'[kiosk.web]\nport = {web}\ntoken-file = "{token}"\n')
        self.process = None
        self.start()

    def use_pcscd(self):
        """The reader of pcscd instead, from the next start on."""
        text = self.settings.read_text().replace(f"virtual:{self.place}", "pcsc")
        self.settings.write_text("".join(line for line in text.splitlines(True) if not line.startswith("trial-cards")))

    def start(self):
        self.log = (self.directory / "log").open("ab")
        self.process = subprocess.Popen([KIOSKD, "--config", self.settings], env=self.environment, stderr=self.log, start_new_session=True)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                return Client(self.socket).socket.close()
            except OSError:
                assert self.process.poll() is None, (self.directory / "log").read_text()
                time.sleep(0.02)
        raise AssertionError("the service does not listen")

    def client(self):
        return Client(self.socket)

    def add_card(self, name, original):
        shutil.copytree(original, self.cards / name, dirs_exist_ok=True)

    def insert(self, name):
        fresh = self.directory / "fresh"
        fresh.symlink_to(self.cards / name)
        fresh.rename(self.place)

    def remove(self):
        self.place.unlink()

    def visit(self, name="one", client=None):
        client = client or self.client()
        client.call("readers")
        self.insert(name)
        return Visit(client, client.notice("state", state="presented"))

    def tries(self, name, application="D3921000310001010408", file="0011"):
        return json.loads((self.cards / name / "pins.json").read_text())[application][file]["remaining"]

    def text_of_log(self):
        return (self.directory / "log").read_text()

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def make_card(directory, pins=None, options=()):
    command = [MYNA, "virtual", "create", str(directory), *options]
    if pins:
        pins_file = Path(str(directory) + ".pins")
        pins_file.write_text("".join(f"{k}={v}\n" for k, v in pins.items()))
        pins_file.chmod(0o600)
        command += ["--pin-file", str(pins_file)]
    subprocess.run(command, env=ENVIRONMENT, check=True, capture_output=True)
    return directory
