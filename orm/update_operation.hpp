// SPDX-License-Identifier: MIT
// UPDATE and DELETE of one row, with or without conditions.
#ifndef COODIE_ORM_UPDATE_OPERATION_HPP
#define COODIE_ORM_UPDATE_OPERATION_HPP

#include <cstddef>
#include <type_traits>
#include <utility>

#include "orm/find_query.hpp"
#include "orm/save_operation.hpp"

namespace coodie::inline COODIE_ABI {

/// The row has to exist; makes an update or a removal conditional.
struct if_exists_t {
  constexpr explicit if_exists_t() noexcept = default;
};
inline constexpr if_exists_t if_exists{};

namespace detail {

template <class... Conditions>
struct only_if_clause {
  conjunction<Conditions...> where;
};

}  // namespace detail

/// The write is applied only if the row has these values: `only_if(col<&T::views> == 0 && col<&T::title> !=
/// "x")`. An empty std::optional, or std::nullopt, stands for a column without a value.
template <class Condition>
[[nodiscard]] auto only_if(Condition condition) {
  static_assert(detail::is_condition<Condition>,
                "coodie: only_if() takes conditions like coodie::col<&T::member> == value, joined by &&");
  if constexpr (detail::is_condition<Condition>) {
    auto all = detail::to_conjunction(std::move(condition));
    return [&]<class... Conditions>(detail::conjunction<Conditions...>& where) {
      return detail::only_if_clause<Conditions...>{std::move(where)};
    }(all);
  } else {
    return detail::only_if_clause<>{};
  }
}

namespace detail {

/// All assignments of an update.
template <class... Assignments>
using assignment_pack = value_pack<Assignments...>;

template <class T, class Assignment>
struct assignment_shape_of;
template <class T, auto Member, assignment_kind Kind, class Bound>
struct assignment_shape_of<T, assignment<Member, Kind, Bound>> {
  static constexpr assignment_shape value{column_of_member<T, Member>(), Kind};
};
template <class T, class... Assignments>
inline constexpr std::array<assignment_shape, sizeof...(Assignments)> assignment_shapes{
    assignment_shape_of<T, Assignments>::value...};

/// The condition of a write: none, if_exists, or those of only_if.
struct no_clause {};

template <class T, class Clause>
struct clause_traits;
template <class T>
struct clause_traits<T, no_clause> {
  static constexpr bool exists = false, refused = false;
  static constexpr std::array<condition_shape, 0> shapes{}, texts{};
  using values = condition_values<T, conjunction<>>;
  [[nodiscard]] static values make(no_clause) { return values(conjunction<>{}); }
};
template <class T>
struct clause_traits<T, if_exists_t> : clause_traits<T, no_clause> {
  static constexpr bool exists = true;
  [[nodiscard]] static condition_values<T, conjunction<>> make(if_exists_t) {
    return condition_values<T, conjunction<>>(conjunction<>{});
  }
};
template <class T, class... Conditions>
struct clause_traits<T, only_if_clause<Conditions...>> {
  static constexpr bool exists = false;
  static constexpr bool refused = (std::is_same_v<decltype(Conditions::bound), refused_value> || ...);
  static constexpr const auto& shapes = condition_shapes<T, Conditions...>;
  static constexpr const auto& texts = condition_texts<T, Conditions...>;
  using values = condition_values<T, conjunction<Conditions...>, Conditions...>;
  [[nodiscard]] static values make(only_if_clause<Conditions...> clause) {
    return values(std::move(clause.where));
  }
};

/// Whether all these columns are static, so that the row is named by the partition key alone.
template <std::size_t N, class Shapes>
[[nodiscard]] constexpr bool all_static(const table_info<N>& table, const Shapes& shapes) noexcept {
  for (const auto& each : shapes)
    if (table.columns[each.column].kind != column_kind::static_column) return false;
  return true;
}

template <class T, class Clause, class... Assignments>
[[nodiscard]] consteval auto shape_of_write() noexcept {
  using clause = clause_traits<T, Clause>;
  constexpr const auto& table = table_of_model<T>;
  write_shape<sizeof...(Assignments), clause::texts.size()> shape;
  shape.assignments = assignment_shapes<T, Assignments...>;
  shape.conditions = clause::texts;
  shape.if_exists = clause::exists;
  shape.whole_key = sizeof...(Assignments) == 0 || !all_static(table, shape.assignments) ||
                    !all_static(table, shape.conditions);
  return shape;
}

/// The key of an object, as far as the statement names it.
template <class T, bool Whole>
using named_key = std::conditional_t<Whole, key_members<T>, partition_members<T>>;

template <class T, class Key>
[[nodiscard]] std::size_t key_size_of(const T& object) noexcept {
  return Key::visit(object, [](const auto&... key) { return (protocol::value_size(key) + ...); });
}
template <class T, class Key>
[[nodiscard]] std::byte* put_key_of(std::byte* to, const T& object) noexcept {
  Key::visit(object, [&](const auto&... key) { ((to = protocol::put_value(to, key)), ...); });
  return to;
}
template <class T>
[[nodiscard]] errc check_key_of(const T& object, diagnostics* diag) noexcept {
  errc e = errc::ok;
  std::size_t i = 0;
  key_members<T>::visit(object, [&](const auto&... key) {
    static_cast<void>(((e = protocol::check_value(key), e == errc::ok && ++i != 0) && ...));
  });
  return e == errc::ok ? e : report_column(e, expectations<T>[table_of_model<T>.key[i]], diag);
}

/// UPDATE of the row with the object's key.
template <class T, class Clause, class... Assignments>
class update_write {
  using clause = clause_traits<T, Clause>;
  static constexpr auto shape = shape_of_write<T, Clause, Assignments...>();
  using key = named_key<T, shape.whole_key>;

