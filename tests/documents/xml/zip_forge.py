# SPDX-License-Identifier: Apache-2.0
"""A writer of ZIP that says whatever it is told in each place, and the programs that say what they see in a ZIP."""
import base64
import hashlib
import io
import struct
import subprocess
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Entry:
    name: bytes
    content: bytes
    method: int = 8
    flags: int = 0x800
    extra: bytes = b""          # of the local header
    listed_extra: bytes = b""   # of the directory
    comment: bytes = b""
    attributes: int = 0
    descriptor: str = ""        # struct format of what stands behind the content: "4sIII", "III", "4sIQQ", "IQQ"
    local: dict = field(default_factory=dict)     # what the local header says instead
    listed: dict = field(default_factory=dict)    # what the directory says instead
    packed: bytes = None        # instead of the content as the method has it

    def data(self):
        if self.packed is not None:
            return self.packed
        if self.method == 0:
            return self.content
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        return deflate.compress(self.content) + deflate.flush()

    def facts(self, **more):
        return {"name": self.name, "flags": self.flags | (8 if self.descriptor else 0), "method": self.method,
                "crc": zlib.crc32(self.content),
                "packed": len(self.data()), "size": len(self.content), **more}

    def local_header(self):
        zero = {"crc": 0, "packed": 0, "size": 0} if self.descriptor else {}
        f = self.facts(**{**zero, **self.local})
        return struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, f["flags"], f["method"], 0, 0x21, f["crc"], f["packed"], f["size"],
                           len(f["name"]),
                           len(self.extra)) + f["name"] + self.extra

    def behind(self):
        f = self.facts()
        numbers = [f["crc"], f["packed"], f["size"]]
        return struct.pack("<" + self.descriptor, *([b"PK\7\x08"] if self.descriptor.startswith("4s") else []),
                           *numbers) if self.descriptor else b""

    def directory(self, offset):
        f = self.facts(**{"offset": offset, **self.listed})
        return struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 0x31E, 20, f["flags"], f["method"], 0, 0x21, f["crc"], f["packed"], f["size"],
                           len(f["name"]),
                           len(self.listed_extra), len(self.comment), 0, 0, self.attributes,
                           f["offset"]) + f["name"] + self.listed_extra + self.comment


def end(count, size, offset, comment=b"", **more):
    f = {"count": count, "size": size, "offset": offset, **more}
    return struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, f["count"], f["count"], f["size"], f["offset"],
                       f.get("comment_length", len(comment))) + comment


def end64(count, size, offset, at, **more):
    return struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset) + struct.pack("<4sIQI", b"PK\6\7", 0,
                                                                                                              more.get("locator", at), 1)


def files_of(entries, gap=b"", base=0):
    """Local headers with content, and the directory."""
    front = directory = b""
    for entry in entries:
        directory += entry.directory(base + len(front))
        front += entry.local_header() + entry.data() + entry.behind() + gap
    return front, directory


def build(entries, comment=b"", wide=False, gap=b"", before_end=b"", **more):
    front, directory = files_of(entries, gap)
    numbers = (len(entries), len(directory), len(front))
    return front + directory + (end64(*numbers, len(front) + len(directory), **more) if wide else b"") + before_end + end(*numbers, comment,
                                                                                                                          **more)


def entries_of(path):
    """The files of a container as entries of the writer above, the same in content."""
    with zipfile.ZipFile(path) as zipped:
        return [Entry(i.filename.encode(), zipped.read(i), 0 if i.filename == "mimetype" else 8) for i in zipped.infolist()]


def digest(content):
    return hashlib.sha256(content).hexdigest()


def by_python(path):
    with zipfile.ZipFile(path) as zipped:
        names = zipped.namelist()
        assert len(names) == len(set(names)), names
        # Without the flag for UTF-8 this reader takes a name for code page 437.
        plain = [i.filename if i.flag_bits & 0x800 else i.filename.encode("cp437").decode() for i in zipped.infolist()]
        return {n: digest(zipped.read(i)) for n, i in zip(plain, zipped.infolist()) if not n.endswith("/")}


def by_unzip(path, folder):
    done = subprocess.run(["unzip", "-q", "-o", path, "-d", folder], capture_output=True, check=False,
                          env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
    if done.returncode != 0:
        return {"refused": done.stderr.decode(errors="replace")}
    return {str(p.relative_to(folder)): digest(p.read_bytes()) for p in Path(folder).rglob("*") if p.is_file()}


class Java:
    def __init__(self):
        self.process = subprocess.Popen(["java", "-Dfile.encoding=UTF-8", str(Path(__file__).with_name("ZipJudge.java"))],
                                        stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def __call__(self, path):
        """{"directory": {name: digest}, "front": ...}; a refusal is a name too."""
        self.process.stdin.write(f"{path}\n".encode())
        self.process.stdin.flush()
        seen = {"directory": {}, "front": {}}
        for line in self.process.stdout:
            words = line.decode().rstrip("\n").split(" ", 2)
            if words[0] == "end":
                return seen
            if words[0].endswith("-error"):
                seen[words[0][:-6]]["refused"] = line.decode()
            elif not (name := base64.b64decode(words[1]).decode()).endswith("/"):
                assert name not in seen[words[0]], name
                seen[words[0]][name] = words[2]
        raise AssertionError("Java ended")

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


class Unseekable(io.RawIOBase):
    """Where a writer cannot go back: lengths stand behind the content."""

    def __init__(self):
        super().__init__()
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)
