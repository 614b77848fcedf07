// SPDX-License-Identifier: MIT
// The consistency levels of native_protocol_v4.spec section 3.
#ifndef COODIE_PROTOCOL_MESSAGES_CONSISTENCY_HPP
#define COODIE_PROTOCOL_MESSAGES_CONSISTENCY_HPP

#include <cstdint>
#include <string_view>

#include "protocol/errc.hpp"

namespace coodie::inline COODIE_ABI {

/// How many replicas have to answer. The values are those of the wire.
enum class consistency : std::uint16_t {
  any = 0x0000,           ///< One node, which need not be a replica; writes only.
  one = 0x0001,           ///< One replica.
  two = 0x0002,           ///< Two replicas.
  three = 0x0003,         ///< Three replicas.
  quorum = 0x0004,        ///< More than half of all replicas.
  all = 0x0005,           ///< Every replica.
  local_quorum = 0x0006,  ///< More than half of the replicas in the coordinator's datacenter.
  each_quorum = 0x0007,   ///< More than half of the replicas in every datacenter.
  serial = 0x0008,        ///< Linearizable over all datacenters; conditional statements and reads.
  local_serial = 0x0009,  ///< Linearizable in the coordinator's datacenter.
  local_one = 0x000A,     ///< One replica in the coordinator's datacenter.
};

/// Whether the wire's number is one of the specification.
[[nodiscard]] constexpr bool is_known(consistency level) noexcept {
  return static_cast<std::uint16_t>(level) <= 0x000A;
}

/// Whether it is one of Paxos: of the serial consistency of a conditional statement, or of a linearizable
/// read.
[[nodiscard]] constexpr bool is_serial(consistency level) noexcept {
  return level == consistency::serial || level == consistency::local_serial;
}

/// The specification's name in capitals ("LOCAL_QUORUM"); "UNKNOWN" for a number that it does not define.
[[nodiscard]] COODIE_DECL std::string_view to_string(consistency level) noexcept;

/// The level of a name, capitals or not ("local_quorum", "LOCAL_QUORUM"). errc::invalid_value, and `level` is
/// left alone, when there is none.
[[nodiscard]] COODIE_DECL errc parse(std::string_view text, consistency& level) noexcept;

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_MESSAGES_CONSISTENCY_HPP
