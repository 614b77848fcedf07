// SPDX-License-Identifier: MIT
// What system_traces tells of a request that was traced.
#ifndef COODIE_TESTS_MOCK_MOCK_TRACE_HPP
#define COODIE_TESTS_MOCK_MOCK_TRACE_HPP

#include <chrono>
#include <string>
#include <vector>

#include "protocol/config.hpp"
#include "protocol/values/timeuuid.hpp"
#include "tests/mock/engine.hpp"
#include "tests/mock/mock_request.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

/// Whether requests of a kind can be traced.
[[nodiscard]] constexpr bool is_traceable(protocol::opcode code) noexcept {
  return code == protocol::opcode::query || code == protocol::opcode::prepare ||
         code == protocol::opcode::execute || code == protocol::opcode::batch;
}

/// Who was asked by whom, and for how long.
struct trace_origin {
  timeuuid session;
  std::string client, coordinator;  ///< addresses
  std::chrono::microseconds duration{0};
};

/// Writes a session and its events into the store. `prepared` is the statement of EXECUTE, or nullptr.
COODIE_DECL void write_trace(store::engine& engine, const trace_origin& origin, const mock_request& request,
                             const store::planned_statement* prepared, const std::string& prepared_text);

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_TRACE_HPP
