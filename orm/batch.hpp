// SPDX-License-Identifier: MIT
// Several writes as one request.
#ifndef COODIE_ORM_BATCH_HPP
#define COODIE_ORM_BATCH_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "driver/execute_options.hpp"
#include "driver/statement_cache.hpp"
#include "driver/value_list.hpp"
#include "orm/options.hpp"
#include "orm/write_check.hpp"
#include "protocol/messages/batch_message.hpp"

namespace coodie::inline COODIE_ABI {

/// How the members of a batch hang together.
enum class batch_kind : std::uint8_t {
  logged = 0,    ///< all of them are applied in the end, also when a node fails meanwhile
  unlogged = 1,  ///< no such promise; right for many rows of one partition
  counter = 2,   ///< changes of counters, and nothing else
};

namespace detail {

/// A member: what it is, and its values as they go over the wire.
struct batch_entry {
  const protocol::statement* what;
  std::uint16_t value_count;
  bool idempotent;
  bool has_token;
  std::int64_t token;        ///< of its partition, when that is known here
  std::size_t offset, size;  ///< in the batch's bytes
};

/// What a write adds to a batch beside its bytes.
struct batch_facts {
  bool conditional = false, counter = false;
};

class batch_operation_base;

}  // namespace detail

/// Writes that are sent as one BATCH of prepared statements. Values are encoded when a member is added, so
/// that the objects may go away. What is wrong with a member is told by apply(). Copyable; not for two
/// threads at once.
///
///     coodie::batch batch;
///     batch.save(post).update(author, col<&Author::posts> += 1).remove(draft);
///     db::apply(batch);
class batch {
 public:
  explicit batch(batch_kind kind = batch_kind::logged) noexcept : kind_(kind) {}

  /// As save(); of the options ttl, timestamp and nulls count.
  template <class T>
  batch& save(const T& object, const save_options& options = {}) {
    if constexpr (detail::save_refusal<T>::good)
      add_write(detail::row_write<T, false>(object, detail::using_values::of(options),
                                            options.nulls == nulls::unset),
                options);
    return *this;
  }
  /// As insert(): makes the whole batch conditional; all its members are then of one partition. Of the
  /// options ttl counts.
  template <class T>
  batch& insert(const T& object, const insert_options& options = {}) {
    if constexpr (detail::insert_refusal<T>::good)
      add_write(detail::row_write<T, true>(object, detail::using_values::of(options), true), options);
    return *this;
  }
  /// As update(); of the options ttl and timestamp count. only_if and if_exists make the whole batch
  /// conditional.
  template <class T, class... Arguments>
  batch& update(const T& object, Arguments&&... arguments) {
    using sorted_type = detail::sorted_arguments<sizeof...(Arguments), Arguments...>;
    if constexpr (detail::update_refusal<T, sorted_type>::good)
      detail::sort_first<sizeof...(Arguments)>(
          [&](sorted_type sorted) {
            const update_options options = sorted.options;
            add_write(detail::make_update_write(object, std::move(sorted)), options);
          },
          std::forward<Arguments>(arguments)...);
    return *this;
  }
  template <class T, class... Arguments>
  batch& update(const T& object, const update_options& options, Arguments&&... arguments) {
    return update(object, update_options(options), std::forward<Arguments>(arguments)...);
  }
  /// As remove(); of the options timestamp counts.
  template <class T>
  batch& remove(const T& object, const remove_options& options = {}) {
    return remove(object, detail::no_clause(), options);
  }
  template <class T, class Clause>
    requires(detail::is_clause<Clause> || std::is_same_v<Clause, detail::no_clause>)
  batch& remove(const T& object, Clause clause, const remove_options& options = {}) {
    if constexpr (detail::remove_refusal<T, Clause>::good)
      add_write(detail::remove_write<T, Clause>(object, std::move(clause), detail::using_values::of(options)),
                options);
    return *this;
  }

  /// Any statement that changes rows, as text with its values. Of the options idempotent counts. Which
  /// partition it is about only the server knows.
  COODIE_DECL batch& execute(std::string_view statement, const value_list& values = {},
                             const execute_options& options = {});

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  /// The driver that the members' tables name; empty: the default.
  [[nodiscard]] std::string_view driver() const noexcept { return driver_; }
  /// Takes all members out; the kind stays.
  COODIE_DECL void clear() noexcept;

 private:
  friend class detail::batch_operation_base;

  template <class Write, class Options>
  void add_write(const Write& write, const Options& options) {
    if (!begin_member(detail::call_settings::of(options), options.driver,
                      {Write::conditional, Write::counter_write}))
      return;
    diagnostics diag;
    if (const errc e = write.check(&diag); e != errc::ok) return refuse(e, diag.message());
    protocol::request where;
    write.route(where);
    detail::batch_entry& entry = append(write.statement(), write.value_count(), write.values_size());
    write.put_values(values_.data() + entry.offset);
    entry.idempotent = write.statement().has(protocol::statement_flag::idempotent);
    entry.has_token = where.has_token;
    entry.token = where.token;
    note_driver(detail::table_of_model<typename Write::model>.driver);
    has_lists_ = has_lists_ || detail::has_list_column(detail::table_of_model<typename Write::model>);
  }
  /// A member of which only the statement is known yet, and room for its values.
  [[nodiscard]] COODIE_DECL detail::batch_entry& append(const protocol::statement& what,
                                                        std::size_t value_count, std::size_t size);
  /// The driver that a member's table names.
  COODIE_DECL void note_driver(std::string_view named) noexcept;
  /// Whether a member of this kind can be taken.
  [[nodiscard]] COODIE_DECL bool begin_member(const detail::call_settings& settings, std::string_view driver,
                                              detail::batch_facts facts);
  COODIE_DECL void refuse(errc e, std::string_view sentence);
  /// Whether it may be sent twice.
  [[nodiscard]] bool idempotent() const noexcept {
    for (const detail::batch_entry& each : entries_)
      if (!each.idempotent) return false;
    return true;
  }

  std::vector<detail::batch_entry> entries_;
  std::vector<std::byte> values_;
  std::vector<std::shared_ptr<const detail::text_statement>> texts_;
  std::string sentence_;  ///< why the first member that was refused can't be sent
  errc error_ = errc::ok;
  std::string_view driver_;
  bool conditional_ = false, names_driver_ = false, many_drivers_ = false, has_lists_ = false;
  batch_kind kind_;
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_BATCH_HPP
