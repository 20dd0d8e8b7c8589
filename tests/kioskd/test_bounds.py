# SPDX-License-Identifier: Apache-2.0
"""What is bounded: what of a person is still on its way when the card leaves, who may take a place, and what a request may say."""
import json
import socket
import time

import pytest
import websocket
from service import TOKEN, Refused

FACE_CODE = "02010220364649"
IN_THE_KERNEL = 8 << 10       # of an answer on the socket (docs/kiosk-threats.md says 5 kB); the whole one has more than 300
WINDOW = 4096                 # of the kernel for a page that does not read
ON_THE_WAY = 64 << 10         # to such a page: the kernel at both ends, and a fragment


def hello(page, token=TOKEN):
    page.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "hello", "params": {"token": token}}))
    return json.loads(page.recv())


def rest_of(peer):
    """Everything until the end of the connection, and whether there was one."""
    rest = b""
    try:
        while more := peer.recv(1 << 16):
            rest += more
    except ConnectionResetError:
        pass
    return rest


def read_until(peer, mark):
    text = b""
    while mark not in text:
        more = peer.recv(256)
        assert more
        text += more
    return text


def idle(client):
    while client.call("readers")["readers"][0]["state"] != "idle":
        time.sleep(0.02)


def half_read(service, large):
    """A client in the middle of a face."""
    service.add_card("large", large)
    visit = service.visit("large")
    visit.call("pin.want")
    visit.ask("face", pin=FACE_CODE)
    read_until(visit.client.socket, b'"photo_png":"')
    return visit


def test_what_was_not_read_is_gone_with_the_card(service, large):
    other = service.client()
    visit = half_read(service, large)
    service.remove()
    idle(other)
    rest = rest_of(visit.client.socket)
    assert len(rest) < IN_THE_KERNEL and not rest.endswith(b"\n")


def test_an_answer_of_this_size_can_be_read(service, large):
    visit = half_read(service, large)
    rest = b""
    while not rest.endswith(b"\n"):
        rest += visit.client.socket.recv(1 << 16)
    assert len(rest) > 300_000


def test_a_removal_meets_two_who_do_not_read(service, large):
    """The first one goes while the second one is still to be served, in the same round."""
    visit = half_read(service, large)
    others = [service.client() for _ in range(3)]
    for other in others:
        other.call("readers")   # a client that the service has not taken yet hears no notice
    service.remove()
    for other in others:
        other.send(b'{"jsonrpc":"2.0","id":1,"method":"metrics"}\n' * 20)
    for other in others:
        answered = 0
        while answered < 20:
            one = other.line()
            answered += one.get("id") == 1
            if "id" not in one:
                other.notices.append(one)   # it may come between the answers
    others[0].notice("state", state="idle")
    assert len(rest_of(visit.client.socket)) < IN_THE_KERNEL
    assert service.process.poll() is None


def test_a_page_that_does_not_read(web, large):
    web.service.add_card("large", large)
    page = web(sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)])
    hello(page)
    web.service.insert("large")
    while (state := json.loads(page.recv())).get("params", {}).get("state") != "presented":
        pass
    card = {"reader": state["params"]["reader"], "session": state["params"]["session"]}
    page.send(json.dumps({"jsonrpc": "2.0", "id": 3, "method": "face", "params": {**card, "pin": FACE_CODE}}))
    read_until(page.sock, b'"photo_png":"')
    web.service.remove()
    idle(web.service.client())
    time.sleep(0.3)   # the front's own thread hears of it
    assert len(rest_of(page.sock)) < ON_THE_WAY
    assert hello(web())["result"]


def test_a_page_reads_an_answer_of_many_fragments(web, large):
    web.service.add_card("large", large)
    page = web()
    hello(page)
    web.service.insert("large")
    while (state := json.loads(page.recv())).get("params", {}).get("state") != "presented":
        pass
    card = {"reader": state["params"]["reader"], "session": state["params"]["session"]}
    page.send(json.dumps({"jsonrpc": "2.0", "id": 3, "method": "face", "params": {**card, "pin": FACE_CODE}}))
    while (answer := json.loads(page.recv())).get("id") != 3:
        pass
    assert len(answer["result"]["face"]["photo_png"]) > 300_000 and not answer["result"]["forged"]


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_visitors_that_say_nothing_do_not_keep_the_page_out(web, said):
    silent = [socket.create_connection(("127.0.0.1", web.port)) for _ in range(60)]
    for peer in silent:
        peer.sendall(said)
    for _ in range(3):
        page = web()
        assert hello(page)["result"]
        page.close()
        time.sleep(0.1)


def test_pages_without_the_token_do_not_keep_the_page_out(web):
    strangers = [web() for _ in range(40)]
    page = web()
    assert hello(page)["result"]
    for stranger in strangers[:20]:   # the oldest made room
        with pytest.raises((websocket.WebSocketException, OSError)):
            while stranger.recv():
                pass
            raise OSError


def test_pages_and_programs_have_places_of_their_own(make_service, web):
    web.service.end()
    with web.service.settings.open() as file:
        text = file.read().replace("[kiosk]\n", "[kiosk]\nclients = 1\n")
    web.service.settings.write_text(text)
    web.service.start()
    page = web()
    assert hello(page)["result"]
    strangers = [web() for _ in range(5)]
    client = web.service.client()
    assert client.call("hello") and strangers
    assert web.service.client().hangs_up()


def test_who_sends_no_more_is_still_answered(service):
    client = service.client()
    client.send(b'{"jsonrpc":"2.0","id":1,"method":"metrics"}\n' * 20)
    client.socket.shutdown(socket.SHUT_WR)
    text = rest_of(client.socket)
    assert len(text) > 5 * IN_THE_KERNEL and text.count(b'"id":1') == 20


@pytest.mark.parametrize("method,params", [
    ("attributes", {"pin": "1234", "kind": "auth"}), ("attributes", {"pin": "123456789018", "kind": "text-code-a"}),
    ("face", {"pin": "020102", "kind": "face-birth"}),
    ("verify", {"pin": "9012", "kind": "juki"}), ("verify", {"pin": "9012", "kind": "x"}), ("age", {"pin": "8642", "years": 151}),
    ("age", {"pin": "8642", "years": 2**32 + 20}),
    ("age", {"pin": "8642", "years": 20, "on": "2026-02-30"}), ("age", {"pin": "8642", "years": 20, "on": " 026-+1- 1"}),
    ("age", {"pin": "8642", "years": 20, "on": "0000-01-01"}),
    ("log-in", {"pin": "7319", "audience": "", "challenge": "A" * 44}),
    ("log-in", {"pin": "7319", "audience": "a" * 256, "challenge": "A" * 44}),
    ("log-in", {"pin": "7319", "audience": "a\u0007", "challenge": "A" * 44}),
    ("log-in", {"pin": "7319", "audience": "a", "challenge": "AAAA"}),
    ("sign", {"pin": "8642", "kind": "text", "digest": "sha256", "hash": "A" * 43 + "="}),
    ("sign", {"pin": "7319", "kind": "auth", "digest": "sha256", "hash": "AAAA"}),
    ("certificate", {"certificate": "auth", "pin": "CANARY77SIGN", "kind": "sign"}), ("counters", {"kinds": ["auth"] * 50}),
    ("confirm", {"label": "a\u0000"})])
def test_params_out_of_their_limits(service, method, params):
    """Refused before the card hears of it, and the one PIN of the placement is not spent."""
    visit = service.visit()
    with pytest.raises(Refused) as refused:
        visit.call(method, **params)
    assert refused.value.code == -32602
    assert visit.type_pin("attributes", "8642")["attributes"]["name"]
