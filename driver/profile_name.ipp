// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_PROFILE_NAME_IPP
#define COODIE_DRIVER_PROFILE_NAME_IPP

#include <algorithm>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "driver/profile_name.hpp"

namespace coodie::inline COODIE_ABI::detail {

inline namespace profile_names {
struct name_book {
  static constexpr std::size_t most = 1000;
  std::mutex mutex;
  std::list<std::string> names;

  // Never destroyed: requests may end while the program's static objects do.
  static name_book& instance() {
    alignas(name_book) static std::byte place[sizeof(name_book)];
    static name_book& only = *std::construct_at(reinterpret_cast<name_book*>(place));
    return only;
  }
};
}  // namespace profile_names

std::string_view intern_profile_name(std::string_view name) {
  name_book& book = name_book::instance();
  const std::lock_guard lock(book.mutex);
  const auto known = std::find(book.names.begin(), book.names.end(), name);
  if (known != book.names.end()) return *known;
  if (book.names.size() >= name_book::most) return "(one of too many profiles)";
  return book.names.emplace_back(name);
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_PROFILE_NAME_IPP
