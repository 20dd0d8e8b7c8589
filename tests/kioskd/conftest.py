# SPDX-License-Identifier: Apache-2.0
"""Cards made once, copied for each test; a service for each test."""
import time

import pytest
import websocket
from service import Service, free_port, make_card


@pytest.fixture(scope="session")
def originals(tmp_path_factory):
    base = tmp_path_factory.mktemp("made")
    return {"one": make_card(base / "one", {"auth": "7319", "sign": "CANARY77SIGN", "text": "8642"}), "two": make_card(base / "two")}


@pytest.fixture
def make_service(tmp_path, originals):
    made = []

    def make(**options):
        (tmp_path / f"s{len(made)}").mkdir()
        service = Service(tmp_path / f"s{len(made)}", **options)
        for name, original in originals.items():
            service.add_card(name, original)
        made.append(service)
        return service

    yield make
    for service in made:
        service.end()


@pytest.fixture
def service(make_service):
    return make_service()


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    """A card whose face makes an answer of 300 kB."""
    return make_card(tmp_path_factory.mktemp("large") / "large", options=["--photo", "large"])


@pytest.fixture
def web(make_service):
    port = free_port()
    service = make_service(web=port)

    def connect(origin=f"http://127.0.0.1:{port}", protocol="myna-kiosk", **options):
        end = time.monotonic() + 10
        while True:
            try:
                return websocket.create_connection(f"ws://127.0.0.1:{port}/", origin=origin, subprotocols=[protocol], timeout=10, **options)
            except ConnectionRefusedError:   # the service answers on its socket a moment before it listens here
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    connect.service, connect.port = service, port
    return connect
