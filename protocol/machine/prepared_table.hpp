// SPDX-License-Identifier: MIT
// What one connection knows of each statement: its prepared id, or who waits for it.
#ifndef COODIE_PROTOCOL_MACHINE_PREPARED_TABLE_HPP
#define COODIE_PROTOCOL_MACHINE_PREPARED_TABLE_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/machine/request_list.hpp"

namespace coodie::inline COODIE_ABI::protocol {

class machine;

/// A request of the connection itself.
struct internal_request : request {
  machine* self = nullptr;
};

/// A statement, which may be gone.
struct statement_key {
  std::uint32_t slot = 0, serial = 0;
};

/// A statement on one connection. PREPARE is in flight at most once: whoever needs it meanwhile waits.
struct prepared_entry : internal_request {
  std::string id;           ///< empty until the server has prepared it
  std::string metadata_id;  ///< of the rows as the program knows them, when the server tells
  request_queue waiters;
  statement_key key;
  bool preparing = false;
  bool stale = false;                  ///< the table has changed since PREPARE was sent
  std::string keyspace, table;         ///< that the server has named; empty: it has named none
  const request* again_for = nullptr;  ///< who made it be prepared again last; perhaps gone
  // How often that was of no use since when, steady clock.
  std::uint8_t vain = 0;
  std::int64_t vain_since_ns = 0;
  // Of PREPARE while it is in flight: the statement may be gone when nobody waits for it any more.
  std::string query;
  std::vector<std::byte> unchecked;  ///< body of an answer that nobody waited for

  static constexpr std::uint8_t most_vain = 5;  // in a second
  static constexpr std::int64_t vain_period_ns = 1'000'000'000;

  [[nodiscard]] bool ready() const noexcept { return !id.empty(); }
  /// What another connection to the same node was told.
  void learn(const prepared_entry& other) {
    id = other.id;
    metadata_id = other.metadata_id;
    keyspace = other.keyspace;
    table = other.table;
    unchecked.clear();
  }
  /// Whether a change of a table may have changed it; without a name: of any table of the keyspace.
  [[nodiscard]] bool depends_on(std::string_view changed_keyspace, std::string_view changed) const noexcept {
    return keyspace.empty() || (keyspace == changed_keyspace && (changed.empty() || table == changed));
  }
  [[nodiscard]] bool is_hopeless(std::int64_t now_ns) const noexcept {
    return vain >= most_vain && now_ns - vain_since_ns < vain_period_ns;
  }
  void note_vain(std::int64_t now_ns) noexcept {
    if (vain == 0 || now_ns - vain_since_ns >= vain_period_ns) {
      vain = 0;
      vain_since_ns = now_ns;
    }
    if (vain < most_vain) ++vain;
  }
};

/// Entries by the statement's slot. An entry stays where it is until another statement has got the slot;
/// `what` is looked at only for a request that has it.
class prepared_table {
 public:
  [[nodiscard]] prepared_entry* find(statement_key key) const noexcept {
    if (key.slot >= entries_.size()) return nullptr;
    prepared_entry* entry = entries_[key.slot].get();
    return entry != nullptr && entry->key.serial == key.serial ? entry : nullptr;
  }
  [[nodiscard]] prepared_entry* find(const statement& what) const noexcept {
    const std::uint32_t slot = what.slot();  // before its serial
    return find({slot, what.serial()});
  }
  [[nodiscard]] prepared_entry& find_or_add(const statement& what) {
    prepared_entry* const known = find(what);
    return known != nullptr ? *known : add(what);
  }
  template <class F>
  void for_each(F&& f) {
    for (auto& entry : entries_)
      if (entry) f(*entry);
  }

 private:
  COODIE_DECL COODIE_COLD prepared_entry& add(const statement& what);

  std::vector<std::unique_ptr<prepared_entry>> entries_;
  std::vector<std::unique_ptr<prepared_entry>> outlived_;  // their PREPARE is in flight, their statement gone
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_PREPARED_TABLE_HPP
