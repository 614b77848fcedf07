// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_SCHEMA_OPERATION_IPP
#define COODIE_ORM_SCHEMA_OPERATION_IPP

#include <chrono>

#include "orm/query_chain.hpp"
#include "orm/read_functions.hpp"
#include "orm/schema_operation.hpp"
#include "orm/schema_plan.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// One step after the other: those that read, those that change, those that wait.
enum class schema_step : std::uint8_t {
  read_columns,
  read_indexes,
  read_options,
  change,
  version_here,
  versions_there
};

inline namespace schema_reads {

template <class Row>
[[nodiscard]] auto read_schema(const std::string& keyspace, const std::string& table) {
  auto where = col<&Row::keyspace_name> == keyspace && col<&Row::table_name> == table;
  return make_parts<Row>(std::move(where), {}).template make_all<false>();
}
template <class Row>
using schema_read =
    decltype(read_schema<Row>(std::declval<const std::string&>(), std::declval<const std::string&>()));

[[nodiscard]] inline auto read_version_here() {
  return make_parts<schema_version_here>(to_conjunction(col<&schema_version_here::key> == "local"), {})
      .make_all<false>();
}
[[nodiscard]] inline auto read_versions_there() {
  return make_parts<schema_version_there>(conjunction<>(), {}).make_all<false>();
}

[[nodiscard]] inline std::int64_t steady_now_ns() noexcept {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace schema_reads

struct schema_state {
  schema_settings settings;
  table_description table;
  std::string table_name, why;
  schema_step step = schema_step::change;
  bool wait_for_agreement = true;

  // The read of the step; made when the step begins.
  std::unique_ptr<schema_read<schema_column>> columns;
  std::unique_ptr<schema_read<schema_index>> indexes;
  std::unique_ptr<schema_read<schema_table>> options;
  std::unique_ptr<decltype(read_version_here())> here;
  std::unique_ptr<decltype(read_versions_there())> there;

  table_on_server found;
  std::vector<std::string> statements;
  std::size_t sent = 0;
  std::optional<uuid> version;
  std::int64_t agreement_deadline_ns = 0, pause_ns = 0;

  /// Calls f with the read of the step, if it is one.
  template <class F>
  void with_read(F&& f) const {
    switch (step) {
      case schema_step::read_columns: return f(*columns);
      case schema_step::read_indexes: return f(*indexes);
      case schema_step::read_options: return f(*options);
      case schema_step::version_here: return f(*here);
      case schema_step::versions_there: return f(*there);
      case schema_step::change: return;
    }
  }
  inline void begin(schema_step next);
  [[nodiscard]] inline errc consume(const protocol::response& answer, bool& more, diagnostics* diag);
  [[nodiscard]] inline errc after_reading(bool& more, diagnostics* diag);
  inline void after_change(bool& more);
  [[nodiscard]] inline errc compare_versions(bool& more, diagnostics* diag);
};

void schema_state::begin(schema_step next) {
  step = next;
  if (step == schema_step::read_columns)
    columns = std::make_unique<schema_read<schema_column>>(
        read_schema<schema_column>(settings.keyspace, table_name));
  if (step == schema_step::read_indexes)
    indexes =
        std::make_unique<schema_read<schema_index>>(read_schema<schema_index>(settings.keyspace, table_name));
  if (step == schema_step::read_options)
    options =
        std::make_unique<schema_read<schema_table>>(read_schema<schema_table>(settings.keyspace, table_name));
  if (step == schema_step::version_here)
    here = std::make_unique<decltype(read_version_here())>(read_version_here());
  if (step == schema_step::versions_there)
    there = std::make_unique<decltype(read_versions_there())>(read_versions_there());
}

errc schema_state::consume(const protocol::response& answer, bool& more, diagnostics* diag) {
  pause_ns = 0;
  errc e = errc::ok;
  if (step == schema_step::change)
    e = check_void(answer);
  else
    with_read([&](auto& read) { e = read.consume(answer, more, diag); });
  if (e != errc::ok || more) return e;  // the next page comes first
  switch (step) {
    case schema_step::read_columns:
      found.columns = columns->take();
      more = true;
      begin(schema_step::read_indexes);
      return errc::ok;
    case schema_step::read_indexes:
      found.indexes = indexes->take();
      more = table.header->option_count != 0 && !found.columns.empty();
      if (!more) return after_reading(more, diag);
      begin(schema_step::read_options);
      return errc::ok;
    case schema_step::read_options: found.options = options->take(); return after_reading(more, diag);
    case schema_step::change: after_change(more); return errc::ok;
    case schema_step::version_here: {
      const auto rows = here->take();
      version = rows.empty() ? std::nullopt : rows[0].schema_version;
      more = true;
      begin(schema_step::versions_there);
      return errc::ok;
    }
    case schema_step::versions_there: return compare_versions(more, diag);
  }
  return errc::ok;
}

errc schema_state::after_reading(bool& more, diagnostics* diag) {
  if (errc e = plan_table(table, settings.keyspace, found, statements, diag); e != errc::ok) return e;
  more = !statements.empty() && !settings.dry_run;
  step = schema_step::change;
  return errc::ok;
}

void schema_state::after_change(bool& more) {
  more = ++sent < statements.size() || wait_for_agreement;
  if (sent < statements.size() || !more) return;
  agreement_deadline_ns = steady_now_ns() + settings.agreement_timeout_ns;
  begin(schema_step::version_here);
}

errc schema_state::compare_versions(bool& more, diagnostics* diag) {
  std::size_t others = 0;
  for (const schema_version_there& node : there->take())
    if (node.schema_version && version && *node.schema_version != *version) ++others;
  if (others == 0) return errc::ok;
  if (steady_now_ns() >= agreement_deadline_ns) {
    const std::string sentence = std::to_string(others) +
                                 " nodes do not agree on the schema; the statements were executed, but not "
                                 "everywhere yet: see which nodes are down, or raise agreement_timeout";
    return report(errc::schema_disagreement, sentence, diag);
  }
  more = true;
  pause_ns = 100'000'000;
  begin(schema_step::version_here);
  return errc::ok;
}

schema_operation::schema_operation(std::unique_ptr<schema_state> state) noexcept : state_(std::move(state)) {}
schema_operation::schema_operation(schema_operation&&) noexcept = default;
schema_operation::~schema_operation() = default;

schema_operation schema_operation::sync(const table_description& table, schema_settings settings) {
  auto state = std::make_unique<schema_state>();
  state->table = table;
  state->table_name = table.header->name;
  state->settings = std::move(settings);
  if (state->settings.keyspace.empty())
    state->why =
        "no keyspace: name one in the call's options, as coodie::keyspace<> in the table, or in "
        "init_coodie's options";
  else if (!is_table_name(state->settings.keyspace))
    state->why = "the name of a keyspace is 1 to 48 letters, digits and underscores";
  state->begin(schema_step::read_columns);
  return schema_operation(std::move(state));
}

schema_operation schema_operation::change(std::vector<std::string> statements, schema_settings settings,
                                          bool wait_for_agreement, std::string why) {
  auto state = std::make_unique<schema_state>();
  state->statements = std::move(statements);
  state->settings = std::move(settings);
  state->wait_for_agreement = wait_for_agreement;
  state->why = std::move(why);
  return schema_operation(std::move(state));
}

errc schema_operation::check(diagnostics* diag) const noexcept {
  if (!state_->why.empty()) return report(errc::configuration, state_->why, diag);
  if (state_->settings.timeout_ns < 0 || state_->settings.agreement_timeout_ns < 0)
    return report(errc::configuration, "a timeout must not be negative or above a week", diag);
  return errc::ok;
}

void schema_operation::prepare_request(protocol::request& r) const noexcept {
  if (state_->step == schema_step::change) {
    r.kind = protocol::request_kind::query;
    r.what = nullptr;
    r.text = state_->statements[state_->sent];
    r.value_count = 0;
    r.page_size = 0;
    r.idempotent = false;
  } else {
    state_->with_read([&](const auto& read) { read.prepare_request(r); });
  }
  r.timestamp = protocol::no_timestamp;
  if (state_->settings.timeout_ns != 0) r.timeout_ns = state_->settings.timeout_ns;
  // One token for all steps, so that they go to one node, which knows its own schema and that of the others.
  r.has_token = true;
  r.token = 0;
}

std::size_t schema_operation::values_size() const noexcept {
  std::size_t size = 0;
  state_->with_read([&](const auto& read) { size = read.values_size(); });
  return size;
}
std::byte* schema_operation::put_values(std::byte* to) const noexcept {
  state_->with_read([&](const auto& read) { to = read.put_values(to); });
  return to;
}
errc schema_operation::consume(const protocol::response& answer, bool& more, diagnostics* diag) noexcept {
  return decode_safely([&] { return state_->consume(answer, more, diag); });
}
std::span<const std::byte> schema_operation::paging_state() const noexcept {
  std::span<const std::byte> state;
  state_->with_read([&](const auto& read) { state = read.paging_state(); });
  return state;
}
std::int64_t schema_operation::pause_ns() const noexcept { return state_->pause_ns; }
schema_operation::result_type schema_operation::take() { return std::move(state_->statements); }

inline namespace keyspace_texts {

inline void append_option(std::string& text, std::string_view name, std::int32_t replicas) {
  text += ", '";
  for (char c : name) text.append(c == '\'' ? 2 : 1, c);
  text += "': " + std::to_string(replicas);
}

[[nodiscard]] inline bool check_keyspace_name(std::string_view name, std::string& why) {
  if (is_table_name(name)) return true;
  why = "the name of a keyspace is 1 to 48 letters, digits and underscores";
  return false;
}

}  // namespace keyspace_texts

std::string create_keyspace_text(std::string_view name, const keyspace_options& options, std::string& why) {
  const bool simple = options.strategy == replication_strategy::simple;
  if (!check_keyspace_name(name, why)) return {};
  std::string text = "CREATE KEYSPACE IF NOT EXISTS ";
  append_identifier(text, name);
  text += " WITH replication = {'class': '";
  text += simple ? "SimpleStrategy'" : "NetworkTopologyStrategy'";
  if (options.datacenters[0].datacenter.empty()) {
    if (options.replication_factor < 1) why = "replication_factor is at least 1";
    append_option(text, "replication_factor", options.replication_factor);
  } else if (simple) {
    why = "replication_strategy::simple knows no datacenters; take network_topology";
  }
  for (const datacenter_replicas& each : options.datacenters) {
    if (each.datacenter.empty()) break;
    if (each.replicas < 0) why = "the replicas of a datacenter are negative";
    append_option(text, each.datacenter, each.replicas);
  }
  text += '}';
  if (!options.durable_writes) text += " AND durable_writes = false";
  return text;
}

std::string drop_keyspace_text(std::string_view name, std::string& why) {
  if (!check_keyspace_name(name, why)) return {};
  std::string text = "DROP KEYSPACE IF EXISTS ";
  append_identifier(text, name);
  return text;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_SCHEMA_OPERATION_IPP
