# SPDX-License-Identifier: Apache-2.0
"""Every byte of a container belongs to one thing: whatever is moved, doubled or put between, a container that is called good holds the same
files for Python, unzip and both of Java's readers."""
import binascii
import random
import shutil
import struct
import tempfile
import zipfile
from pathlib import Path

import pytest

import zip_forge as forge
from conftest import driver
from zip_forge import Entry, build, files_of

NAMES = ["letter.txt", "sub/図面.pdf"]
EVIL = b"evil: pay 900 yen\n" * 3
UNICODE_PATH = 0x7075


@pytest.fixture(scope="module")
def made(pki, tmp_path_factory):
    """A signed container, as entries that can be written in any way."""
    folder = tmp_path_factory.mktemp("asic")
    (folder / "sub").mkdir()
    (folder / "letter.txt").write_text("pay 100 yen\n" * 20)
    (folder / "sub/図面.pdf").write_bytes(bytes(range(256)) * 9)
    ended = driver("sign-asic", f"pki={pki}", "form=xades", f"folder={folder}", f"out={folder / 'o.asice'}", *(f"file={n}" for n in NAMES))
    assert ended.code == 0, ended.out
    return folder / "o.asice"


@pytest.fixture(scope="module")
def java_zip():
    judge = forge.Java()
    yield judge
    judge.close()


@pytest.fixture
def judge(pki, tmp_path):
    def do(data):
        path = tmp_path / "judged.asice"
        path.write_bytes(data)
        return driver("verify-asic", f"input={path}", f"trust={pki / 'ca.pem'}"), path
    return do


@pytest.fixture
def seen(java_zip):
    """What each program sees in a file."""
    def do(path):
        folder = tempfile.mkdtemp()
        try:
            return {"Python": forge.by_python(path), "unzip": forge.by_unzip(path, folder), **java_zip(path)}
        finally:
            shutil.rmtree(folder)
    return do


def truth(entries):
    return {e.name.decode(): forge.digest(e.content) for e in entries if not e.name.endswith(b"/")}


def named(entries, name=b"letter.txt"):
    return next(e for e in entries if e.name == name)


def entry(made, **change):
    """All entries, the letter's with these changes."""
    entries = forge.entries_of(made)
    for key, value in change.items():
        setattr(named(entries), key, value)
    return entries


def wide_field(*numbers):
    return struct.pack("<HH", 1, 8 * len(numbers)) + struct.pack("<%dQ" % len(numbers), *numbers)


def path_field(header_name, name):
    value = b"\1" + struct.pack("<I", binascii.crc32(header_name)) + name
    return struct.pack("<HH", UNICODE_PATH, len(value)) + value


def streamed(made, method, **more):
    """By Python into a pipe: lengths behind the content."""
    out = forge.Unseekable()
    with zipfile.ZipFile(out, "w") as new:
        for e in forge.entries_of(made):
            with new.open(zipfile.ZipInfo(e.name.decode()), "w", **more) if e.method == 0 or method == 0 else new.open(_deflated(e), "w",
                                                                                                                       **more) as file:
                file.write(e.content)
    return out.data


def _deflated(e):
    info = zipfile.ZipInfo(e.name.decode())
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def all_described(made, form):
    entries = forge.entries_of(made)
    for e in entries[1:]:
        e.descriptor = form
    return build(entries)


def folder_entries(made):
    entries = forge.entries_of(made)
    return build([*entries[:1], Entry(b"sub/", b"", 0), Entry(b"META-INF/", b"", 0), *entries[1:]])


def directory_in_another_order(made):
    front, directory = files_of(forge.entries_of(made))
    parts = directory.split(b"PK\1\2")[1:]
    turned = b"".join(b"PK\1\2" + p for p in parts[::-1])
    return front + turned + forge.end(len(parts), len(directory), len(front))


