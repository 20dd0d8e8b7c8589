# SPDX-License-Identifier: Apache-2.0
"""Every method, and what a visit may and may not do."""
import base64
import hashlib
import subprocess
import time

import pytest
from service import Refused, Visit, make_card

FACE_CODE = "02010220364649"


def refusal(call, *arguments, **params):
    with pytest.raises(Refused) as refused:
        call(*arguments, **params)
    return refused.value


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, check=False)


def verified(tmp_path, certificate, signature, signed):
    (tmp_path / "signature").write_bytes(base64.b64decode(signature))
    key = openssl("x509", "-inform", "DER", "-pubkey", "-noout", data=base64.b64decode(certificate))
    (tmp_path / "key").write_bytes(key.stdout)
    return openssl("dgst", "-sha256", "-verify", tmp_path / "key", "-signature", tmp_path / "signature", data=signed).returncode == 0


def test_hello_and_readers(service):
    client = service.client()
    assert client.call("hello")["service"] == "myna-kioskd"
    while not (readers := client.call("readers")["readers"]):   # a service that has just started
        time.sleep(0.05)
    assert [r["reader"] for r in readers] == ["Myna Virtual desk"]
    assert readers[0]["virtual"] and readers[0]["session"] == 0


def test_a_phone(service, tmp_path):
    service.add_card("phone", make_card(tmp_path / "phone", options=["--kind", "phone-android"]))
    visit = service.visit("phone")
    assert visit.call("identify")["kind"] == "phone-android"
    assert refusal(visit.type_pin, "attributes", "8642", kind="text").name == "application-absent"
    assert visit.call("identify")["kind"] == "phone-android"


def test_without_a_pin(service):
    visit = service.visit()
    identity = visit.call("identify")
    assert identity["kind"] == "my-number" and len(identity["pseudonym"]) == 64 and len(identity["municipality"]) == 5
    counters = {c["pin"]: c for c in visit.call("counters")["counters"]}
    assert counters["auth"]["remaining"] == 3 and counters["sign"]["remaining"] == 5 and counters["text"]["title"]["ja"]
    assert visit.call("counters", kinds=["text"])["counters"][0]["pin"] == "text"
    renewal = visit.call("renewal")
    assert renewal["days_left"] > 1000 and not renewal["due"]
    certificate = visit.call("certificate", certificate="auth")["certificate"]
    assert openssl("x509", "-inform", "DER", "-noout", data=base64.b64decode(certificate)).returncode == 0


def test_attributes(service):
    visit = service.visit()
    answer = visit.type_pin("attributes", "8642")
    assert answer["attributes"]["name"] == "番号　花子" and answer["attributes"]["birth_date"] == "1990-01-02"
    assert not answer["forged"] and {"check": "attributes-hash",
                                     "result": "proven"}.items() <= next(l for l in answer["report"] if l["check"]
                                                                         == "attributes-hash").items()


def test_without_test_anchors_nothing_is_proven(make_service):
    service = make_service()
    service.end()
    service.settings.write_text(service.settings.read_text().replace("test-anchors = true\n", ""))
    service.start()
    report = service.visit().type_pin("attributes", "8642")["report"]
    assert {l["result"] for l in report if l["check"] == "text-certificate"} == {"not-proven"}


def test_face(service):
    face = service.visit().type_pin("face", FACE_CODE)["face"]
    for name in ("photo_png", "name_png", "address_png"):
        assert base64.b64decode(face[name]).startswith(b"\x89PNG")


def test_age(service):
    assert service.visit().type_pin("age", "020102", kind="face-birth", years=18, on="2026-01-01")["old_enough"]


def test_log_in(service, tmp_path):
    challenge = bytes(range(32))
    answer = service.visit().type_pin("log-in", "7319", audience="https://example.jp", challenge=base64.b64encode(challenge).decode())
    assert answer["chain"] in ("proven", "not-proven")
    assert openssl("x509", "-inform", "DER", "-noout", data=base64.b64decode(answer["certificate"])).returncode == 0
    assert len(base64.b64decode(answer["signature"])) == 256


def test_sign(service, tmp_path):
    receipt = "領収書".encode()
    digest = base64.b64encode(hashlib.sha256(receipt).digest()).decode()
    answer = service.visit().type_pin("sign", "canary77sign", kind="sign", digest="sha256", hash=digest)
    assert verified(tmp_path, answer["certificate"], answer["signature"], receipt)


def test_one_attempt_for_each_placement(service):
    visit = service.visit()
    refused = refusal(visit.type_pin, "verify", "0000", kind="text")
    assert refused.name == "pin-wrong" and refused.data["tries_left"] == 2
    assert refusal(visit.call, "verify", pin="8642", kind="text").name in ("session-ended", "invalid-argument")
    assert service.tries("one") == 2
    service.remove()
    visit.client.notice("state", state="idle")
    assert service.visit(client=visit.client).type_pin("verify", "8642", kind="text") == {}
    assert service.tries("one") == 3


