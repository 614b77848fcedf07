// SPDX-License-Identifier: MIT
// Gives statements their slots, and takes them back.
#ifndef COODIE_PROTOCOL_MACHINE_STATEMENT_IPP
#define COODIE_PROTOCOL_MACHINE_STATEMENT_IPP

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "protocol/machine/statement.hpp"

namespace coodie::inline COODIE_ABI::protocol {

namespace detail {

struct slot_book {
  std::mutex mutex;
  std::vector<std::uint32_t> free;
  std::uint32_t slots = 0, serials = 0;

  // Never destroyed: statements may be used, and retired, while the program's static objects end.
  static slot_book& instance() {
    alignas(slot_book) static std::byte place[sizeof(slot_book)];
    static slot_book& only = *std::construct_at(reinterpret_cast<slot_book*>(place));
    return only;
  }
};

}  // namespace detail

std::uint32_t statement::assign_slot() const noexcept {
  detail::slot_book& book = detail::slot_book::instance();
  const std::lock_guard lock(book.mutex);
  std::uint32_t mine = slot_.load(std::memory_order_relaxed);
  if (mine != 0) return mine;
  serial_ = ++book.serials;
  if (book.free.empty()) {
    mine = ++book.slots;
  } else {
    mine = book.free.back();
    book.free.pop_back();
  }
  slot_.store(mine, std::memory_order_release);
  return mine;
}

void statement::retire() const noexcept {
  const std::uint32_t mine = slot_.exchange(0, std::memory_order_relaxed);
  if (mine == 0) return;
  detail::slot_book& book = detail::slot_book::instance();
  const std::lock_guard lock(book.mutex);
  book.free.push_back(mine);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_STATEMENT_IPP
