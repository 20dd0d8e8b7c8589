// SPDX-License-Identifier: Apache-2.0
// A PIN pad. Digits live in one array until they are handed over; the display shows how many there are.
export class Keypad {
  #keys; #dots; #word; #digits = []; #length = 0; #resolve = null; #order = "1234567890"; #scrambled = false;

  constructor(keys, dots, word) {
    [this.#keys, this.#dots, this.#word] = [keys, dots, word];
    document.addEventListener("keydown", (event) => this.#resolve && this.#press(event.key));
  }

  // The digits, or null when it was closed before.
  ask(length) {
    this.close();
    this.#length = length;
    if (this.#scrambled) this.#shuffle();
    this.draw();
    return new Promise((resolve) => { this.#resolve = resolve; });
  }

  close() { this.#end(null); }

  // Another order each time, against eyes and fingerprints. Returns whether it is on.
  scramble() {
    this.#scrambled = !this.#scrambled;
    if (this.#scrambled) this.#shuffle();
    else this.#order = "1234567890";
    this.draw();
    return this.#scrambled;
  }

  draw() {
    const digits = [...this.#order].map((digit) => this.#key(digit, digit));
    const last = digits.pop();
    this.#keys.replaceChildren(...digits, this.#key(this.#word("clear"), "Backspace"), last, this.#key(this.#word("enter"), "Enter"));
    this.#show();
  }

  #shuffle() {
    const order = [..."1234567890"];
    for (let i = order.length - 1; i > 0; --i) {
      const limit = 256 - 256 % (i + 1), byte = new Uint8Array(1);
      do crypto.getRandomValues(byte); while (byte[0] >= limit);   // no digit is likelier than another
      [order[i], order[byte[0] % (i + 1)]] = [order[byte[0] % (i + 1)], order[i]];
    }
    this.#order = order.join("");
  }

  #key(label, key) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.dataset.key = key;
    button.className = key.length > 1 ? "word" : "";
    button.onclick = () => this.#press(key);
    return button;
  }

  #press(key) {
    if (key === "Enter" && this.#digits.length === this.#length) return this.#end(this.#digits.join(""));
    if (key === "Escape") return this.close();
    if (key === "Backspace") this.#digits.pop();
    if (/^[0-9]$/.test(key) && this.#digits.length < this.#length) this.#digits.push(key);
    this.#show();
  }

  #show() {
    this.#dots.textContent = "●".repeat(this.#digits.length) + "○".repeat(Math.max(0, this.#length - this.#digits.length));
    this.#dots.setAttribute("aria-label", this.#word("typed", { n: this.#digits.length }));
  }

  #end(value) {
    const resolve = this.#resolve;
    this.#digits.fill("");
    [this.#digits, this.#resolve] = [[], null];
    this.#show();
    resolve?.(value);
  }
}
