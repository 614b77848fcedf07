// SPDX-License-Identifier: MIT
// Statements become mutations, and mutations are applied.
#ifndef COODIE_TESTS_MOCK_MODIFICATION_EXECUTE_IPP
#define COODIE_TESTS_MOCK_MODIFICATION_EXECUTE_IPP

#include <algorithm>

#include "tests/mock/mock_values.hpp"
#include "tests/mock/modification_plan.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

octets list_path(std::uint64_t sequence, std::uint32_t index, bool front) {
  constexpr std::uint64_t middle = std::uint64_t{1} << 63;
  octets path;
  append_big(path, front ? middle - 1 - sequence : middle + sequence);
  append_big(path, index);
  return path;
}

namespace detail {

inline constexpr std::int32_t longest_ttl = 630'720'000;  // seconds: 20 years

inline cql::refusal evaluate_ttl(const modification_plan& plan, const bindings& values, std::int32_t& ttl) {
  ttl = plan.schema->options.default_time_to_live;
  if (!plan.ttl) return {};
  bound_value value;
  if (auto refused = evaluate(*plan.ttl, values, value)) return refused;
  if (value.is_unset()) return {};
  ttl = value.has_value() && !value.bytes.empty() ? decode_big<std::int32_t>(value.bytes) : 0;
  if (ttl < 0) return cql::invalid("A TTL must be greater or equal to 0, but was " + std::to_string(ttl));
  if (ttl > longest_ttl)
    return cql::invalid("ttl is too large. requested (" + std::to_string(ttl) + ") maximum (" +
                        std::to_string(longest_ttl) + ')');
  return {};
}

// Times of expiry are 32-bit in Cassandra 5.0, unless it is told otherwise.
inline cql::refusal set_expiry(const modification_plan& plan, std::int64_t now_seconds, lifetime& life) {
  constexpr std::int64_t last_second = 2'147'483'646;
  if (life.ttl == 0) return {};
  life.expires_at = now_seconds + life.ttl;
  if (life.expires_at <= last_second) return {};
  return cql::invalid("Request on table " + plan.schema->keyspace + '.' + plan.schema->name + " with " +
                      (plan.ttl ? "" : "default ") + "ttl of " + std::to_string(life.ttl) +
                      " seconds exceeds maximum supported expiration date of 2038-01-19T03:14:06+00:00. In "
                      "order to avoid this use a lower TTL, change the expiration date overflow policy or "
                      "upgrade to a version where this limitation is fixed. See CASSANDRA-14092 and "
                      "CASSANDRA-14227 for more details.");
}

inline cql::refusal evaluate_timestamp(const modification_plan& plan, const bindings& values,
                                       const query_context& context, std::int64_t& timestamp) {
  timestamp = context.default_timestamp.value_or(context.now_microseconds);
  if (!plan.timestamp) return {};
  bound_value value;
  if (auto refused = evaluate(*plan.timestamp, values, value)) return refused;
  if (value.is_unset()) return {};
  if (!value.has_value() || value.bytes.empty()) return cql::invalid("Invalid null value of timestamp");
  timestamp = decode_big<std::int64_t>(value.bytes);
  return timestamp != never
             ? cql::refusal{}
             : cql::invalid("Out of bound timestamp, must be in [-9223372036854775807, 9223372036854775807]");
}

// Writes what one statement says about one row.
class row_writer {
 public:
  row_writer(const query_context& context, const bindings& values, const lifetime& life,
             const row_view& present, mutation& result)
      : context_(context), values_(values), life_(life), present_(present), result_(result) {}

  cql::refusal write(const operation& what) {
    what_ = &what;
    bound_value key, value;
    if (what.key)
      if (auto refused = evaluate(*what.key, values_, key)) return refused;
    const bool removes = what.kind >= operation_kind::remove;
    if (!removes) {
      if (auto refused = evaluate(what.value, values_, value)) return refused;
      if (value.is_unset()) return {};
    }
    switch (what.kind) {
      case operation_kind::set: return set(value);
      case operation_kind::add: return add(value, false);
      case operation_kind::prepend: return add(value, true);
      case operation_kind::subtract: return subtract(value);
      case operation_kind::set_element: return set_element(key, value, "set an element on");
      case operation_kind::remove_element: return set_element(key, {}, "delete an element from");
      case operation_kind::set_field: put_field(what.field, value.to_nullable()); return {};
      case operation_kind::remove_field: put_field(what.field, std::nullopt); return {};
      case operation_kind::remove: break;
    }
    if (is_multi_cell(what.on->type))
      clear(life_.timestamp);
    else
      put(std::nullopt);
    return {};
  }

 private:
  [[nodiscard]] const cql_type& type() const noexcept { return what_->on->type; }

