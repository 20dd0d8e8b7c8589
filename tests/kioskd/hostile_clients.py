# SPDX-License-Identifier: Apache-2.0
"""Clients that mean harm, one function each: it does its worst once and comes back. `run` does them all, again and again, in a process of
its own."""
import json
import os
import random
import socket
import struct
import time

import websocket

FACE_CODE = "02010220364649"
TOGETHER = 24   # connections at once on the socket, fewer than are allowed
DEPTH = 8000


def request(method, number=1, **params):
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n"


LINES = [
    b"\x00\xff\xfe\n", b"{\n", b"\n", b"[" * 15000 + b"\n", b'{"jsonrpc":"2.0","id":' + b"[" * DEPTH + b"]" * DEPTH + b"}\n",
    b'{"a":' * 3000 + b"1" + b"}" * 3000 + b"\n",
    b'{"jsonrpc":"2.0","id":"\xed\xa0\x80","method":"readers"}\n', b'{"jsonrpc":"2.0","id":1e999,"method":"readers"}\n',
    b'{"id":1,"id":2,"jsonrpc":"2.0","method":"readers"}\n',
    request("readers", 10**400), request("confirm", reader="Myna Virtual desk", session=1, label="\x00" * 100),
    request("age", pin="5678", years=2**63, on="9999-99-99"),
    request("log-in", pin="1234", audience="a" * 5000, challenge="A" * 5000), request("trial.insert", card="../../../etc"),
    request("GET /"), b"GET / HTTP/1.0\n",
]


class Target:
    def __init__(self, path, port, origin):
        self.path, self.port, self.origin = str(path), port, origin

    def connect(self):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(3)
        peer.connect(self.path)
        return peer

    def page(self):
        return websocket.create_connection(f"ws://127.0.0.1:{self.port}/", origin=self.origin, subprotocols=["myna-kiosk"], timeout=3)


def session_of(peer):
    peer.sendall(request("readers", 0))
    text = b""
    while b'"id":0' not in text or not text.endswith(b"\n"):
        more = peer.recv(1 << 16)
        if not more:
            raise EOFError
        text += more
    answer = next(document for document in map(json.loads, text.splitlines()) if document.get("id") == 0)
    reader = answer["result"]["readers"][0]
    return {"reader": reader["reader"], "session": reader["session"]}


def garbage(target):
    peer = target.connect()
    for _ in range(20):
        peer.sendall(random.choice(LINES))
    time.sleep(0.1)
    return peer


def floods(target):
    peer = target.connect()
    peer.sendall(request("metrics") * random.choice([50, 300, 3000]))
    return peer


def does_not_read(target):
    peer = target.connect()
    for number in range(60):
        peer.sendall(request("metrics", number % 3))
    return peer


def half_a_line(target):
    peer = target.connect()
    peer.sendall(request("hello")[:random.randrange(1, 30)])
    return peer


def huge_line(target):
    peer = target.connect()
    peer.sendall(b"x" * 200000)
    return peer


def vanishes(target):
    """Also in the middle of an answer."""
    peer = target.connect()
    peer.sendall(request("metrics") * random.randrange(5))
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def shuts_down(target):
    peer = target.connect()
    peer.sendall(request("metrics") * 10)
    peer.shutdown(random.choice([socket.SHUT_WR, socket.SHUT_RD]))
    return peer


def reads_half_of_a_face(target):
    """And leaves the answer of 300 kB in the service, until a card is taken or the patience is over."""
    peer = target.connect()
    card = session_of(peer)
    peer.sendall(request("pin.want", 1, **card) + request("face", 2, pin=FACE_CODE, **card))
    peer.recv(random.choice([1, 2000, 50000]))
    return peer


def asks_for_others(target):
    peer = target.connect()
    card = session_of(peer)
    for number in range(25):
        card["session"] = max(0, card["session"] + random.randrange(-3, 3))
        method = random.choice(["identify", "counters", "touch", "cancel-operation", "attributes", "pin.decline", "confirm", "certificate"])
        peer.sendall(request(method, 7 if number % 2 else number, pin="0", label="a", certificate="auth", **card))
    return peer


def cancels(target):
    peer = target.connect()
    card = session_of(peer)
    peer.sendall(request("cancel", 1, **card))
    return peer


def silent_visitors(target):
    """Connections of a browser that say nothing, or half a request."""
    for _ in range(20):
        peer = socket.create_connection(("127.0.0.1", target.port), timeout=3)
        peer.sendall(random.choice([b"", b"GET / HTTP/1.1\r\n", b"\x16\x03\x01" * 50]))
        yield peer


def pages_without_the_token(target):
    for _ in range(8):
        page = target.page()
        text = random.choice(["", "x" * 10000, json.dumps({"jsonrpc": "2.0", "id": 1, "method": "hello", "params": {"token": "0" * 32}}),
                              "[" * 9000])
        if text:
            page.send(text)
        yield page.sock


HARM = [garbage, floods, does_not_read, half_a_line, huge_line, vanishes, shuts_down, reads_half_of_a_face, reads_half_of_a_face,
        asks_for_others, cancels]


def kept(work, target):
    """What it leaves open."""
    try:
        left = work(target)
        return [left] if isinstance(left, socket.socket) else list(left or [])
    except (OSError, EOFError, IndexError, websocket.WebSocketException):
        return []   # cut off, as it should be


def run(target, end, works, together):
    """Until `end`, with so many connections left open at once. Prints nothing; a service that is gone is seen by others."""
    random.seed(os.getpid())
    os.nice(5)
    open_ones = []
    while time.monotonic() < end:
        open_ones += kept(random.choice(works), target)
        while len(open_ones) > together:
            open_ones.pop(random.randrange(len(open_ones))).close()
        time.sleep(random.choice([0, 0.01, 0.05]))


def all_of_them(target, end):
    """Arguments of `run` for each process."""
    return [(target, end, HARM, TOGETHER), (target, end, [silent_visitors, pages_without_the_token], 60)]
