// SPDX-License-Identifier: MIT
// What an execution needs beside its plan, and what it gives.
#ifndef COODIE_TESTS_MOCK_QUERY_CONTEXT_HPP
#define COODIE_TESTS_MOCK_QUERY_CONTEXT_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/config.hpp"
#include "protocol/messages/consistency.hpp"
#include "protocol/values/cql_type.hpp"
#include "tests/mock/mock_octets.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// What a request says beside statement and values, and the time of its execution.
struct query_context {
  std::int64_t now_microseconds = 0;              ///< since 1970
  std::uint64_t sequence = 0;                     ///< counts statements; never the same twice
  std::optional<std::int64_t> default_timestamp;  ///< of the request
  coodie::consistency consistency = coodie::consistency::one;
  coodie::consistency serial_consistency = coodie::consistency::serial;
  std::int32_t page_size = 0;  ///< rows; 0 or less: no paging
  std::optional<octets> paging_state;

  [[nodiscard]] std::int64_t now_seconds() const noexcept { return now_microseconds / 1'000'000; }
};

struct result_column {
  std::string keyspace, table, name;
  cql_type type;
};

/// Rows, encoded as they stand in a RESULT.
struct result_rows {
  std::vector<result_column> columns;
  octets cells;  ///< a [bytes] for each cell
  std::uint32_t count = 0;
  std::optional<octets> paging_state;  ///< there may be more rows

  void add(const nullable& cell) { append_element(cells, cell); }
};

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_QUERY_CONTEXT_HPP