 public:
  using model = T;
  static constexpr bool conditional = shape.conditional();
  static constexpr bool counter_write = table_of_model<T>.counters;

  update_write(const T& object, assignment_pack<Assignments...> assignments, Clause condition,
               using_values extra)
      : object_(&object),
        assignments_(std::move(assignments)),
        conditions_(clause::make(std::move(condition))),
        using_(extra) {}

  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    if (errc e = check_using(using_, {conditional, counter_write}, diag); e != errc::ok) return e;
    if (errc e = check_key_of(*object_, diag); e != errc::ok) return e;
    errc e = errc::ok;
    std::size_t i = 0;
    assignments_.visit([&](const auto&... each) {
      static_cast<void>(((e = each.bound.check(), e == errc::ok && ++i != 0) && ...));
    });
    if (e != errc::ok)
      return report_column(e, expectations<T>[assignment_shapes<T, Assignments...>[i].column], diag);
    return conditions_.check(diag);
  }
  [[nodiscard]] const protocol::statement& statement() const noexcept {
    static constexpr const protocol::statement* variants[] = {
        &statement_of<update_source<T, shape, 0>>, &statement_of<update_source<T, shape, 1>>,
        &statement_of<update_source<T, shape, 2>>, &statement_of<update_source<T, shape, 3>>};
    return *variants[using_.clause];
  }
  [[nodiscard]] bool has_timestamp() const noexcept { return using_.has_timestamp(); }
  [[nodiscard]] std::size_t value_count() const noexcept {
    return using_.count() + sizeof...(Assignments) + key::size + clause::texts.size();
  }
  [[nodiscard]] std::size_t values_size() const noexcept {
    const std::size_t assigned =
        assignments_.visit([](const auto&... each) { return (bound_size(each.bound) + ...); });
    return using_.size() + assigned + key_size_of<T, key>(*object_) + conditions_.size();
  }
  std::byte* put_values(std::byte* to) const noexcept {
    to = using_.put(to);
    assignments_.visit([&](const auto&... each) { ((to = put_bound(to, each.bound)), ...); });
    return conditions_.put(put_key_of<T, key>(to, *object_));
  }
  void route(protocol::request& r) const noexcept {
    partition_members<T>::visit(*object_, [&](const auto&... partition) { set_token(r, partition...); });
  }

 private:
  const T* object_;
  assignment_pack<Assignments...> assignments_;
  typename clause::values conditions_;
  using_values using_;
};

/// DELETE of the row with the object's key.
template <class T, class Clause>
class remove_write {
  using clause = clause_traits<T, Clause>;
  static constexpr auto shape = shape_of_write<T, Clause>();

 public:
  using model = T;
  static constexpr bool conditional = shape.conditional();
  static constexpr bool counter_write = table_of_model<T>.counters;

  remove_write(const T& object, Clause condition, using_values extra)
      : object_(&object), conditions_(clause::make(std::move(condition))), using_(extra) {}

  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    if (errc e = check_using(using_, {conditional, counter_write}, diag); e != errc::ok) return e;
    if (errc e = check_key_of(*object_, diag); e != errc::ok) return e;
    return conditions_.check(diag);
  }
  [[nodiscard]] const protocol::statement& statement() const noexcept {
    return using_.has_timestamp() ? statement_of<remove_source<T, shape, using_clause::timestamp>>
                                  : statement_of<remove_source<T, shape, 0>>;
  }
  [[nodiscard]] bool has_timestamp() const noexcept { return using_.has_timestamp(); }
  [[nodiscard]] std::size_t value_count() const noexcept {
    return using_.count() + key_members<T>::size + clause::texts.size();
  }
  [[nodiscard]] std::size_t values_size() const noexcept {
    return using_.size() + key_size_of<T, key_members<T>>(*object_) + conditions_.size();
  }
  std::byte* put_values(std::byte* to) const noexcept {
    return conditions_.put(put_key_of<T, key_members<T>>(using_.put(to), *object_));
  }
  void route(protocol::request& r) const noexcept {
    partition_members<T>::visit(*object_, [&](const auto&... partition) { set_token(r, partition...); });
  }

 private:
  const T* object_;
  typename clause::values conditions_;
  using_values using_;
};

/// A write as an operation: with an answer when it is conditional.
template <class Write, class Options>
[[nodiscard]] auto make_write_operation(Write write, const Options& options) {
  if constexpr (Write::conditional)
    return conditional_write_operation<Write>(std::move(write), options);
  else
    return plain_write_operation<Write>(std::move(write), options);
}
/// What a call of such a write returns.
template <class T, class Clause>
using write_result = std::conditional_t<std::is_same_v<Clause, no_clause>, void, lwt_result<T>>;

}  // namespace detail
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_UPDATE_OPERATION_HPP
