// SPDX-License-Identifier: MIT
// Reads ScyllaDB's announcements.
#ifndef COODIE_PROTOCOL_MESSAGES_SCYLLA_IPP
#define COODIE_PROTOCOL_MESSAGES_SCYLLA_IPP

#include <charconv>
#include <limits>

#include "protocol/messages/scylla.hpp"

namespace coodie::inline COODIE_ABI::protocol {
namespace detail {

// The first value of an option; empty when there is none.
inline std::string_view scylla_text(const supported_message& supported, std::string_view name) noexcept {
  const string_list* values = supported.find(name);
  return values == nullptr || values->empty() ? std::string_view{} : values->front();
}

template <class Integer>
bool scylla_number(std::string_view text, Integer most, Integer& number) noexcept {
  Integer parsed = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, parsed);
  if (failure != std::errc{} || stop != end || parsed > most) return false;
  number = parsed;
  return true;
}

// An extension's argument, `NAME=number` among the values of its option.
template <class Integer>
void scylla_argument(const supported_message& supported, std::string_view option, std::string_view name,
                     Integer& number) noexcept {
  const string_list* values = supported.find(option);
  if (values == nullptr) return;
  for (std::string_view value : *values) {
    if (value.size() > name.size() && value.substr(0, name.size()) == name && value[name.size()] == '=' &&
        scylla_number(value.substr(name.size() + 1), std::numeric_limits<Integer>::max(), number))
      return;
  }
}

inline void read_scylla_sharding(const supported_message& supported, scylla_features& features) noexcept {
  constexpr std::uint32_t most = most_shards;
  scylla_features found = features;
  if (!scylla_number(scylla_text(supported, "SCYLLA_NR_SHARDS"), most, found.shard_count) ||
      !scylla_number(scylla_text(supported, "SCYLLA_SHARD"), most, found.shard) ||
      !scylla_number(scylla_text(supported, "SCYLLA_SHARDING_IGNORE_MSB"), std::uint8_t{63},
                     found.ignore_msb) ||
      found.shard >= found.shard_count)
    return;
  found.sharding_algorithm = scylla_text(supported, "SCYLLA_SHARDING_ALGORITHM");
  found.partitioner = scylla_text(supported, "SCYLLA_PARTITIONER");
  found.sharded = true;
  features = found;
}

}  // namespace detail

scylla_features read_scylla_features(const supported_message& supported) noexcept {
  constexpr std::uint16_t last_port = 65535;
  scylla_features features;
  detail::read_scylla_sharding(supported, features);
  // A port that is malformed stays 0.
  static_cast<void>(detail::scylla_number(detail::scylla_text(supported, "SCYLLA_SHARD_AWARE_PORT"),
                                          last_port, features.shard_aware_port));
  static_cast<void>(detail::scylla_number(detail::scylla_text(supported, "SCYLLA_SHARD_AWARE_PORT_SSL"),
                                          last_port, features.shard_aware_port_ssl));
  detail::scylla_argument(supported, scylla_option::rate_limit_error, "ERROR_CODE",
                          features.rate_limit_error);
  detail::scylla_argument(supported, scylla_option::lwt_mark, "LWT_OPTIMIZATION_META_BIT_MASK",
                          features.lwt_mask);
  features.tablets = supported.find(scylla_option::tablets) != nullptr;
  features.metadata_id = supported.find(scylla_option::metadata_id) != nullptr;
  features.host_id = detail::scylla_text(supported, "SCYLLA_HOST_ID");
  return features;
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_SCYLLA_IPP
