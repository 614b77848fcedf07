// SPDX-License-Identifier: MIT
// The definitions of one layer, compiled once for the tests; the layers before it are declared only.
#include "protocol/config.hpp"

#include "protocol/protocol.hpp"

#undef COODIE_HAS_DEFINITIONS
#define COODIE_HAS_DEFINITIONS 1
#include "cluster/cluster_all.hpp"
#include "cluster/cluster_impl.ipp"
