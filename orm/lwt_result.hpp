// SPDX-License-Identifier: MIT
// The answer to a conditional write.
#ifndef COODIE_ORM_LWT_RESULT_HPP
#define COODIE_ORM_LWT_RESULT_HPP

#include <cstddef>
#include <optional>
#include <vector>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI {

/// Whether a conditional write (a lightweight transaction) was applied, and what stood in its way.
template <class T>
struct lwt_result {
  bool applied = false;
  /// When not applied: the row as it is. After insert with all its columns; after only_if with the columns of
  /// the conditions alone (the others, those of the key too, are as in T{}). Empty when there is no such row.
  std::optional<T> existing{};
};

/// The same for a batch without the type of its rows.
struct batch_result {
  bool applied = true;       ///< of a batch without conditions: always
  std::size_t members = 0;   ///< how many it had
  std::size_t requests = 1;  ///< in how many parts they were sent
};

/// The same for a batch over one table.
template <class T>
struct typed_batch_result {
  bool applied = true;
  /// When not applied: the rows of the conditions that exist, with their keys.
  std::vector<T> existing{};
};

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_LWT_RESULT_HPP
