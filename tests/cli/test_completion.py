# SPDX-License-Identifier: Apache-2.0
"""The bash completion, asked the way bash asks it."""
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "cli/completion/myna.bash"


def complete(*words):
    lines = f"""source {SCRIPT}; compopt() {{ :; }}
COMP_WORDS=({' '.join(repr(w) for w in ('myna', *words))}); COMP_CWORD={len(words)}; _myna; printf '%s\\n' "${{COMPREPLY[@]}}" """
    return subprocess.run(["bash", "-c", lines], capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("words,expected", [
    (["st"], ["status"]),
    (["pin", ""], ["status", "verify", "change"]),
    (["pin", "change", ""], ["auth", "sign", "text"]),
    (["pin", "verify", "face-code-"], ["face-code-a", "face-code-b"]),
    (["card", ""], ["show"]),
    (["config", ""], ["show", "check"]),
    (["check-card", "f"], ["face-code-a", "face-code-b"]),
    (["cert", "export", "s"], ["sign", "sign-ca"]),
    (["virtual", ""], ["create", "serve", "info", "reset", "tamper"]),
    (["sign", "x", "--format", ""], ["cms", "raw", "pdf", "xml", "asic", "jws"]),
    (["--lang", "j"], ["ja"]),
    (["virtual", "serve", "--po"], ["--port"]),
])
def test_completion(words, expected):
    assert complete(*words) == expected
