// SPDX-License-Identifier: MIT
// Names of the consistency levels.
#ifndef COODIE_PROTOCOL_MESSAGES_CONSISTENCY_IPP
#define COODIE_PROTOCOL_MESSAGES_CONSISTENCY_IPP

#include <cstddef>

#include "protocol/messages/consistency.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

inline constexpr std::string_view consistency_names[] = {
    "ANY",          "ONE",         "TWO",    "THREE",        "QUORUM",   "ALL",
    "LOCAL_QUORUM", "EACH_QUORUM", "SERIAL", "LOCAL_SERIAL", "LOCAL_ONE"};

inline bool equals_consistency_name(std::string_view text, std::string_view name) noexcept {
  if (text.size() != name.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (upper != name[i]) return false;
  }
  return true;
}

}  // namespace detail

std::string_view to_string(consistency level) noexcept {
  return is_known(level) ? detail::consistency_names[static_cast<std::size_t>(level)] : "UNKNOWN";
}

errc parse(std::string_view text, consistency& level) noexcept {
  std::uint16_t number = 0;
  for (std::string_view name : detail::consistency_names) {
    if (detail::equals_consistency_name(text, name)) {
      level = static_cast<consistency>(number);
      return errc::ok;
    }
    ++number;
  }
  return errc::invalid_value;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_MESSAGES_CONSISTENCY_IPP
