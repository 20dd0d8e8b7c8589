// SPDX-License-Identifier: Apache-2.0
// Reading and writing that stop when the end was asked for (Interruption): a FIFO nobody writes to, a pipe nobody reads.
#pragma once

#include <span>
#include <stop_token>
#include <string>

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"

namespace myna::cli {

// Until `fd` is ready for `events` (of poll), or has ended. Errors: cancelled, storage_failed.
Status wait_ready(int fd, short events, const std::stop_token& stop);

// Opens for reading or writing (`flags` as for open(2)) without waiting for the other end of a FIFO: its reader is waited for as above, its
// writer by the first read. Errors: cancelled, storage_failed.
Result<int> open_patiently(const std::string& path, int flags);

// At most `out.size()` bytes; none at the end. Errors: cancelled, storage_failed.
Result<std::size_t> read_some(int fd, std::span<Byte> out);

// Everything. Errors: cancelled, storage_failed; EPIPE is a request to stop for all of the program.
Status write_all(int fd, ByteView data);

}  // namespace myna::cli
