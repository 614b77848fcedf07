// SPDX-License-Identifier: MIT
// Checks that every message has to pass: golden bytes both ways, every prefix, one byte more, exact-size
// buffers.
#ifndef COODIE_TESTS_PROTOCOL_MESSAGES_MESSAGE_CHECKS_HPP
#define COODIE_TESTS_PROTOCOL_MESSAGES_MESSAGE_CHECKS_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/messages/messages.hpp"
#include "tests/catch.hpp"

namespace message_checks {

using coodie::errc;
namespace protocol = coodie::protocol;

using raw_bytes = std::vector<std::byte>;

inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Bytes from text: pairs of hex digits, blanks between them, and 'characters in quotes' as they are.
inline raw_bytes wire(std::string_view text) {
  raw_bytes out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    if (text[i] == '\'') {
      for (++i; i < text.size() && text[i] != '\''; ++i) out.push_back(static_cast<std::byte>(text[i]));
      continue;
    }
    const int high = hex_digit(text[i]), low = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
    if (high < 0 || low < 0) FAIL("not bytes: " << text);
    out.push_back(static_cast<std::byte>(high * 16 + low));
    ++i;
  }
  return out;
}

inline std::string hex(std::span<const std::byte> bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (std::byte b : bytes) {
    out += digits[std::to_integer<unsigned>(b) >> 4];
    out += digits[std::to_integer<unsigned>(b) & 15U];
  }
  return out;
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

inline std::span<const std::byte> prefix(const raw_bytes& bytes, std::size_t n) {
  return std::span<const std::byte>{bytes}.first(n);
}

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::string_view text_of(protocol::bytes_view value) { return text_of(value.bytes()); }
inline std::span<const std::byte> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline protocol::bytes_view value_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), static_cast<std::int32_t>(text.size())};
}
inline constexpr protocol::bytes_view null_value{};
inline constexpr protocol::bytes_view unset_value{nullptr, -2};

template <class Message>
std::string serialized(const Message& message) {
  protocol::byte_buffer out;
  protocol::writer to(out);
  serialize(to, message);
  REQUIRE(to.error() == errc::ok);
  return hex(out.bytes());
}

/// Why serializing fails.
template <class Message>
errc serialize_error(const Message& message) {
  protocol::byte_buffer out;
  protocol::writer to(out);
  serialize(to, message);
  return to.error();
}

template <class Message>
errc decode_error(std::string_view text, Message& message) {
  const exact_buffer input(wire(text));
  protocol::reader body = input.read();
  return deserialize(body, message);
}
template <class Message>
errc decode_error(std::string_view text) {
  Message message;
  return decode_error(text, message);
}

template <class Message>
void check_prefixes(const raw_bytes& golden) {
  for (std::size_t n = 0; n < golden.size(); ++n) {
    const exact_buffer input(prefix(golden, n));
    protocol::reader body = input.read();
    Message message;
    const errc e = deserialize(body, message);
    CAPTURE(n, coodie::describe(e));
    CHECK((e == errc::truncated || e == errc::length_exceeds_input));
  }
}

template <class Message>
void check_one_byte_more(const raw_bytes& golden) {
  raw_bytes longer = golden;
  longer.push_back(std::byte{0xEE});
  const exact_buffer input(longer);
  protocol::reader body = input.read();
  Message message;
  CHECK(deserialize(body, message) == errc::ok);
  CHECK(body.remaining() == 1);
  CHECK(serialized(message) == hex(golden));
}

/// Decodes `text`, lets `check` look at the message, encodes it again to the same bytes; then the broken
/// forms.
template <class Message, class Check>
void check_golden(std::string_view text, Check&& check) {
  CAPTURE(text);
  const raw_bytes golden = wire(text);
  const exact_buffer input(golden);
  protocol::reader body = input.read();
  Message message;
  REQUIRE(deserialize(body, message) == errc::ok);
  CHECK(body.empty());
  check(message);
  CHECK(serialized(message) == hex(golden));
  // A second time into the same object: nothing is left over from the first.
  body = input.read();
  REQUIRE(deserialize(body, message) == errc::ok);
  CHECK(serialized(message) == hex(golden));
  check_prefixes<Message>(golden);
  check_one_byte_more<Message>(golden);
}

}  // namespace message_checks

#endif  // COODIE_TESTS_PROTOCOL_MESSAGES_MESSAGE_CHECKS_HPP
