// SPDX-License-Identifier: MIT
// The checks of save, insert, update and remove; and update's arguments taken apart.
#ifndef COODIE_ORM_WRITE_CHECK_HPP
#define COODIE_ORM_WRITE_CHECK_HPP

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include "orm/update_operation.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// What save and insert can write.
template <class T>
[[nodiscard]] consteval bool check_save() noexcept {
  if constexpr (check_model<T>()) {
    static_assert(
        !table_of_model<T>.counters,
        "coodie: a table with counters can't be saved or inserted; change a counter by update(object, "
        "col<&T::member> += n)");
    return !table_of_model<T>.counters;
  } else {
    return false;
  }
}
/// A conditional write shows what stood in its way, which must not borrow.
template <class T>
[[nodiscard]] consteval bool check_owning() noexcept {
  static_assert(
      !is_borrowed<T>,
      "coodie: a conditional write returns a row, which a struct with std::string_view or std::span can't "
      "hold; use one with std::string");
  return !is_borrowed<T>;
}

template <class T, class Clause>
[[nodiscard]] consteval bool check_clause() noexcept {
  using traits = clause_traits<T, Clause>;
  if constexpr (std::is_same_v<Clause, no_clause>) {
    return true;
  } else if constexpr (traits::refused) {
    return false;
  } else {
    constexpr query_verdict verdict = table_of_model<T>.counters
                                          ? query_verdict{query_problem::conditional_counter, no_column}
                                          : judge_only_if(table_of_model<T>, traits::shapes);
    if constexpr (check_query<T, verdict.problem, verdict.column>())
      return check_owning<T>();
    else
      return false;
  }
}

template <class T, class Clause>
[[nodiscard]] consteval bool check_remove() noexcept {
  if constexpr (check_model<T>())
    return check_clause<T, Clause>();
  else
    return false;
}

template <std::size_t Count>
[[nodiscard]] consteval bool check_has_assignments() noexcept {
  static_assert(Count != 0,
                "coodie: update() needs at least one assignment: coodie::col<&T::member> = value");
  return Count != 0;
}

template <class T, class Clause, class... Assignments>
[[nodiscard]] consteval bool check_update() noexcept {
  if constexpr (!check_model<T>()) {
    return false;
  } else if constexpr (!check_has_assignments<sizeof...(Assignments)>()) {
    return false;
  } else if constexpr ((std::is_same_v<decltype(Assignments::bound), refused_value> || ...)) {
    return false;
  } else {
    constexpr query_verdict verdict =
        judge_assignments(table_of_model<T>, assignment_shapes<T, Assignments...>);
    if constexpr (check_query<T, verdict.problem, verdict.column>())
      return check_clause<T, Clause>();
    else
      return false;
  }
}

// The arguments behind the object: assignments, then at most one clause, then perhaps options.
template <class Argument>
inline constexpr bool is_assignment = false;
template <auto Member, assignment_kind Kind, class Bound>
inline constexpr bool is_assignment<assignment<Member, Kind, Bound>> = true;
template <class Argument>
inline constexpr bool is_clause = std::is_same_v<Argument, if_exists_t>;
template <class... Conditions>
inline constexpr bool is_clause<only_if_clause<Conditions...>> = true;
template <class Argument>
inline constexpr bool is_update_argument =
    is_assignment<Argument> || is_clause<Argument> || std::is_same_v<Argument, update_options>;

template <class Argument>
[[nodiscard]] consteval bool check_update_argument() noexcept {
  static_assert(
      is_update_argument<Argument>,
      "coodie: update() takes assignments (col<&T::member> = value), only_if(...) or if_exists, and "
      "update_options");
  return is_update_argument<Argument>;
}

/// update's arguments, sorted.
template <class Clause, class... Assignments>
struct update_arguments {
  using clause_type = Clause;
  assignment_pack<Assignments...> assignments;
  Clause clause;
  update_options options;
};

template <class Clause, class... Done>
[[nodiscard]] auto sort_arguments(update_arguments<Clause, Done...> done) {
  return done;
}
template <class Clause, class... Done, class First, class... Rest>
[[nodiscard]] auto sort_arguments(update_arguments<Clause, Done...> done, First first, Rest... rest) {
  if constexpr (!check_update_argument<First>()) {
    return done;
  } else if constexpr (is_assignment<First>) {
    return std::move(done.assignments).take([&](Done&&... before) {
      return sort_arguments(
          update_arguments<Clause, Done..., First>{
              {{std::move(before)}..., {std::move(first)}}, std::move(done.clause), done.options},
          std::move(rest)...);
    });
  } else if constexpr (is_clause<First>) {
    static_assert(std::is_same_v<Clause, no_clause>, "coodie: update() takes one only_if(...) or if_exists");
    return sort_arguments(
        update_arguments<First, Done...>{std::move(done.assignments), std::move(first), done.options},
        std::move(rest)...);
  } else {
    done.options = first;
    return sort_arguments(std::move(done), std::move(rest)...);
  }
}

/// Calls f with the first `Count` of update's arguments, sorted, and with the others as they are.
template <std::size_t Count, class F, class... Arguments>
auto sort_first(F&& f, Arguments&&... arguments) {
  auto all = std::forward_as_tuple(std::forward<Arguments>(arguments)...);
  return [&]<std::size_t... I, std::size_t... J>(std::index_sequence<I...>, std::index_sequence<J...>) {
    auto sorted = sort_arguments(update_arguments<no_clause>(), std::get<I>(std::move(all))...);
    return f(std::move(sorted), std::get<Count + J>(std::move(all))...);
  }(std::make_index_sequence<Count>(), std::make_index_sequence<sizeof...(Arguments) - Count>());
}

template <class T, class Clause, class... Assignments>
[[nodiscard]] auto make_update(const T& object, update_arguments<Clause, Assignments...> arguments) {
  using write = update_write<T, Clause, Assignments...>;
  return make_write_operation(write(object, std::move(arguments.assignments), std::move(arguments.clause),
                                    using_values::of(arguments.options)),
                              call_settings::of(arguments.options));
}
template <class T, class Clause, class... Assignments>
[[nodiscard]] consteval bool check_sorted(const update_arguments<Clause, Assignments...>*) noexcept {
  return check_update<T, Clause, Assignments...>();
}
template <class T, class Sorted>
[[nodiscard]] consteval bool check_sorted_update() noexcept {
  return check_sorted<T>(static_cast<const Sorted*>(nullptr));
}

template <class T, class Clause>
[[nodiscard]] auto make_remove(const T& object, Clause clause, const remove_options& options) {
  using write = remove_write<T, Clause>;
  return make_write_operation(write(object, std::move(clause), using_values::of(options)),
                              call_settings::of(options));
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_WRITE_CHECK_HPP
