// SPDX-License-Identifier: MIT
// find(...) and what can be said behind it: the part that sync and aio share.
#ifndef COODIE_ORM_QUERY_CHAIN_HPP
#define COODIE_ORM_QUERY_CHAIN_HPP

#include <cstdint>
#include <type_traits>
#include <utility>

#include "orm/find_query.hpp"
#include "orm/options.hpp"
#include "orm/read_operation.hpp"
#include "orm/save_operation.hpp"

namespace coodie::inline COODIE_ABI::detail {

template <class Condition>
inline constexpr bool was_refused = false;
template <auto Member, relation Relation>
inline constexpr bool was_refused<condition<Member, Relation, refused_value>> = true;

/// A query so far: Orders is a type_list of order_of, Where a conjunction.
template <class Table, class RowType, unsigned Flags, class Orders, class Where>
struct query_parts;
template <class Table, class RowType, unsigned Flags, class... Orders, class... Conditions>
struct query_parts<Table, RowType, Flags, type_list<Orders...>, conjunction<Conditions...>> {
  using model = Table;
  using row = RowType;
  static constexpr unsigned flags = Flags;
  static constexpr bool ordered = sizeof...(Orders) != 0;

  conjunction<Conditions...> where;
  row_limits limits{};
  read_options options{};

  template <unsigned More>
  [[nodiscard]] constexpr auto with_flag() && {
    return query_parts<Table, RowType, Flags | More, type_list<Orders...>, conjunction<Conditions...>>{
        std::move(where), limits, options};
  }
  template <class... More>
  [[nodiscard]] constexpr auto with_conditions(conjunction<More...> more) && {
    return query_parts<Table, RowType, Flags, type_list<Orders...>, conjunction<Conditions..., More...>>{
        join(std::move(where), std::move(more)), limits, options};
  }
  template <class... Given>
  [[nodiscard]] constexpr auto with_order(type_list<Given...>) && {
    return query_parts<Table, RowType, Flags, type_list<Given...>, conjunction<Conditions...>>{
        std::move(where), limits, options};
  }
  template <class Projection>
  [[nodiscard]] constexpr auto with_row() && {
    return query_parts<Table, Projection, Flags, type_list<Orders...>, conjunction<Conditions...>>{
        std::move(where), limits, options};
  }

  [[nodiscard]] static consteval verdict judge_model_first() noexcept {
    if constexpr ((was_refused<Conditions> || ...))
      return {fault::already_told, no_column};
    else
      return model_verdict<Table>;
  }
  [[nodiscard]] static consteval verdict judge_as_select() noexcept {
    if constexpr (constexpr verdict first = judge_model_first(); !first.good())
      return first;
    else
      return judge_select(table_of_model<Table>, condition_shapes<Table, Conditions...>,
                          order_shapes<Table, Orders...>, (Flags & select_flag::allow_filtering) != 0);
  }
  [[nodiscard]] static consteval verdict judge_as_count() noexcept {
    constexpr unsigned limits = select_flag::limit | select_flag::per_partition_limit;
    if constexpr (ordered)
      return {fault::count_in_order, no_column};
    else if constexpr ((Flags & limits) != 0)
      return {fault::count_with_limit, no_column};
    else
      return judge_as_select();
  }
  [[nodiscard]] static consteval verdict judge_as_remove() noexcept {
    if constexpr (ordered || Flags != 0)
      return {fault::remove_with_more, no_column};
    else if constexpr (constexpr verdict first = judge_model_first(); !first.good())
      return first;
    else
      return judge_remove(table_of_model<Table>, condition_shapes<Table, Conditions...>);
  }
  [[nodiscard]] static consteval verdict judge_row() noexcept {
    if constexpr (judge_as_select().good())
      return judge_projection<Table, RowType>();
    else
      return {};
  }

  // `good` when the query can be asked; else they do not compile.
  using select_refusal = refusal<Table, judge_as_select()>;
  using row_refusal = refusal<RowType, judge_row()>;
  using count_refusal = refusal<Table, judge_as_count()>;
  using remove_refusal = refusal<Table, judge_as_remove()>;

