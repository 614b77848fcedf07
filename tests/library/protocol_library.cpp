// SPDX-License-Identifier: MIT
// The definitions of one layer, compiled once for the tests; the layers before it are declared only.
#include "protocol/config.hpp"

#undef COODIE_HAS_DEFINITIONS
#define COODIE_HAS_DEFINITIONS 1
#include "protocol/protocol.hpp"
#include "protocol/protocol_impl.ipp"
