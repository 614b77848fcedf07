// SPDX-License-Identifier: MIT
// The other direction: messages are built from the input, encoded and decoded; the same message comes back.
#include <fuzzer/FuzzedDataProvider.h>

#include <deque>
#include <string>

#include "fuzz/message_fuzzing.hpp"

namespace {

using namespace message_fuzzing;

// Strings that live as long as the message that borrows them.
class source {
 public:
  source(const std::uint8_t* data, std::size_t size) : provider_(data, size) {}

  template <class Integer>
  Integer number() {
    return provider_.ConsumeIntegral<Integer>();
  }
  std::size_t below(std::size_t n) { return provider_.ConsumeIntegralInRange<std::size_t>(0, n - 1); }
  bool coin() { return provider_.ConsumeBool(); }
  std::string_view text() { return kept_.emplace_back(provider_.ConsumeRandomLengthString(300)); }
  byte_span bytes() {
    const std::string_view raw = text();
    return {reinterpret_cast<const std::byte*>(raw.data()), raw.size()};
  }
  protocol::bytes_view value() {
    if (coin()) return {nullptr, coin() ? -1 : -2};
    const byte_span raw = bytes();
    return {raw.data(), static_cast<std::int32_t>(raw.size())};
  }
  protocol::string_list list() {
    protocol::string_list out(below(5));
    for (std::string_view& item : out) item = text();
    return out;
  }
  coodie::consistency level() { return static_cast<coodie::consistency>(below(11)); }

 private:
  FuzzedDataProvider provider_;
  std::deque<std::string> kept_;
};

bool equal(protocol::bytes_view a, protocol::bytes_view b) {
  return a.length == b.length && same(a.bytes(), b.bytes());
}
bool equal(const std::vector<protocol::bytes_view>& a, const std::vector<protocol::bytes_view>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!equal(a[i], b[i])) return false;
  return true;
}

protocol::query_options options(source& from) {
  protocol::query_options o;
  o.consistency = from.level();
  if (from.coin()) o.set_skip_metadata();
  if (from.coin()) o.set_page_size(from.number<std::int32_t>());
  if (from.coin()) o.set_paging_state(from.value());
  if (from.coin()) o.set_serial_consistency(from.level());
  if (from.coin()) o.set_timestamp(from.number<std::int64_t>());
  return o;
}

protocol::query_parameters parameters(source& from) {
  protocol::query_parameters p;
  static_cast<protocol::query_options&>(p) = options(from);
  p.values.resize(from.below(6));
  for (auto& value : p.values) value = from.value();
  if (from.coin()) {
    p.names.resize(p.values.size());
    for (auto& name : p.names) name = from.text();
  }
  return p;
}

void demand_equal(const protocol::query_options& a, const protocol::query_options& b) {
  namespace flag = protocol::query_flag;
  constexpr unsigned from_members = flag::values | flag::names;
  demand(a.consistency == b.consistency, "consistency");
  demand((a.flags & ~from_members) == (b.flags & ~from_members), "flags");
  demand(!a.has(flag::page_size) || a.page_size == b.page_size, "page size");
  if (a.has(flag::paging_state)) {
    // [bytes] has no unset: it comes back as null.
    demand(a.paging_state.is_null() ? b.paging_state.is_null() : equal(a.paging_state, b.paging_state),
           "paging");
  }
  demand(!a.has(flag::serial_consistency) || a.serial_consistency == b.serial_consistency,
         "serial consistency");
  demand(!a.has(flag::timestamp) || a.timestamp == b.timestamp, "timestamp");
}

template <class Message>
void through(const Message& message, Message& again, exact_copy& wire) {
  protocol::byte_buffer out;
  protocol::writer to(out);
  serialize(to, message);
  demand(to.error() == errc::ok, "what was built can be encoded");
  wire = exact_copy(out.bytes());
  protocol::reader body(wire.bytes());
  demand(deserialize(body, again) == errc::ok, "what was encoded decodes");
  demand(body.empty(), "all of it is read");
}

void build_query(source& from, exact_copy& wire) {
  protocol::query_message message, again;
  message.query = from.text();
  message.parameters = parameters(from);
  through(message, again, wire);
  demand(message.query == again.query, "query");
  demand_equal(message.parameters, again.parameters);
  demand(equal(message.parameters.values, again.parameters.values), "values");
  demand(message.parameters.names == again.parameters.names, "names");
}

void build_execute(source& from, exact_copy& wire) {
  protocol::execute_message message, again;
  message.id = from.bytes();
  message.parameters = parameters(from);
  through(message, again, wire);
  demand(same(message.id, again.id), "id");
  demand_equal(message.parameters, again.parameters);
  demand(equal(message.parameters.values, again.parameters.values), "values");
}

