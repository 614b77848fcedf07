// SPDX-License-Identifier: MIT
// EXECUTE: an id and its parameters.
#include "fuzz/message_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace message_fuzzing;
  const exact_copy input({reinterpret_cast<const std::byte*>(data), size});
  check_message<protocol::execute_message>(input.bytes(), 16);
  return 0;
}
