#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""visit.py pcsc|usb|virtual:DIRECTORY: waits for a My Number card, identifies it, shows tries left and the four attributes.
Nothing but ctypes and libmyna.so.0. The PIN is asked for, or read from standard input when that is no terminal."""
import ctypes
import getpass
import os
import sys

myna = ctypes.CDLL(os.environ.get("MYNA_LIBRARY", "libmyna.so.0"))


class Handle(ctypes.c_void_p):
    """A pointer that ctypes passes on whole; a plain c_void_p comes back as a number and is cut to an int."""


for name in ("options_new", "kiosk_new", "kiosk_session", "session_data", "data_bytes"):
    getattr(myna, f"myna_{name}").restype = Handle
myna.myna_error_message.restype = myna.myna_error_advice.restype = ctypes.c_char_p
myna.myna_data_size.restype = ctypes.c_size_t


def call(name, *arguments):
    """Calls a function whose last argument is the error; raises it."""
    error = Handle()
    result = getattr(myna, f"myna_{name}")(*arguments, ctypes.byref(error))
    if error.value:
        text = (myna.myna_error_message(error, 0) + b" " + myna.myna_error_advice(error, 0)).decode()
        myna.myna_error_free(error)
        raise SystemExit(text)
    return result


def data(session, name):
    found = call("session_data", session, name.encode())
    value = ctypes.string_at(myna.myna_data_bytes(found), myna.myna_data_size(found))
    myna.myna_data_free(found)   # wipes the library's copy; Python's own lives on
    return value.decode()


def main(readers):
    options = myna.myna_options_new()
    call("options_add_readers", options, readers.encode())
    call("options_set", options, b"test-issuers", b"yes" if readers.startswith("virtual:") else b"no")
    kiosk = call("kiosk_new", options)
    print("Please place your card. / カードを置いてください。", flush=True)
    session = call("kiosk_session", kiosk, None, 30_000)
    for operation in ("session_identify", "session_count_tries"):
        call(operation, session)
    print(f"pseudonym {data(session, 'pseudonym')}\ntries left {myna.myna_session_tries_left(session, b'text')}")
    pin = getpass.getpass("PIN (4 digits): ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    call("session_read_attributes", session, b"text", pin.encode())
    for name in ("name", "address", "birth-date", "sex", "attributes-report"):
        print(name, data(session, name))
    for kind, handle in (("session", session), ("kiosk", kiosk), ("options", options)):
        getattr(myna, f"myna_{kind}_free")(handle)


main(sys.argv[1])