void build_batch(source& from, exact_copy& wire) {
  protocol::batch_message message, again;
  message.type = static_cast<protocol::batch_type>(from.below(3));
  message.statements.resize(from.below(4));
  for (protocol::batch_statement& s : message.statements) {
    s.prepared = from.coin();
    if (s.prepared) s.id = from.bytes();
    if (!s.prepared) s.query = from.text();
    s.values.resize(from.below(4));
    for (auto& value : s.values) value = from.value();
  }
  message.options.consistency = from.level();
  if (from.coin()) message.options.set_serial_consistency(from.level());
  if (from.coin()) message.options.set_timestamp(from.number<std::int64_t>());
  through(message, again, wire);
  demand(message.type == again.type, "type");
  demand(message.statements.size() == again.statements.size(), "statements");
  for (std::size_t i = 0; i < message.statements.size(); ++i) {
    const protocol::batch_statement &a = message.statements[i], &b = again.statements[i];
    demand(a.prepared == b.prepared && a.query == b.query && same(a.id, b.id), "statement");
    demand(equal(a.values, b.values), "values");
  }
  demand_equal(message.options, again.options);
}

void build_error(source& from, exact_copy& wire) {
  static constexpr std::int32_t codes[] = {0,      0x000A, 0x0100, 0x1000, 0x1001, 0x1002, 0x1003,
                                           0x1100, 0x1200, 0x1300, 0x1400, 0x1500, 0x2000, 0x2100,
                                           0x2200, 0x2300, 0x2400, 0x2500, 0x7777};
  protocol::error_message message, again;
  message.code = codes[from.below(std::size(codes))];
  message.message = from.text();
  message.consistency = static_cast<coodie::consistency>(from.number<std::uint16_t>());
  message.required = from.number<std::int32_t>();
  message.alive = from.number<std::int32_t>();
  message.received = from.number<std::int32_t>();
  message.block_for = from.number<std::int32_t>();
  message.num_failures = from.number<std::int32_t>();
  message.data_present = from.number<std::uint8_t>();
  message.write_type = from.text();
  message.keyspace = from.text();
  message.table = from.text();
  message.function = from.text();
  message.arg_types = from.list();
  message.id = from.bytes();
  through(message, again, wire);
  demand(message.code == again.code && message.message == again.message, "code and text");
  const bool failure = message.code == 0x1300 || message.code == 0x1500;
  if (failure || message.code == 0x1100 || message.code == 0x1200) {
    demand(message.consistency == again.consistency && message.received == again.received &&
               message.block_for == again.block_for,
           "replicas");
    demand(!failure || message.num_failures == again.num_failures, "failures");
  }
  if (message.code == 0x1000)
    demand(message.required == again.required && message.alive == again.alive, "unavailable");
  if (message.code == 0x1400) demand(message.arg_types == again.arg_types, "argument types");
  if (message.code == 0x2400)
    demand(message.keyspace == again.keyspace && message.table == again.table, "exists");
  if (message.code == 0x2500) demand(same(message.id, again.id), "id");
}

void build_event(source& from, exact_copy& wire) {
  static constexpr std::string_view targets[] = {"KEYSPACE", "TABLE", "TYPE", "FUNCTION", "AGGREGATE"};
  protocol::event_message message, again;
  message.type = static_cast<protocol::event_type>(from.below(3));
  message.change = from.text();
  message.node.size = from.coin() ? 4 : 16;
  for (std::size_t i = 0; i < message.node.size; ++i)
    message.node.bytes[i] = std::byte{from.number<std::uint8_t>()};
  message.node.port = from.number<std::int32_t>();
  message.schema.change_type = from.text();
  message.schema.target = targets[from.below(5)];
  message.schema.keyspace = from.text();
  message.schema.name = from.text();
  message.schema.arguments = from.list();
  through(message, again, wire);
  demand(message.type == again.type, "type");
  if (message.type == protocol::event_type::schema_change) {
    demand(message.schema.keyspace == again.schema.keyspace, "keyspace");
    demand(message.schema.target == "KEYSPACE" || message.schema.name == again.schema.name, "name");
  } else {
    demand(message.change == again.change && message.node.bytes == again.node.bytes &&
               message.node.port == again.node.port,
           "change and node");
  }
}

