// SPDX-License-Identifier: MIT
// PREPARE: a long string.
#include "fuzz/message_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace message_fuzzing;
  const exact_copy input({reinterpret_cast<const std::byte*>(data), size});
  check_exact_message<protocol::prepare_message>(input.bytes(), 0);
  return 0;
}