  [[nodiscard]] cell make_cell(const nullable& value) const {
    cell made;
    made.life = life_;
    made.deleted = !value;
    if (value)
      made.value = *value;
    else
      made.life = {life_.timestamp, 0, 0};
    return made;
  }
  void put(const nullable& value) {
    result_.writes.push_back({cell_write::what::put, what_->on, {}, make_cell(value), 0});
  }
  void put_at(octets path, const nullable& value) {
    result_.writes.push_back(
        {cell_write::what::put_element, what_->on, std::move(path), make_cell(value), 0});
  }
  void put_field(std::size_t field, const nullable& value) {
    put_at(encode_big(static_cast<std::uint16_t>(field)), value);
  }
  void clear(std::int64_t timestamp) {
    cell none;
    none.life.timestamp = timestamp;
    result_.writes.push_back({cell_write::what::clear, what_->on, {}, none, 0});
  }

  // An assignment removes what was there a microsecond before it.
  cql::refusal set(const bound_value& value) {
    if (!is_multi_cell(type())) {
      put(value.to_nullable());
      return {};
    }
    clear(life_.timestamp - 1);
    return value.has_value() ? add_parts(value.bytes, false) : cql::refusal{};
  }

  cql::refusal add_parts(const octets& value, bool front) {
    std::vector<nullable> parts;
    if (!split(type(), value, parts)) return cql::invalid("Malformed value for " + what_->on->name);
    const auto first = static_cast<std::uint32_t>(result_.writes.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      switch (type().id) {
        case type_id::list:
          put_at(list_path(context_.sequence, first + static_cast<std::uint32_t>(i), front), parts[i]);
          break;
        case type_id::set: put_at(*parts[i], octets()); break;
        case type_id::map:
          put_at(*parts[i], parts[i + 1]);
          ++i;
          break;
        default:
          if (parts[i]) put_field(i, parts[i]);
          break;
      }
    }
    return {};
  }

  cql::refusal count(const bound_value& value, bool down) {
    if (!value.has_value() || value.bytes.empty())
      return cql::invalid(std::string("Invalid null value for counter ") +
                          (down ? "decrement" : "increment"));
    const auto amount = decode_big<std::int64_t>(value.bytes);
    const auto negated = static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(amount));
    result_.writes.push_back(
        {cell_write::what::count, what_->on, {}, make_cell(octets()), down ? negated : amount});
    return {};
  }

  cql::refusal add(const bound_value& value, bool front) {
    if (type().id == type_id::counter) return count(value, false);
    return value.has_value() ? add_parts(value.bytes, front) : cql::refusal{};
  }

  [[nodiscard]] std::vector<live_element> present_elements() const {
    return live_elements(present_.cells(*what_->on), type(), present_.now_seconds);
  }

  cql::refusal subtract(const bound_value& value) {
    if (type().id == type_id::counter) return count(value, true);
    std::vector<nullable> parts;
    if (!value.has_value() || !split(what_->value.type, value.bytes, parts)) return {};
    if (type().id != type_id::list) {
      for (const auto& part : parts) put_at(*part, std::nullopt);
      return {};
    }
    for (const auto& element : present_elements())
      if (std::find(parts.begin(), parts.end(), nullable(element.content->value)) != parts.end())
        put_at(*element.path, std::nullopt);
    return {};
  }

  cql::refusal set_element(const bound_value& key, const bound_value& value, std::string_view verb) {
    if (key.is_unset())
      return cql::invalid("Invalid unset value for " +
                          std::string(type().id == type_id::list ? "list index" : "map key"));
    if (type().id != type_id::list) {
      if (!key.has_value()) return cql::invalid("Invalid null map key");
      put_at(key.bytes, value.to_nullable());
      return {};
    }
    if (!key.has_value() || key.bytes.empty()) return cql::invalid("Invalid null value for list index");
    const auto present = present_elements();
    const auto index = decode_big<std::int32_t>(key.bytes);
    if (present.empty()) return cql::invalid("Attempted to " + std::string(verb) + " a list which is null");
    if (index < 0 || static_cast<std::size_t>(index) >= present.size())
      return cql::invalid("List index " + std::to_string(index) + " out of bound, list has size " +
                          std::to_string(present.size()));
    put_at(*present[static_cast<std::size_t>(index)].path, value.to_nullable());
    return {};
  }

  const query_context& context_;
  const bindings& values_;
  const lifetime life_;
  const row_view present_;
  mutation& result_;
  const operation* what_ = nullptr;
};

// The mutations of one partition.
class partition_writer {
 public:
  partition_writer(const modification_plan& plan, const std::shared_ptr<stored_table>& table,
                   const bindings& values, const query_context& context, const lifetime& life,
                   std::vector<mutation>& mutations)
      : plan_(plan), table_(table), values_(values), context_(context), life_(life), mutations_(mutations) {}

  cql::refusal write(const std::vector<octets>& partition, const named_rows& rows) {
    const stored_partition* present = table_->find(partition);
    if (plan_.only_statics) return write_row(partition, present, nullptr);
    for (const auto& key : rows.keys)
      if (auto refused = write_row(partition, present, &key)) return refused;
    for (const auto& range : rows.ranges) {
      mutation& deletion = start(partition);
      const bool everything = range.start.prefix.empty() && range.end.prefix.empty();
      deletion.deletes_partition = everything;
      if (!everything) deletion.deleted_range = range;
    }
    return {};
  }

