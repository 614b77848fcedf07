// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_ROUTING_TOKEN_RING_IPP
#define COODIE_PROTOCOL_ROUTING_TOKEN_RING_IPP

#include <algorithm>
#include <bit>
#include <charconv>
#include <tuple>

#include "protocol/routing/token_ring.hpp"

namespace coodie::inline COODIE_ABI::protocol {

std::optional<std::int64_t> parse_token(std::string_view text) noexcept {
  std::int64_t token = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, token);
  if (error != std::errc() || stop != end) return std::nullopt;
  return token;
}

token_ring::token_ring(std::vector<ring_node> nodes, std::vector<ring_entry> entries)
    : nodes_(std::move(nodes)) {
  std::erase_if(entries, [this](const ring_entry& each) { return each.node >= nodes_.size(); });
  std::sort(entries.begin(), entries.end(), [](const ring_entry& a, const ring_entry& b) {
    return std::tie(a.token, a.node) < std::tie(b.token, b.node);
  });
  const auto same_token = [](const ring_entry& a, const ring_entry& b) { return a.token == b.token; };
  entries.erase(std::unique(entries.begin(), entries.end(), same_token), entries.end());
  tokens_.reserve(entries.size());
  owners_.reserve(entries.size());
  for (const ring_entry& each : entries) {
    tokens_.push_back(each.token);
    owners_.push_back(each.node);
  }
  const auto bits =
      std::clamp(static_cast<unsigned>(std::bit_width(4 * tokens_.size())), 1U, most_bucket_bits);
  bucket_shift_ = 64 - bits;
  buckets_.reserve((std::size_t{1} << bits) + 1);
  std::size_t at = 0;
  for (std::size_t bucket = 0; bucket < std::size_t{1} << bits; ++bucket) {
    while (at < tokens_.size() && bucket_of(tokens_[at]) < bucket) ++at;
    buckets_.push_back(static_cast<std::uint32_t>(at));
  }
  buckets_.push_back(static_cast<std::uint32_t>(tokens_.size()));
}

std::size_t token_ring::halve(std::int64_t token, std::size_t begin, std::size_t end) const noexcept {
  while (end - begin > scan_limit) {
    const std::size_t middle = begin + (end - begin) / 2;
    if (tokens_[middle] < token)
      begin = middle + 1;
    else
      end = middle;
  }
  return begin;
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_ROUTING_TOKEN_RING_IPP
