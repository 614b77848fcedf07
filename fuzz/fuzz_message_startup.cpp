// SPDX-License-Identifier: MIT
// STARTUP: a string map.
#include "fuzz/message_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace message_fuzzing;
  const exact_copy input({reinterpret_cast<const std::byte*>(data), size});
  check_exact_message<protocol::startup_message>(input.bytes(), 16);
  return 0;
}