FINE = {
    "as it is": build,
    "with a comment": lambda e: build(e, b"mimetype=application/vnd.etsi.asic-e+zip"),
    "a ZIP64 end that repeats the other": lambda e: build(e, wide=True),
    "a ZIP64 end that counts": lambda e: build(e, wide=True).replace(forge.end(len(e), len(files_of(e)[1]), len(files_of(e)[0])),
                                                                    forge.end(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)),
}


@pytest.mark.parametrize("how", FINE)
def test_what_writers_do_is_good(made, judge, seen, how):
    entries = forge.entries_of(made)
    ended, path = judge(FINE[how](entries))
    assert ended.code == 0, ended.out
    assert all(view == truth(entries) for view in seen(path).values()), seen(path)


@pytest.mark.parametrize("form", ["4sIII", "III", "4sIQQ"])
def test_lengths_behind_the_content_are_good(made, judge, form):
    ended, path = judge(all_described(made, form))
    assert ended.code == 0 and forge.by_python(path) == truth(forge.entries_of(made)), ended.out


@pytest.mark.parametrize("more", [{}, {"force_zip64": True}])
def test_a_writer_that_cannot_go_back(made, judge, more):
    data = streamed(made, 8)
    ended, path = judge(data)
    assert ended.code == 0 and forge.by_python(path) == truth(forge.entries_of(made)), ended.out
    # Stored too, as long as the content holds nothing that could be its end. The mimetype has no extra field (EN 319 162-1), so not in
    # ZIP64.
    if not more:
        assert judge(streamed(made, 0))[0].code == 0


def test_folders_zip64_fields_and_names_with_a_second_spelling_are_good(made, judge, seen):
    letter = named(forge.entries_of(made))
    for data in (folder_entries(made), directory_in_another_order(made),
                 build(entry(made, extra=wide_field(len(letter.content), len(letter.data())),
                             local={"packed": 0xFFFFFFFF, "size": 0xFFFFFFFF})),
                 build(entry(made, listed_extra=wide_field(len(letter.content)), listed={"size": 0xFFFFFFFF})),
                 build(entry(made, extra=path_field(b"letter.txt", b"letter.txt"), listed_extra=path_field(b"letter.txt", b"letter.txt"))),
                 build([Entry(e.name, e.content, e.method, flags=0) for e in forge.entries_of(made)])):
        ended, path = judge(data)
        assert ended.code == 0, ended.out
        assert all(view == truth(forge.entries_of(made)) for view in seen(path).values()), seen(path)


def other_directory(entries, at):
    """Another letter with a directory of its own, for behind the real one: (files, directory, number)."""
    others = [e if e.name != b"letter.txt" else Entry(e.name, EVIL) for e in entries]
    return *files_of(others, base=at), len(others)


def two_ends(made):
    """Between the directory and its end lies a whole other container, whose end is the last one: it says that everything before is its
    comment's."""
    entries = forge.entries_of(made)
    first = build(entries)
    front, directory, count = other_directory(entries, len(first))
    return first + front + directory + forge.end(count, len(directory), len(first) + len(front))


def inner_end(made):
    """Between the directory and its end lie other files and a directory as long as the first. Who counts back from the end finds that one;
    libzip did not."""
    entries = forge.entries_of(made)
    front, directory = files_of(entries)
    others = [e if e.name != b"letter.txt" else Entry(e.name, b"900") for e in entries]
    evil = files_of(others)[0]
    evil, evil_directory = files_of(others, base=len(front) - len(evil))
    assert len(evil_directory) == len(directory)
    return build(entries, before_end=evil + evil_directory)


def end_in_the_comment(made):
    entries = forge.entries_of(made)
    front, directory = files_of(entries)
    evil_front, evil_directory, count = other_directory(entries, len(front) + len(directory) + 22)
    evil = evil_front + evil_directory + forge.end(count, len(evil_directory), len(front) + len(directory) + 22 + len(evil_front))
    return front + directory + forge.end(len(entries), len(directory), len(front), evil)


