// SPDX-License-Identifier: MIT
// The name of the member that a pointer names, as the compiler spells it.
#ifndef COODIE_ORM_MEMBER_NAME_HPP
#define COODIE_ORM_MEMBER_NAME_HPP

#include <cstddef>
#include <string_view>
#include <type_traits>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::detail {

[[nodiscard]] constexpr bool is_name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// The last identifier of a compiler's description that ends with brackets.
[[nodiscard]] constexpr std::string_view last_name(std::string_view text) noexcept {
  while (!text.empty() && !is_name_character(text.back())) text.remove_suffix(1);
  std::size_t begin = text.size();
  while (begin > 0 && is_name_character(text[begin - 1])) --begin;
  return text.substr(begin);
}

/// The description of the compiler ends with the template argument because the function returns a plain type.
template <auto Pointer>
[[nodiscard]] consteval const char* describe_pointer() noexcept {
  return __PRETTY_FUNCTION__;
}

/// The name of the member that a pointer to a member names.
template <auto Member>
inline constexpr std::string_view member_name = last_name(describe_pointer<Member>());

/// The class of a pointer to a member, and the member's type.
template <class Pointer>
struct member_pointer_traits {
  static constexpr bool is_member = false;
};
template <class Class, class Member>
struct member_pointer_traits<Member Class::*> {
  static constexpr bool is_member = !std::is_function_v<Member>;
  using class_type = Class;
  using member_type = Member;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_MEMBER_NAME_HPP
