// SPDX-License-Identifier: MIT
// Names of the opcodes.
#ifndef COODIE_PROTOCOL_MESSAGES_FRAME_IPP
#define COODIE_PROTOCOL_MESSAGES_FRAME_IPP

#include "protocol/messages/frame.hpp"

namespace coodie::inline COODIE_ABI::protocol {

std::string_view to_string(opcode code) noexcept {
  switch (code) {
    case opcode::error: return "ERROR";
    case opcode::startup: return "STARTUP";
    case opcode::ready: return "READY";
    case opcode::authenticate: return "AUTHENTICATE";
    case opcode::options: return "OPTIONS";
    case opcode::supported: return "SUPPORTED";
    case opcode::query: return "QUERY";
    case opcode::result: return "RESULT";
    case opcode::prepare: return "PREPARE";
    case opcode::execute: return "EXECUTE";
    case opcode::register_: return "REGISTER";
    case opcode::event: return "EVENT";
    case opcode::batch: return "BATCH";
    case opcode::auth_challenge: return "AUTH_CHALLENGE";
    case opcode::auth_response: return "AUTH_RESPONSE";
    case opcode::auth_success: return "AUTH_SUCCESS";
  }
  return "UNKNOWN";
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_FRAME_IPP
