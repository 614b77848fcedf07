// SPDX-License-Identifier: MIT
// The stream ids of one connection: free, in use by a request, or orphaned until the late answer comes.
#ifndef COODIE_PROTOCOL_MACHINE_STREAM_TABLE_HPP
#define COODIE_PROTOCOL_MACHINE_STREAM_TABLE_HPP

#include <cstdint>
#include <vector>

#include "protocol/machine/request.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// At most 32,768 ids, 0 to 32,767 (native_protocol_v4.spec section 2.3). The table grows as ids are needed;
/// the id that was freed last is used next.
class stream_table {
 public:
  static constexpr std::uint32_t max_streams = 32768;

  explicit stream_table(std::uint32_t limit = max_streams) noexcept
      : limit_(limit < max_streams ? limit : max_streams) {}

  /// The request that has the id; nullptr when it is free or orphaned.
  [[nodiscard]] request* find(std::int32_t stream) const noexcept {
    if (static_cast<std::uint32_t>(stream) >= slots_.size()) return nullptr;
    const std::uintptr_t slot = slots_[static_cast<std::uint32_t>(stream)];
    return (slot & 1) != 0 ? nullptr : reinterpret_cast<request*>(slot);
  }
  [[nodiscard]] bool is_orphan(std::int32_t stream) const noexcept {
    return static_cast<std::uint32_t>(stream) < slots_.size() &&
           (slots_[static_cast<std::uint32_t>(stream)] & 1) != 0;
  }
  [[nodiscard]] std::uint32_t in_use() const noexcept { return in_use_; }
  [[nodiscard]] std::uint32_t orphans() const noexcept { return orphans_; }

  /// Whether there is an id that take() would give.
  [[nodiscard]] bool available() const noexcept { return free_count_ != 0 || slots_.size() < limit_; }

  /// Gives the request an id; false when there is none.
  [[nodiscard]] bool take(request& owner) {
    if (free_count_ == 0) [[unlikely]]
      if (!grow()) return false;
    const std::uint16_t id = free_[--free_count_];
    slots_[id] = reinterpret_cast<std::uintptr_t>(&owner);
    owner.stream = id;
    ++in_use_;
    return true;
  }
  /// The request that an answer is for, its id free again; nullptr, and nothing changes, when there is none.
  [[nodiscard]] request* take_back(std::int32_t stream) noexcept {
    request* const owner = find(stream);
    if (owner == nullptr) [[unlikely]]
      return nullptr;
    --in_use_;
    slots_[static_cast<std::uint32_t>(stream)] = 0;
    free_[free_count_++] = static_cast<std::uint16_t>(stream);
    return owner;
  }
  /// The id of a request or of an orphan is free again.
  void release(std::int32_t stream) noexcept {
    const auto id = static_cast<std::uint32_t>(stream);
    if ((slots_[id] & 1) != 0)
      --orphans_;
    else
      --in_use_;
    slots_[id] = 0;
    free_[free_count_++] = static_cast<std::uint16_t>(id);
  }
  /// The request gave up; the id stays taken until the answer comes. `now_ms` is kept to tell old orphans.
  void orphan(std::int32_t stream, std::int64_t now_ms) noexcept {
    slots_[static_cast<std::uint32_t>(stream)] = (static_cast<std::uintptr_t>(now_ms) << 1) | 1;
    --in_use_;
    ++orphans_;
  }
  /// How many orphans are older than `age_ms`. Looks at every id.
  [[nodiscard]] std::uint32_t old_orphans(std::int64_t now_ms, std::int64_t age_ms) const noexcept {
    std::uint32_t count = 0;
    for (const std::uintptr_t slot : slots_) {
      // Subtraction in the width of a pointer: right also where that wraps around.
      const auto age = (static_cast<std::uintptr_t>(now_ms) << 1) - (slot & ~std::uintptr_t{1});
      if ((slot & 1) != 0 && static_cast<std::int64_t>(age >> 1) > age_ms) ++count;
    }
    return count;
  }
  /// Calls f(request&) for each request that has an id, and frees all ids.
  template <class F>
  void drain(F&& f) {
    for (std::uint32_t id = 0; id < slots_.size(); ++id) {
      const std::uintptr_t slot = slots_[id];
      if (slot == 0) continue;
      release(static_cast<std::int32_t>(id));
      if ((slot & 1) == 0) f(*reinterpret_cast<request*>(slot));
    }
  }

 private:
  COODIE_COLD bool grow() {
    const auto had = static_cast<std::uint32_t>(slots_.size());
    if (had >= limit_) return false;
    const std::uint32_t wanted = had == 0 ? 64 : had * 2;
    const std::uint32_t have = wanted < limit_ ? wanted : limit_;
    free_.resize(have);
    slots_.resize(have);
    for (std::uint32_t id = have; id > had; --id) free_[free_count_++] = static_cast<std::uint16_t>(id - 1);
    return true;
  }

  std::vector<std::uintptr_t> slots_;  // 0 free; even: request*; odd: orphan, milliseconds in the upper bits
  std::vector<std::uint16_t> free_;    // as many as there are slots; the first free_count_ are free ids
  std::uint32_t limit_, free_count_ = 0, in_use_ = 0, orphans_ = 0;
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_STREAM_TABLE_HPP
