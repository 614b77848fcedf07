// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_VALUES_MARSHAL_TYPE_IPP
#define COODIE_PROTOCOL_VALUES_MARSHAL_TYPE_IPP

#include <charconv>
#include <optional>

#include "protocol/values/hex.hpp"
#include "protocol/values/marshal_type.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

inline constexpr std::string_view marshal_package = "org.apache.cassandra.db.marshal.";

struct marshal_name {
  type_id id;
  std::string_view name;
};

/// Where two names stand for one type, the first is what servers send today.
inline constexpr marshal_name marshal_names[] = {{type_id::ascii, "AsciiType"},
                                                 {type_id::bigint, "LongType"},
                                                 {type_id::blob, "BytesType"},
                                                 {type_id::boolean, "BooleanType"},
                                                 {type_id::counter, "CounterColumnType"},
                                                 {type_id::decimal, "DecimalType"},
                                                 {type_id::double_, "DoubleType"},
                                                 {type_id::float_, "FloatType"},
                                                 {type_id::int_, "Int32Type"},
                                                 {type_id::timestamp, "TimestampType"},
                                                 {type_id::timestamp, "DateType"},
                                                 {type_id::uuid, "UUIDType"},
                                                 {type_id::varchar, "UTF8Type"},
                                                 {type_id::varint, "IntegerType"},
                                                 {type_id::timeuuid, "TimeUUIDType"},
                                                 {type_id::inet, "InetAddressType"},
                                                 {type_id::date, "SimpleDateType"},
                                                 {type_id::time, "TimeType"},
                                                 {type_id::smallint, "ShortType"},
                                                 {type_id::tinyint, "ByteType"},
                                                 {type_id::duration, "DurationType"},
                                                 {type_id::list, "ListType"},
                                                 {type_id::map, "MapType"},
                                                 {type_id::set, "SetType"},
                                                 {type_id::udt, "UserType"},
                                                 {type_id::tuple, "TupleType"},
                                                 {type_id::vector, "VectorType"}};

[[nodiscard]] inline std::string_view without_package(std::string_view name) noexcept {
  return name.starts_with(marshal_package) ? name.substr(marshal_package.size()) : name;
}

/// Recursive descent over `Class(Argument, Argument)`. error() keeps the first failure.
class marshal_parser {
 public:
  explicit marshal_parser(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] errc parse(cql_type& type, std::size_t depth) {
    if (errc e = parse_type(type, depth); e != errc::ok) return e;
    skip_blanks();
    return at_ == text_.size() ? errc::ok : errc::invalid_value;
  }

