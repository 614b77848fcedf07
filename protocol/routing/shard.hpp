// SPDX-License-Identifier: MIT
// Which shard of a ScyllaDB node owns a token.
#ifndef COODIE_PROTOCOL_ROUTING_SHARD_HPP
#define COODIE_PROTOCOL_ROUTING_SHARD_HPP

#include <cstdint>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// What a ScyllaDB node says in SUPPORTED: SCYLLA_NR_SHARDS and SCYLLA_SHARDING_IGNORE_MSB, for the algorithm
/// "biased-token-round-robin". A node without shards has one.
struct sharding {
  std::uint16_t nr_shards = 1;
  std::uint8_t ignore_msb = 0;  ///< bits; 0 to 63

  /// 0 to nr_shards - 1: the token, counted from the start of the ring, without its highest ignore_msb bits,
  /// scaled to the number of shards.
  [[nodiscard]] constexpr std::uint16_t shard_of(std::int64_t token) const noexcept {
    const std::uint64_t biased = (static_cast<std::uint64_t>(token) ^ std::uint64_t{1} << 63)
                                 << (ignore_msb & 63U);
    // The high 64 bits of biased * nr_shards, without 128-bit integers.
    const std::uint64_t low = (biased & 0xffffffffU) * nr_shards;
    const std::uint64_t high = (biased >> 32) * nr_shards + (low >> 32);
    return static_cast<std::uint16_t>(high >> 32);
  }
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_ROUTING_SHARD_HPP
