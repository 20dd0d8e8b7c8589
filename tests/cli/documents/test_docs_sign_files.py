# SPDX-License-Identifier: Apache-2.0
"""docs/sign-files.md, block by block, as it stands there."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
from conftest import MYNA, environment  # noqa: E402
from tsa import Authority, Server  # noqa: E402

PAGE = Path(__file__).resolve().parents[3] / "docs/sign-files.md"


def test_every_block(card, tmp_path):
    folder = tmp_path / "desk"
    folder.mkdir()
    authority = Authority(tmp_path / "tsa")
    server = Server(authority)
    (folder / "tsa-root.pem").write_bytes(authority.ca.read_bytes())
    assert card.run("cert", "export", "sign-ca", "-o", folder / "sign-ca.pem").code == 0
    for name in ("contract.pdf", "a.txt", "b.txt", "c.txt", "claims.json"):
        (folder / name).write_text(f"content of {name}\n")
    (folder / "signed").mkdir()
    (folder / "pins").write_text("sign=ABC123\n")
    (folder / "pins").chmod(0o600)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "myna").symlink_to(MYNA)
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.S)
    assert len(blocks) == 4
    for block in blocks:
        env = environment(PATH=f"{tmp_path}/bin:{os.environ['PATH']}", MYNA_READER=f"virtual:{card.directory}", TSA=server.url)
        done = subprocess.run(["sh", "-ec", block], cwd=folder, env=env, capture_output=True, check=False)
        assert done.returncode == 0, (block, done.stdout, done.stderr)
    server.close()
    assert [f["state"] for f in json.loads((folder / "report.json").read_text())["files"]] == ["signed"] * 3