  /// The server pages no query that has both an order and a list of partition keys.
  static constexpr bool list_in_order = [] {
    if constexpr (ordered)
      for (const condition_shape& each : condition_shapes<Table, Conditions...>)
        if (each.how == relation::in &&
            table_of_model<Table>.columns[each.column].kind == column_kind::partition_key)
          return true;
    return false;
  }();

  template <unsigned SelectFlags>
  static constexpr select_shape<sizeof...(Conditions), sizeof...(Orders)> shape{
      condition_texts<Table, Conditions...>, order_shapes<Table, Orders...>, SelectFlags};
  template <unsigned SelectFlags>
  using select_text = select_source<Table, RowType, shape<SelectFlags>>;

  /// How an operation has the conditions: its own copy, or a reference to these, which must outlive it.
  template <bool Refer>
  using stored = std::conditional_t<Refer, const conjunction<Conditions...>&, conjunction<Conditions...>>;
  template <unsigned SelectFlags, bool Refer>
  using select = select_query<Table, select_text<SelectFlags>, SelectFlags, !list_in_order, stored<Refer>,
                              Conditions...>;

  [[nodiscard]] auto make_query() const { return select<Flags, false>(where, limits); }
  template <bool Refer>
  [[nodiscard]] auto make_all() const {
    using query = select<Flags, Refer>;
    return read_all_operation<query, RowType>(query(where, limits), options);
  }
  /// At most `most` rows, whatever .limit() said: those that would be its first.
  template <row_count Count, bool Refer>
  [[nodiscard]] auto make_one(std::int32_t most) const {
    using query = select<Flags | select_flag::limit, Refer>;
    row_limits fewer = limits;
    if ((Flags & select_flag::limit) == 0 || limits.limit > most) fewer.limit = most;
    return read_one_operation<query, RowType, Count>(query(where, fewer), options);
  }
  template <bool Refer>
  [[nodiscard]] auto make_count() const {
    using query =
        select_query<Table, count_source<Table, shape<Flags>>, Flags, true, stored<Refer>, Conditions...>;
    return count_operation<query>(query(where, limits), options);
  }
  template <bool Refer>
  [[nodiscard]] auto make_remove_all(const remove_options& remove) const {
    using write = remove_all_write<Table, shape<0>, stored<Refer>, Conditions...>;
    return plain_write_operation<write>(write(where, using_values::of(remove)), remove);
  }
};

template <class T, class... Conditions>
using first_parts = query_parts<T, T, 0, type_list<>, conjunction<Conditions...>>;

/// `col<&T::a>, desc, col<&T::b>` as a type_list of order_of.
template <class... Done>
[[nodiscard]] constexpr auto parse_orders(type_list<Done...> done) noexcept {
  return done;
}
template <class... Done, auto Member, class... Rest>
[[nodiscard]] constexpr auto parse_orders(type_list<Done...>, column_reference<Member>, desc_t,
                                          Rest... rest) noexcept {
  return parse_orders(type_list<Done..., order_of<Member, true>>(), rest...);
}
template <class... Done, auto Member, class... Rest>
[[nodiscard]] constexpr auto parse_orders(type_list<Done...>, column_reference<Member>, asc_t,
                                          Rest... rest) noexcept {
  return parse_orders(type_list<Done..., order_of<Member, false>>(), rest...);
}
template <class... Done, auto Member, class... Rest>
[[nodiscard]] constexpr auto parse_orders(type_list<Done...>, column_reference<Member>,
                                          Rest... rest) noexcept {
  return parse_orders(type_list<Done..., order_of<Member, false>>(), rest...);
}

template <class Given>
inline constexpr bool is_column = false;
template <auto Member>
inline constexpr bool is_column<column_reference<Member>> = true;
template <class Given>
inline constexpr bool is_direction = std::is_same_v<Given, asc_t> || std::is_same_v<Given, desc_t>;

/// Columns, each followed by asc or desc or nothing.
template <class... Given>
[[nodiscard]] consteval bool are_orders() noexcept {
  bool after_column = false, good = sizeof...(Given) != 0;
  static_cast<void>(((good = good && (is_column<Given> || (is_direction<Given> && after_column)),
                      after_column = is_column<Given>, good) &&
                     ...));
  return good;
}
template <class... Given>
[[nodiscard]] consteval bool check_order_arguments() noexcept {
  static_assert(are_orders<Given...>(),
                "coodie: .order_by() takes columns, each with coodie::asc or coodie::desc behind it or none: "
                ".order_by(col<&T::member>, coodie::desc)");
  return are_orders<Given...>();
}

template <class Given>
[[nodiscard]] consteval bool check_condition() noexcept {
  static_assert(is_condition<Given> || std::is_same_v<Given, two_columns>,  // which was told
                "coodie: a query takes conditions like coodie::col<&T::member> == value, joined by &&");
  return is_condition<Given>;
}

/// What can be said behind find(...), in any order. Each call gives a new query. Front<Parts> asks it.
template <template <class> class Front, class Parts>
class query_chain {
 public:
  explicit query_chain(Parts parts) : parts_(std::move(parts)) {}

