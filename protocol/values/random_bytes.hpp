// SPDX-License-Identifier: MIT
// Random bytes that nobody can guess, cheap enough to take for each request.
#ifndef COODIE_PROTOCOL_VALUES_RANDOM_BYTES_HPP
#define COODIE_PROTOCOL_VALUES_RANDOM_BYTES_HPP

#include <cstddef>
#include <cstdint>
#include <span>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// Fills `bytes` from the calling thread's generator: ChaCha with 8 rounds, its key from the operating
/// system, a new one for each thread and after fork(). Never blocks once the machine has started.
COODIE_DECL void random_bytes(std::span<std::byte> bytes) noexcept;

/// How often this process was forked off another one that used random_bytes: what was drawn before may be
/// drawn there too.
[[nodiscard]] COODIE_DECL std::uint32_t fork_generation() noexcept;

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_VALUES_RANDOM_BYTES_HPP
