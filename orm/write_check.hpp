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

/// What save can write.
template <class T>
[[nodiscard]] consteval verdict judge_save() noexcept {
  if constexpr (!model_verdict<T>.good())
    return model_verdict<T>;
  else
    return {table_of_model<T>.counters ? fault::counter_saved : fault::none, no_column};
}
/// A conditional write shows what stood in its way, which must not borrow.
template <class T>
[[nodiscard]] consteval verdict judge_owning() noexcept {
  if constexpr (!model_verdict<T>.good())
    return model_verdict<T>;
  else
    return {is_borrowed<T> ? fault::conditional_borrowed : fault::none, no_column};
}
template <class T>
[[nodiscard]] consteval verdict judge_insert() noexcept {
  return judge_save<T>().good() ? judge_owning<T>() : judge_save<T>();
}

template <class T, class Clause>
[[nodiscard]] consteval verdict judge_clause() noexcept {
  using traits = clause_traits<T, Clause>;
  if constexpr (std::is_same_v<Clause, no_clause>)
    return {};
  else if constexpr (traits::refused)
    return {fault::already_told, no_column};
  else if constexpr (table_of_model<T>.counters)
    return {fault::conditional_counter, no_column};
  else
    return judge_only_if(table_of_model<T>, traits::shapes).good()
               ? judge_owning<T>()
               : judge_only_if(table_of_model<T>, traits::shapes);
}

template <class T, class Clause>
[[nodiscard]] consteval verdict judge_remove_row() noexcept {
  if constexpr (!model_verdict<T>.good())
    return model_verdict<T>;
  else
    return judge_clause<T, Clause>();
}

/// Takes the place of a clause when an argument of update was refused.
struct refused_argument {};

template <class T, class Clause, class... Assignments>
[[nodiscard]] consteval verdict judge_update_of() noexcept {
  if constexpr (!model_verdict<T>.good()) {
    return model_verdict<T>;
  } else if constexpr (std::is_same_v<Clause, refused_argument>) {
    return {fault::update_argument, no_column};
  } else if constexpr (sizeof...(Assignments) == 0) {
    return {fault::nothing_assigned, no_column};
  } else if constexpr ((std::is_same_v<decltype(Assignments::bound), refused_value> || ...)) {
    return {fault::already_told, no_column};
  } else {
    constexpr verdict assigned = judge_assignments(table_of_model<T>, assignment_shapes<T, Assignments...>);
    return assigned.good() ? judge_clause<T, Clause>() : assigned;
  }
}

// `good` when the write can be asked for; else they do not compile.
template <class T>
using save_refusal = refusal<T, judge_save<T>()>;
template <class T>
using insert_refusal = refusal<T, judge_insert<T>()>;
template <class T>
using owning_refusal = refusal<T, judge_owning<T>()>;
template <class T, class Clause>
using remove_refusal = refusal<T, judge_remove_row<T, Clause>()>;

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
  if constexpr (!is_update_argument<First>) {
    return update_arguments<refused_argument, Done...>{std::move(done.assignments), {}, done.options};
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
[[nodiscard]] auto make_update_write(const T& object, update_arguments<Clause, Assignments...> arguments) {
  return update_write<T, Clause, Assignments...>(object, std::move(arguments.assignments),
                                                 std::move(arguments.clause),
                                                 using_values::of(arguments.options));
}
template <class T, class Clause, class... Assignments>
[[nodiscard]] auto make_update(const T& object, update_arguments<Clause, Assignments...> arguments) {
  const auto options = arguments.options;
  return make_write_operation(make_update_write(object, std::move(arguments)), options);
}

/// update's arguments up to `Count`, sorted, as a type.
template <class Indices, class... Arguments>
struct sorted_type;
template <std::size_t... I, class... Arguments>
struct sorted_type<std::index_sequence<I...>, Arguments...> {
  using all = std::tuple<Arguments&&...>;
  using type = decltype(sort_arguments(update_arguments<no_clause>(),
                                       std::declval<std::tuple_element_t<I, all>>()...));
};
template <std::size_t Count, class... Arguments>
using sorted_arguments = typename sorted_type<std::make_index_sequence<Count>, Arguments...>::type;

template <class T, class Clause, class... Assignments>
[[nodiscard]] consteval verdict judge_sorted(const update_arguments<Clause, Assignments...>*) noexcept {
  return judge_update_of<T, Clause, Assignments...>();
}
template <class T, class Sorted>
using update_refusal = refusal<T, judge_sorted<T>(static_cast<const Sorted*>(nullptr))>;

template <class T, class Clause>
[[nodiscard]] auto make_remove(const T& object, Clause clause, const remove_options& options) {
  using write = remove_write<T, Clause>;
  return make_write_operation(write(object, std::move(clause), using_values::of(options)), options);
}

/// remove(object, condition): only_if() is missing, or it should be remove_all().
template <class T>
[[nodiscard]] consteval bool refuse_remove_where() noexcept {
  static_assert(!is_table<T>,
                "coodie: remove(object) takes only_if(...) or if_exists; to remove what matches conditions "
                "say find<T>(conditions).remove_all()");
  return false;
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_WRITE_CHECK_HPP
