// SPDX-License-Identifier: MIT
// Checks that every codec has to pass: golden bytes both ways, every prefix, one byte more, exact-size
// buffers.
#ifndef COODIE_TESTS_PROTOCOL_VALUES_VALUE_CHECKS_HPP
#define COODIE_TESTS_PROTOCOL_VALUES_VALUE_CHECKS_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/values/values.hpp"
#include "tests/catch.hpp"

namespace value_checks {

using coodie::blob;
using coodie::cql_type;
using coodie::errc;
using coodie::type_id;
namespace protocol = coodie::protocol;

/// Bytes from hex digits, blanks between them left out.
inline blob wire(std::string_view text) {
  std::string digits;
  for (char c : text)
    if (c != ' ') digits += c;
  const auto bytes = coodie::parse_blob("0x" + digits);
  if (!bytes) FAIL("not bytes: " << text);
  return *bytes;
}

inline std::string hex(std::span<const std::byte> bytes) {
  std::string digits;
  coodie::detail::append_hex(digits, bytes);
  return digits;
}

inline std::span<const std::byte> prefix(const blob& bytes, std::size_t n) {
  return std::span<const std::byte>{bytes}.first(n);
}

/// A copy on the heap of exactly the size, so that AddressSanitizer sees each byte read too far.
class exact_buffer {
 public:
  explicit exact_buffer(std::span<const std::byte> bytes)
      : size_(bytes.size()), data_(new std::byte[bytes.size()]) {
    for (std::size_t i = 0; i < size_; ++i) data_[i] = bytes[i];
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return {data_.get(), size_}; }
  [[nodiscard]] protocol::reader read() const { return protocol::reader(bytes()); }

 private:
  std::size_t size_;
  std::unique_ptr<std::byte[]> data_;
};

/// The type that CQL text says.
inline cql_type type_of(std::string_view text) {
  cql_type type;
  INFO(text);
  REQUIRE(coodie::parse_cql_type(text, type) == errc::ok);
  return type;
}

/// The body with its length in front.
inline blob with_length(std::span<const std::byte> body) {
  blob value(4);
  protocol::store_big(value.data(), static_cast<std::int32_t>(body.size()));
  value.insert(value.end(), body.begin(), body.end());
  return value;
}

template <class T>
blob encoded(const T& value) {
  blob bytes(protocol::value_size(value));
  const exact_buffer place(bytes);
  auto* start = const_cast<std::byte*>(place.bytes().data());
  REQUIRE(protocol::put_value(start, value) == start + bytes.size());
  bytes.assign(place.bytes().begin(), place.bytes().end());
  return bytes;
}

/// What decoding [bytes] says; the reader stands behind them when it is well.
template <class T>
errc decoded(std::span<const std::byte> bytes, T& value) {
  const exact_buffer input(bytes);
  protocol::reader in = input.read();
  const errc e = protocol::get_value(in, value);
  if (e == errc::ok) CHECK(in.empty());
  return e;
}
template <class T>
errc decoded_body(std::span<const std::byte> body, T& value) {
  return decoded(with_length(body), value);
}

/// Whether a body that is cut short or one byte longer can be a value too.
enum class other_sizes { fail, may_pass };

template <class T>
void check_sizes(const blob& body, other_sizes others) {
  const blob value = with_length(body);
  for (std::size_t n = 0; n < value.size(); ++n) {
    CAPTURE(n);
    T target{};
    CHECK(decoded(prefix(value, n), target) == errc::truncated);
  }
  for (std::size_t n = 0; n < body.size(); ++n) {
    CAPTURE(n);
    T target{};
    const errc e = decoded_body(prefix(body, n), target);
    if (others == other_sizes::fail) CHECK(e != errc::ok);
  }
  blob longer = body;
  longer.push_back(std::byte{0});
  T target{};
  const errc e = decoded_body(longer, target);
  if (others == other_sizes::fail) CHECK(e != errc::ok);
}

/// The same bytes through any_value.
inline void check_any(const cql_type& type, const blob& body) {
  coodie::any_value value;
  const exact_buffer input(body);
  const auto n = static_cast<std::int32_t>(body.size());
  REQUIRE(coodie::decode_any(type, {input.bytes().data(), n}, value) == errc::ok);
  blob again;
  REQUIRE(coodie::encode_any(type, value, again) == errc::ok);
  CHECK(hex(again) == hex(body));
  CHECK_FALSE(coodie::to_literal(type, value).empty());
}

/// `value` and the bytes of its body belong together.
template <class T>
void check_golden(const T& value, std::string_view body_text, other_sizes others = other_sizes::fail) {
  const blob body = wire(body_text);
  const cql_type type = type_of(coodie::value_codec<T>::cql_name.view());
  INFO(coodie::value_codec<T>::cql_name.view() << " " << body_text);
  CHECK(coodie::value_codec<T>::accepts(type));
  CHECK(protocol::check_value(value) == errc::ok);
  CHECK(hex(encoded(value)) == hex(with_length(body)));
  T found{};
  CHECK(decoded_body(body, found) == errc::ok);
  CHECK(found == value);
  check_sizes<T>(body, others);
  check_any(type, body);
}

}  // namespace value_checks

#endif  // COODIE_TESTS_PROTOCOL_VALUES_VALUE_CHECKS_HPP
