// SPDX-License-Identifier: MIT
// All of protocol/machine.
#ifndef COODIE_PROTOCOL_MACHINE_MACHINE_ALL_HPP
#define COODIE_PROTOCOL_MACHINE_MACHINE_ALL_HPP

#include "protocol/machine/authenticator.hpp"
#include "protocol/machine/conditional_text.hpp"
#include "protocol/machine/machine.hpp"
#include "protocol/machine/request.hpp"
#include "protocol/machine/selective_authenticator.hpp"
#include "protocol/machine/server_features.hpp"
#include "protocol/machine/statement.hpp"

#endif  // COODIE_PROTOCOL_MACHINE_MACHINE_ALL_HPP
