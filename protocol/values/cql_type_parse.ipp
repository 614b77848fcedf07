// SPDX-License-Identifier: MIT
// Types as CQL writes them, declared in cql_type.hpp.
#ifndef COODIE_PROTOCOL_VALUES_CQL_TYPE_PARSE_IPP
#define COODIE_PROTOCOL_VALUES_CQL_TYPE_PARSE_IPP

#include <charconv>

#include "protocol/values/cql_type.hpp"
#include "protocol/values/marshal_type.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

/// The id of a type name in lower case; custom when it is none.
[[nodiscard]] inline type_id native_type_id(std::string_view name) noexcept {
  if (name == "varchar") return type_id::varchar;
  for (unsigned id = 1; id <= static_cast<unsigned>(type_id::tuple); ++id)
    if (native_type_name(static_cast<type_id>(id)) == name) return static_cast<type_id>(id);
  return name == "vector" ? type_id::vector : type_id::custom;
}

/// Recursive descent over `map<text, frozen<list<int>>>`.
class cql_type_parser {
 public:
  explicit cql_type_parser(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] errc parse(cql_type& type) {
    if (errc e = parse_type(type, 1); e != errc::ok) return e;
    skip_blanks();
    return at_ == text_.size() ? errc::ok : errc::invalid_value;
  }

 private:
  void skip_blanks() noexcept {
    while (at_ < text_.size() && (text_[at_] == ' ' || (text_[at_] >= '\t' && text_[at_] <= '\r'))) ++at_;
  }
  [[nodiscard]] bool take(char c) noexcept {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  /// A bare name, in lower case; empty when there is none.
  [[nodiscard]] std::string bare_name() {
    std::string name;
    for (skip_blanks(); at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      const bool upper = c >= 'A' && c <= 'Z';
      if (!upper && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_') break;
      name += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return name;
  }
  /// What stands between quotes that are doubled inside; the opening one is next.
  [[nodiscard]] bool quoted(char quote, std::string& content) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != quote) {
        content += text_[at_];
        continue;
      }
      if (++at_ == text_.size() || text_[at_] != quote) return true;
      content += quote;
    }
    return false;
  }
  [[nodiscard]] bool next_is(char c) noexcept {
    skip_blanks();
    return at_ < text_.size() && text_[at_] == c;
  }

  /// `in_frozen`: stands right inside frozen<>, which is no level by itself; frozen<frozen<>> is.
  [[nodiscard]] errc parse_type(cql_type& type, std::size_t depth, bool in_frozen = false) {
    if (depth > max_type_depth) return errc::nesting_too_deep;
    if (next_is('\'')) {
      std::string name;
      if (!quoted('\'', name)) return errc::invalid_value;
      return normalise_custom(name, type, depth);
    }
    const bool is_quoted = next_is('"');
    std::string name;
    if (is_quoted ? !quoted('"', name) : (name = bare_name()).empty()) return errc::invalid_value;
    if (next_is('.')) return parse_qualified(type, std::move(name));
    if (is_quoted) return named(type, std::move(name));
    if (name == "frozen") return parse_frozen(type, in_frozen ? depth + 1 : depth);
    type.id = native_type_id(name);
    if (type.id != type_id::custom) return parse_parameters(type, depth);
    if (name == "empty") {
      type.name = "org.apache.cassandra.db.marshal.EmptyType";
      return errc::ok;
    }
    return named(type, std::move(name));
  }

  [[nodiscard]] static errc named(cql_type& type, std::string name) {
    if (name.empty()) return errc::invalid_value;
    type.id = type_id::udt;
    type.name = std::move(name);
    return errc::ok;
  }
  [[nodiscard]] errc parse_qualified(cql_type& type, std::string keyspace) {
    ++at_;
    std::string name;
    if (next_is('"') ? !quoted('"', name) : (name = bare_name()).empty()) return errc::invalid_value;
    type.keyspace = std::move(keyspace);
    return named(type, std::move(name));
  }

  [[nodiscard]] errc parse_frozen(cql_type& type, std::size_t depth) {
    if (!take('<')) return errc::invalid_value;
    if (errc e = parse_type(type, depth, true); e != errc::ok) return e;
    type.frozen = true;
    return take('>') ? errc::ok : errc::invalid_value;
  }

  [[nodiscard]] errc parse_parameters(cql_type& type, std::size_t depth) {
    switch (type.id) {
      case type_id::list:
      case type_id::set: return parse_exactly(type, 1, depth);
      case type_id::map: return parse_exactly(type, 2, depth);
      case type_id::tuple: return parse_list(type, depth);
      case type_id::vector: return parse_vector(type, depth);
      default: return errc::ok;
    }
  }
  [[nodiscard]] errc parse_list(cql_type& type, std::size_t depth) {
    if (!take('<')) return errc::invalid_value;
    do {
      if (errc e = parse_type(type.parameters.emplace_back(), depth + 1); e != errc::ok) return e;
    } while (take(','));
    return take('>') ? errc::ok : errc::invalid_value;
  }
  [[nodiscard]] errc parse_exactly(cql_type& type, std::size_t n, std::size_t depth) {
    if (errc e = parse_list(type, depth); e != errc::ok) return e;
    return type.parameters.size() == n ? errc::ok : errc::invalid_value;
  }
  [[nodiscard]] errc parse_vector(cql_type& type, std::size_t depth) {
    if (!take('<')) return errc::invalid_value;
    if (errc e = parse_type(type.parameters.emplace_back(), depth + 1); e != errc::ok) return e;
    if (!take(',')) return errc::invalid_value;
    skip_blanks();
    const char* from = text_.data() + at_;
    const auto [stop, error] = std::from_chars(from, text_.data() + text_.size(), type.dimensions);
    if (error != std::errc() || type.dimensions == 0 || type.dimensions > 0x7fffffffU)
      return errc::invalid_value;
    at_ += static_cast<std::size_t>(stop - from);
    return take('>') ? errc::ok : errc::invalid_value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace detail

errc parse_cql_type(std::string_view text, cql_type& type) {
  cql_type found;
  const errc e = detail::cql_type_parser(text).parse(found);
  if (e == errc::ok) type = std::move(found);
  return e;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_CQL_TYPE_PARSE_IPP
