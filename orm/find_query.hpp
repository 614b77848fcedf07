// SPDX-License-Identifier: MIT
// SELECT, COUNT and DELETE by conditions, as descriptions of their statements and values.
#ifndef COODIE_ORM_FIND_QUERY_HPP
#define COODIE_ORM_FIND_QUERY_HPP

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "orm/call_settings.hpp"
#include "orm/column.hpp"
#include "orm/key_members.hpp"
#include "orm/partition_token.hpp"
#include "orm/refusals.hpp"
#include "orm/statements.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Index of the member's column in T; no_column when it belongs to another struct.
template <class T, auto Member>
[[nodiscard]] consteval std::size_t column_of_member() noexcept {
  using owner = typename member_pointer_traits<std::remove_cv_t<decltype(Member)>>::class_type;
  if constexpr (std::is_base_of_v<owner, T>)
    return column_index<T, Member>;
  else
    return no_column;
}

template <class T, class Condition>
struct shape_of;
template <class T, auto Member, relation Relation, class Bound>
struct shape_of<T, condition<Member, Relation, Bound>> {
  static constexpr condition_shape value{column_of_member<T, Member>(), Relation, Bound::may_be_null};
  /// For the text, in which nullable values do not differ.
  static constexpr condition_shape text{column_of_member<T, Member>(), Relation, false};
};

/// `.order_by(col<&T::a>, desc)` as types.
template <auto Member, bool Descending>
struct order_of {};
template <class T, class Order>
struct order_shape_of;
template <class T, auto Member, bool Descending>
struct order_shape_of<T, order_of<Member, Descending>> {
  static constexpr order_shape value{column_of_member<T, Member>(), Descending};
};

template <class T, class... Conditions>
inline constexpr std::array<condition_shape, sizeof...(Conditions)> condition_shapes{
    shape_of<T, Conditions>::value...};
template <class T, class... Conditions>
inline constexpr std::array<condition_shape, sizeof...(Conditions)> condition_texts{
    shape_of<T, Conditions>::text...};
template <class T, class... Orders>
inline constexpr std::array<order_shape, sizeof...(Orders)> order_shapes{order_shape_of<T, Orders>::value...};

/// The values of conditions, in their order. Stored: conjunction<Conditions...>, or a reference to one where
/// it is known to live long enough.
template <class T, class Stored, class... Conditions>
class condition_values {
 public:
  explicit condition_values(Stored where) : where_(std::forward<Stored>(where)) {}

  static constexpr std::size_t count = sizeof...(Conditions);

  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    errc e = errc::ok;
    std::size_t i = 0;
    where_.conditions.visit([&](const auto&... each) {
      static_cast<void>(((e = each.bound.check(), e == errc::ok && ++i != 0) && ...));
    });
    return e == errc::ok
               ? e
               : report_column(e, expectations<T>[condition_shapes<T, Conditions...>[i].column], diag);
  }
  [[nodiscard]] std::size_t size() const noexcept {
    return where_.conditions.visit([](const auto&... each) { return (bound_size(each.bound) + ... + 0U); });
  }
  std::byte* put(std::byte* to) const noexcept {
    where_.conditions.visit([&](const auto&... each) { ((to = put_bound(to, each.bound)), ...); });
    return to;
  }
  /// The token, when each column of the partition key has one value.
  void route(protocol::request& r) const noexcept {
    if constexpr (has_token)
      where_.conditions.visit([&](const auto&... each) {
        const auto all = value_pack<const decltype(each.bound)&...>{{each.bound}...};
        set_token_of(r, all, std::make_index_sequence<partition_size>());
      });
  }

 private:
  static constexpr std::size_t partition_size = table_of_model<T>.partition_size;

  /// The condition with the value of a column of the partition key; no_column when it has none, or a list.
  [[nodiscard]] static constexpr std::size_t condition_on(std::size_t key) noexcept {
    for (std::size_t i = 0; i < count; ++i) {
      const condition_shape& each = condition_shapes<T, Conditions...>[i];
      if (each.column == table_of_model<T>.key[key] && each.how == relation::equal) return i;
    }
    return no_column;
  }
  static constexpr bool has_token = [] {
    for (std::size_t i = 0; i < partition_size; ++i)
      if (condition_on(i) == no_column) return false;
    return true;
  }();

  template <class All, std::size_t... I>
  static void set_token_of(protocol::request& r, const All& all, std::index_sequence<I...>) noexcept {
    set_token(r, value_of<condition_on(I)>(all).get()...);
  }

  Stored where_;
};

