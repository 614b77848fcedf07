// SPDX-License-Identifier: MIT
// From a partition key to the nodes, and the shard, that hold it.
#ifndef COODIE_PROTOCOL_ROUTING_ROUTING_HPP
#define COODIE_PROTOCOL_ROUTING_ROUTING_HPP

#include "protocol/routing/murmur3.hpp"
#include "protocol/routing/replica_map.hpp"
#include "protocol/routing/replication.hpp"
#include "protocol/routing/routing_key.hpp"
#include "protocol/routing/shard.hpp"
#include "protocol/routing/token_ring.hpp"

#if COODIE_HAS_DEFINITIONS
#include "protocol/routing/routing_impl.ipp"
#endif

#endif  // COODIE_PROTOCOL_ROUTING_ROUTING_HPP