def locator_in_a_comment(made):
    """The last file's comment in the directory holds files, a directory and a ZIP64 end with its locator: Python follows it."""
    entries = forge.entries_of(made)
    front, directory = files_of(entries)
    at = len(front) + len(directory)
    evil_front, evil_directory, count = other_directory(entries, at)
    inside = at + len(evil_front)
    entries[-1].comment = evil_front + evil_directory + forge.end64(count, len(evil_directory), inside, inside + len(evil_directory))
    return build(entries)


def hidden_behind_a_stream(made):
    """The deflate stream ends before the packed bytes do; what follows is a descriptor and another file for who reads from the front."""
    letter = named(forge.entries_of(made))
    stream = letter.data()
    hidden = struct.pack("<4sIII", b"PK\7\x08", binascii.crc32(letter.content), len(stream), len(letter.content))
    hidden += Entry(b"evil.txt", EVIL).local_header() + Entry(b"evil.txt", EVIL).data()
    return build(entry(made, packed=stream + hidden, descriptor="4sIII"))


def early_end_of_what_is_stored(made):
    entries = forge.entries_of(made)
    for e in entries:
        if e.name == b"letter.txt":
            e.method, e.descriptor = 0, "4sIII"
            e.content += struct.pack("<4sIII", b"PK\7\x08", binascii.crc32(e.content), len(e.content),
                                     len(e.content)) + Entry(b"evil.txt", EVIL, 0).local_header() + EVIL
    return build(entries)


def overlapping(made):
    """Two names, one content: the second header points into the first file."""
    entries = forge.entries_of(made)
    entries[-1].listed = {"offset": len(files_of(entries[:1])[0])}
    return build(entries)


def with_entry(made, *more):
    return build([*forge.entries_of(made), *more])


POLYGLOTS = {
    "another container behind": two_ends,
    "a second directory before the end": inner_end,
    "another end in the comment": end_in_the_comment,
    "a ZIP64 locator in a comment": locator_in_a_comment,
    "a file behind a deflate stream": hidden_behind_a_stream,
    "a stored file that ends early": early_end_of_what_is_stored,
    "bytes before the end": lambda m: build(forge.entries_of(m), before_end=b"x"),
    "bytes between files": lambda m: build(forge.entries_of(m), gap=b"x"),
    "bytes behind the end": lambda m: build(forge.entries_of(m)) + b"x",
    "a longer comment than there is": lambda m: build(forge.entries_of(m), b"abc", comment_length=9),
    "a shorter comment than there is": lambda m: build(forge.entries_of(m), b"abc", comment_length=1),
    "two files in one place": overlapping,
    "another name in front": lambda m: build(entry(m, local={"name": b"better.txt"})),
    "another method in front": lambda m: build(entry(m, local={"method": 0})),
    "another size in front": lambda m: build(entry(m, local={"size": 3})),
    "another packed size in front": lambda m: build(entry(m, local={"packed": 3})),
    "another checksum in front": lambda m: build(entry(m, local={"crc": 3})),
    "UTF-8 in one header only": lambda m: build(entry(m, local={"flags": 0})),
    "a descriptor in one header only": lambda m: build(entry(m, local={"flags": 0x808})),
    "a second name beside": lambda m: build(entry(m, flags=0, extra=path_field(b"letter.txt", b"evil.txt"),
                                                  listed_extra=path_field(b"letter.txt", b"evil.txt"))),
    "a second name in front": lambda m: build(entry(m, extra=path_field(b"letter.txt", b"evil.txt"))),
    "a damaged extra field": lambda m: build(entry(m, listed_extra=b"\1\0\x10\0")),
    "a ZIP64 field that nobody asked for": lambda m: build(entry(m, listed_extra=wide_field(3))),
    "a ZIP64 end that counts other files": lambda m: build(forge.entries_of(m), wide=True, locator=3),
    "upper and lower case": lambda m: with_entry(m, Entry(b"LETTER.TXT", EVIL)),
    "two ways to write a letter": lambda m: with_entry(m, Entry("が".encode(), EVIL), Entry("か\u3099".encode(), EVIL)),
    "a dot at the end": lambda m: with_entry(m, Entry(b"letter.txt.", EVIL)),
    "a file that is a folder": lambda m: with_entry(m, Entry(b"letter.txt/x", EVIL)),
    "a folder named like a file": lambda m: with_entry(m, Entry(b"letter.txt/", b"", 0)),
    "a name that is no UTF-8": lambda m: with_entry(m, Entry(b"\x82\xa0", EVIL, flags=0)),
    "a link that a Macintosh made": lambda m: build(entry(m, attributes=0o120777 << 16)),
}


