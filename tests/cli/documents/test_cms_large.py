# SPDX-License-Identifier: Apache-2.0
"""Files of no byte and of a gigabyte, in constant memory."""
import resource

from test_cms import ca, sign, verify  # noqa: F401  (a fixture)


def test_sizes_nought_and_a_gigabyte_in_constant_memory(card, ca, tmp_path):
    empty, large = tmp_path / "empty", tmp_path / "large"
    empty.touch()
    with open(large, "wb") as sparse:
        sparse.truncate(1 << 30)
    for file in (empty, large):
        attached = sign(card, file, tmp_path / (file.name + ".p7m"))
        assert verify(attached, "--trust", ca).code == 0
        detached = sign(card, file, tmp_path / (file.name + ".p7s"), "--detached")
        assert verify(detached, "--content", file, "--trust", ca).code == 0
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 300 * 1024   # KiB