coodie::cql_type type(source& from, int depth) {
  using coodie::type_id;
  static constexpr type_id scalars[] = {
      type_id::ascii,   type_id::bigint,  type_id::blob,     type_id::boolean,  type_id::counter,
      type_id::decimal, type_id::double_, type_id::float_,   type_id::int_,     type_id::timestamp,
      type_id::uuid,    type_id::varchar, type_id::varint,   type_id::timeuuid, type_id::inet,
      type_id::date,    type_id::time,    type_id::smallint, type_id::tinyint,  type_id::duration};
  static constexpr type_id nested[] = {type_id::list, type_id::set, type_id::map, type_id::tuple,
                                       type_id::udt};
  if (depth == 0 || from.coin()) return scalars[from.below(std::size(scalars))];
  coodie::cql_type out = nested[from.below(std::size(nested))];
  std::size_t parts = out.id == type_id::map ? 2 : 1;
  if (out.id == type_id::tuple || out.id == type_id::udt) parts = from.below(4);
  for (std::size_t i = 0; i < parts; ++i) out.parameters.push_back(type(from, depth - 1));
  if (out.id != type_id::udt) return out;
  out.keyspace = from.text();
  out.name = from.text();
  for (std::size_t i = 0; i < parts; ++i) out.field_names.emplace_back(from.text());
  return out;
}

protocol::result_metadata metadata(source& from) {
  protocol::result_metadata m;
  const bool global = from.coin();
  if (global) m.flags = protocol::metadata_flag::global_tables_spec;
  m.keyspace = global ? from.text() : std::string_view{};
  m.table = global ? from.text() : std::string_view{};
  m.columns.resize(from.below(5));
  for (protocol::column_spec& column : m.columns) {
    column.keyspace = global ? m.keyspace : from.text();
    column.table = global ? m.table : from.text();
    column.name = from.text();
    column.type = type(from, 4);
  }
  return m;
}

void demand_equal(const protocol::result_metadata& a, const protocol::result_metadata& b) {
  demand(a.columns.size() == b.columns.size() && a.keyspace == b.keyspace && a.table == b.table, "columns");
  for (std::size_t i = 0; i < a.columns.size(); ++i) {
    const protocol::column_spec &x = a.columns[i], &y = b.columns[i];
    demand(x.keyspace == y.keyspace && x.table == y.table && x.name == y.name, "column");
    demand(same_encoding(x.type, y.type), "type");
  }
}

void build_result(source& from, exact_copy& wire) {
  protocol::result_message message, again;
  message.kind = from.coin() ? protocol::result_kind::rows : protocol::result_kind::prepared;
  const byte_span row = from.bytes();
  protocol::byte_buffer cells;
  if (message.kind == protocol::result_kind::rows) {
    message.rows.metadata = metadata(from);
    message.rows.metadata.paging_state = from.value();
    if (message.rows.metadata.paging_state.is_unset()) message.rows.metadata.paging_state = {};
    message.rows.rows_count = message.rows.metadata.columns.empty() ? 0 : 1;
    protocol::writer to(cells);
    for (std::size_t i = 0; i < message.rows.metadata.columns.size(); ++i) to.write_bytes(row);
    message.rows.rows = protocol::reader(cells.bytes());
  } else {
    message.prepared.id = row;
    message.prepared.markers = metadata(from);
    for (std::size_t i = message.prepared.markers.columns.size(); i != 0; --i)
      if (from.coin()) message.prepared.pk_indexes.push_back(static_cast<std::uint16_t>(i - 1));
    message.prepared.columns = metadata(from);
  }
  protocol::byte_buffer out;
  protocol::writer to(out);
  serialize(to, message);
  demand(to.error() == errc::ok, "what was built can be encoded");
  wire = exact_copy(out.bytes());
  protocol::reader body(wire.bytes());
  demand(deserialize(body, again) == errc::ok, "what was encoded decodes");
  if (message.kind == protocol::result_kind::prepared) {
    demand(same(message.prepared.id, again.prepared.id), "id");
    demand(message.prepared.pk_indexes == again.prepared.pk_indexes, "partition key indexes");
    demand_equal(message.prepared.markers, again.prepared.markers);
    return demand_equal(message.prepared.columns, again.prepared.columns);
  }
  demand_equal(message.rows.metadata, again.rows.metadata);
  demand(equal(message.rows.metadata.paging_state, again.rows.metadata.paging_state), "paging state");
  const auto columns = static_cast<std::uint32_t>(again.rows.metadata.column_count);
  demand(skip_rows(body, columns, again.rows.rows_count) == errc::ok && body.empty(), "rows");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  source from(data, size);
  exact_copy wire({});
  switch (from.below(6)) {
    case 0: build_query(from, wire); break;
    case 1: build_execute(from, wire); break;
    case 2: build_batch(from, wire); break;
    case 3: build_error(from, wire); break;
    case 4: build_event(from, wire); break;
    default: build_result(from, wire); break;
  }
  return 0;
}
