// SPDX-License-Identifier: MIT
// What a connection's server can do beyond the specification, by value.
#ifndef COODIE_PROTOCOL_MACHINE_SERVER_FEATURES_HPP
#define COODIE_PROTOCOL_MACHINE_SERVER_FEATURES_HPP

#include <cstdint>

#include "protocol/messages/scylla.hpp"
#include "protocol/routing/shard.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// scylla_features without the views. All is 0 or false for a node of Cassandra.
struct server_features {
  sharding shards = {};     ///< of the node; one when it does not shard
  std::uint16_t shard = 0;  ///< of this connection
  bool sharded = false;
  bool metadata_id = false;  ///< rows that have changed since PREPARE bring their new metadata
  bool tablets = false;      ///< answers tell where a token lives, when it was not here
  std::uint16_t shard_aware_port = 0;
  std::uint16_t shard_aware_port_ssl = 0;
  std::int32_t rate_limit_error = 0;  ///< the ERROR code that means it
  std::uint32_t lwt_mask = 0;         ///< bit of a prepared statement's flags

  /// The token's shard is only known for the algorithm and the partitioner that this knows.
  [[nodiscard]] static server_features from(const scylla_features& offer) noexcept {
    server_features f;
    f.sharded = offer.sharded && offer.sharding_algorithm == "biased-token-round-robin" &&
                offer.partitioner.ends_with("Murmur3Partitioner");
    if (f.sharded) {
      f.shards = {static_cast<std::uint16_t>(offer.shard_count), offer.ignore_msb};
      f.shard = static_cast<std::uint16_t>(offer.shard);
      f.shard_aware_port = offer.shard_aware_port;
      f.shard_aware_port_ssl = offer.shard_aware_port_ssl;
    }
    f.tablets = offer.tablets;
    f.metadata_id = offer.metadata_id;
    f.rate_limit_error = offer.rate_limit_error;
    f.lwt_mask = offer.lwt_mask;
    return f;
  }
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_SERVER_FEATURES_HPP
