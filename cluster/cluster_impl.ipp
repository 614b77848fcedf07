// SPDX-License-Identifier: MIT
// The definitions of cluster/. Everything that needs Asio is here, so that others do not see it.
#ifndef COODIE_CLUSTER_CLUSTER_IMPL_IPP
#define COODIE_CLUSTER_CLUSTER_IMPL_IPP

#include "protocol/protocol.hpp"

#include "cluster/connection.ipp"
#include "cluster/connection_tls.ipp"
#include "cluster/context_watch.ipp"
#include "cluster/control.ipp"
#include "cluster/core.ipp"
#include "cluster/core_attempts.ipp"
#include "cluster/core_group.ipp"
#include "cluster/core_nodes.ipp"
#include "cluster/core_races.ipp"
#include "cluster/core_requests.ipp"
#include "cluster/core_schema.ipp"
#include "cluster/core_start.ipp"
#include "cluster/loop.ipp"
#include "cluster/lz4.ipp"
#include "cluster/metrics.ipp"
#include "cluster/name_lookup.ipp"
#include "cluster/node.ipp"
#include "cluster/node_board.ipp"
#include "cluster/retry_policy.ipp"
#include "cluster/statement_routes.ipp"
#include "cluster/tls.ipp"
#include "cluster/tls_stream.ipp"
#include "cluster/tls_verify.ipp"
#include "cluster/topology.ipp"

#endif  // COODIE_CLUSTER_CLUSTER_IMPL_IPP
