# SPDX-License-Identifier: Apache-2.0
"""kill -9 of the service at any moment, with the right PIN on its way to a card in the reader of a private pcscd (with_pcscd): not one try
is spent, and the next service serves the card that still lies there."""
import os
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from served_card import ServedCard  # noqa: E402
from service import Service, Visit, make_card  # noqa: E402

ROUNDS, LONGEST = 15, 0.25   # at 3 ms a command a visit takes a fifth of a second
PATIENCE = 5   # seconds, for the command that the card has begun: it takes a try away before it compares, and gives it back


def presented(client):
    readers = client.call("readers")["readers"]
    if readers and readers[0]["state"] == "presented":
        return Visit(client, readers[0])
    return Visit(client, client.notice("state", state="presented"))


def gives_back(service):
    until = time.monotonic() + PATIENCE
    while service.tries("one") != 3:
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def main():
    moments = random.Random(8)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        service = Service(directory)
        service.end()
        service.use_pcscd()
        card = make_card(service.cards / "one")
        with ServedCard(card, command_us=3000):
            for _ in range(ROUNDS):
                service.start()
                visit = presented(service.client())
                visit.call("pin.want")
                visit.ask("attributes", pin="5678")
                time.sleep(moments.uniform(0, LONGEST))
                service.process.kill()
                service.process.wait()
                assert gives_back(service)
            service.start()
            assert presented(service.client()).type_pin("attributes", "5678")["attributes"]["name"]
            service.end()
    print(f"killed {ROUNDS} times, no try spent")


main()