 private:
  void skip_blanks() noexcept {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  [[nodiscard]] bool take(char c) noexcept {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] std::string_view word() noexcept {
    skip_blanks();
    const std::size_t start = at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && c != '.' && c != '_' && c != '-' && c != '+' && c != '&' && c != '$') break;
      ++at_;
    }
    return text_.substr(start, at_ - start);
  }

  /// `wrapped`: stands right inside FrozenType or ReversedType, which is no level by itself; one in another
  /// is.
  [[nodiscard]] errc parse_type(cql_type& type, std::size_t depth, bool wrapped = false) {
    if (depth > max_type_depth) return errc::nesting_too_deep;
    skip_blanks();
    const std::size_t start = at_;
    const std::string_view name = without_package(word());
    if (name.empty()) return errc::invalid_value;
    if (name == "FrozenType" || name == "ReversedType")
      return parse_wrapped(type, wrapped ? depth + 1 : depth, name == "FrozenType");
    for (const marshal_name& known : marshal_names) {
      if (known.name != name) continue;
      type.id = known.id;
      return parse_arguments(type, depth);
    }
    return parse_unknown(type, start);
  }

  [[nodiscard]] errc parse_wrapped(cql_type& type, std::size_t depth, bool frozen) {
    if (!take('(')) return errc::invalid_value;
    if (errc e = parse_type(type, depth, true); e != errc::ok) return e;
    if (frozen) type.frozen = true;
    return take(')') ? errc::ok : errc::invalid_value;
  }

  [[nodiscard]] errc parse_arguments(cql_type& type, std::size_t depth) {
    switch (type.id) {
      case type_id::list:
      case type_id::set: return parse_exactly(type, 1, depth);
      case type_id::map: return parse_exactly(type, 2, depth);
      case type_id::tuple: return parse_list(type, depth);
      case type_id::udt: return parse_udt(type, depth);
      case type_id::vector: return parse_vector(type, depth);
      default: return errc::ok;
    }
  }

  [[nodiscard]] errc parse_list(cql_type& type, std::size_t depth) {
    if (!take('(')) return errc::invalid_value;
    do {
      if (errc e = parse_type(type.parameters.emplace_back(), depth + 1); e != errc::ok) return e;
    } while (take(','));
    return take(')') ? errc::ok : errc::invalid_value;
  }
  [[nodiscard]] errc parse_exactly(cql_type& type, std::size_t n, std::size_t depth) {
    if (errc e = parse_list(type, depth); e != errc::ok) return e;
    return type.parameters.size() == n ? errc::ok : errc::invalid_value;
  }

  // VectorType(Type , dimensions)
  [[nodiscard]] errc parse_vector(cql_type& type, std::size_t depth) {
    if (!take('(')) return errc::invalid_value;
    if (errc e = parse_type(type.parameters.emplace_back(), depth + 1); e != errc::ok) return e;
    if (!take(',')) return errc::invalid_value;
    const std::string_view digits = word();
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, type.dimensions);
    if (error != std::errc() || stop != end || type.dimensions == 0) return errc::invalid_value;
    if (type.dimensions > 0x7fffffffU) return errc::invalid_value;
    return take(')') ? errc::ok : errc::invalid_value;
  }

  // UserType(keyspace,hex name,hex field:Type,...)
  [[nodiscard]] errc parse_udt(cql_type& type, std::size_t depth) {
    if (!take('(')) return errc::invalid_value;
    type.keyspace = word();
    if (!take(',') || !hex_text(word(), type.name)) return errc::invalid_value;
    while (take(',')) {
      if (!hex_text(word(), type.field_names.emplace_back()) || !take(':')) return errc::invalid_value;
      if (errc e = parse_type(type.parameters.emplace_back(), depth + 1); e != errc::ok) return e;
    }
    return take(')') ? errc::ok : errc::invalid_value;
  }

  /// Keeps the text of a class that is not known, arguments included.
  [[nodiscard]] errc parse_unknown(cql_type& type, std::size_t start) {
    std::size_t end = at_, open = 0;
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '(') {
      do {
        if (at_ == text_.size()) return errc::invalid_value;
        open += text_[at_] == '(';
        open -= text_[at_] == ')';
        ++at_;
      } while (open != 0);
      end = at_;
    }
    type.id = type_id::custom;
    type.name = text_.substr(start, end - start);
    return errc::ok;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

inline void append_marshal(std::string& text, const cql_type& type) {
  if (type.id == type_id::custom) {
    text += type.name;
    return;
  }
  if (type.frozen) text.append(marshal_package).append("FrozenType(");
  text += marshal_package;
  for (const marshal_name& known : marshal_names) {
    if (known.id != type.id) continue;
    text += known.name;
    break;
  }
  const char* before = "(";
  if (type.id == type_id::udt) {
    text.append("(").append(type.keyspace).append(",");
    append_hex(text, type.name);
    before = ",";
  }
  for (std::size_t i = 0; i < type.parameters.size(); ++i) {
    text += before;
    before = ",";
    if (type.id == type_id::udt) {
      if (i < type.field_names.size()) append_hex(text, type.field_names[i]);
      text += ':';
    }
    append_marshal(text, type.parameters[i]);
  }
  if (type.id == type_id::vector) text.append(" , ").append(std::to_string(type.dimensions));
  if (type.id == type_id::udt || !type.parameters.empty()) text += ')';
  if (type.frozen) text += ')';
}

errc normalise_custom(std::string_view name, cql_type& type, std::size_t depth) {
  const std::string_view bare = without_package(name);
  if (bare.starts_with("VectorType") || bare == "DurationType") {
    cql_type found;
    const errc e = marshal_parser(name).parse(found, depth);
    if (e == errc::nesting_too_deep) return e;
    if (e == errc::ok && found.id != type_id::custom) {
      type = std::move(found);
      return errc::ok;
    }
  }
  type = cql_type(type_id::custom);
  type.name = name;
  return errc::ok;
}

}  // namespace detail

errc parse_marshal_type(std::string_view text, cql_type& type) {
  cql_type found;
  const errc e = detail::marshal_parser(text).parse(found, 1);
  if (e == errc::ok) type = std::move(found);
  return e;
}

std::string to_marshal(const cql_type& type) {
  std::string text;
  detail::append_marshal(text, type);
  return text;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_MARSHAL_TYPE_IPP
