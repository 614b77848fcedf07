// SPDX-License-Identifier: MIT
// The scalar functions of CQL that the mock server knows.
#ifndef COODIE_TESTS_MOCK_NATIVE_FUNCTIONS_HPP
#define COODIE_TESTS_MOCK_NATIVE_FUNCTIONS_HPP

#include <string>
#include <string_view>
#include <vector>

#include "protocol/config.hpp"
#include "protocol/values/cql_type.hpp"
#include "tests/mock/cql_refusal.hpp"
#include "tests/mock/mock_octets.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

enum class function_kind : std::uint8_t {
  now,           ///< now(), current_timeuuid()
  random_uuid,   ///< uuid()
  current,       ///< current_timestamp(), current_date(), current_time()
  convert_time,  ///< to_timestamp(), to_date(), to_unix_timestamp()
  min_timeuuid,
  max_timeuuid,
  as_blob,  ///< int_as_blob()
  blob_as,  ///< blob_as_int()
  token,
  cast,
};

/// One function with the types that it takes and gives.
struct native_function {
  function_kind kind = function_kind::now;
  std::string name;  ///< as Cassandra prints it, without "system."
  std::vector<cql_type> arguments;
  cql_type result;
};

/// Every function of that name, in lower case; token takes the types of a partition key. Empty when there is
/// none.
[[nodiscard]] COODIE_DECL std::vector<native_function> find_functions(
    std::string_view name, const std::vector<cql_type>& partition_key_types);

/// Why there is no function of that name: Cassandra has none, or only the mock has none.
[[nodiscard]] COODIE_DECL cql::refusal unknown_function(std::string_view name, std::string_view message);

/// cast(from as to); false when Cassandra has no such cast.
[[nodiscard]] COODIE_DECL bool find_cast(const cql_type& from, const cql_type& to, native_function& function);

/// The cast itself, of a value that is not null.
[[nodiscard]] COODIE_DECL cql::refusal cast_value(const cql_type& from, const cql_type& to,
                                                  const octets& value, nullable& result);
/// The milliseconds since 1970 that a timeuuid, timestamp or date says, and the other way (not for timeuuid).
[[nodiscard]] COODIE_DECL std::int64_t to_milliseconds(const cql_type& type, const octets& value);
[[nodiscard]] COODIE_DECL octets from_milliseconds(const cql_type& type, std::int64_t milliseconds);

/// Calls it with as many arguments as it takes. A null argument gives null, but for token, whose arguments
/// can't be null.
[[nodiscard]] COODIE_DECL cql::refusal call(const native_function& function,
                                            const std::vector<nullable>& arguments, nullable& result);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_NATIVE_FUNCTIONS_HPP
