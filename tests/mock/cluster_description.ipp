// SPDX-License-Identifier: MIT
// What the nodes of the mock cluster tell of themselves.
#ifndef COODIE_TESTS_MOCK_CLUSTER_DESCRIPTION_IPP
#define COODIE_TESTS_MOCK_CLUSTER_DESCRIPTION_IPP

#include <algorithm>

#include "tests/mock/cluster_description.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

// A bijection of 64 bits that leaves no pattern.
[[nodiscard]] constexpr std::uint64_t scramble(std::uint64_t value) noexcept {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9U;
  value = (value ^ value >> 27) * 0x94d049bb133111ebU;
  return value ^ value >> 31;
}

}  // namespace detail

std::size_t cluster_description::running(std::string_view datacenter) const {
  const auto counts = [&](const node_description& node) {
    return node.member && node.up && (datacenter.empty() || node.datacenter == datacenter);
  };
  return static_cast<std::size_t>(std::count_if(nodes.begin(), nodes.end(), counts));
}

bool cluster_description::is_murmur3() const noexcept { return partitioner.ends_with("Murmur3Partitioner"); }

std::vector<std::string> cluster_description::datacenters() const {
  std::vector<std::string> names;
  for (const auto& node : nodes)
    if (node.member && std::find(names.begin(), names.end(), node.datacenter) == names.end())
      names.push_back(node.datacenter);
  return names;
}

std::vector<std::int64_t> tokens_of_node(std::size_t node, std::size_t count) {
  std::vector<std::int64_t> tokens;
  for (std::size_t i = 0; i < count; ++i)
    tokens.push_back(static_cast<std::int64_t>(detail::scramble((std::uint64_t{node} << 32) + i + 1)));
  std::sort(tokens.begin(), tokens.end());
  return tokens;
}

uuid host_id_of_node(std::size_t node) {
  uuid id;
  for (std::size_t i = 0; i < 16; ++i)
    id.bytes[i] = static_cast<std::byte>(detail::scramble(std::uint64_t{node} * 16 + i + 1000) & 0xff);
  id.bytes[6] = static_cast<std::byte>((static_cast<unsigned>(id.bytes[6]) & 0x0fU) | 0x40U);
  id.bytes[8] = static_cast<std::byte>((static_cast<unsigned>(id.bytes[8]) & 0x3fU) | 0x80U);
  return id;
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_CLUSTER_DESCRIPTION_IPP
