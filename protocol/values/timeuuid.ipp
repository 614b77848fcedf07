// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_VALUES_TIMEUUID_IPP
#define COODIE_PROTOCOL_VALUES_TIMEUUID_IPP

#include <algorithm>
#include <atomic>
#include <chrono>

#include "protocol/values/random_bytes.hpp"
#include "protocol/values/timeuuid.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

/// 1970-01-01 in 100 ns units since 1582-10-15.
inline constexpr std::int64_t unix_epoch_ticks = 0x01b21dd213814000;
inline constexpr std::int64_t max_uuid_ticks = 0x0fffffffffffffff;
inline constexpr std::int64_t ticks_per_millisecond = 10000;

/// The first tick of a millisecond; one that UUIDs can't express becomes the nearest that they can.
[[nodiscard]] inline std::uint64_t ticks_at(timestamp time) noexcept {
  constexpr std::int64_t least = -unix_epoch_ticks / ticks_per_millisecond;
  constexpr std::int64_t most = (max_uuid_ticks - unix_epoch_ticks) / ticks_per_millisecond - 1;
  const auto milliseconds =
      std::clamp<std::int64_t>(static_cast<std::int64_t>(time.time_since_epoch().count()), least, most);
  return static_cast<std::uint64_t>(milliseconds * ticks_per_millisecond + unix_epoch_ticks);
}

[[nodiscard]] inline timeuuid make_timeuuid(std::uint64_t ticks, std::uint64_t low_half) noexcept {
  timeuuid id;
  std::byte* to = protocol::store_big(id.bytes.data(), static_cast<std::uint32_t>(ticks));
  to = protocol::store_big(to, static_cast<std::uint16_t>(ticks >> 32));
  to = protocol::store_big(to, static_cast<std::uint16_t>(ticks >> 48));
  protocol::store_big(to, low_half);
  id.bytes[6] |= std::byte{0x10};
  return id;
}

/// A random clock sequence and a random node whose multicast bit tells that it is no network card
/// (RFC 4122 section 4.5).
[[nodiscard]] inline std::uint64_t random_low_half() noexcept {
  std::array<std::byte, 8> bytes;
  protocol::random_bytes(bytes);
  bytes[0] = (bytes[0] & std::byte{0x3f}) | std::byte{0x80};
  bytes[2] |= std::byte{0x01};
  return protocol::load_big<std::uint64_t>(bytes.data());
}

/// This process in the timeuuids that it makes: drawn at first use and after fork(). Two threads that draw at
/// once both draw something unique, so that nothing has to be locked.
[[nodiscard]] inline std::uint64_t process_low_half() noexcept {
  static std::atomic<std::uint64_t> low_half{random_low_half()};
  static std::atomic<std::uint32_t> drawn_in{protocol::fork_generation()};
  const std::uint32_t generation = protocol::fork_generation();
  if (drawn_in.load(std::memory_order_acquire) != generation) [[unlikely]] {
    low_half.store(random_low_half(), std::memory_order_relaxed);
    drawn_in.store(generation, std::memory_order_release);
  }
  return low_half.load(std::memory_order_relaxed);
}

/// The clock in ticks; each call gets another, greater one.
[[nodiscard]] inline std::uint64_t next_ticks() noexcept {
  static std::atomic<std::uint64_t> last{0};
  using tick = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
  const auto since_epoch = std::chrono::floor<tick>(std::chrono::system_clock::now().time_since_epoch());
  const auto clock = static_cast<std::uint64_t>(since_epoch.count() + unix_epoch_ticks);
  std::uint64_t before = last.load(std::memory_order_relaxed);
  std::uint64_t next = 0;
  do {
    next = std::max(clock, before + 1);
  } while (!last.compare_exchange_weak(before, next, std::memory_order_relaxed));
  return next;
}

/// The time, with the version above it.
[[nodiscard]] inline std::uint64_t versioned_ticks(const timeuuid& id) noexcept {
  return uuid_ticks(id.bytes) | static_cast<std::uint64_t>(id.bytes[6] & std::byte{0xf0}) << 56;
}

}  // namespace detail

timeuuid timeuuid::now() noexcept {
  return detail::make_timeuuid(detail::next_ticks(), detail::process_low_half());
}

timeuuid timeuuid::at(timestamp time) noexcept {
  std::array<std::byte, 4> random;
  protocol::random_bytes(random);
  const std::uint64_t offset = protocol::load_big<std::uint32_t>(random.data()) % 10000U;
  return detail::make_timeuuid(detail::ticks_at(time) + offset, detail::random_low_half());
}

timeuuid timeuuid::min_at(timestamp time) noexcept {
  return detail::make_timeuuid(detail::ticks_at(time), 0x8080808080808080U);
}

timeuuid timeuuid::max_at(timestamp time) noexcept {
  return detail::make_timeuuid(detail::ticks_at(time) + detail::ticks_per_millisecond - 1,
                               0x7f7f7f7f7f7f7f7fU);
}

std::optional<timeuuid> timeuuid::from(const uuid& id) noexcept {
  if (id.version() != 1) return std::nullopt;
  return timeuuid{id.bytes};
}

std::optional<timeuuid> timeuuid::parse(std::string_view text) noexcept {
  const auto id = uuid::parse(text);
  return id ? from(*id) : std::nullopt;
}

std::uint64_t timeuuid::ticks() const noexcept { return detail::uuid_ticks(bytes); }

timestamp timeuuid::time() const noexcept {
  using tick = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;
  const tick since_epoch(static_cast<std::int64_t>(ticks()) - detail::unix_epoch_ticks);
  return timestamp(std::chrono::floor<std::chrono::milliseconds>(since_epoch));
}

std::strong_ordering operator<=>(const timeuuid& a, const timeuuid& b) noexcept {
  const auto by_time = detail::versioned_ticks(a) <=> detail::versioned_ticks(b);
  if (by_time != 0) return by_time;
  constexpr std::uint64_t signs = 0x8080808080808080U;  // makes signed bytes compare as unsigned ones
  const std::uint64_t low_a = protocol::load_big<std::uint64_t>(a.bytes.data() + 8) ^ signs;
  const std::uint64_t low_b = protocol::load_big<std::uint64_t>(b.bytes.data() + 8) ^ signs;
  return low_a <=> low_b;
}

std::string to_string(const timeuuid& id) { return to_string(uuid(id)); }

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_TIMEUUID_IPP
