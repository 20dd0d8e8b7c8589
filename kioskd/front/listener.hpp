// SPDX-License-Identifier: Apache-2.0
// The sockets that the service listens on, and who is at the other end.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "myna/core/result.hpp"

namespace myna::kioskd {

// A Unix socket of mode 0600 in a directory that exists. A socket that a dead service left is replaced; anything else in its place is not.
// Errors: storage_failed, output_exists (another service answers there, or it is no socket).
Result<int> listen_on_path(const std::string& path);

// A socket on 127.0.0.1 alone. Errors: storage_failed.
Result<int> listen_on_loopback(int port);

// The user at the other end of a Unix socket, as the kernel knows it (SO_PEERCRED, unix(7)).
std::optional<uid_t> user_behind(int connection) noexcept;

}  // namespace myna::kioskd
