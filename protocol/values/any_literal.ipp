// SPDX-License-Identifier: MIT
// any_value as CQL writes it, declared in any_value.hpp.
#ifndef COODIE_PROTOCOL_VALUES_ANY_LITERAL_IPP
#define COODIE_PROTOCOL_VALUES_ANY_LITERAL_IPP

#include <charconv>
#include <cmath>

#include "protocol/values/any_dispatch.hpp"
#include "protocol/values/any_value.hpp"
#include "protocol/values/cql_identifier.hpp"
#include "protocol/values/cql_literal.hpp"
#include "protocol/values/hex.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

template <class Float>
void append_float(std::string& text, Float number) {
  if (std::isnan(number)) {
    text += "NaN";
    return;
  }
  if (std::isinf(number)) {
    text += number < 0 ? "-Infinity" : "Infinity";
    return;
  }
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  const std::string_view shortest(digits, error == std::errc() ? static_cast<std::size_t>(end - digits) : 0);
  text += shortest;
  if (shortest.find_first_of(".e") == std::string_view::npos) text += ".0";
}

inline void append_content(std::string& text, bool content) { text += content ? "true" : "false"; }
inline void append_content(std::string& text, float content) { append_float(text, content); }
inline void append_content(std::string& text, double content) { append_float(text, content); }
inline void append_content(std::string& text, const std::string& content) {
  append_quoted_literal(text, content);
}
template <class Integer>
  requires std::is_integral_v<Integer>
void append_content(std::string& text, Integer content) {
  text += std::to_string(content);
}
template <class T>
  requires(!std::is_arithmetic_v<T>)
void append_content(std::string& text, const T& content) {
  constexpr bool quoted = std::is_same_v<T, timestamp> || std::is_same_v<T, date> ||
                          std::is_same_v<T, coodie::time> || std::is_same_v<T, inet>;
  if constexpr (quoted)
    append_quoted_literal(text, to_string(content));
  else
    text += to_string(content);
}

inline void append_literal(std::string& text, const cql_type& type, const any_value& value);

inline void append_elements(std::string& text, const cql_type& type, const any_value::elements& content) {
  const std::size_t width = type.parameters.size();
  const bool is_list = type.id == type_id::list || type.id == type_id::vector;
  const bool is_named = type.id == type_id::udt && !type.field_names.empty();
  const bool is_tuple = type.id == type_id::tuple || (type.id == type_id::udt && !is_named);
  text += is_list ? '[' : is_tuple ? '(' : '{';
  for (std::size_t i = 0; i < content.values.size() && width != 0; ++i) {
    const bool is_mapped = type.id == type_id::map && i % 2 == 1;
    if (i != 0) text += is_mapped ? ": " : ", ";
    if (is_named && i < type.field_names.size()) {
      append_identifier(text, type.field_names[i]);
      text += ": ";
    }
    append_literal(text, type.parameters[i % width], content.values[i]);
  }
  text += is_list ? ']' : is_tuple ? ')' : '}';
}

inline void append_literal(std::string& text, const cql_type& type, const any_value& value) {
  if (value.is_null()) {
    text += "null";
  } else if (const auto* content = value.get_if<any_value::elements>()) {
    append_elements(text, type, *content);
  } else if (value.get_if<any_value::empty_body>() != nullptr) {
    text.append("blob_as_").append(native_type_name(type.id)).append("(0x)");
  } else {
    with_scalar(
        type.id,
        [&]<class T>(std::type_identity<T>) {
          if (const T* scalar = value.get_if<T>()) append_content(text, *scalar);
        },
        [] {});
  }
}

}  // namespace detail

std::string to_literal(const cql_type& type, const any_value& value) {
  std::string text;
  detail::append_literal(text, type, value);
  return text;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_ANY_LITERAL_IPP
