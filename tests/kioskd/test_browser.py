# SPDX-License-Identifier: Apache-2.0
"""examples/kiosk/run, and a person at the screen: the whole visit in headless Chromium. MYNA_SCREENSHOTS=DIR keeps pictures of it."""
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service as Driver
from selenium.webdriver.common.by import By

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/kiosk/run"
PICTURES = os.environ.get("MYNA_SCREENSHOTS")
PERSONAL = ("花子", "千代田", "1990", "5678", "4649", "data:image")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def kiosk():
    build = Path(os.environ["MYNA_KIOSKD"]).parents[1]
    process = subprocess.Popen([EXAMPLE], env={**os.environ, "MYNA_BUILD": str(build), "PORT": str(free_port())}, stdout=subprocess.PIPE,
                               text=True,
                               start_new_session=True)
    for line in process.stdout:
        if line.startswith("http://"):
            break
    yield line.strip()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0


@pytest.fixture
def screen(kiosk, tmp_path):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1080,1500",
                 f"--user-data-dir={tmp_path}/profile"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Driver("/usr/bin/chromedriver"), options=options)
    try:
        driver.get(kiosk)
        yield Screen(driver)
        noise = [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"
                 and "favicon" not in entry["message"]]
        assert noise == []
        driver.find_element(By.ID, "trial-remove").click()   # for the next one
    finally:
        driver.quit()


class Screen:
    def __init__(self, driver):
        self.driver = driver
        self.sees("place")

    def id(self, name):
        return self.driver.find_element(By.ID, name)

    def sees(self, section, text="", seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            shown = self.driver.find_elements(By.CSS_SELECTOR, "section.shown")
            if len(shown) == 1 and shown[0].get_attribute("id") == section and text in shown[0].text:
                return shown[0].text
            time.sleep(0.05)
        self.picture("failed")
        raise AssertionError(f"not {section} with {text!r} but {[(s.get_attribute('id'), s.text) for s in shown]}")

    def press(self, name):
        self.id(name).click()

    def type(self, digits):
        for key in [*digits, "Enter"]:
            self.driver.find_element(By.CSS_SELECTOR, f'#keys [data-key="{key}"]').click()

    def insert(self, number):
        self.driver.find_elements(By.CSS_SELECTOR, "#trial-cards button")[number].click()

    def take(self):
        self.press("trial-remove")

    def knows_nobody(self):
        source = self.driver.page_source
        return not [word for word in PERSONAL if word in source]

    def picture(self, name):
        if PICTURES:
            time.sleep(0.3)
            self.driver.save_screenshot(f"{PICTURES}/{name}.png")

    def to_details(self):
        self.insert(0)
        self.sees("home", "3")
        self.press("details")
        self.sees("pad")
        self.type("5678")
        return self.sees("details-screen", "花子")


def test_a_whole_visit(screen):
    screen.picture("1-place")
    screen.insert(0)
    assert "残り 3 回" in screen.sees("home", "券面")
    screen.picture("2-home")
    screen.press("details")
    screen.sees("pad")
    before = screen.id("keys").text
    screen.press("scramble")
    assert screen.id("scramble").get_attribute("aria-pressed") == "true"
    assert sorted(re.findall(r"\d", screen.id("keys").text)) == sorted("0123456789") and screen.id("keys").text != before
    screen.picture("3-pad")
    screen.type("5678")
    text = screen.sees("details-screen", "花子")
    assert "千代田" in text and "1990-01-02" in text and "署名を確認しました" in text
    screen.press("photo-button")
    screen.sees("pad", "セキュリティコード")
    screen.type("4649")
    screen.sees("details-screen", "花子")
    assert screen.id("photo").get_attribute("src").startswith("data:image/png")
    assert screen.driver.execute_script("return document.getElementById('photo').naturalWidth") > 0
    screen.picture("4-details")
    screen.press("language")
    assert "Signature verified" in screen.sees("details-screen", "Name")
    assert screen.driver.execute_script("return document.documentElement.lang") == "en"
    screen.picture("5-details-en")
    screen.press("language")
    screen.press("confirm")
    screen.sees("retap", "一度取って")
    screen.picture("6-retap")
    screen.take()
    screen.sees("retap", "もう一度置いて")
    assert screen.knows_nobody()
    screen.insert(0)
    screen.sees("receipt", "No. 1")
    screen.picture("7-receipt")
    screen.sees("notice", "取り忘れ", seconds=40)
    screen.picture("8-left-behind")
    screen.take()
    screen.sees("place")


def test_card_taken_in_the_middle(screen):
    screen.to_details()
    screen.take()
    screen.sees("place")
    assert screen.knows_nobody()


def test_card_taken_while_typing(screen):
    screen.insert(0)
    screen.sees("home", "3")
    screen.press("details")
    screen.sees("pad")
    screen.driver.find_element(By.CSS_SELECTOR, '#keys [data-key="5"]').click()
    screen.take()
    screen.sees("place")
    assert "●" not in screen.id("dots").get_attribute("textContent")


def test_another_card_in_its_place(screen):
    screen.to_details()
    screen.insert(1)
    screen.sees("home", "3")
    assert screen.knows_nobody()
    screen.take()
    screen.sees("place")


def test_another_card_confirms_nothing(screen):
    screen.to_details()
    screen.press("confirm")
    screen.sees("retap", "一度取って")
    screen.take()
    screen.sees("retap", "もう一度置いて")
    screen.insert(1)
    screen.sees("notice")
    screen.picture("9-other-card")
    screen.take()
    screen.sees("place")


def test_wrong_pin(screen):
    screen.insert(1)
    screen.sees("home", "3")
    screen.press("details")
    screen.sees("pad")
    screen.type("0000")
    screen.sees("notice", "2")
    screen.picture("10-wrong-pin")
    screen.take()
    screen.sees("place")


def test_everything_on_a_screen_has_a_name(screen):
    """For screen readers: each button has a text, each picture an alternative, the language is told, and changes are spoken."""
    for button in screen.driver.find_elements(By.TAG_NAME, "button"):
        assert button.get_attribute("textContent").strip(), button.get_attribute("outerHTML")
    assert all(image.get_attribute("alt") for image in screen.driver.find_elements(By.TAG_NAME, "img"))
    said = screen.id("say")
    assert said.get_attribute("aria-live") == "assertive" and "置いてください" in said.get_attribute("textContent")
