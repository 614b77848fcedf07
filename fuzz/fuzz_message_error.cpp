// SPDX-License-Identifier: MIT
// ERROR: every code, with and without ScyllaDB's rate limit.
#include "fuzz/message_fuzzing.hpp"

namespace {

using namespace message_fuzzing;

// On a connection where this code is the rate limit's.
struct limited_error : protocol::error_message {};
errc deserialize(protocol::reader& body, limited_error& m) { return protocol::deserialize(body, m, 0xF000); }
void serialize(protocol::writer& out, const limited_error& m) { protocol::serialize(out, m, 0xF000); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const exact_copy input({reinterpret_cast<const std::byte*>(data), size});
  check_exact_message<protocol::error_message>(input.bytes(), 16);
  check_exact_message<limited_error>(input.bytes(), 16);
  return 0;
}
