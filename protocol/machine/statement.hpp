// SPDX-License-Identifier: MIT
// A statement that is prepared once on each connection: constant text and a number for its slot.
#ifndef COODIE_PROTOCOL_MACHINE_STATEMENT_HPP
#define COODIE_PROTOCOL_MACHINE_STATEMENT_HPP

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/messages/result_message.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// What a statement is allowed: decides on retries, default timestamps and how its rows are read.
namespace statement_flag {
inline constexpr std::uint8_t idempotent = 1;  ///< may be executed twice
inline constexpr std::uint8_t conditional =
    2;  ///< a lightweight transaction; its rows bring their own metadata
inline constexpr std::uint8_t skip_metadata =
    4;  ///< its rows are read by the plan that was made when it was prepared
inline constexpr std::uint8_t counter = 8;  ///< changes a counter
}  // namespace statement_flag

/// One statement of the program. Lives as long as any driver may use it: a constant of the program, or owned
/// by a statement cache. Connections know it by slot() and serial().
struct statement {
  /// Compares what the server prepared with what the program expects (types of columns and bind variables).
  /// Returns errc::ok, or the reason with a sentence in `why` that names the column.
  using check_function = errc (*)(const statement& what, const prepared_result& prepared, std::string& why);

  std::string_view text;
  check_function check = nullptr;
  std::uint8_t flags = 0;

  [[nodiscard]] bool has(std::uint8_t flag) const noexcept { return (flags & flag) != 0; }

  /// A small number that no other living statement has, from 1; the first use gives a statement its number.
  [[nodiscard]] std::uint32_t slot() const noexcept {
    const std::uint32_t known = slot_.load(std::memory_order_acquire);
    return known != 0 ? known : assign_slot();
  }
  /// Tells it from those that had its slot before. Known once slot() was asked for.
  [[nodiscard]] std::uint32_t serial() const noexcept { return serial_; }
  /// Nobody will use the statement again: its slot is free for another. Constants of the program keep theirs.
  COODIE_DECL void retire() const noexcept;

  constexpr statement(std::string_view cql, std::uint8_t statement_flags = 0,
                      check_function checker = nullptr) noexcept
      : text(cql), check(checker), flags(statement_flags) {}
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;

 private:
  COODIE_DECL std::uint32_t assign_slot() const noexcept;

  mutable std::atomic<std::uint32_t> slot_{0};
  mutable std::uint32_t serial_ = 0;  // written once, before slot_
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_STATEMENT_HPP
