// SPDX-License-Identifier: Apache-2.0
// The connection to myna-kioskd: JSON-RPC 2.0 over a WebSocket, the token first.
export class Service {
  #socket; #waiting = new Map(); #number = 0;

  // `heard` gets each notice (method, params), `gone` the end of the connection.
  constructor(token, heard, gone) {
    this.ready = new Promise((resolve, reject) => {
      this.#socket = new WebSocket(`ws://${location.host}/`, "myna-kiosk");
      this.#socket.onopen = () => this.call("hello", { token }).then(resolve, reject);
      this.#socket.onmessage = (event) => this.#take(JSON.parse(event.data), heard);
      this.#socket.onclose = () => {
        for (const { reject: refuse } of this.#waiting.values()) refuse({ message: "closed", data: {} });
        this.#waiting.clear();
        gone();
      };
    });
  }

  // The result, or an exception that is the error of JSON-RPC.
  call(method, params = {}) {
    const id = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  }

  #take(document, heard) {
    if (document.method) return heard(document.method, document.params);
    const waiting = this.#waiting.get(document.id);
    this.#waiting.delete(document.id);
    if (document.error) waiting?.reject(document.error);
    else waiting?.resolve(document.result);
  }
}
