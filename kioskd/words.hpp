// SPDX-License-Identifier: Apache-2.0
// What the service says in JSON: errors, states, metrics, and what was read of a card.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "myna/kiosk/kiosk_host.hpp"

namespace myna::kioskd {

using Json = nlohmann::json;

// Codes of JSON-RPC 2.0 section 5.1, and ours.
enum RpcCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kRefused = -32000,          // by the card, the reader or the session: error.data.name says why
  kTokenNeeded = -32001,
  kTooManyRequests = -32002,
  kPageConnected = -32003,    // one page at a time
};

// nullptr for a parameter that is not given or no text.
const std::string* text_in(const Json& params, const char* name);

Json to_json(Text text);
Json rpc_error(int code, std::string_view message);
Json rpc_error(const Error& error);

Json to_json(const kiosk::ReaderView& reader);
Json to_json(const kiosk::Notice& notice);
// Metrics in the text format of Prometheus 0.0.4.
std::string prometheus(const kiosk::Metrics& metrics, std::size_t clients, std::size_t readers);

Json identity_of(const kiosk::Held& held);
Json counters_of(const kiosk::Held& held);
Json attributes_of(const kiosk::Held& held);
Json face_of(const kiosk::Held& held);
Json log_in_of(const kiosk::Held& held);
Json age_of(const kiosk::Held& held);
Json signature_of(const kiosk::Held& held);
Json certificate_of(const kiosk::Held& held);
Json renewal_of(const kiosk::Held& held);
Json nothing_of(const kiosk::Held& held);

// One line, its end included. Bytes that are no UTF-8 become U+FFFD.
std::string line_of(const Json& document);

}  // namespace myna::kioskd
