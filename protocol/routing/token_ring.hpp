// SPDX-License-Identifier: MIT
// The tokens of a cluster in order, and which of them owns a given one.
#ifndef COODIE_PROTOCOL_ROUTING_TOKEN_RING_HPP
#define COODIE_PROTOCOL_ROUTING_TOKEN_RING_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// Where a node stands. The index of a node is its place in the vector that a ring is made of.
struct ring_node {
  std::string datacenter;
  std::string rack;
};

/// A token and the node that owns the range which ends with it.
struct ring_entry {
  std::int64_t token = 0;
  std::uint16_t node = 0;

  friend constexpr bool operator==(const ring_entry&, const ring_entry&) noexcept = default;
};

/// A token as the column `tokens` of system.local and system.peers writes it: a decimal std::int64_t.
[[nodiscard]] COODIE_DECL std::optional<std::int64_t> parse_token(std::string_view text) noexcept;

/// The ring. A position is the place of a token in ascending order; the range of a position begins behind the
/// token before it (the first one's behind the last token, across the end) and includes its own token.
class token_ring {
 public:
  token_ring() : token_ring({}, {}) {}
  /// `entries` in any order. Entries of nodes that there are not are dropped; of entries with one token, that
  /// with the lowest node index stays. At most 65536 nodes.
  COODIE_DECL token_ring(std::vector<ring_node> nodes, std::vector<ring_entry> entries);

  [[nodiscard]] bool empty() const noexcept { return tokens_.empty(); }
  /// How many tokens, and so ranges, there are.
  [[nodiscard]] std::size_t size() const noexcept { return tokens_.size(); }
  [[nodiscard]] const std::vector<ring_node>& nodes() const noexcept { return nodes_; }
  [[nodiscard]] std::int64_t token_at(std::size_t position) const noexcept { return tokens_[position]; }
  [[nodiscard]] std::uint16_t owner_at(std::size_t position) const noexcept { return owners_[position]; }

  /// The position whose range holds `token`. The ring must not be empty.
  [[nodiscard]] std::size_t position_of(std::int64_t token) const noexcept {
    const std::size_t bucket = bucket_of(token);
    const std::size_t end = buckets_[bucket + 1];
    std::size_t at = buckets_[bucket];
    if (end - at > scan_limit) [[unlikely]]
      at = halve(token, at, end);
    while (at != end && tokens_[at] < token) ++at;
    return at == tokens_.size() ? 0 : at;
  }

 private:
  // The highest bits of a token say where to begin, and nearly always where to end, too.
  static constexpr unsigned most_bucket_bits = 12;
  static constexpr std::size_t scan_limit = 8;

  [[nodiscard]] std::size_t bucket_of(std::int64_t token) const noexcept {
    const std::uint64_t from_start = static_cast<std::uint64_t>(token) ^ std::uint64_t{1} << 63;
    return static_cast<std::size_t>(from_start >> bucket_shift_);
  }
  /// Narrows [begin, end) to scan_limit tokens at most; returns its begin.
  [[nodiscard]] COODIE_DECL std::size_t halve(std::int64_t token, std::size_t begin,
                                              std::size_t end) const noexcept;

  std::vector<ring_node> nodes_;
  std::vector<std::int64_t> tokens_;  // ascending
  std::vector<std::uint16_t> owners_;
  std::vector<std::uint32_t> buckets_;  // the first position in the bucket or behind it; and the end
  unsigned bucket_shift_ = 63;          // what is left of a token are the bits of its bucket
};

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_ROUTING_TOKEN_RING_HPP
