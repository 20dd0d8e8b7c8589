# SPDX-License-Identifier: Apache-2.0
"""The service on readers of its own, without pcscd (with_emulated_readers): reader 1 and 2 are RC-S380, reader 3 an RC-S300 that libccid
drives inside the service. Each is a lane of its own; two cards on one, a card taken in the middle, a reader unplugged, hung and back."""
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from emulated import AIR, MOCKED, do, tries, until  # noqa: E402
from service import Refused, Service, Visit, make_card  # noqa: E402

PLACES = ["[usb:1-1]", "[usb:1-2]", "[usb:1-3]"]
NO_ACKNOWLEDGEMENT, HUNG = 0, 5   # UsbFault


class Kiosk:
    def __init__(self, home):
        self.home = home
        self.service = Service(home, readers=["usb:"], environment=MOCKED)
        self.client = self.service.client()

    def view(self, number):
        time.sleep(0.1)   # the service closes on a client that asks without a pause
        found = [r for r in self.client.call("readers")["readers"] if r["reader"].endswith(PLACES[number - 1])]
        return found[0] if found else {"state": "absent"}

    def reach(self, number, state, seconds=20):
        until(lambda: self.view(number)["state"] == state, seconds)
        return self.view(number)

    def serves(self, number):
        try:
            return Visit(self.client, self.view(number)).call("identify")["kind"] == "my-number"
        except Refused:
            return False

    def card(self, number):
        return self.home / f"card{number}"

    def put(self, number):
        do("put", number, self.card(number))
        return Visit(self.client, self.reach(number, "presented"))

    def take(self, number):
        do("take", number)
        self.reach(number, "idle")


def refused(visit, method, **params):
    try:
        visit.call(method, **params)
    except Refused as error:
        return error.name
    raise AssertionError(f"{method} was served")


def a_lane_each(kiosk):
    visits = [kiosk.put(number) for number in (1, 2, 3)]
    pseudonyms = {visit.call("identify")["pseudonym"] for visit in visits}
    assert len(pseudonyms) == 3
    for visit in visits:
        assert visit.type_pin("attributes", "5678")["attributes"]["name"] == "番号　花子"
    for number, visit in enumerate(visits, 1):
        kiosk.take(number)
        assert refused(visit, "identify") == "session-ended"
    print("three readers, three visits at once, without pcscd")


def two_cards(kiosk):
    visit = kiosk.put(1)
    kiosk.take(1)
    do("both", 1, kiosk.card(1), kiosk.card(2))
    view = kiosk.reach(1, "two-cards")
    assert view["session"] == 0
    do("alone", 1)
    stays = Visit(kiosk.client, kiosk.reach(1, "presented"))
    assert stays.session != visit.session and stays.call("identify")["kind"] == "my-number"
    kiosk.take(1)
    print("two cards on one reader: told, nobody served until one lies alone")


def taken_in_the_middle(kiosk):
    for block in range(0, 12, 2):
        visit = kiosk.put(1)
        visit.call("pin.want")
        do("air", 1, block, AIR.index("removed"))
        assert refused(visit, "attributes", pin="5678") in ("session-ended", "card-removed"), block
        kiosk.reach(1, "idle")
        assert refused(visit, "identify") == "session-ended"
        do("take", 1)   # it lies beside the reader; back to its owner
    assert tries(kiosk.card(1)) == [3, 5]
    print("taken at six moments of a reading: the session is over, no try is spent")


def reader_troubles(kiosk):
    kiosk.put(2)
    do("unplug", 2)
    kiosk.reach(2, "no-reader")
    do("plug", 2)
    kiosk.reach(2, "presented")
    for fault in (NO_ACKNOWLEDGEMENT, HUNG):
        do("usb", 2, 3, fault)
        time.sleep(1)   # so that the fault has come
        until(lambda: kiosk.serves(2), 60)
    kiosk.take(2)
    print("unplugged, deaf and hung: each comes back by itself")


def main():
    with tempfile.TemporaryDirectory() as home:
        kiosk = Kiosk(Path(home))
        for number in (1, 2, 3):
            make_card(kiosk.card(number))
            kiosk.reach(number, "idle")
        try:
            a_lane_each(kiosk)
            two_cards(kiosk)
            taken_in_the_middle(kiosk)
            reader_troubles(kiosk)
        except BaseException:
            print(kiosk.service.text_of_log(), file=sys.stderr)
            raise
        finally:
            kiosk.service.end()


main()
