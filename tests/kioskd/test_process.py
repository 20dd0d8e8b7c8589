# SPDX-License-Identifier: Apache-2.0
"""What root sees of the process: nothing personal stays in its memory, which is locked, and it ends when told. Not with sanitizers, which
keep freed memory."""
import base64
import re
import signal
import time

FACE_CODE = "02010220364649"


def test_ends_within_a_second(service):
    visit = service.visit()
    visit.type_pin("attributes", "8642")
    began = time.monotonic()
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(timeout=5) == 0
    assert time.monotonic() - began < 1
    assert not service.socket.exists()


def memory_of(pid):
    """Everything that the process can write to."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            begin, end, rights = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            if "w" not in rights or "[vvar" in line:
                continue
            memory.seek(int(begin, 16))
            try:
                yield memory.read(int(end, 16) - int(begin, 16))
            except OSError:
                continue


def found_in(pid, secrets):
    return {name for part in memory_of(pid) for name, secret in secrets.items() if secret in part}


def test_nothing_stays_in_memory(make_service):
    service = make_service(settings="attempts = 3")
    visit = service.visit()
    name = visit.type_pin("attributes", "8642")["attributes"]
    face = visit.type_pin("face", FACE_CODE)["face"]
    receipt = base64.b64encode(bytes(32)).decode()
    visit.type_pin("sign", "CANARY77SIGN", kind="sign", digest="sha256", hash=receipt)
    photo = base64.b64decode(face["photo_png"])
    secrets = {"name": name["name"].encode(), "address": name["address"].encode(), "address in part": name["address"][4:12].encode(),
               "photo": photo[200:232],
               "photo in base64": face["photo_png"][400:440].encode(), "picture of the name": base64.b64decode(face["name_png"])[60:92],
               "password": b"CANARY77SIGN", "code": FACE_CODE.encode(), "PIN": b'"8642"', "birth date": b"1990-01-02",
               "birth date on the card": b"19900102"}
    assert {"name", "address", "photo"} <= found_in(service.process.pid, secrets)   # the scan finds what is there
    service.remove()
    visit.client.notice("state", state="idle")
    time.sleep(1)
    assert found_in(service.process.pid, secrets) == set()


def test_memory_is_locked(make_service):
    service = make_service()
    service.end()
    service.settings.write_text(service.settings.read_text().replace("lock-memory = false", "lock-memory = true"))
    service.start()
    status = open(f"/proc/{service.process.pid}/status", encoding="utf-8").read()
    assert int(re.search(r"VmLck:\s+(\d+)", status)[1]) > 1000
