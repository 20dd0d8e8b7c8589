# SPDX-License-Identifier: Apache-2.0
"""Two kiosks and NSS, the library inside Firefox, with the PKCS#11 module, all at one reader of a private pcscd (with_pcscd): each one's
work is done while the others work, no try is spent, no answer is another's, and both kiosks see the card leave."""
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from served_card import ServedCard, myna  # noqa: E402
from service import Service, Visit, make_card  # noqa: E402

MODULE = os.path.join(os.environ["MYNA_MODULES"], "libmyna-pkcs11-auth.so")
LOGINS, PORT = 5, "18446"
BROWSER = ["tstclnt", "-4", "-h", "localhost", "-p", PORT, "-d", "sql:nss", "-n", "JPKI Authentication:Authentication Certificate", "-W",
           "nss.pin",
           "-V", "tls1.2:tls1.2", "-Q"]


def tool(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, timeout=60, **options)


def a_server_and_a_browser(home):
    """The process of a server that asks for the card's certificate, and a database of NSS with the module."""
    tool("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.pem", "-subj",
         "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-days", "2", cwd=home)
    (home / "nss").mkdir()
    (home / "nss.pin").write_text("1234\n")
    tool("certutil", "-N", "-d", "sql:nss", "--empty-password", cwd=home)
    tool("modutil", "-dbdir", "sql:nss", "-add", "myna", "-libfile", MODULE, "-force", cwd=home)
    tool("certutil", "-A", "-d", "sql:nss", "-n", "server", "-t", "CT,C,C", "-i", "server.pem", cwd=home)
    server = subprocess.Popen(["openssl", "s_server", "-accept", f"127.0.0.1:{PORT}", "-cert", "server.pem", "-key", "server.key",
                               "-CAfile", "card-ca.pem",
                               "-Verify", "2", "-verify_return_error", "-www"], cwd=home, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while f":{PORT} " not in tool("ss", "-ltn", text=True).stdout:
        assert server.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    return server


def presented(client):
    readers = client.call("readers")["readers"]
    if readers and readers[0]["state"] == "presented":
        return Visit(client, readers[0])
    return Visit(client, client.notice("state", state="presented"))


class Side(threading.Thread):
    """Works beside the others; what it raises is raised by `end`."""

    def __init__(self, work):
        super().__init__()
        self.work, self.problem = work, None
        self.start()

    def run(self):
        try:
            self.work()
        except BaseException as problem:
            self.problem = problem

    def end(self):
        self.join(120)
        if self.problem:
            raise self.problem


def serve_one(kiosk):
    visit = presented(kiosk.client())
    for _ in range(5):
        assert visit.call("identify")["kind"] == "my-number"
        assert [c["remaining"] for c in visit.call("counters", kinds=["auth", "text"])["counters"]] == [3, 3]
    answer = visit.type_pin("attributes", "5678")
    assert answer["attributes"]["name"] == "番号　花子" and not answer["forged"]
    return visit


def browse(home):
    for _ in range(LOGINS):
        tool(*BROWSER, cwd=home)


def kiosk_of(home, name):
    (home / name).mkdir()
    kiosk = Service(home / name)
    kiosk.end()
    kiosk.use_pcscd()
    kiosk.start()
    return kiosk


def main():
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        card = make_card(home / "card")
        kiosks, server = [kiosk_of(home, "first"), kiosk_of(home, "second")], None
        try:
            with ServedCard(card, command_us=2000) as served:
                myna("cert", "export", "auth-ca", "-o", home / "card-ca.pem")
                server = a_server_and_a_browser(home)
                wrong = subprocess.run([*BROWSER[:-1], "-Q", "-n", "none"], cwd=home, capture_output=True, timeout=60, check=False)
                assert wrong.returncode != 0   # a log-in without the certificate is none
                sides = [Side(lambda: browse(home)), *[Side(lambda kiosk=kiosk: serve_one(kiosk)) for kiosk in kiosks]]
                for side in sides:
                    side.end()
                clients = [kiosk.client() for kiosk in kiosks]
                served.take()
                for client in clients:
                    while client.call("readers")["readers"][0]["state"] != "idle":
                        time.sleep(0.05)
            with ServedCard(card):
                for kiosk in kiosks:
                    serve_one(kiosk)
        finally:
            for kiosk in kiosks:
                kiosk.end()
            if server:
                server.kill()
                server.wait()
    print(f"two kiosks and {LOGINS} log-ins with NSS at one reader, no try spent")


main()
