// SPDX-License-Identifier: MIT
// The definitions of protocol/routing.
#ifndef COODIE_PROTOCOL_ROUTING_ROUTING_IMPL_IPP
#define COODIE_PROTOCOL_ROUTING_ROUTING_IMPL_IPP

#include "protocol/errc.ipp"
#include "protocol/routing/replica_map.ipp"
#include "protocol/routing/replication.ipp"
#include "protocol/routing/token_ring.ipp"

#endif  // COODIE_PROTOCOL_ROUTING_ROUTING_IMPL_IPP
