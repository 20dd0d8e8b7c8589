# SPDX-License-Identifier: Apache-2.0
"""Clients that mean harm, or nothing: answered, bounded, refused; the others do not notice."""
import json
import socket
import subprocess
import sys
import time

import pytest
import websocket
from service import KIOSKD, TOKEN, free_port

@pytest.mark.parametrize("line,code", [
    (b"\x00\xff\xfe", -32700), (b"{", -32700), (b"", -32700), (b"[" * 15000, -32700),
    (b'{"jsonrpc":"2.0","method":"readers","id":' + b"[" * 8000 + b"]" * 8000 + b"}", -32700), (b"[]", -32600), (b"null", -32600),
    (b'"x"', -32600), (b"{}", -32600),
    (b'{"jsonrpc":"2.0","method":"readers"}', -32600), (b'{"jsonrpc":"1.0","id":1,"method":"readers"}', -32600),
    (b'{"jsonrpc":"2.0","id":[],"method":"readers"}', -32600),
    (b'{"jsonrpc":"2.0","id":1,"method":5}', -32600), (b'{"jsonrpc":"2.0","id":1,"method":"readers","params":[]}', -32602),
    (b'{"jsonrpc":"2.0","id":1,"method":"no.such"}', -32601), (b'{"jsonrpc":"2.0","id":1,"method":"confirm","params":{}}', -32602),
    (b'{"jsonrpc":"2.0","id":1,"method":"attributes","params":{"reader":1,"session":"x","pin":{}}}', -32000)])
def test_garbage(service, line, code):
    client = service.client()
    client.send(line + b"\n")
    assert client.reply()["error"]["code"] == code
    assert client.call("hello")["protocol"] == 1


def test_a_line_that_is_too_long(service):
    client = service.client()
    client.socket.settimeout(5)
    try:
        client.send(b"x" * 20000)
    except BrokenPipeError:
        pass
    assert client.hangs_up()
    assert service.client().call("readers")


def test_a_line_in_pieces(service):
    client = service.client()
    for byte in b'{"jsonrpc":"2.0","id":7,"method":"hello"}\n':
        client.send(bytes([byte]))
    assert client.reply()["id"] == 7


def test_a_flood(service):
    other, client = service.client(), service.client()
    client.send(b'{"jsonrpc":"2.0","id":1,"method":"readers"}\n' * 300)
    answers = []
    with pytest.raises((EOFError, ConnectionResetError)):
        while True:
            answers.append(client.line())
    assert len(answers) <= 70 and answers[-1]["error"]["code"] == -32002
    assert other.call("readers")


def test_as_many_clients_as_are_allowed(make_service):
    service = make_service(settings="clients = 2")
    first, second = service.client(), service.client()
    assert first.call("hello") and second.call("hello")
    third = service.client()
    third.socket.settimeout(5)
    assert third.hangs_up()
    first.socket.close()
    time.sleep(0.3)
    assert service.client().call("hello")


def test_one_who_does_not_read(service):
    other, client = service.client(), service.client()
    deadline = time.monotonic() + 40
    request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "metrics"}).encode() + b"\n"
    while "does not read was dropped" not in service.text_of_log():
        assert time.monotonic() < deadline
        assert other.call("readers")
        try:
            client.send(request)
        except OSError:
            pass
        time.sleep(0.05)


STRANGER = """
import os, socket, sys
os.chdir(sys.argv[1])
os.setgid(65534); os.setuid(65534)
peer = socket.socket(socket.AF_UNIX)
try:
    peer.connect("kiosk.sock")
    peer.sendall(b'{"jsonrpc":"2.0","id":1,"method":"readers"}\\n')
    sys.stdout.write(repr(peer.recv(1000)))
except OSError as error:
    sys.stdout.write(type(error).__name__)
"""


def test_another_user(service):
    def stranger():
        return subprocess.run([sys.executable, "-c", STRANGER, service.directory], capture_output=True, text=True, check=True).stdout

    service.directory.chmod(0o755)
    assert oct(service.socket.stat().st_mode & 0o777) == "0o600"
    assert stranger() == "PermissionError"
    service.socket.chmod(0o666)   # and if somebody opened it
    assert stranger() in ("b''", "ConnectionResetError", "BrokenPipeError")
    assert "user 65534" in service.text_of_log()


def test_a_user_of_the_list(make_service):
    service = make_service(settings="users = [0, 65534]")
    service.directory.chmod(0o755)
    service.socket.chmod(0o666)
    assert "Myna Virtual" in subprocess.run([sys.executable, "-c", STRANGER, service.directory], capture_output=True, text=True,
                                            check=True).stdout


def hello(page, token=TOKEN):
    page.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "hello", "params": {"token": token}}))
    return json.loads(page.recv())


def is_closed(page):
    try:
        while page.recv():
            pass
        return True
    except websocket.WebSocketTimeoutException:
        return False
    except (websocket.WebSocketException, OSError):
        return True


