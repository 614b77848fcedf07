// SPDX-License-Identifier: MIT
// What system_traces tells of a request that was traced.
#ifndef COODIE_TESTS_MOCK_MOCK_TRACE_IPP
#define COODIE_TESTS_MOCK_MOCK_TRACE_IPP

#include <algorithm>
#include <map>

#include "protocol/values/values.hpp"
#include "tests/mock/mock_trace.hpp"
#include "tests/mock/mock_values.hpp"
#include "tests/mock/system_rows.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

[[nodiscard]] inline std::string_view trace_title(protocol::opcode code) {
  if (code == protocol::opcode::prepare) return "Preparing CQL3 query";
  if (code == protocol::opcode::execute) return "Execute CQL3 prepared query";
  return code == protocol::opcode::batch ? "Execute batch of CQL3 queries" : "Execute CQL3 query";
}

inline void add_levels(const protocol::query_options& options, std::map<std::string, std::string>& to) {
  const bool says = options.has(protocol::query_flag::serial_consistency);
  to["consistency_level"] = to_string(options.consistency);
  to["serial_consistency_level"] = to_string(says ? options.serial_consistency : coodie::consistency::serial);
  if (options.has(protocol::query_flag::page_size)) to["page_size"] = std::to_string(options.page_size);
}

inline void add_values(const mock_request& request, const store::planned_statement& prepared,
                       std::map<std::string, std::string>& to) {
  const auto& values = request.parameters().values;
  for (std::size_t i = 0; i < std::min(values.size(), prepared.markers.size()); ++i) {
    const auto& marker = prepared.markers[i];
    const std::string name = "bound_var_" + std::to_string(i) + '_' + marker.name;
    to[name] =
        values[i].is_null() ? "null" : store::value_text(marker.type, store::as_octets(values[i].bytes()));
  }
}

[[nodiscard]] inline std::map<std::string, std::string> trace_parameters(
    const mock_request& request, const store::planned_statement* prepared, const std::string& prepared_text) {
  std::map<std::string, std::string> parameters;
  switch (request.header.code()) {
    case protocol::opcode::prepare: parameters["query"] = request.prepare.query; break;
    case protocol::opcode::batch: add_levels(request.batch.options, parameters); break;
    case protocol::opcode::query:
      parameters["query"] = request.query.query;
      add_levels(request.query.parameters, parameters);
      break;
    default:
      parameters["query"] = prepared_text;
      add_levels(request.execute.parameters, parameters);
      if (prepared != nullptr) add_values(request, *prepared, parameters);
      break;
  }
  return parameters;
}

[[nodiscard]] inline std::vector<std::string> trace_activities(const mock_request& request) {
  std::vector<std::string> activities;
  if (request.header.code() == protocol::opcode::query) {
    activities.push_back("Parsing " + std::string(request.query.query));
    activities.emplace_back("Preparing statement");
  }
  if (request.header.code() == protocol::opcode::prepare)
    activities.emplace_back("Adding to prepared_statements memtable");
  else
    activities.emplace_back("Executing on the mock server");
  return activities;
}

template <class Id>
[[nodiscard]] std::string id_octets(const Id& id) {
  return std::string(store::as_octets(std::span<const std::byte>(id.bytes)));
}

[[nodiscard]] inline std::string inet_octets(const std::string& address) {
  const auto parsed = inet::parse(address);
  return parsed ? std::string(store::as_octets(parsed->bytes())) : std::string();
}

inline constexpr std::int32_t trace_port = 7000;

inline void write_session(store::stored_table& table, const trace_origin& origin, std::string_view title,
                          const std::map<std::string, std::string>& parameters) {
  const auto now = std::chrono::system_clock::now() - origin.duration;
  const auto started = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  store::system_row()
      .set("session_id", id_octets(origin.session))
      .set("client", inet_octets(origin.client))
      .set("command", "QUERY")
      .set("coordinator", inet_octets(origin.coordinator))
      .set("coordinator_port", store::encode_big(trace_port))
      .set("duration", store::encode_big(static_cast<std::int32_t>(origin.duration.count())))
      .set("request", std::string(title))
      .set("started_at", store::encode_big(static_cast<std::int64_t>(started.count())))
      .set_map("parameters", parameters)
      .add_to(table);
}

void write_trace(store::engine& engine, const trace_origin& origin, const mock_request& request,
                 const store::planned_statement* prepared, const std::string& prepared_text) {
  auto& tables = engine.schema().find("system_traces")->tables;
  write_session(*tables["sessions"], origin, trace_title(request.header.code()),
                trace_parameters(request, prepared, prepared_text));
  const auto activities = trace_activities(request);
  auto elapsed = origin.duration / (activities.size() + 1);
  for (const auto& activity : activities) {
    store::system_row()
        .set("session_id", id_octets(origin.session))
        .set("event_id", id_octets(timeuuid::now()))
        .set("activity", activity)
        .set("source", inet_octets(origin.coordinator))
        .set("source_elapsed", store::encode_big(static_cast<std::int32_t>(elapsed.count())))
        .set("source_port", store::encode_big(trace_port))
        .set("thread", "coodie-mock")
        .add_to(*tables["events"]);
    elapsed += origin.duration / (activities.size() + 1);
  }
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_TRACE_IPP
