// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_SCHEMA_OPERATION_IPP
#define COODIE_ORM_SCHEMA_OPERATION_IPP

#include "orm/row_reader.hpp"
#include "orm/schema_operation.hpp"
#include "orm/schema_plan.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// One step after the other: those that read, those that change, those that wait.
enum class schema_step : std::uint8_t { read_columns, read_indexes, read_options, change, agree };

struct schema_state {
  schema_settings settings;
  table_description table;
  std::string table_name, why;
  schema_step step = schema_step::change;
  bool wait_for_agreement = true;

  schema_query query;  // of a step that reads
  table_on_server found;
  std::vector<std::string> statements;
  std::size_t sent = 0;

  inline void begin(schema_step next);
  [[nodiscard]] inline errc consume(const protocol::response& answer, bool& more, diagnostics* diag);
  [[nodiscard]] inline errc after_reading(bool& more, diagnostics* diag);
  inline void after_change(bool& more);
};

void schema_state::begin(schema_step next) {
  step = next;
  const std::string& in = settings.keyspace;
  if (step == schema_step::read_columns)
    query = schema_query::of<schema_column>("system_schema.columns", in, table_name);
  if (step == schema_step::read_indexes)
    query = schema_query::of<schema_index>("system_schema.indexes", in, table_name);
  if (step == schema_step::read_options)
    query = schema_query::of<schema_table>("system_schema.tables", in, table_name);
}

errc schema_state::consume(const protocol::response& answer, bool& more, diagnostics* diag) {
  const bool reads = step < schema_step::change;
  errc e = reads ? query.consume(answer, more) : check_void(answer);
  if (e != errc::ok || more) return e;  // the next page comes first
  switch (step) {
    case schema_step::read_columns:
      e = query.take(found.columns, diag);
      more = e == errc::ok;
      if (more) begin(schema_step::read_indexes);  // else the text of this one is still told
      return e;
    case schema_step::read_indexes:
      e = query.take(found.indexes, diag);
      more = e == errc::ok && table.header->option_count != 0 && !found.columns.empty();
      if (more) begin(schema_step::read_options);
      return e != errc::ok || more ? e : after_reading(more, diag);
    case schema_step::read_options:
      e = query.take(found.options, diag);
      return e == errc::ok ? after_reading(more, diag) : e;
    case schema_step::change: after_change(more); return errc::ok;
    case schema_step::agree:
      more = sent < statements.size();
      step = schema_step::change;
      return errc::ok;
  }
  return errc::ok;
}

errc schema_state::after_reading(bool& more, diagnostics* diag) {
  if (errc e = plan_table(table, settings.keyspace, found, statements, diag); e != errc::ok) return e;
  more = !statements.empty() && !settings.dry_run;
  step = schema_step::change;
  return errc::ok;
}

// After each statement, so that the next one may go to any node.
void schema_state::after_change(bool& more) {
  ++sent;
  const bool agrees = wait_for_agreement && settings.agreement_timeout_ns != 0;
  more = agrees || sent < statements.size();
  if (agrees) step = schema_step::agree;
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
  const schema_settings& settings = state_->settings;
  if (state_->step == schema_step::agree) {
    r.kind = protocol::request_kind::agreement;
    r.timeout_ns = settings.agreement_timeout_ns;
    r.given = protocol::given_option::agreement;
  } else if (state_->step == schema_step::change) {
    r.kind = protocol::request_kind::query;
    r.given = 0;
    r.what = nullptr;
    r.text = state_->statements[state_->sent];
    r.value_count = 0;
    r.page_size = 0;
    r.idempotent = false;
    r.has_token = false;
    r.timestamp = protocol::no_timestamp;
    r.timeout_ns = settings.timeout_ns;
  } else {
    state_->query.prepare_request(r);
    r.timeout_ns = settings.timeout_ns;
  }
}

errc schema_operation::consume(const protocol::response& answer, bool& more, diagnostics* diag) noexcept {
  return decode_safely([&] { return state_->consume(answer, more, diag); });
}
std::span<const std::byte> schema_operation::paging_state() const noexcept {
  return state_->step < schema_step::change ? state_->query.paging_state() : std::span<const std::byte>();
}
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
