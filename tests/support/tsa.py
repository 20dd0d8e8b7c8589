# SPDX-License-Identifier: Apache-2.0
"""A small time-stamp authority on this machine, made of `openssl ts`, that can also lie, be late, or answer nonsense."""
import http.server
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

CONFIG = """
[tsa]
default_tsa = t
[t]
serial = {dir}/serial
signer_cert = {dir}/{name}.pem
signer_key = {dir}/{name}.key
certs = {dir}/ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ordering = no
ess_cert_id_chain = {chain}
ess_cert_id_alg = sha256
"""
USAGE = {"good": "critical,timeStamping", "other-purpose": "critical,timeStamping,emailProtection", "not-critical": "timeStamping",
         "plain": "clientAuth"}


def openssl(*arguments, data=None):
    done = subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Authority:
    """Its keys and certificates, and replies to queries."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ca = self.folder / "ca.pem"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.folder / "ca.key", "-out", self.ca, "-days", "3650",
                "-subj", "/O=Test TSA Root",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        (self.folder / "serial").write_text("01\n")
        for name, usage in USAGE.items():
            self._issue(name, usage)

    def _issue(self, name, usage):
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", self.folder / f"{name}.key", "-out", request, "-subj",
                f"/O=Test TSA/CN={name}")
        extensions.write_text(f"keyUsage=critical,digitalSignature\nextendedKeyUsage={usage}\nsubjectKeyIdentifier=hash\n"
                              f"authorityKeyIdentifier=keyid\n")
        openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.folder / "ca.key", "-CAcreateserial", "-days", "3000",
                "-extfile", extensions,
                "-out", self.folder / f"{name}.pem")

    def reply(self, query, name="good", chain="no"):
        config, file = self.folder / "tsa.cnf", self.folder / "query.tsq"
        config.write_text(CONFIG.format(dir=self.folder, name=name, chain=chain))
        file.write_bytes(query)
        return openssl("ts", "-reply", "-config", config, "-queryfile", file)

    def query(self, data, *options):
        (self.folder / "data").write_bytes(data)
        return openssl("ts", "-query", "-data", self.folder / "data", "-sha256", "-cert", *options)

    def lie(self, mode, query):
        """What a good authority never answers to this query."""
        if mode == "other-imprint":
            return self.reply(self.query(b"something else"))
        if mode == "other-nonce":
            return self.reply(retry_nonce(query))
        if mode == "no-certificate":
            return self.reply(without_certificate_request(query))
        if mode == "broken-signature":
            answer = bytearray(self.reply(query))
            answer[-3] ^= 1
            return bytes(answer)
        if mode == "refused":
            return bytes.fromhex("30053003020102")   # PKIStatusInfo: rejection
        if mode == "garbage":
            return b"<html>Not a time stamp</html>"
        if mode == "trailing":
            return self.reply(query) + b"\x00"
        if mode == "empty":
            return b""
        raise AssertionError(mode)


def retry_nonce(query):
    """The last INTEGER of 16 bytes is the nonce."""
    at = query.rindex(b"\x02\x10") + 2
    changed = bytearray(query)
    changed[at + 15] ^= 0xFF
    return bytes(changed)


def without_certificate_request(query):
    shorter = bytearray(query[:-3])   # certReq BOOLEAN TRUE stands at the end
    assert query[-3:] == b"\x01\x01\xff"
    shorter[1] -= 3
    return bytes(shorter)


def samples(folder):
    """A query, its reply and the token in it, for the fuzzers."""
    with tempfile.TemporaryDirectory() as keys:
        authority = Authority(keys)
        query = authority.query(b"content")
        reply = authority.reply(query)
    Path(folder, "query.tsq").write_bytes(query)
    Path(folder, "reply.tsr").write_bytes(reply)
    Path(folder, "token.der").write_bytes(reply[9:])   # behind the header of four bytes and a status of five
    assert reply[4:9] == bytes.fromhex("3003020100")


class Server:
    """The authority over HTTP; `mode` says how it behaves, `requests` what it was asked."""

    def __init__(self, authority, mode="good", context=None):
        self.mode, self.requests, owner = mode, [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                owner.answer(self, authority)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        if context is not None:
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.scheme = "http" if context is None else "https"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.http.server_port}/tsa"

    def answer(self, request, authority):
        query = request.rfile.read(int(request.headers["Content-Length"]))
        self.requests.append((dict(request.headers), query))
        status, body = 200, b""
        if self.mode == "late":
            time.sleep(30)
        elif self.mode == "error-500":
            status = 500
        elif self.mode == "elsewhere":
            status = 302
        elif self.mode == "too-large":
            body = bytes(3 << 20)
        elif self.mode in USAGE:
            body = authority.reply(query, self.mode)
        elif self.mode == "whole-chain":
            body = authority.reply(query, chain="yes")
        else:
            body = authority.lie(self.mode, query)
        try:
            request.send_response(status)
            if status == 302:
                request.send_header("Location", self.url + "/next")
            request.send_header("Content-Type", "application/timestamp-reply")
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
        except OSError:   # the other side had enough
            pass

    def close(self):
        self.http.shutdown()
        self.http.server_close()


if __name__ == "__main__" and sys.argv[1] == "samples":
    samples(sys.argv[2])
