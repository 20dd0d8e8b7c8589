# SPDX-License-Identifier: Apache-2.0
"""The NFC of the Linux kernel, asked over generic netlink (include/uapi/linux/nfc.h): finds a card and speaks to it by the kernel's own
ISO-DEP."""
import ctypes
import os
import socket
import struct

CONTROL, GET_FAMILY, FAMILY_ID, FAMILY_NAME, GROUPS, GROUP_ID = 16, 3, 1, 2, 7, 2
GET_DEVICE, DEV_UP, START_POLL, GET_TARGET, TARGETS_FOUND = 1, 2, 6, 8, 9
DEVICE, PROTOCOLS, TARGET, IM_PROTOCOLS = 1, 3, 4, 13
REQUEST, ACKNOWLEDGE, DUMP, ERROR, DONE = 1, 4, 0x300, 2, 3
AF_NFC, RAW, TYPE_B = 39, 0, 6


def attribute(kind, data):
    return (struct.pack("=HH", len(data) + 4, kind) + data).ljust((len(data) + 7) & ~3, b"\0")


def attributes(data):
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        found[kind & 0x3FFF] = data[4:length]
        data = data[(length + 3) & ~3:]
    return found


class Netlink:
    def __init__(self, group=0):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.socket.settimeout(20)
        self.socket.bind((0, 0))
        if group:
            self.socket.setsockopt(270, 1, group)

    def messages(self):
        data = self.socket.recv(65536)
        while data:
            length, kind = struct.unpack_from("=IH", data)
            yield kind, data[16:length]
            data = data[(length + 3) & ~3:]

    def ask(self, family, command, flags=ACKNOWLEDGE, **values):
        body = b"".join(attribute(kind, data) for kind, data in values.get("with_", {}).items())
        self.socket.send(struct.pack("=IHHIIBBH", 20 + len(body), family, REQUEST | flags, 1, 0, command, 1, 0) + body)
        answers = []
        while True:
            for kind, data in self.messages():
                if kind == ERROR:
                    code = -struct.unpack_from("=i", data)[0]
                    if code:
                        raise OSError(code, os.strerror(code))
                    return answers
                if kind == DONE:
                    return answers
                answers.append(attributes(data[4:]))


class KernelNfc:
    """Has no way back but unplugging. DEV_DOWN, the end of a search, and closing a socket to a card all abort a command, and port100 of
    Linux 6.1 notes that it waits for that only after it has sent it (port100_send_ack): on a machine as fast as ours it then waits for
    ever."""
    def __init__(self):
        self.commands = Netlink()
        family = self.commands.ask(CONTROL, GET_FAMILY, with_={FAMILY_NAME: b"nfc\0"})[0]
        self.family = struct.unpack("=H", family[FAMILY_ID])[0]
        group = attributes(next(iter(attributes(family[GROUPS]).values())))
        self.events = Netlink(struct.unpack("=I", group[GROUP_ID])[0])

    def devices(self):
        return [struct.unpack("=I", d[DEVICE])[0] for d in self.commands.ask(self.family, GET_DEVICE, DUMP)]

    def command(self, device, what, **more):
        self.commands.ask(self.family, what, with_={DEVICE: struct.pack("=I", device), **more.get("with_", {})})

    def find_type_b(self, device):
        """Switches the reader on and waits for a Type B card; the number of the target."""
        self.command(device, DEV_UP)
        self.command(device, START_POLL, with_={IM_PROTOCOLS: struct.pack("=I", 1 << TYPE_B)})
        while not any(data[0] == TARGETS_FOUND for _, data in self.events.messages()):
            pass
        target = self.commands.ask(self.family, GET_TARGET, DUMP, with_={DEVICE: struct.pack("=I", device)})[0]
        assert struct.unpack("=I", target[PROTOCOLS])[0] == 1 << TYPE_B, target
        return struct.unpack("=I", target[TARGET])[0]


class KernelIsoDep:
    """An APDU in, its answer out: framed, chained and repeated by the kernel."""
    def __init__(self, device, target):
        self.socket = socket.socket(AF_NFC, socket.SOCK_SEQPACKET, RAW)
        self.socket.settimeout(20)
        libc = ctypes.CDLL(None, use_errno=True)
        address = struct.pack("=HxxIII", AF_NFC, device, target, TYPE_B)   # struct sockaddr_nfc; Python knows no such family
        if libc.connect(self.socket.fileno(), address, len(address)) != 0:
            raise OSError(ctypes.get_errno(), "connect")

    def exchange(self, apdu):
        self.socket.send(apdu)
        return self.socket.recv(4096)[1:]   # one byte of the kernel's in front

    def close(self):
        self.socket.close()