  /// One more condition, or several.
  template <class Condition>
  [[nodiscard]] auto filter(Condition condition) && {
    if constexpr (check_condition<Condition>())
      return next(std::move(parts_).with_conditions(to_conjunction(std::move(condition))));
    else
      return next(std::move(parts_));
  }
  /// At most so many rows; above 0.
  [[nodiscard]] auto limit(std::int32_t rows) && {
    parts_.limits.limit = rows;
    return next(std::move(parts_).template with_flag<select_flag::limit>());
  }
  /// At most so many rows of each partition; above 0.
  [[nodiscard]] auto per_partition_limit(std::int32_t rows) && {
    parts_.limits.per_partition = rows;
    return next(std::move(parts_).template with_flag<select_flag::per_partition_limit>());
  }
  /// `.order_by(col<&T::a>, desc)`; several columns, each with its order, in the order of the key. Without
  /// asc or desc: asc.
  template <class... Orders>
  [[nodiscard]] auto order_by(Orders... orders) && {
    if constexpr (check_order_arguments<Orders...>())
      return next(std::move(parts_).with_order(parse_orders(type_list<>(), orders...)));
    else
      return next(std::move(parts_));
  }
  /// The server may read and drop rows that do not match: as slow as the table is large.
  [[nodiscard]] auto allow_filtering() && {
    return next(std::move(parts_).template with_flag<select_flag::allow_filtering>());
  }
  /// Rows of a page.
  [[nodiscard]] auto page_size(std::int32_t rows) && {
    parts_.options.page_size = rows;
    return next(std::move(parts_));
  }
  /// Reads only the columns that the struct has, into it.
  template <class Projection>
  [[nodiscard]] auto as() && {
    return next(std::move(parts_).template with_row<Projection>());
  }

  // The same for a query that has a name.
  template <class Condition>
  [[nodiscard]] auto filter(Condition condition) const& {
    return query_chain(*this).filter(std::move(condition));
  }
  [[nodiscard]] auto limit(std::int32_t rows) const& { return query_chain(*this).limit(rows); }
  [[nodiscard]] auto per_partition_limit(std::int32_t rows) const& {
    return query_chain(*this).per_partition_limit(rows);
  }
  template <class... Orders>
  [[nodiscard]] auto order_by(Orders... orders) const& {
    return query_chain(*this).order_by(orders...);
  }
  [[nodiscard]] auto allow_filtering() const& { return query_chain(*this).allow_filtering(); }
  [[nodiscard]] auto page_size(std::int32_t rows) const& { return query_chain(*this).page_size(rows); }
  template <class Projection>
  [[nodiscard]] auto as() const& {
    return query_chain(*this).template as<Projection>();
  }

 protected:
  using model = typename Parts::model;
  using row = typename Parts::row;

  template <class Next>
  [[nodiscard]] static Front<Next> next(Next parts) {
    return Front<Next>(std::move(parts));
  }

  Parts parts_;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_QUERY_CHAIN_HPP
