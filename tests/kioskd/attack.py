#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""attack.py SECONDS [WITHIN]: hostile clients of every kind for so long, while cards with a large photo come and leave. The service does
not end, its memory and its descriptors stay bounded, no sanitizer complains, and one client that means well is answered within so many
seconds each time: on the socket, and as a page that has to find its place each time. Prints what was measured."""
import json
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import websocket
from hostile_clients import Target, all_of_them, run
from service import ENVIRONMENT, TOKEN, Service, free_port, make_card

# What is freed is kept for a while by a sanitizer: not more than this, or it hides what the service keeps.
QUARANTINE = "quarantine_size_mb=16:thread_local_quarantine_size_kb=256"
CLIENTS = 32
MOST_GROWTH = 64 << 10             # kB, from the first sixth to the end
MOST_ABOVE_START = (CLIENTS + 16) * (4 << 10)   # kB: what docs/kiosk-service.md allows for answers that wait
COMPLAINTS = ("AddressSanitizer", "ThreadSanitizer", "LeakSanitizer", "runtime error:", "internal error")


class Desk(threading.Thread):
    """Somebody places a card and takes it away, at any moment of an answer."""

    def __init__(self, service):
        super().__init__(daemon=True)
        self.service, self.visits, self.stop = service, 0, threading.Event()

    def run(self):
        while not self.stop.is_set():
            self.service.insert(random.choice(["large", "large", "small"]))
            self.visits += 1
            self.stop.wait(random.choice([0.3, 1, 2.5]))
            self.service.remove()
            self.stop.wait(random.choice([0, 0.2]))


def resident(pid):
    return int(next(line.split()[1] for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
                    if line.startswith("VmRSS")))


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def timed(work):
    began = time.monotonic()
    work()
    return time.monotonic() - began


def page_with_the_token(target):
    """Comes again when it was sent away, as a page does; the time runs on."""
    while True:
        try:
            page = target.page()
            page.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "hello", "params": {"token": TOKEN}}))
            answer = json.loads(page.recv())
            page.close()
            if "result" in answer:
                return
        except (websocket.WebSocketException, OSError, ValueError):
            pass


def mean_well(service, client, target, seconds):
    """Times of each answer, on the socket and as a page; memory after a sixth of the time and at the end."""
    begun, asked, paged, memory = time.monotonic(), [], [], []
    while (passed := time.monotonic() - begun) < seconds:
        assert service.process.poll() is None, "the service ended:\n" + service.text_of_log()
        client.notices.clear()
        asked.append(timed(lambda: client.call("readers")))
        if len(asked) % 10 == 0:
            paged.append(timed(lambda: page_with_the_token(target)))
        if not memory and passed > seconds / 6:
            memory.append(resident(service.process.pid))
        time.sleep(0.05)
    return asked, paged, memory + [resident(service.process.pid)]


def settled(value, most):
    """Within ten seconds: clients that say nothing are let go of after five."""
    for _ in range(100):
        if value() <= most:
            return True
        time.sleep(0.1)
    return False


def attacked(service, port, seconds):
    target = Target(service.socket, port, f"http://127.0.0.1:{port}")
    client = service.client()
    client.call("hello")
    page_with_the_token(target)
    start, files = resident(service.process.pid), descriptors(service.process.pid)
    desk = Desk(service)
    foes = [multiprocessing.Process(target=run, args=one) for one in all_of_them(target, time.monotonic() + seconds)]
    for one in [desk, *foes]:
        one.start()
    measured = mean_well(service, client, target, seconds)
    for foe in foes:
        foe.join(60)
        assert foe.exitcode == 0
    desk.stop.set()
    desk.join()
    assert settled(lambda: descriptors(service.process.pid), files + 4), f"{descriptors(service.process.pid)} descriptors, {files} before"
    return start, desk.visits, *measured


def main():
    seconds, within = float(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    with tempfile.TemporaryDirectory() as name:
        port = free_port()
        environment = {**ENVIRONMENT, "ASAN_OPTIONS": ":".join(filter(None, [ENVIRONMENT.get("ASAN_OPTIONS"), QUARANTINE]))}
        service = Service(Path(name), settings=f"clients = {CLIENTS}\nattempts = 3", web=port, environment=environment)
        service.add_card("large", make_card(Path(name) / "large", options=["--photo", "large"]))
        service.add_card("small", make_card(Path(name) / "small"))
        try:
            start, visits, asked, paged, memory = attacked(service, port, seconds)
            service.process.terminate()
            status = service.process.wait(30)
            log = service.text_of_log()
        finally:
            service.end()
    cut_off = log.count("does not read was dropped")
    print(f"{seconds:.0f} s, {visits} cards, {log.count('presented')} recognised, {cut_off} cut off for not reading; memory {start >> 10} "
          f"MiB at first, "
          f"{memory[0] >> 10} after a sixth, {memory[1] >> 10} at the end")
    for who, times in (("a client", asked), ("a page", paged)):
        print(f"{who}: {len(times)} answers, median {statistics.median(times) * 1000:.1f} ms, longest {max(times) * 1000:.0f} ms")
    assert status == 0 and not any(word in log for word in COMPLAINTS), log[-20000:]
    assert visits and cut_off and "presented" in log
    assert memory[1] - memory[0] < MOST_GROWTH and max(memory) - start < MOST_ABOVE_START
    assert max(asked) < within and max(paged) < within, f"answered later than within {within} s"


if __name__ == "__main__":
    main()
