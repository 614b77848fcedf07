// SPDX-License-Identifier: MIT
// Values that clients send, judged and put into the form that the server keeps.
#ifndef COODIE_TESTS_MOCK_MOCK_VALUES_CHECK_IPP
#define COODIE_TESTS_MOCK_MOCK_VALUES_CHECK_IPP

#include <algorithm>
#include <numeric>

#include "protocol/values/values.hpp"
#include "tests/mock/mock_values.hpp"
#include "tests/mock/table_schema.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

cql::refusal check_ascii(octets_view value) {
  for (const char c : value)
    if ((static_cast<unsigned char>(c) & 0x80U) != 0)
      return cql::invalid("Invalid byte for ascii: " + std::to_string(static_cast<signed char>(c)));
  return {};
}

cql::refusal check_text(octets_view value) {
  for (std::size_t i = 0; i < value.size();) {
    const auto first = static_cast<unsigned char>(value[i]);
    const std::size_t more = first < 0x80   ? 0
                             : first < 0xC2 ? 9
                             : first < 0xE0 ? 1
                             : first < 0xF0 ? 2
                             : first < 0xF5 ? 3
                                            : 9;
    if (more > 3 || value.size() - i <= more) return cql::invalid("String didn't validate.");
    for (std::size_t k = 1; k <= more; ++k)
      if ((static_cast<unsigned char>(value[i + k]) & 0xC0U) != 0x80)
        return cql::invalid("String didn't validate.");
    i += 1 + more;
  }
  return {};
}

namespace detail {

[[nodiscard]] inline cql::refusal wrong_size(std::string_view expected, std::size_t got) {
  return cql::invalid(std::string(expected) + " (" + std::to_string(got) + ')');
}

inline cql::refusal check_uuid(const cql_type& type, octets_view value) {
  if (!value.empty() && value.size() != 16) return wrong_size("UUID should be 16 or 0 bytes", value.size());
  if (type.id != type_id::timeuuid || value.empty()) return {};
  const auto version = static_cast<unsigned char>(value[6]) >> 4U;
  if (version == 1) return {};
  return cql::invalid(std::string("Invalid version for TimeUUID type: 0x") + "0123456789abcdef"[version]);
}

inline cql::refusal check_duration(octets_view value) {
  if (value.size() < 3) return wrong_size("Expected at least 3 bytes for a duration", value.size());
  protocol::reader in(as_bytes(value));
  std::int64_t parts[3];
  bool negative = false, positive = false;
  for (auto& part : parts) {
    std::uint64_t raw = 0;
    if (protocol::get_unsigned_vint(in, raw) != errc::ok) return cql::invalid("The duration is malformed");
    part = protocol::unzigzag(raw);
    negative = negative || part < 0;
    positive = positive || part > 0;
  }
  if (negative && positive)
    return cql::invalid("The duration months, days and nanoseconds must be all of the same sign (" +
                        std::to_string(parts[0]) + ", " + std::to_string(parts[1]) + ", " +
                        std::to_string(parts[2]) + ')');
  duration parsed;
  if (value_codec<duration>::get(protocol::reader(as_bytes(value)), parsed) != errc::ok)
    return cql::invalid("The duration is malformed");
  return {};
}

struct scalar_size {
  type_id id;
  std::size_t size;
  bool may_be_empty;
  std::string_view message;
};
inline constexpr std::array scalar_sizes = {
    scalar_size{type_id::int_, 4, true, "Expected 4 or 0 byte int"},
    scalar_size{type_id::bigint, 8, true, "Expected 8 or 0 byte long"},
    scalar_size{type_id::counter, 8, true, "Expected 8 or 0 byte long"},
    scalar_size{type_id::timestamp, 8, true, "Expected 8 or 0 byte long for date"},
    scalar_size{type_id::float_, 4, true, "Expected 4 or 0 byte value for a float"},
    scalar_size{type_id::double_, 8, true, "Expected 8 or 0 byte value for a double"},
    scalar_size{type_id::boolean, 1, true, "Expected 1 or 0 byte value"},
    scalar_size{type_id::smallint, 2, false, "Expected 2 bytes for a smallint"},
    scalar_size{type_id::tinyint, 1, false, "Expected 1 byte for a tinyint"},
    scalar_size{type_id::date, 4, false, "Expected 4 byte long for date"},
    scalar_size{type_id::time, 8, false, "Expected 8 byte long for time"},
};

inline cql::refusal check_scalar(const cql_type& type, octets_view value) {
  for (const auto& scalar : scalar_sizes) {
    if (scalar.id != type.id) continue;
    if (value.size() == scalar.size || (value.empty() && scalar.may_be_empty)) return {};
    return wrong_size(scalar.message, value.size());
  }
  switch (type.id) {
    case type_id::ascii: return check_ascii(value);
    case type_id::varchar: return check_text(value);
    case type_id::uuid:
    case type_id::timeuuid: return check_uuid(type, value);
    case type_id::duration: return check_duration(value);
    case type_id::decimal:
      if (value.empty() || value.size() >= 4) return {};
      return wrong_size("Expected 0 or at least 4 bytes", value.size());
    case type_id::inet:
      if (value.empty() || value.size() == 4 || value.size() == 16) return {};
      return cql::invalid("Expected 4 or 16 byte inetaddress; got " +
                          value_text(type_id::blob, value).substr(2));
    default: return {};
  }
}

// Elements (or pairs) in order of the first, each once; of two that are equal the later one stays.
inline void sort_elements(const cql_type& type, std::vector<nullable>& parts) {
  const std::size_t step = type.id == type_id::map ? 2 : 1;
  std::vector<std::size_t> order(parts.size() / step);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t i) -> const octets& { return *parts[i * step]; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return compare_values(type.parameters[0], key(a), key(b)) < 0;
  });
  std::vector<nullable> sorted;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool again =
        i + 1 < order.size() && compare_values(type.parameters[0], key(order[i]), key(order[i + 1])) == 0;
    if (again) continue;
    for (std::size_t k = 0; k < step; ++k) sorted.push_back(parts[order[i] * step + k]);
  }
  parts = std::move(sorted);
}

inline cql::refusal malformed(const cql_type& type, octets_view value) {
  switch (type.id) {
    case type_id::list: return cql::invalid("Not enough bytes to read a list");
    case type_id::set: return cql::invalid("Not enough bytes to read a set");
    case type_id::map: return cql::invalid("Not enough bytes to read a map");
    case type_id::vector:
      return cql::invalid(value.empty() ? "Invalid empty vector value"
                                        : "Not enough bytes to read a " + schema_type_text(type));
    default: return cql::invalid("Not enough bytes to read a component");
  }
}

inline cql::refusal check_parts(const cql_type& type, octets& value) {
  std::vector<nullable> parts;
  if (!split(type, value, parts)) return malformed(type, value);
  const bool each_its_own = type.id == type_id::tuple || type.id == type_id::udt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i]) continue;
    const std::size_t parameter = each_its_own ? i : type.id == type_id::map ? i % 2 : 0;
    if (auto refused = check_and_sort(type.parameters[parameter], *parts[i])) return refused;
  }
  if (type.id == type_id::set || type.id == type_id::map) sort_elements(type, parts);
  value = join(type, parts);
  return {};
}

}  // namespace detail

cql::refusal check_and_sort(const cql_type& type, octets& value) {
  switch (type.id) {
    case type_id::list:
    case type_id::set:
    case type_id::map:
    case type_id::tuple:
    case type_id::udt:
    case type_id::vector: return detail::check_parts(type, value);
    default: return detail::check_scalar(type, value);
  }
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_MOCK_VALUES_CHECK_IPP