def test_a_page(web):
    page = web()
    assert hello(page)["result"]["protocol"] == 1
    service = web.service
    service.insert("one")
    while True:
        message = json.loads(page.recv())
        if message.get("params", {}).get("state") == "presented":
            break
    page.send(json.dumps({"jsonrpc": "2.0", "id": 2, "method": "face", "params": {
        "reader": message["params"]["reader"], "session": message["params"]["session"], "pin": "02010220364649"}}))
    while (message := json.loads(page.recv())).get("id") != 2:
        pass
    assert len(message["result"]["face"]["photo_png"]) > 1000


@pytest.mark.parametrize("wrong", [{"origin": "http://evil.example"}, {"suppress_origin": True}, {"origin": "http://127.0.0.1:1"},
                                   {"origin": "null"},
                                   {"host": "evil.example"}, {"host": "localhost:1"}, {"protocol": "bridge"}, {"protocol": "listener"},
                                   {"protocol": "none"}])
def test_wrong_origin_or_host(web, wrong):
    with pytest.raises((websocket.WebSocketException, OSError)):
        web(**wrong)
    assert hello(web())["result"]


@pytest.mark.parametrize("first", [{"method": "hello", "params": {"token": "0" * 32}}, {"method": "hello", "params": {}},
                                   {"method": "hello", "params": {"token": TOKEN[:-1]}},
                                   {"method": "readers", "params": {}}])
def test_wrong_token(web, first):
    page = web()
    page.send(json.dumps({"jsonrpc": "2.0", "id": 1, **first}))
    assert json.loads(page.recv())["error"]["code"] == -32001
    assert is_closed(page)
    assert hello(web())["result"]


def test_nothing_is_told_before_the_token(web):
    page = web()
    web.service.insert("one")
    page.settimeout(2)
    with pytest.raises(websocket.WebSocketTimeoutException):
        page.recv()


def test_who_says_nothing_is_let_go_of(web):
    silent = web()
    assert is_closed(silent)
    assert hello(web())["result"]


def test_one_page_at_a_time(web):
    page = web()
    hello(page)
    second = web()
    assert hello(second)["error"]["code"] == -32003
    assert is_closed(second)
    page.send(json.dumps({"jsonrpc": "2.0", "id": 2, "method": "readers"}))
    assert json.loads(page.recv())["id"] == 2
    page.close()
    time.sleep(0.3)
    assert hello(web())["result"]


@pytest.mark.parametrize("message", ["x" * 20000, '{"jsonrpc":"2.0",\n"id":1}'])
def test_messages_that_are_none(web, message):
    page = web()
    hello(page)
    page.send(message)
    assert is_closed(page)
    time.sleep(0.3)
    assert hello(web())["result"]


def test_a_flood_of_messages(web):
    page = web()
    hello(page)
    try:
        for number in range(500):
            page.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": "readers"}))
    except OSError:
        pass
    assert is_closed(page)
    time.sleep(0.3)
    assert hello(web())["result"]


def test_only_the_files_of_the_page(web):
    """No pages are configured here, and what surrounds a page is never reachable."""
    for path in ("/", "/../token", "/%2e%2e/token", "/myna.toml"):
        answer = subprocess.run(["curl", "-s", "--path-as-is", f"http://127.0.0.1:{web.port}{path}"], capture_output=True,
                                check=False).stdout
        assert TOKEN.encode() not in answer and b"[kiosk]" not in answer


def test_a_file_of_the_page_and_nothing_above(make_service, tmp_path):
    port = free_port()
    service = make_service(web=port)
    service.end()
    pages = service.directory / "pages"
    pages.mkdir()
    (pages / "index.html").write_text("<p>a page</p>")
    with service.settings.open("a") as file:
        file.write(f'pages = "{pages}"\n')
    service.start()

    def get(path, *options):
        return subprocess.run(["curl", "-s", "-i", "--path-as-is", *options, f"http://127.0.0.1:{port}{path}"], capture_output=True,
                              check=False).stdout

    found = get("/index.html")
    assert b"a page" in found and b"content-security-policy" in found.lower() and b"nosniff" in found.lower()
    for path in ("/../token", "/%2e%2e/token", "//../token", "/x/../../token"):
        assert TOKEN.encode() not in get(path)
    assert b"a page" not in get("/index.html", "-H", "Host: evil.example")


@pytest.mark.parametrize("name", ["\x1b[2J\x07", "good\nmyna-kioskd: all is well", "\u009b31m", "\u202efdp", "\udcff\udc9b"])
def test_what_it_says_does_nothing_to_a_terminal(tmp_path, name):
    said = b""
    for arguments in (["--config", name], ["--" + name], ["--reader", name, "--check"], ["--socket", name, "--check"]):
        said += subprocess.run([KIOSKD, *arguments], capture_output=True, cwd=tmp_path, timeout=20, check=False).stderr
    text = said.decode()   # strictly
    assert "\\" in text and all(line.startswith("myna-kioskd: ") for line in text.splitlines()) and "\nmyna-kioskd: all" not in text
    assert not {c for c in text if c != "\n" and (ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or c == "\u202e")}
