// SPDX-License-Identifier: MIT
// The members that make up the key, in its order.
#ifndef COODIE_ORM_KEY_MEMBERS_HPP
#define COODIE_ORM_KEY_MEMBERS_HPP

#include <cstddef>
#include <type_traits>
#include <utility>

#include "orm/model.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Pointers to members, as a type.
template <auto... Members>
struct member_list {
  static constexpr std::size_t size = sizeof...(Members);

  /// Calls f with these members of the object.
  template <class Object, class F>
  static constexpr decltype(auto) visit(Object& object, F&& f) {
    return f(object.*Members...);
  }
};

template <auto... As, auto... Bs>
member_list<As..., Bs...> operator+(member_list<As...>, member_list<Bs...>);

/// Drops asc and desc from the arguments of clustering_key<>.
template <auto Each>
[[nodiscard]] consteval auto member_or_nothing() noexcept {
  if constexpr (member_pointer_traits<std::remove_cv_t<decltype(Each)>>::is_member)
    return member_list<Each>();
  else
    return member_list<>();
}

template <class Mark>
struct key_part {
  using partition = member_list<>;
  using clustering = member_list<>;
};
template <auto... Members>
struct key_part<partition_key<Members...>> {
  using partition = decltype((member_list<>() + ... + member_or_nothing<Members>()));
  using clustering = member_list<>;
};
template <auto... Members>
struct key_part<clustering_key<Members...>> {
  using partition = member_list<>;
  using clustering = decltype((member_list<>() + ... + member_or_nothing<Members>()));
};

template <class Marks>
struct key_parts;
template <fixed_string Name, class... Marks>
struct key_parts<table_marks<Name, Marks...>> {
  using partition = decltype((member_list<>() + ... + typename key_part<Marks>::partition()));
  using clustering = decltype((member_list<>() + ... + typename key_part<Marks>::clustering()));
};

template <class T>
using partition_members = typename key_parts<table_marks_of<T>>::partition;
template <class T>
using key_members = decltype(partition_members<T>() + typename key_parts<table_marks_of<T>>::clustering());

/// The types of the key columns, in the order of the key.
template <class T>
using key_types = decltype(key_members<T>::visit(std::declval<T&>(), list_types()));

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_KEY_MEMBERS_HPP
