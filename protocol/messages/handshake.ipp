// SPDX-License-Identifier: MIT
// Looks up the options of STARTUP and SUPPORTED.
#ifndef COODIE_PROTOCOL_MESSAGES_HANDSHAKE_IPP
#define COODIE_PROTOCOL_MESSAGES_HANDSHAKE_IPP

#include "protocol/messages/handshake.hpp"

namespace coodie::inline COODIE_ABI::protocol {

const std::string_view* startup_message::find(std::string_view name) const noexcept {
  for (const auto& [key, value] : options)
    if (key == name) return &value;
  return nullptr;
}

const string_list* supported_message::find(std::string_view name) const noexcept {
  for (const auto& [key, values] : options)
    if (key == name) return &values;
  return nullptr;
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_HANDSHAKE_IPP
