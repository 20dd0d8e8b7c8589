// SPDX-License-Identifier: Apache-2.0
// What systemd and a service tell each other: readiness, watchdog, sockets that were opened for it (sd_notify(3), sd_listen_fds(3)).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace myna::kioskd {

// Sends `state` ("READY=1" ...) to NOTIFY_SOCKET; nothing without one.
void tell_manager(std::string_view state) noexcept;

// How often the manager wants to hear WATCHDOG=1: half of WATCHDOG_USEC. None: never.
std::optional<std::chrono::milliseconds> watchdog_period();

// The listening socket of that name among LISTEN_FDS; -1 without one.
int passed_socket(std::string_view name) noexcept;

}  // namespace myna::kioskd
