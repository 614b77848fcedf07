// SPDX-License-Identifier: MIT
// The definitions of protocol/.
#ifndef COODIE_PROTOCOL_PROTOCOL_IMPL_IPP
#define COODIE_PROTOCOL_PROTOCOL_IMPL_IPP

#include "protocol/errc.ipp"
#include "protocol/machine/machine_impl.ipp"
#include "protocol/messages/messages_impl.ipp"
#include "protocol/routing/routing_impl.ipp"
#include "protocol/values/values_impl.ipp"

#endif  // COODIE_PROTOCOL_PROTOCOL_IMPL_IPP
