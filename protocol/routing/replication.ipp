// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_ROUTING_REPLICATION_IPP
#define COODIE_PROTOCOL_ROUTING_REPLICATION_IPP

#include <charconv>
#include <string_view>

#include "protocol/routing/replication.hpp"

namespace coodie::inline COODIE_ABI::protocol {
namespace detail {

[[nodiscard]] inline std::uint32_t replication_factor(std::string_view text) noexcept {
  std::uint32_t factor = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, factor);
  return error == std::errc() && (stop == end || *stop == '/') ? factor : 0;
}

[[nodiscard]] inline replication_strategy strategy_of(std::string_view name) noexcept {
  if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos) name.remove_prefix(dot + 1);
  if (name == "SimpleStrategy") return replication_strategy::simple;
  if (name == "NetworkTopologyStrategy") return replication_strategy::network_topology;
  if (name == "EverywhereStrategy") return replication_strategy::everywhere;
  return replication_strategy::unknown;
}

}  // namespace detail

replication replication::from(const std::map<std::string, std::string>& options) {
  replication found;
  for (const auto& [name, value] : options) {
    if (name == "class")
      found.strategy = detail::strategy_of(value);
    else if (name == "replication_factor")
      found.factor = detail::replication_factor(value);
    else if (const std::uint32_t factor = detail::replication_factor(value); factor != 0)
      found.datacenters.emplace(name, factor);
  }
  if (found.strategy != replication_strategy::simple) found.factor = 0;
  if (found.strategy != replication_strategy::network_topology) found.datacenters.clear();
  return found;
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_ROUTING_REPLICATION_IPP
