// SPDX-License-Identifier: MIT
// Messages that the whole client's fuzzer makes up: of rows, peers, shards, statements and events.
#ifndef COODIE_FUZZ_CLIENT_MESSAGES_HPP
#define COODIE_FUZZ_CLIENT_MESSAGES_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/support/hostile_answers.hpp"

namespace client_fuzzing {

namespace protocol = coodie::protocol;
using coodie::type_id;
using hostile::answer;
using hostile::octets;
using protocol::opcode;
using protocol::result_kind;

inline constexpr std::uint32_t numbers[] = {
    0,      1,      2,      0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x10000001,
    0xffff, 0x8000, 0x2500, 1000,       0x00ffffff, 0x40000000, 0x20,       0x21,
};
inline constexpr std::string_view texts[] = {
    "",
    "0",
    "1",
    "2",
    "16",
    "64",
    "-1",
    "65535",
    "65536",
    "4294967296",
    "9223372036854775807",
    "lz4",
    "fz",
    "t",
    "biased-token-round-robin",
    "org.apache.cassandra.dht.Murmur3Partitioner",
};

/// They are made of a few choices of the fuzzer's.
class invented_messages {
 protected:
  [[nodiscard]] std::uint32_t number() const { return numbers[choice_ % std::size(numbers)]; }
  [[nodiscard]] std::uint8_t byte(std::size_t i) const {
    return bytes_.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(bytes_[i % bytes_.size()]);
  }
  [[nodiscard]] std::string_view text(std::size_t i) const { return texts[byte(i) % std::size(texts)]; }

  // Many, of a node or a table that has never been.
  [[nodiscard]] std::string events() const {
    answer event;
    event.stream = protocol::event_stream;
    octets said;
    switch (choice_ % 4) {
      case 0:
        said.text("STATUS_CHANGE").text(byte(0) % 2 == 0 ? "UP" : "DOWN");
        said.number(std::uint8_t{4}).raw(std::string_view("\x7f\x58\0\1", 4)).number(std::uint32_t{byte(1)});
        break;
      case 1: said.text("TOPOLOGY_CHANGE").text("NEW_NODE").raw(bytes_); break;
      case 2: said.text("SCHEMA_CHANGE").text("UPDATED").text("TABLE").text(text(0)).text(text(1)); break;
      default: said.raw(bytes_); break;
    }
    event.say(opcode::event, said.bytes());
    std::string all;
    for (std::size_t i = 0; i < at_ % 2000; ++i) all += event.frame();
    return all;
  }
  // No metadata, and any number of columns and rows.
  [[nodiscard]] octets rows() const {
    octets said;
    said.number(protocol::metadata_flag::no_metadata).number(std::int32_t{byte(0)}).number(number());
    return said.raw(bytes_);
  }
  // Nodes by the hundred, each cell of which may be another than it should be.
  [[nodiscard]] octets peers() const {
    static constexpr std::string_view names[] = {"peer",        "host_id",        "data_center", "rack",
                                                 "rpc_address", "native_address", "native_port", "tokens"};
    static constexpr type_id types[] = {type_id::inet, type_id::uuid, type_id::varchar, type_id::varchar,
                                        type_id::inet, type_id::inet, type_id::int_};
    octets said = hostile::columns_of(std::size(names), "system", "peers");
    for (std::size_t i = 0; i < std::size(types); ++i) said.text(names[i]).type(types[i]);
    said.text("tokens").type(type_id::set).type(type_id::varchar);
    const std::uint32_t count = at_ % 600;
    said.number(count);
    for (std::uint32_t i = 0; i < count; ++i)
      for (std::size_t column = 0; column < std::size(names); ++column) cell(said, column, i);
    return said;
  }
  void cell(octets& said, std::size_t column, std::uint32_t row) const {
    switch (byte(row * 8 + column) % 16) {
      case 1: said.null(); return;
      case 2: said.value(""); return;
      case 3: said.value(bytes_); return;
      case 4: said.number(number()); return;
      default: break;
    }
    const std::string address = octets().number(0x0a000000U + row).bytes();
    switch (column) {
      case 1: said.value(octets().number(std::uint64_t{row} + 1).number(std::uint64_t{7}).bytes()); return;
      case 2: said.value("datacenter1"); return;
      case 3: said.value("rack1"); return;
      case 6: said.value(octets().number(std::int32_t{9042}).bytes()); return;
      case 7: said.value(octets().number(std::int32_t{1}).value(std::to_string(row)).bytes()); return;
      default: said.value(address); return;
    }
  }
  [[nodiscard]] octets supported() const {
    static constexpr std::string_view names[] = {"COMPRESSION",
                                                 "CQL_VERSION",
                                                 "SCYLLA_SHARD",
                                                 "SCYLLA_NR_SHARDS",
                                                 "SCYLLA_PARTITIONER",
                                                 "SCYLLA_SHARDING_ALGORITHM",
                                                 "SCYLLA_SHARDING_IGNORE_MSB",
                                                 "SCYLLA_SHARD_AWARE_PORT",
                                                 "SCYLLA_LWT_ADD_METADATA_MARK",
                                                 "SCYLLA_RATE_LIMIT_ERROR",
                                                 "TABLETS_ROUTING_V1",
                                                 "SCYLLA_USE_METADATA_ID"};
    octets said;
    said.number(static_cast<std::uint16_t>(std::size(names)));
    for (std::size_t i = 0; i < std::size(names); ++i) {
      said.text(names[i]).number(std::uint16_t{1});
      if (i == 0)
        said.text("lz4");
      else if (i == 8)
        said.text("LWT_OPTIMIZATION_META_BIT_MASK=" + std::to_string(number()));
      else if (i == 9)
        said.text("ERROR_CODE=" + std::to_string(number()));
      else
        said.text(text(i));
    }
    return said;
  }
  [[nodiscard]] octets prepared() const {
    octets said;
    said.text(bytes_).number(std::uint32_t{1}).number(std::int32_t{2}).number(std::int32_t{1});
    said.number(static_cast<std::uint16_t>(byte(0) % 3)).text(text(1)).text(text(2));
    said.text("k").type(type_id::int_).text("c").type(type_id::int_);
    return said.number(protocol::metadata_flag::no_metadata).number(number());
  }

  std::uint8_t choice_ = 0;
  std::size_t at_ = 0;
  std::string bytes_;
};

}  // namespace client_fuzzing

#endif  // COODIE_FUZZ_CLIENT_MESSAGES_HPP
