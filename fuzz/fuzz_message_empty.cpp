// SPDX-License-Identifier: MIT
// OPTIONS and READY: nothing at all, whatever the body holds.
#include "fuzz/message_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace message_fuzzing;
  const exact_copy input({reinterpret_cast<const std::byte*>(data), size});
  demand(check_message<protocol::options_message>(input.bytes(), 0).empty(), "OPTIONS is empty");
  demand(check_message<protocol::ready_message>(input.bytes(), 0).empty(), "READY is empty");
  return 0;
}
