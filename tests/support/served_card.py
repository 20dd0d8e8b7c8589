# SPDX-License-Identifier: Apache-2.0
"""A virtual card in the reader of a private pcscd (see with_pcscd), for tests and benchmarks in Python."""
import json
import os
import select
import subprocess
import time
from pathlib import Path

MYNA = os.environ["MYNA"]


def myna(*arguments, pins=None, check=True, **options):
    """Runs myna; `pins` goes in behind --pin-fd."""
    command, descriptors, reading = [MYNA, *map(str, arguments)], (), None
    if pins is not None:
        reading, writing = os.pipe()
        os.write(writing, pins.encode())
        os.close(writing)
        command, descriptors = command + ["--pin-fd", str(reading)], (reading,)
    try:
        ended = subprocess.run(command, capture_output=True, pass_fds=descriptors, check=False, timeout=120, **options)
    finally:
        if reading is not None:
            os.close(reading)
    assert not check or ended.returncode == 0, (command, ended.returncode, ended.stderr.decode())
    return ended


class ServedCard:
    """From here to the end of the `with` block the card is in the first reader, and nothing has been sent to it."""

    def __init__(self, directory, faults=(), command_us=0):
        self.directory = Path(directory).absolute()   # a bare name would mean the data folder
        path = self.directory / "card.json"
        card = json.loads(path.read_text())
        card.update(faults=list(faults), latency={"command_us": command_us})
        path.write_text(json.dumps(card))

    def __enter__(self):
        self.server = subprocess.Popen([MYNA, "virtual", "serve", str(self.directory), "--port", os.environ["MYNA_VPCD_PORT"],
                                        "--stats", "--json"], bufsize=0, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._wait(present=True)
        return self

    def __exit__(self, *_):
        self.take()

    def take(self):
        """Ends the insertion, waits until pcscd has noticed, and returns the statistics of the card's side."""
        if self.server is None:
            return self.stats
        self.server.terminate()
        out = self.server.communicate(timeout=30)[0].decode()
        self.server, self.output = None, out
        self._wait(present=False)
        self.stats = json.loads(out[out.index("\n{") :])["stats"] if "\n{" in out else {}
        return self.stats

    def line(self, prefix, until):
        """True when the server prints a line with this prefix, False when `until()` comes true before."""
        stream = self.server.stdout
        while True:
            if select.select([stream], [], [], 0.02)[0]:
                if stream.readline().startswith(prefix.encode()):
                    return True
            elif until():
                return False

    @staticmethod
    def _wait(present):
        deadline = time.monotonic() + 30
        while (b"card present" in myna("readers", check=False).stdout) != present:
            assert time.monotonic() < deadline, "pcscd does not see the card" if present else "pcscd still sees the card"
            time.sleep(0.05)
