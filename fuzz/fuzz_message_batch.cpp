// SPDX-License-Identifier: MIT
// BATCH: statements and their values.
#include "fuzz/message_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace message_fuzzing;
  const exact_copy input({reinterpret_cast<const std::byte*>(data), size});
  check_message<protocol::batch_message>(input.bytes(), 32);
  return 0;
}
