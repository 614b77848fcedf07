// SPDX-License-Identifier: MIT
// The definitions of protocol/machine.
#ifndef COODIE_PROTOCOL_MACHINE_MACHINE_IMPL_IPP
#define COODIE_PROTOCOL_MACHINE_MACHINE_IMPL_IPP

#include "protocol/machine/conditional_text.ipp"
#include "protocol/machine/machine.ipp"
#include "protocol/machine/machine_input.ipp"
#include "protocol/machine/machine_requests.ipp"
#include "protocol/machine/statement.ipp"

#endif  // COODIE_PROTOCOL_MACHINE_MACHINE_IMPL_IPP
