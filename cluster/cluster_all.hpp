// SPDX-License-Identifier: MIT
// What those who use cluster/ without defining it see of it: nothing of Asio.
#ifndef COODIE_CLUSTER_CLUSTER_ALL_HPP
#define COODIE_CLUSTER_CLUSTER_ALL_HPP

#include "cluster/blocking_request.hpp"
#include "cluster/cluster_config.hpp"
#include "cluster/lz4.hpp"
#include "cluster/metrics.hpp"
#include "protocol/protocol.hpp"

#if COODIE_HAS_DEFINITIONS
#include "cluster/cluster_impl.ipp"
#endif

#endif  // COODIE_CLUSTER_CLUSTER_ALL_HPP
