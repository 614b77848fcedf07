// SPDX-License-Identifier: MIT
// Answers of a server that lies: whatever bytes, as whole frames.
#ifndef COODIE_TESTS_SUPPORT_HOSTILE_ANSWERS_HPP
#define COODIE_TESTS_SUPPORT_HOSTILE_ANSWERS_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/messages/messages.hpp"

namespace hostile {

namespace protocol = coodie::protocol;
using protocol::opcode;

/// The notations of native_protocol_v4.spec section 3, one behind the other, also where they make no sense.
class octets {
 public:
  template <class Integer>
  octets& number(Integer value) {
    std::byte to[sizeof value];
    protocol::store_big(to, value);
    bytes_.append(reinterpret_cast<const char*>(to), sizeof value);
    return *this;
  }
  octets& raw(std::string_view more) {
    bytes_ += more;
    return *this;
  }
  /// [string]
  octets& text(std::string_view of) { return number(static_cast<std::uint16_t>(of.size())).raw(of); }
  /// [bytes]
  octets& value(std::string_view of) { return number(static_cast<std::int32_t>(of.size())).raw(of); }
  octets& null() { return number(std::int32_t{-1}); }
  octets& type(coodie::type_id id) { return number(static_cast<std::uint16_t>(id)); }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  std::string bytes_;
};

/// The frame of an answer, taken apart.
struct answer {
  std::uint8_t version = protocol::response_version, flags = 0;
  std::int16_t stream = 0;
  std::uint8_t code = static_cast<std::uint8_t>(opcode::result);
  std::string body = {};

  answer() = default;
  explicit answer(std::string_view frame) {
    protocol::frame_header header;
    protocol::load_frame_header(reinterpret_cast<const std::byte*>(frame.data()), header);
    version = header.version;
    flags = header.flags;
    stream = header.stream;
    code = header.opcode;
    body = frame.substr(protocol::frame_header_size);
  }
  /// Another message on the same stream.
  answer& say(opcode what, std::string other) {
    code = static_cast<std::uint8_t>(what);
    flags = 0;
    body = std::move(other);
    return *this;
  }
  /// RESULT.
  answer& say(protocol::result_kind kind, const octets& behind) {
    return say(opcode::result, octets().number(static_cast<std::int32_t>(kind)).raw(behind.bytes()).bytes());
  }
  [[nodiscard]] std::string frame() const { return frame_of_length(static_cast<std::uint32_t>(body.size())); }
  /// With another length than its body has.
  [[nodiscard]] std::string frame_of_length(std::uint32_t length) const {
    return octets()
        .number(version)
        .number(flags)
        .number(stream)
        .number(code)
        .number(length)
        .raw(body)
        .bytes();
  }
};

/// What stands before the columns of rows: flags and their number, keyspace and table of all.
[[nodiscard]] inline octets columns_of(std::int32_t count, std::string_view keyspace,
                                       std::string_view table) {
  return octets()
      .number(protocol::metadata_flag::global_tables_spec)
      .number(count)
      .text(keyspace)
      .text(table);
}

}  // namespace hostile

#endif  // COODIE_TESTS_SUPPORT_HOSTILE_ANSWERS_HPP
