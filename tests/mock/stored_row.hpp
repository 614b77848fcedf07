// SPDX-License-Identifier: MIT
// The cells of a row, with the timestamps that decide which write wins.
#ifndef COODIE_TESTS_MOCK_STORED_ROW_HPP
#define COODIE_TESTS_MOCK_STORED_ROW_HPP

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "protocol/config.hpp"
#include "tests/mock/mock_octets.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

/// Older than every write.
inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();

/// When something was written and when it ends.
struct lifetime {
  std::int64_t timestamp = never;  ///< microseconds since 1970
  std::int32_t ttl = 0;            ///< seconds; 0: does not expire
  std::int64_t expires_at = 0;     ///< seconds since 1970, when ttl is not 0

  [[nodiscard]] bool expires() const noexcept { return ttl != 0; }
  [[nodiscard]] bool is_live(std::int64_t now_seconds) const noexcept {
    return timestamp != never && (!expires() || expires_at > now_seconds);
  }
};

struct cell {
  lifetime life;
  bool deleted = false;  ///< a tombstone
  octets value;

  [[nodiscard]] bool is_live(std::int64_t now_seconds) const noexcept {
    return !deleted && life.is_live(now_seconds);
  }
};

/// Whether `next` replaces `present` when both write the same cell: the newer one; of one time a tombstone
/// before a value, an expiring value before one that stays, the later expiry, the greater bytes.
[[nodiscard]] COODIE_DECL bool wins(const cell& next, const cell& present) noexcept;

/// A column that is written element by element: the key of a map, the value of a set, the place in a list or
/// the number of a field, each with its cell.
struct element_cells {
  std::int64_t deleted_at = never;  ///< what was written up to here is gone
  std::map<octets, cell> cells;
};

/// The content of one column.
struct column_cells {
  cell simple;
  std::unique_ptr<element_cells> elements;

  [[nodiscard]] element_cells& each() {
    if (!elements) elements = std::make_unique<element_cells>();
    return *elements;
  }
  [[nodiscard]] COODIE_DECL bool is_live(std::int64_t now_seconds) const noexcept;
};

/// A row, or the static columns of a partition.
class stored_row {
 public:
  lifetime marker;                  ///< left by INSERT: the row is there without any column
  std::int64_t deleted_at = never;  ///< what was written up to here is gone

  [[nodiscard]] COODIE_DECL const column_cells* find(std::uint32_t column_id) const noexcept;
  [[nodiscard]] COODIE_DECL column_cells& at(std::uint32_t column_id);
  COODIE_DECL void forget(std::uint32_t column_id) noexcept;

  /// Whether a SELECT shows it: it has a live marker or a live column.
  [[nodiscard]] COODIE_DECL bool is_live(std::int64_t now_seconds) const noexcept;
  /// Removes what was written up to `timestamp`.
  COODIE_DECL void remove_up_to(std::int64_t timestamp);

 private:
  std::vector<std::pair<std::uint32_t, column_cells>> columns_;  // by id
};

/// Puts a marker unless the present one is newer.
COODIE_DECL void put_marker(stored_row& row, const lifetime& marker) noexcept;
/// Writes a cell unless the present one wins. What is not newer than `shadow` is dropped.
COODIE_DECL void put_cell(cell& present, cell next, std::int64_t shadow);
/// The same for an element, which its column's deletion may shadow too.
COODIE_DECL void put_element(element_cells& elements, const octets& path, cell next, std::int64_t shadow);
/// Removes the elements that were written up to `timestamp`.
COODIE_DECL void clear_elements(element_cells& elements, std::int64_t timestamp);

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_STORED_ROW_HPP
