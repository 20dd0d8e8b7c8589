// SPDX-License-Identifier: Apache-2.0
// A WebSocket for a browser on the same machine, and the files of the page; exact Origin and Host. Knows nothing of the methods: each
// message becomes a line of a socket pair whose other end the service adopts. The service asks for the token, and lets one page stay.
//
// One thread, joined by the destructor.
#pragma once

#include <memory>
#include <string>

#include "myna/core/result.hpp"

namespace myna::kioskd {

struct WebOptions {
  int listener = -1;      // owned by the front from here on
  int adopter = -1;       // the pipe on which the service takes clients
  std::string origin;     // http://127.0.0.1:8170
  std::string pages;      // directory, or empty
};

class WebFront {
 public:
  // Errors: invalid_argument (an origin without a host), storage_failed.
  static Result<std::unique_ptr<WebFront>> start(WebOptions options);
  WebFront(const WebFront&) = delete;
  WebFront& operator=(const WebFront&) = delete;
  ~WebFront();

 private:
  class Inside;
  explicit WebFront(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace myna::kioskd
