// SPDX-License-Identifier: MIT
// SUPPORTED: a string multimap, and what ScyllaDB announces in it.
#include "fuzz/message_fuzzing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace message_fuzzing;
  const exact_copy input({reinterpret_cast<const std::byte*>(data), size});
  check_exact_message<protocol::supported_message>(input.bytes(), 16);
  protocol::supported_message message;
  protocol::reader body(input.bytes());
  if (deserialize(body, message) != errc::ok) return 0;
  const protocol::scylla_features features = protocol::read_scylla_features(message);
  demand(!features.sharded || features.shard < features.shard_count, "a shard is one of the node's");
  demand(features.ignore_msb < 64, "bits to ignore are those of a token");
  return 0;
}
