# SPDX-License-Identifier: Apache-2.0
"""Every fault at every APDU of every command: a right exit code, no hang, no half-written file, no try lost."""
import json
import shutil

import pytest

from conftest import Card, run

REMOVED = {"removed-before", "removed-after"}
NOTICED = {"lost-before", "lost-after", "reset-before", "power-loss"}
CORRUPT = {"short-answer", "long-answer", "flipped-answer", "garbage-answer"}

# A lie of the link may look like any answer of a card; never like misuse (2), and never end in a signal.
ALLOWED = {**{k: {7} for k in REMOVED}, **{k: {0, 7} for k in NOTICED}, **{k: {0, 1, 3, 4, 5, 6, 7, 8} for k in CORRUPT}}

COMMANDS = {
    "status": (["status"], None),
    "counters": (["pin", "status", "auth", "sign"], None),
    "verify": (["pin", "verify", "auth"], "1234"),
    "auth certificate": (["cert", "export", "auth", "-o", "OUT"], None),
    "sign certificate": (["cert", "export", "sign", "-o", "OUT"], "ABC123"),
    "raw": (["sign", "LETTER", "--format", "raw", "--key", "auth", "--check", "-o", "OUT"], "1234"),
    "cms": (["sign", "LETTER", "-o", "OUT"], "ABC123"),
}


class Bench:
    """One card, put back into its first state before each run."""

    def __init__(self, card, folder):
        self.card, self.pins = card, (card.directory / "pins.json").read_text()
        self.letter, self.out = folder / "in" / "letter", folder / "out" / "signed"
        for path in (self.letter, self.out):
            path.parent.mkdir()
        self.letter.write_text("契約書\n")

    def run(self, name, fault=None):
        (self.card.directory / "pins.json").write_text(self.pins)
        self.card.edit(lambda c: c.update(faults=[fault] if fault else []))
        self.out.unlink(missing_ok=True)
        arguments, pins = COMMANDS[name]
        named = [str({"OUT": self.out, "LETTER": self.letter}.get(a, a)) for a in arguments]
        return self.card.run(*named, "--json", "--stats", pins=pins)

    def tries_lost(self):
        tries = lambda text: sum(p["remaining"] for a in json.loads(text).values() for p in a.values())
        return tries(self.pins) - tries((self.card.directory / "pins.json").read_text())


@pytest.mark.parametrize("name", COMMANDS)
def test_sweep(original, tmp_path, name):
    shutil.copytree(original.directory, tmp_path / "card")
    bench = Bench(Card(tmp_path / "card"), tmp_path)
    clean = bench.run(name)
    assert clean.code == 0, clean.err
    writes, closes = "OUT" in COMMANDS[name][0], clean.json["stats"]["verifies"] > 0
    count = clean.json["stats"]["apdus"]
    assert count >= 3
    for at in range(count):
        for kind in ALLOWED:
            ended = bench.run(name, {"at": at, "kind": kind})
            where = f"{kind} at {at}: exit {ended.code}\n{ended.err}{ended.out.decode()}"
            last = closes and at + 1 == count   # closes the card, after the result is known
            assert ended.code in ALLOWED[kind] | ({0} if last else set()), where
            assert bench.tries_lost() == 0, where
            assert says_why(name, ended) == (ended.code != 0), where
            assert sorted(p.name for p in bench.out.parent.iterdir()) == (["signed"] if writes and ended.code == 0 else []), where
            if name == "cms" and ended.code == 0:
                judged = run("verify", bench.out, "--json", "--trust", tmp_path / "ca") if ca(bench, tmp_path) else None
                assert judged.code == 0, where


def says_why(name, ended):
    """By an error; or, of what cannot be read among what can, in its place."""
    told = name == "status" or any(pin["state"] == "unreadable" for pin in ended.json.get("pins", []))
    return "error" in ended.json or (ended.code == 3 and told)


def ca(bench, folder):
    if not (folder / "ca").exists():
        bench.card.edit(lambda c: c.update(faults=[]))
        assert bench.card.run("cert", "export", "sign-ca", "-o", folder / "ca").code == 0
    return folder / "ca"
