// SPDX-License-Identifier: MIT
// The scalar functions of CQL.
#ifndef COODIE_TESTS_MOCK_NATIVE_FUNCTIONS_IPP
#define COODIE_TESTS_MOCK_NATIVE_FUNCTIONS_IPP

#include <bit>
#include <chrono>
#include <cmath>
#include <limits>

#include "protocol/values/values.hpp"
#include "tests/mock/mock_values.hpp"
#include "tests/mock/native_functions.hpp"
#include "tests/mock/stored_table.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

namespace detail {

struct named_type {
  std::string_view name;
  type_id id;
};
inline constexpr named_type blob_types[] = {
    {"ascii", type_id::ascii},       {"bigint", type_id::bigint},     {"boolean", type_id::boolean},
    {"counter", type_id::counter},   {"date", type_id::date},         {"decimal", type_id::decimal},
    {"double", type_id::double_},    {"duration", type_id::duration}, {"float", type_id::float_},
    {"inet", type_id::inet},         {"int", type_id::int_},          {"smallint", type_id::smallint},
    {"text", type_id::varchar},      {"time", type_id::time},         {"timestamp", type_id::timestamp},
    {"timeuuid", type_id::timeuuid}, {"tinyint", type_id::tinyint},   {"uuid", type_id::uuid},
    {"varchar", type_id::varchar},   {"varint", type_id::varint},
};

inline void find_blob_conversions(std::string_view name, std::vector<native_function>& found) {
  for (const auto& type : blob_types) {
    const std::string text(type.name);
    if (name == text + "_as_blob" || name == text + "asblob")
      found.push_back({function_kind::as_blob, std::string(name), {cql_type(type.id)}, type_id::blob});
    if (name == "blob_as_" + text || name == "blobas" + text)
      found.push_back({function_kind::blob_as, std::string(name), {cql_type(type_id::blob)}, type.id});
  }
}

inline void find_time_conversions(std::string_view name, std::vector<native_function>& found) {
  type_id result = type_id::custom;
  if (name == "to_timestamp" || name == "totimestamp") result = type_id::timestamp;
  if (name == "to_date" || name == "todate") result = type_id::date;
  if (name == "to_unix_timestamp" || name == "tounixtimestamp") result = type_id::bigint;
  if (result == type_id::custom) return;
  for (const type_id from : {type_id::timeuuid, type_id::timestamp, type_id::date})
    if (from != result)
      found.push_back({function_kind::convert_time, std::string(name), {cql_type(from)}, result});
}

inline void find_clock_functions(std::string_view name, std::vector<native_function>& found) {
  const auto add = [&](function_kind kind, type_id result) {
    found.push_back({kind, std::string(name), {}, result});
  };
  if (name == "now" || name == "current_timeuuid" || name == "currenttimeuuid")
    add(function_kind::now, type_id::timeuuid);
  if (name == "uuid") add(function_kind::random_uuid, type_id::uuid);
  if (name == "current_timestamp" || name == "currenttimestamp")
    add(function_kind::current, type_id::timestamp);
  if (name == "current_date" || name == "currentdate") add(function_kind::current, type_id::date);
  if (name == "current_time" || name == "currenttime") add(function_kind::current, type_id::time);
}

template <class Id>
[[nodiscard]] octets id_octets(const Id& id) {
  return octets(as_octets(std::span<const std::byte>(id.bytes)));
}
[[nodiscard]] inline timestamp timestamp_of(const octets& value) {
  return timestamp(std::chrono::milliseconds(decode_big<std::int64_t>(value)));
}

inline constexpr std::int64_t milliseconds_a_day = 86'400'000;
inline constexpr std::uint32_t date_epoch = 0x80000000U;

// As Cassandra does: towards 1970-01-01, so that a time on the day before it is on that day.
[[nodiscard]] constexpr std::int64_t whole_days(std::int64_t milliseconds) noexcept {
  return milliseconds / milliseconds_a_day;
}

}  // namespace detail

std::int64_t to_milliseconds(const cql_type& type, const octets& value) {
  if (type.id == type_id::date)
    return static_cast<std::int64_t>(
               static_cast<std::int32_t>(decode_big<std::uint32_t>(value) - detail::date_epoch)) *
           detail::milliseconds_a_day;
  if (type.id != type_id::timeuuid) return decode_big<std::int64_t>(value);
  timeuuid id;
  std::memcpy(id.bytes.data(), value.data(), 16);
  return id.time().time_since_epoch().count();
}

