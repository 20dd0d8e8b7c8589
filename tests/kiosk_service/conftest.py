# SPDX-License-Identifier: Apache-2.0
"""Cards made once, copied for each test; a service for each test."""
import pytest
from service import Service, make_card


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
