// SPDX-License-Identifier: MIT
// AUTHENTICATE, AUTH_CHALLENGE, AUTH_RESPONSE and AUTH_SUCCESS: a string, and tokens.
#include "fuzz/message_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace message_fuzzing;
  const exact_copy input({reinterpret_cast<const std::byte*>(data), size});
  check_exact_message<protocol::authenticate_message>(input.bytes(), 0);
  check_message<protocol::auth_challenge_message>(input.bytes(), 0);
  check_message<protocol::auth_response_message>(input.bytes(), 0);
  check_message<protocol::auth_success_message>(input.bytes(), 0);
  return 0;
}
