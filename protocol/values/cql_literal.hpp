// SPDX-License-Identifier: MIT
// Text as a literal of CQL.
#ifndef COODIE_PROTOCOL_VALUES_CQL_LITERAL_HPP
#define COODIE_PROTOCOL_VALUES_CQL_LITERAL_HPP

#include <string>
#include <string_view>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Appends `content` in single quotes, each single quote in it doubled.
inline void append_quoted_literal(std::string& text, std::string_view content) {
  text += '\'';
  for (char c : content) text.append(c == '\'' ? 2 : 1, c);
  text += '\'';
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_PROTOCOL_VALUES_CQL_LITERAL_HPP