octets from_milliseconds(const cql_type& type, std::int64_t milliseconds) {
  if (type.id == type_id::date)
    return encode_big(static_cast<std::uint32_t>(detail::whole_days(milliseconds)) + detail::date_epoch);
  return encode_big(milliseconds);
}

namespace detail {

[[nodiscard]] inline octets current_octets(const cql_type& type) {
  using namespace std::chrono;
  const auto since = system_clock::now().time_since_epoch();
  if (type.id == type_id::time)
    return encode_big(static_cast<std::int64_t>((duration_cast<nanoseconds>(since) % hours(24)).count()));
  return from_milliseconds(type, duration_cast<milliseconds>(since).count());
}

}  // namespace detail

std::vector<native_function> find_functions(std::string_view name,
                                            const std::vector<cql_type>& partition_key_types) {
  std::vector<native_function> found;
  detail::find_clock_functions(name, found);
  detail::find_time_conversions(name, found);
  detail::find_blob_conversions(name, found);
  const cql_type timestamp_type(type_id::timestamp);
  if (name == "min_timeuuid" || name == "mintimeuuid")
    found.push_back({function_kind::min_timeuuid, std::string(name), {timestamp_type}, type_id::timeuuid});
  if (name == "max_timeuuid" || name == "maxtimeuuid")
    found.push_back({function_kind::max_timeuuid, std::string(name), {timestamp_type}, type_id::timeuuid});
  if (name == "token")
    found.push_back({function_kind::token, std::string(name), partition_key_types, type_id::bigint});
  return found;
}

cql::refusal unknown_function(std::string_view name, std::string_view message) {
  for (const std::string_view known : {"to_json",
                                       "tojson",
                                       "from_json",
                                       "fromjson",
                                       "similarity_cosine",
                                       "similarity_euclidean",
                                       "similarity_dot_product",
                                       "map_keys",
                                       "map_values",
                                       "collection_count",
                                       "collection_min",
                                       "collection_max",
                                       "collection_sum",
                                       "collection_avg",
                                       "abs",
                                       "exp",
                                       "log",
                                       "log10",
                                       "round",
                                       "mask_default",
                                       "mask_null",
                                       "mask_inner",
                                       "mask_outer",
                                       "mask_replace",
                                       "mask_hash"})
    if (name == known) return cql::unsupported("the function " + std::string(name) + "()");
  return cql::invalid(std::string(message));
}

namespace detail {

[[nodiscard]] inline cql::refusal call_blob_as(const native_function& function, const octets& argument,
                                               nullable& result) {
  octets value = argument;
  if (check_and_sort(function.result, value))
    return cql::invalid("In call to function system." + function.name + ", value " +
                        value_text(type_id::blob, argument) +
                        " is not a valid binary representation for type " + to_cql(function.result));
  result = std::move(value);
  return {};
}

[[nodiscard]] inline cql::refusal call_token(const std::vector<nullable>& arguments, nullable& result) {
  std::vector<octets> key;
  for (const auto& argument : arguments) {
    if (!argument) return cql::invalid("Invalid null value for argument to system.token");
    key.push_back(*argument);
  }
  result = encode_big(position_of(key).token);
  return {};
}

}  // namespace detail

cql::refusal call(const native_function& function, const std::vector<nullable>& arguments, nullable& result) {
  result.reset();
  if (function.kind == function_kind::token) return detail::call_token(arguments, result);
  for (const auto& argument : arguments)
    if (!argument || (argument->empty() && function.kind != function_kind::as_blob)) return {};
  const cql_type& to = function.result;
  switch (function.kind) {
    case function_kind::now: result = detail::id_octets(timeuuid::now()); break;
    case function_kind::random_uuid: result = detail::id_octets(uuid::random()); break;
    case function_kind::current: result = detail::current_octets(to); break;
    case function_kind::convert_time:
      result = from_milliseconds(to, to_milliseconds(function.arguments[0], *arguments[0]));
      break;
    case function_kind::min_timeuuid:
      result = detail::id_octets(timeuuid::min_at(detail::timestamp_of(*arguments[0])));
      break;
    case function_kind::max_timeuuid:
      result = detail::id_octets(timeuuid::max_at(detail::timestamp_of(*arguments[0])));
      break;
    case function_kind::as_blob: result = *arguments[0]; break;
    case function_kind::blob_as: return detail::call_blob_as(function, *arguments[0], result);
    case function_kind::cast: return cast_value(function.arguments[0], to, *arguments[0], result);
    case function_kind::token: break;
  }
  return {};
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_NATIVE_FUNCTIONS_IPP
