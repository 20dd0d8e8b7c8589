# SPDX-License-Identifier: Apache-2.0
"""What the scripts on emulated readers share (see with_emulated_readers)."""
import json
import os
import socket
import stat
import subprocess
import time

MYNA = os.environ["MYNA"]
MOCKED = {**os.environ, "LD_PRELOAD": os.environ.get("MYNA_MOCK", ""), "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}
AIR = ["lost-to-card", "lost-from-card", "broken", "late", "twice", "removed", "swapped"]


def control(*words):
    """Says something to the emulated readers; their answer."""
    path = os.environ["MYNA_READER_CONTROL"]
    if stat.S_ISCHR(os.stat(path).st_mode):   # in a guest: a line to the host
        with open(path, "r+b", buffering=0) as line:
            line.write((" ".join(map(str, words)) + "\n").encode())
            return line.readline().decode().strip()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        connection.sendall((" ".join(map(str, words)) + "\n").encode())
        return connection.makefile().readline().strip()


def do(*words):
    answer = control(*words)
    assert answer == "ok", (words, answer)


def myna(*arguments, pins=None, mocked=False, check=True, timeout=60):
    command, descriptors, reading = [MYNA, *map(str, arguments)], (), None
    if pins is not None:
        reading, writing = os.pipe()
        os.write(writing, pins.encode())
        os.close(writing)
        command, descriptors = command + ["--pin-fd", str(reading)], (reading,)
    try:
        ended = subprocess.run(command, capture_output=True, pass_fds=descriptors, check=False, timeout=timeout,
                               env=MOCKED if mocked else None)
    finally:
        if reading is not None:
            os.close(reading)
    assert not check or ended.returncode == 0, (command, ended.returncode, ended.stdout.decode(), ended.stderr.decode())
    return ended


def run(*command, **options):
    ended = subprocess.run(list(map(str, command)), capture_output=True, check=False, timeout=60, **options)
    assert ended.returncode == 0, (command, ended.returncode, ended.stdout.decode(), ended.stderr.decode())
    return ended.stdout


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def openssl_accepts(signature, letter):
    out = run("openssl", "cms", "-verify", "-inform", "DER", "-in", signature, "-noverify", "-out", "-")
    assert out == open(letter, "rb").read()


def tries(directory):
    """Of every PIN, read from the card's own store: it must lie on no reader."""
    words = run(MYNA, "--reader", f"virtual:{os.path.abspath(directory)}", "pin", "status", "auth", "sign", "--json").decode()
    return [pin["remaining"] for pin in json.loads(words)["pins"]]