def test_malformed_pin_costs_nothing(service):
    visit = service.visit()
    assert refusal(visit.type_pin, "attributes", "12").name == "pin-malformed"
    assert visit.call("attributes", pin="8642")["attributes"]
    assert service.tries("one") == 3


def test_last_try_is_kept(make_service):
    service = make_service(settings="pin-floor = 3")
    visit = service.visit()
    refusal(visit.type_pin, "verify", "0000", kind="text")
    service.remove()
    visit.client.notice("state", state="idle")
    visit = service.visit()
    assert refusal(visit.type_pin, "verify", "8642", kind="text").name == "last-try-refused"
    assert service.tries("one") == 2


def test_confirmed_by_the_same_card_only(service):
    visit = service.visit()
    visit.type_pin("attributes", "8642")
    visit.call("confirm", label="receipt 17")
    service.remove()
    visit.client.notice("state", state="confirm-retap")
    service.insert("one")
    assert visit.client.notice("committed")["label"] == "receipt 17"
    service.remove()
    visit.client.notice("state", state="idle")
    again = service.visit(client=visit.client)
    again.call("confirm", label="receipt 18")
    service.remove()
    again.client.notice("state", state="confirm-retap")
    service.insert("two")
    assert again.client.notice("dropped")["label"] == "receipt 18"


def test_a_session_number_of_the_person_before(service):
    visit = service.visit()
    visit.call("identify")
    service.insert("two")
    state = visit.client.notice("state", state="presented")
    assert state["session"] != visit.session
    assert refusal(visit.call, "identify").name == "session-ended"
    assert Visit(visit.client, state).call("identify")["kind"] == "my-number"


def test_removal_in_the_middle(service):
    visit = service.visit()
    visit.call("pin.want")
    number = visit.ask("face", pin=FACE_CODE)
    service.remove()
    try:
        visit.client.answer(number)   # it was quicker
    except Refused as refused:
        assert refused.name in ("session-ended", "card-removed")
    visit.client.notice("state", state="idle", session=0)
    assert refusal(visit.call, "identify").name == "session-ended"


def test_cancel_ends_the_visit(service):
    visit = service.visit()
    visit.type_pin("attributes", "8642")
    visit.call("touch")
    visit.client.call("cancel", reader=visit.reader)
    visit.client.notice("state", state="finished")
    assert refusal(visit.call, "counters").name == "session-ended"


def test_declined_pin(service):
    visit = service.visit()
    visit.call("pin.want")
    visit.call("pin.decline")
    visit.client.notice("state", state="asking-pin")
    visit.client.notice("state", state="presented")
    assert visit.call("cancel-operation") == {}


def test_card_left_behind(make_service):
    service = make_service(settings="placement = 1")
    visit = service.visit()
    visit.client.call("cancel", reader=visit.reader)
    assert visit.client.notice("state", state="left-behind")["text"]["ja"]


def test_trial(service):
    client = service.client()
    assert client.call("trial.cards")["cards"] == ["one", "two"]
    client.call("trial.insert", card="two")
    client.notice("state", state="presented")
    client.call("trial.remove")
    client.notice("state", state="idle")
    assert refusal(client.call, "trial.insert", card="../one").code == -32602
    assert refusal(client.call, "trial.remove").code == -32602


def test_metrics(service):
    visit = service.visit()
    text = visit.client.call("metrics")["text"]
    assert "myna_kiosk_sessions_total 1\n" in text and "myna_kiosk_clients 1\n" in text
    scraped = subprocess.run(["curl", "-s", "--unix-socket", service.socket, "http://localhost/metrics"], capture_output=True, check=True,
                             text=True).stdout
    assert "# TYPE myna_kiosk_sessions_total counter\nmyna_kiosk_sessions_total 1\n" in scraped


@pytest.mark.parametrize("method,params", [
    ("attributes", {}), ("attributes", {"pin": 5678}), ("attributes", {"pin": "8642", "kind": "none"}), ("counters", {"kinds": "text"}),
    ("sign", {"pin": "8642"}),
    ("sign", {"pin": "7319", "kind": "auth", "digest": "sha256", "hash": "AAAA"}),
    ("log-in", {"pin": "7319", "audience": "a", "challenge": "=="}),
    ("age", {"pin": "8642", "years": -1}), ("age", {"pin": "8642", "years": 20, "on": "2026-13-01"}),
    ("certificate", {"certificate": "none"})])
def test_wrong_params(service, method, params):
    assert refusal(service.visit().call, method, **params).code == -32602
    assert service.tries("one") == 3


def test_the_log_names_nobody(service):
    visit = service.visit()
    visit.type_pin("attributes", "8642")
    service.remove()
    visit.client.notice("state", state="idle")
    log = service.text_of_log()
    assert "presented" in log
    for personal in ("番号", "花子", "千代田", "8642", "1990"):
        assert personal not in log