@pytest.mark.parametrize("how", POLYGLOTS)
def test_a_polyglot_is_bad(made, judge, how):
    ended, _ = judge(POLYGLOTS[how](made))
    assert ended.code == 1 and "container" in ended.bad and ended.bad["container"], ended.out


@pytest.mark.parametrize("how", ["another container behind", "a second directory before the end", "another end in the comment",
                                 "a ZIP64 locator in a comment", "a file behind a deflate stream",
                                 "a second name beside"])
def test_the_polyglots_are_real(made, judge, seen, how):
    """Some program that people use sees another file than the one that was signed."""
    _, path = judge(POLYGLOTS[how](made))
    views = []
    for view in (lambda: forge.by_python(path), lambda: seen(path)["unzip"], lambda: seen(path)["directory"], lambda: seen(path)["front"]):
        try:
            views.append(view())
        except (AssertionError, zipfile.BadZipFile):
            continue
    signed = truth(forge.entries_of(made))
    assert any(view.get("evil.txt") or view.get("letter.txt") not in (None, signed["letter.txt"]) for view in views), views


def pieces(data):
    """The container cut where its records begin."""
    marks = sorted({0, len(data)} | {at for at in range(len(data) - 4) if data[at:at + 2] == b"PK"
                                     and data[at + 2:at + 4] in (b"\1\2", b"\3\4", b"\5\6", b"\7\x08")})
    return [data[a:b] for a, b in zip(marks, marks[1:])]


def mixed(data, chance):
    parts = pieces(data)
    at, to = chance.randrange(len(parts)), chance.randrange(len(parts) + 1)
    kind = chance.choice(["move", "double", "drop", "insert", "cut", "byte", "number"])
    if kind in ("move", "double"):
        part = parts[at] if kind == "double" else parts.pop(at)
        parts.insert(min(to, len(parts)), part)
    elif kind == "drop":
        parts.pop(at)
    elif kind == "insert":
        parts.insert(to, chance.choice([b"\0", b"PK\5\6" + bytes(18), Entry(b"evil.txt", EVIL).local_header() + EVIL,
                                        bytes(chance.randrange(1, 40))]))
    elif kind == "cut":
        parts[at] = parts[at][:chance.randrange(len(parts[at]))]
    else:
        part = bytearray(parts[at])
        where = chance.randrange(min(len(part), 60))
        part[where] = chance.randrange(256) if kind == "byte" else (part[where] + chance.choice([1, 255])) % 256
        parts[at] = bytes(part)
    return b"".join(parts)


def test_what_is_good_is_the_same_for_all(made, judge, seen):
    chance = random.Random(17)
    entries = forge.entries_of(made)
    for e in entries[2:]:
        e.descriptor = "4sIII"
    whole = build(entries, b"comment")
    good = 0
    for _ in range(250):
        data = whole
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            data = mixed(data, chance)
        ended, path = judge(data)
        assert ended.code in (0, 1) or ended.out == "error malformed\n", ended.out
        if ended.code != 0:
            continue
        good += 1
        covered = {name.removeprefix("file:") for name in ended.every("covered")}
        assert covered == set(NAMES)
        for program, view in seen(path).items():
            assert {n: d for n, d in view.items() if n != "mimetype" and not n.startswith("META-INF/")} == {n: truth(entries)[n]
                                                                                                            for n in NAMES}, program
    assert good > 0   # a change of a time or a version, which say nothing about content


def test_the_file_that_is_there(made):
    assert Path(made).stat().st_size > 0 and forge.by_python(made) == truth(forge.entries_of(made))
