// SPDX-License-Identifier: MIT
// What a ScyllaDB node announces in SUPPORTED beyond the specification.
#ifndef COODIE_PROTOCOL_MESSAGES_SCYLLA_HPP
#define COODIE_PROTOCOL_MESSAGES_SCYLLA_HPP

#include <cstdint>
#include <string_view>

#include "protocol/messages/handshake.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// The keys of ScyllaDB's protocol extensions that are asked for in STARTUP.
namespace scylla_option {
inline constexpr std::string_view rate_limit_error = "SCYLLA_RATE_LIMIT_ERROR";
inline constexpr std::string_view lwt_mark = "SCYLLA_LWT_ADD_METADATA_MARK";
inline constexpr std::string_view tablets = "TABLETS_ROUTING_V1";
inline constexpr std::string_view metadata_id = "SCYLLA_USE_METADATA_ID";
}  // namespace scylla_option

/// A node that says that it has more is not believed: each would get a connection.
inline constexpr std::uint32_t most_shards = 1024;

/// ScyllaDB's docs/dev/protocol-extensions.md. The views borrow from the SUPPORTED message's body. A number
/// that is malformed or out of range counts as not announced.
struct scylla_features {
  bool sharded = false;                 ///< whether the five members that follow mean something
  std::uint32_t shard = 0;              ///< of this connection
  std::uint32_t shard_count = 0;        ///< of the node, 1 to most_shards
  std::uint8_t ignore_msb = 0;          ///< bits of the token that do not count, 0 to 63
  std::string_view sharding_algorithm;  ///< "biased-token-round-robin"
  std::string_view partitioner;         ///< a class name that ends in "Murmur3Partitioner"

  std::uint16_t shard_aware_port = 0;      ///< 0 when there is none
  std::uint16_t shard_aware_port_ssl = 0;  ///< 0 when there is none
  std::int32_t rate_limit_error = 0;       ///< code for deserialize(error_message); 0 when not offered
  std::uint32_t lwt_mask = 0;              ///< bit of a prepared statement's flags; 0 when not offered
  bool tablets = false;                    ///< TABLETS_ROUTING_V1 is offered
  bool metadata_id = false;                ///< SCYLLA_USE_METADATA_ID is offered
  std::string_view host_id;                ///< a uuid's text, or empty

  /// Whether the markers' metadata of a prepared statement say that it is conditional.
  [[nodiscard]] constexpr bool is_lwt(std::uint32_t metadata_flags) const noexcept {
    return (metadata_flags & lwt_mask) != 0;
  }
};

[[nodiscard]] COODIE_DECL scylla_features read_scylla_features(const supported_message& supported) noexcept;

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_SCYLLA_HPP
