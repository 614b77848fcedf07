// SPDX-License-Identifier: MIT
// A driver that answers from a script and keeps what it was asked.
#ifndef COODIE_TESTS_ORM_FAKE_DRIVER_HPP
#define COODIE_TESTS_ORM_FAKE_DRIVER_HPP

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/coodie_all.hpp"
#include "protocol/messages/messages.hpp"

namespace orm_tests {

using bytes = std::vector<std::byte>;

/// A request as the driver got it.
struct seen_request {
  coodie::protocol::request_kind kind = {};
  std::string text = {};
  std::uint16_t value_count = 0;
  bytes values = {};
  bytes paging_state = {};
  std::int32_t page_size = 0;
  std::int64_t timestamp = 0, timeout_ns = 0;
  std::optional<std::int64_t> token = {};
  bool idempotent = false;
  coodie::consistency consistency = {}, serial = {};
  coodie::protocol::batch_type batch = {};
  std::vector<std::string> members = {};  ///< texts
  std::vector<bytes> member_values = {};
};

/// Answers one request after the other.
class fake_driver final : public coodie::abstract_driver {
 public:
  void start(coodie::protocol::request& what) noexcept override;
  void close() noexcept override {}
  [[nodiscard]] std::string_view keyspace() const noexcept override { return "fake_ks"; }

  /// The body of the next RESULT.
  void answer(bytes body) { answers_.push_back(std::move(body)); }
  void answer_void();
  /// Rows without metadata: each cell a [bytes].
  void answer_rows(std::uint32_t columns, const std::vector<std::vector<bytes>>& rows,
                   std::string_view paging_state = {});

  [[nodiscard]] const seen_request& last() const { return seen.back(); }

  std::vector<seen_request> seen;

 private:
  std::deque<bytes> answers_;
};

/// The default driver for the time of a test.
struct with_fake_driver {
  with_fake_driver();
  ~with_fake_driver();
  with_fake_driver(const with_fake_driver&) = delete;
  with_fake_driver& operator=(const with_fake_driver&) = delete;

  std::shared_ptr<fake_driver> driver;
};

/// A column of an answer with metadata.
struct named_column {
  std::string name;
  coodie::cql_type type;
};
/// The body of a RESULT with rows and metadata.
[[nodiscard]] bytes rows_with_metadata(const std::vector<named_column>& columns,
                                       const std::vector<std::vector<bytes>>& rows,
                                       std::string_view table = "blog_posts",
                                       std::string_view paging_state = {});

/// The cell of a value; null for an empty optional.
template <class T>
[[nodiscard]] bytes cell(const T& value) {
  bytes encoded(coodie::protocol::value_size(value));
  coodie::protocol::put_value(encoded.data(), value);
  return encoded;
}
template <std::size_t N>
[[nodiscard]] bytes cell(const char (&text)[N]) {
  return cell(std::string_view(text));
}
[[nodiscard]] inline bytes null_cell() { return bytes(4, std::byte{0xFF}); }

/// Values one after the other, as they go over the wire.
template <class... Values>
[[nodiscard]] bytes values(const Values&... each) {
  bytes all;
  const auto append = [&](const bytes& one) { all.insert(all.end(), one.begin(), one.end()); };
  (append(cell(each)), ...);
  return all;
}

}  // namespace orm_tests

#endif  // COODIE_TESTS_ORM_FAKE_DRIVER_HPP