 private:
  mutation& start(const std::vector<octets>& partition) {
    mutation& made = mutations_.emplace_back();
    made.table = table_;
    made.schema = plan_.schema;
    made.partition = partition;
    made.timestamp = life_.timestamp;
    return made;
  }

  cql::refusal write_row(const std::vector<octets>& partition, const stored_partition* present,
                         const clustering_key* key) {
    mutation& made = start(partition);
    if (key != nullptr) made.row = *key;
    const bool deletes = plan_.kind == modification_kind::delete_ && plan_.operations.empty();
    made.deletes_row = deletes && plan_.schema->clustering_size != 0;
    made.deletes_partition = deletes && plan_.schema->clustering_size == 0;
    if (plan_.kind == modification_kind::insert && key != nullptr) made.marker = life_;
    row_view view{&partition, key, nullptr, nullptr, context_.now_seconds()};
    if (present != nullptr) {
      view.statics = &present->statics;
      const auto at = key == nullptr ? present->rows.end() : present->rows.find(*key);
      view.row = at == present->rows.end() ? nullptr : &at->second;
    }
    row_writer writer(context_, values_, life_, view, made);
    for (const auto& each : plan_.operations)
      if (auto refused = writer.write(each)) return refused;
    return {};
  }

  const modification_plan& plan_;
  const std::shared_ptr<stored_table>& table_;
  const bindings& values_;
  const query_context& context_;
  const lifetime life_;
  std::vector<mutation>& mutations_;
};

}  // namespace detail

cql::refusal build_mutations(const modification_plan& plan, const std::shared_ptr<stored_table>& table,
                             const bindings& values, const query_context& context,
                             std::optional<std::int64_t> timestamp, std::vector<mutation>& mutations) {
  bound_where where;
  if (auto refused = bind_where(plan.where, *plan.schema, values, where)) return refused;
  lifetime life;
  if (auto refused = detail::evaluate_ttl(plan, values, life.ttl)) return refused;
  if (auto refused = detail::evaluate_timestamp(plan, values, context, life.timestamp)) return refused;
  if (timestamp) life.timestamp = *timestamp;
  if (auto refused = detail::set_expiry(plan, context.now_seconds(), life)) return refused;
  if (where.matches_nothing) return {};
  named_rows rows;
  if (auto refused = name_rows(plan.where, where, *plan.schema, rows)) return refused;
  detail::partition_writer writer(plan, table, values, context, life, mutations);
  for (const auto& partition : where.partitions)
    if (auto refused = writer.write(partition, rows)) return refused;
  return {};
}

namespace detail {

// Counts in the cell. A counter that was deleted by its name stays so, whatever the timestamps:
// CASSANDRA-7346.
inline void apply_count(cell& present, const cell_write& write, std::int64_t shadow) {
  if (write.content.life.timestamp <= shadow || present.deleted) return;
  const bool counts = !present.deleted && present.value.size() == 8;
  const auto before = counts ? decode_big<std::uint64_t>(present.value) : 0;
  const auto timestamp = std::max(present.life.timestamp, write.content.life.timestamp);
  present.deleted = false;
  present.value = encode_big(before + static_cast<std::uint64_t>(write.amount));
  present.life = {timestamp, 0, 0};
}

inline void apply_write(stored_row& row, const cell_write& write, std::int64_t shadow) {
  column_cells& cells = row.at(write.on->id);
  switch (write.kind) {
    case cell_write::what::put: put_cell(cells.simple, write.content, shadow); break;
    case cell_write::what::put_element: put_element(cells.each(), write.path, write.content, shadow); break;
    case cell_write::what::clear: clear_elements(cells.each(), write.content.life.timestamp); break;
    case cell_write::what::count: apply_count(cells.simple, write, shadow); break;
  }
}

inline void apply_row(const mutation& what, stored_partition& partition) {
  const auto touches_row = [](const cell_write& write) { return !write.on->is_static(); };
  const bool writes_row = std::any_of(what.writes.begin(), what.writes.end(), touches_row);
  if (!what.row || !(what.marker || writes_row || what.deletes_row)) return;
  stored_row& row = partition.rows.try_emplace(*what.row).first->second;
  if (what.deletes_row) row.remove_up_to(what.timestamp);
  const auto shadow = std::max(row.deleted_at, partition.shadow_at(*what.row));
  if (what.marker && what.marker->timestamp > shadow) put_marker(row, *what.marker);
  for (const auto& write : what.writes)
    if (touches_row(write)) apply_write(row, write, shadow);
}

}  // namespace detail

void apply(const mutation& what) {
  stored_partition& partition = what.table->at(what.partition);
  if (what.deletes_partition) partition.remove_all(what.timestamp);
  if (what.deleted_range) partition.remove_range(*what.deleted_range, what.timestamp);
  detail::apply_row(what, partition);
  const auto shadow = std::max(partition.deleted_at, partition.statics.deleted_at);
  for (const auto& write : what.writes)
    if (write.on->is_static()) detail::apply_write(partition.statics, write, shadow);
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_MODIFICATION_EXECUTE_IPP
