// SPDX-License-Identifier: MIT
// All of protocol/: the CQL native protocol v4 without I/O.
#ifndef COODIE_PROTOCOL_PROTOCOL_HPP
#define COODIE_PROTOCOL_PROTOCOL_HPP

#include "protocol/errc.hpp"
#include "protocol/machine/machine_all.hpp"
#include "protocol/messages/messages.hpp"
#include "protocol/routing/routing.hpp"
#include "protocol/values/values.hpp"

#if COODIE_HAS_DEFINITIONS
#include "protocol/protocol_impl.ipp"
#endif

#endif  // COODIE_PROTOCOL_PROTOCOL_HPP
