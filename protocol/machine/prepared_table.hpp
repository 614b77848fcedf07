// SPDX-License-Identifier: MIT
// What one connection knows of each statement: its prepared id, or who waits for it.
#ifndef COODIE_PROTOCOL_MACHINE_PREPARED_TABLE_HPP
#define COODIE_PROTOCOL_MACHINE_PREPARED_TABLE_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "protocol/machine/request_list.hpp"

namespace coodie::inline COODIE_ABI::protocol {

class machine;

/// A request of the connection itself.
struct internal_request : request {
  machine* self = nullptr;
};

/// A statement on one connection. PREPARE is in flight at most once: whoever needs it meanwhile waits.
struct prepared_entry : internal_request {
  std::string id;  ///< empty until the server has prepared it
  request_queue waiters;
  bool preparing = false;
  // Of PREPARE while it is in flight: the statement may be gone when nobody waits for it any more.
  std::string query;
  statement::check_function check = nullptr;

  [[nodiscard]] bool ready() const noexcept { return !id.empty(); }
};

/// Entries by the statement's slot. Entries stay where they are, also when their statement is gone; `what`
/// is looked at only for a request that has it.
class prepared_table {
 public:
  [[nodiscard]] prepared_entry* find(const statement& what) const noexcept {
    const std::uint32_t slot = what.slot();
    return slot < entries_.size() ? entries_[slot].get() : nullptr;
  }
  [[nodiscard]] prepared_entry& find_or_add(const statement& what) {
    const std::uint32_t slot = what.slot();
    if (slot >= entries_.size()) entries_.resize(slot + 8);
    if (!entries_[slot]) {
      entries_[slot] = std::make_unique<prepared_entry>();
      entries_[slot]->what = &what;
    }
    return *entries_[slot];
  }
  template <class F>
  void for_each(F&& f) {
    for (auto& entry : entries_)
      if (entry) f(*entry);
  }

 private:
  std::vector<std::unique_ptr<prepared_entry>> entries_;
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_PREPARED_TABLE_HPP
