# SPDX-License-Identifier: Apache-2.0
"""The settings of the modules, as the files put them in force."""
from conftest import run


def test_config_show():
    shown = run("config", "show", "--json")
    assert shown.code == 0 and set(shown.json["pkcs11"]["sign-idle"]) == {"value", "locked"}
    text = run("config", "show").out.decode()
    assert text.startswith("[pkcs11]\n")
    for name, setting in shown.json["pkcs11"].items():
        assert f'{name} = "{setting["value"]}"' in text