/// What .limit() and .per_partition_limit() said.
struct row_limits {
  std::int32_t limit = 0, per_partition = 0;
};
[[nodiscard]] COODIE_DECL errc check_limits(const row_limits& limits, unsigned flags,
                                            diagnostics* diag) noexcept;

/// SELECT: Source is its statement, Flags are of select_flag.
template <class T, class Source, unsigned Flags, bool Pages, class Stored, class... Conditions>
class select_query {
 public:
  using model = T;

  select_query(Stored where, row_limits limits) : where_(std::forward<Stored>(where)), limits_(limits) {}

  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    if (errc e = check_limits(limits_, Flags, diag); e != errc::ok) return e;
    return where_.check(diag);
  }
  [[nodiscard]] static const protocol::statement& statement() noexcept { return statement_of<Source>; }
  [[nodiscard]] static constexpr bool pages() noexcept { return Pages; }
  [[nodiscard]] static constexpr std::size_t value_count() noexcept {
    return sizeof...(Conditions) + (has_limit ? 1U : 0U) + (has_per_partition ? 1U : 0U);
  }
  [[nodiscard]] std::size_t values_size() const noexcept {
    return where_.size() + (has_limit ? 8U : 0U) + (has_per_partition ? 8U : 0U);
  }
  std::byte* put_values(std::byte* to) const noexcept {
    to = where_.put(to);
    if constexpr (has_per_partition) to = protocol::put_value(to, limits_.per_partition);
    if constexpr (has_limit) to = protocol::put_value(to, limits_.limit);
    return to;
  }
  void route(protocol::request& r) const noexcept { where_.route(r); }

 private:
  static constexpr bool has_limit = (Flags & select_flag::limit) != 0;
  static constexpr bool has_per_partition = (Flags & select_flag::per_partition_limit) != 0;

  condition_values<T, Stored, Conditions...> where_;
  row_limits limits_;
};

/// DELETE of all rows that match, for plain_write_operation.
template <class T, auto Shape, class Stored, class... Conditions>
class remove_all_write {
 public:
  using model = T;
  static constexpr bool conditional = false;
  static constexpr bool counter_write = false;

  remove_all_write(Stored where, using_values extra) : where_(std::forward<Stored>(where)), using_(extra) {}

  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    if (errc e = check_using(using_, {.conditional = false, .counters = table_of_model<T>.counters}, diag);
        e != errc::ok)
      return e;
    return where_.check(diag);
  }
  [[nodiscard]] const protocol::statement& statement() const noexcept {
    return using_.has_timestamp() ? statement_of<remove_all_source<T, Shape, using_clause::timestamp>>
                                  : statement_of<remove_all_source<T, Shape, 0>>;
  }
  [[nodiscard]] bool has_timestamp() const noexcept { return using_.has_timestamp(); }
  [[nodiscard]] std::size_t value_count() const noexcept { return using_.count() + sizeof...(Conditions); }
  [[nodiscard]] std::size_t values_size() const noexcept { return using_.size() + where_.size(); }
  std::byte* put_values(std::byte* to) const noexcept { return where_.put(using_.put(to)); }
  void route(protocol::request& r) const noexcept { where_.route(r); }

 private:
  condition_values<T, Stored, Conditions...> where_;
  using_values using_;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_FIND_QUERY_HPP
