// SPDX-License-Identifier: MIT
// What the server has written down about a request that was traced.
#ifndef COODIE_ORM_TRACE_OPERATION_HPP
#define COODIE_ORM_TRACE_OPERATION_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "driver/result.hpp"
#include "orm/options.hpp"
#include "protocol/machine/request.hpp"
#include "protocol/values/values.hpp"

namespace coodie::inline COODIE_ABI {

/// One step of a traced request, on one node.
struct trace_event {
  timeuuid id = {};  ///< when it was written down
  std::string activity = {};
  inet source = {};                               ///< the node
  std::chrono::microseconds source_elapsed = {};  ///< since the request came to that node
  std::string thread = {};
};

/// A traced request (system_traces.sessions and events). What a server does not tell is empty.
struct query_trace {
  uuid id = {};
  std::string request = {};  ///< what kind it was: "Execute CQL3 query", ...
  std::string command = {};
  inet client = {}, coordinator = {};
  std::map<std::string, std::string> parameters = {};  ///< the statement, consistency, page size, values, ...
  timestamp started_at = {};
  std::optional<std::chrono::microseconds> duration = {};  ///< nothing: it had not ended when it was read
  std::vector<trace_event> events = {};                    ///< by their ids: the clocks of the nodes
};

/// Options of get_trace.
struct trace_options {
  /// Nodes write traces down behind the answer: how long the end of this one is waited for.
  std::chrono::milliseconds wait{2'000};
  /// Traces have two copies whatever the cluster is: more than one node may not be needed to read them.
  coodie::consistency consistency = coodie::consistency::one;
  std::chrono::milliseconds timeout{};  ///< of each request; 0: the driver's default
  std::string_view profile{};           ///< name of an execution profile; empty: the driver's own options
  std::string_view driver{};            ///< name of a registered driver; empty: the default
};
static_assert(std::is_trivially_copyable_v<trace_options>,
              "a temporary of another kind inside co_await breaks g++ 12");

namespace detail {

/// Reads the session until its duration is there, then the events.
class trace_operation {
 public:
  using result_type = query_trace;

  COODIE_DECL trace_operation(const uuid& id, const trace_options& options);

  [[nodiscard]] COODIE_DECL errc check(diagnostics* diag) const noexcept;
  COODIE_DECL void prepare_request(protocol::request& r) const noexcept;
  [[nodiscard]] std::size_t values_size() const noexcept { return protocol::value_size(trace_.id); }
  std::byte* put_values(std::byte* to) const noexcept { return protocol::put_value(to, trace_.id); }
  [[nodiscard]] COODIE_DECL errc consume(const protocol::response& answer, bool& more,
                                         diagnostics* diag) noexcept;
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return paging_state_; }
  [[nodiscard]] std::int64_t pause_ns() const noexcept { return pause_ns_; }
  [[nodiscard]] result_type take() noexcept { return std::move(trace_); }

 private:
  using clock = std::chrono::steady_clock;

  [[nodiscard]] COODIE_DECL errc take_session(const result& rows, diagnostics* diag);
  [[nodiscard]] COODIE_DECL errc take_events();

  query_trace trace_;
  trace_options options_;
  clock::time_point until_;
  bool reads_events_ = false;
  std::int64_t pause_ns_ = 0, next_pause_ns_ = 2'000'000;
  result events_;
  std::vector<std::byte> paging_state_;
};

}  // namespace detail
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_TRACE_OPERATION_HPP
