// SPDX-License-Identifier: MIT
// What a test tells a mock server to do, and what it is told by it.
#ifndef COODIE_TESTS_MOCK_MOCK_SCRIPT_HPP
#define COODIE_TESTS_MOCK_MOCK_SCRIPT_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/config.hpp"
#include "protocol/messages/consistency.hpp"
#include "protocol/messages/event_message.hpp"
#include "protocol/messages/frame.hpp"

namespace coodie::inline COODIE_ABI::testing {

/// Which requests a rule is about: those that have everything that is said here.
struct request_filter {
  std::optional<protocol::opcode> opcode = {};
  std::string statement = {};  ///< a part of the CQL text; of EXECUTE and BATCH that of what was prepared
  std::optional<std::size_t> node = {};
  std::optional<std::uint32_t> shard = {};       ///< of the connection
  std::optional<std::uint64_t> connection = {};  ///< by request_record::connection
  std::size_t skip = 0;                          ///< lets so many of them through first: 2 for the third
  std::size_t times = 1;                         ///< then applies to so many; 0: to all
};

/// An ERROR message (native_protocol_v4.spec section 9). Fields that do not belong to the code are not sent.
struct error_reply {
  std::int32_t code = 0;  ///< as in the specification: 0x1000 unavailable, ...
  std::string message = "scripted error";
  coodie::consistency consistency = coodie::consistency::local_quorum;
  std::int32_t required = 2;  ///< also "blockfor"
  std::int32_t received = 1;  ///< also "alive"
  std::int32_t failures = 1;
  bool data_present = false;
  std::string write_type = "SIMPLE";
  std::string keyspace = {}, table = {}, function = {};
  std::vector<std::string> argument_types = {};
  std::string id = {};                   ///< of UNPREPARED; empty: that of the request
  bool write = true;                     ///< of rate_limit_code: what was limited, a write or a read
  bool rejected_by_coordinator = false;  ///< of rate_limit_code; false: by replicas
};

/// The code of ScyllaDB's rate limit error. Clients that did not ask for it in STARTUP get Config_error,
/// 0x2300.
inline constexpr std::int32_t rate_limit_code = 0xF000;

/// An EVENT message.
struct event_reply {
  protocol::event_type type = protocol::event_type::status_change;
  /// "NEW_NODE", "REMOVED_NODE", "MOVED_NODE", "UP", "DOWN", "CREATED", "UPDATED", "DROPPED"
  std::string change = "UP";
  std::string address = "127.0.0.1";  ///< of a node
  std::uint16_t port = 9042;
  std::string target = "TABLE", keyspace = {}, name = {};  ///< of a schema change
};

/// How an answer contradicts itself.
enum class lie : std::uint8_t {
  none,
  row_count,       ///< 2^31 - 1 rows, more than the body holds
  column_count,    ///< 2^31 - 1 columns
  cell_size,       ///< the first cell has 2^31 - 1 bytes
  name_size,       ///< the first name of the columns' metadata has 65535 bytes
  nesting,         ///< one column, a list of a list of a list ..., 10,000 deep
  fewer_columns,   ///< the metadata has one column less than the rows
  more_columns,    ///< the metadata has one column more than the rows
  types,           ///< the metadata say other types than the cells have
  compressed_size  ///< the body says that it has 2^31 - 1 bytes when it is not compressed any more
};

/// Makes other bytes of an answer's frame: another one, several, none. Called on the server's thread.
struct frame_rewriter {
  std::string (*make)(void* context, std::string_view frame) = nullptr;
  void* context = nullptr;  ///< must outlive the rule
};

/// What happens instead of (or before) the answer. Made by the functions of `react`.
struct reaction {
  enum class what : std::uint8_t {
    answer,          ///< the answer as it is, perhaps late
    drop,            ///< executes the request and never answers
    ignore,          ///< never sees the request
    close,           ///< closes the connection instead
    half_frame,      ///< half of the answer's bytes, then closes
    corrupt_length,  ///< the answer with a body length that is far too large
    other_stream,    ///< the answer on another stream id
    error,           ///< an ERROR; the request is not executed
    garbage,         ///< `bytes` instead of the answer
    reset,           ///< resets the connection (RST) instead
    freeze,          ///< neither reads nor writes on the connection any more, but keeps its socket open
    rewrite,         ///< what `rewriter` makes of the answer's frame
  };

  what kind = what::answer;
  std::chrono::microseconds delay{0};  ///< before it happens
  std::int16_t stream = 0;             ///< of other_stream
  error_reply error = {};
  std::string bytes = {};  ///< of garbage
  frame_rewriter rewriter = {};
  /// Of an answer that has rows, or of the columns that PREPARED announces; compressed_size: of one that is
  /// compressed.
  lie told = lie::none;
  /// When not 0: so long between two bytes of the answer, and of all that follows on the connection.
  std::chrono::microseconds byte_interval{0};
  std::optional<event_reply> flood = {};   ///< is sent on the same connection without end, behind the answer
  std::optional<event_reply> event = {};   ///< is sent on the same connection before the answer
  std::vector<std::string> warnings = {};  ///< stand before the answer, behind those that it has itself
  std::vector<std::pair<std::string, std::string>> custom_payload = {};  ///< too

  [[nodiscard]] reaction after(std::chrono::microseconds wait) const {
    reaction later = *this;
    later.delay = wait;
    return later;
  }
};

/// Makers of reactions: `server.on({.statement = "INSERT"}, react::drop())`.
namespace react {

[[nodiscard]] inline reaction of_kind(reaction::what kind) {
  reaction made;
  made.kind = kind;
  return made;
}
[[nodiscard]] inline reaction delay(std::chrono::microseconds wait) { return reaction{}.after(wait); }
[[nodiscard]] inline reaction drop() { return of_kind(reaction::what::drop); }
[[nodiscard]] inline reaction ignore() { return of_kind(reaction::what::ignore); }
[[nodiscard]] inline reaction close() { return of_kind(reaction::what::close); }
[[nodiscard]] inline reaction half_frame() { return of_kind(reaction::what::half_frame); }
[[nodiscard]] inline reaction corrupt_length() { return of_kind(reaction::what::corrupt_length); }
[[nodiscard]] inline reaction other_stream(std::int16_t stream) {
  reaction made = of_kind(reaction::what::other_stream);
  made.stream = stream;
  return made;
}
[[nodiscard]] inline reaction error(error_reply reply) {
  reaction made = of_kind(reaction::what::error);
  made.error = std::move(reply);
  return made;
}
/// ERROR with a code and otherwise the defaults of error_reply.
[[nodiscard]] inline reaction error(std::int32_t code) {
  error_reply reply;
  reply.code = code;
  return error(std::move(reply));
}
[[nodiscard]] inline reaction garbage(std::string bytes) {
  reaction made = of_kind(reaction::what::garbage);
  made.bytes = std::move(bytes);
  return made;
}
[[nodiscard]] inline reaction reset() { return of_kind(reaction::what::reset); }
[[nodiscard]] inline reaction freeze() { return of_kind(reaction::what::freeze); }
/// The answer, falsified.
[[nodiscard]] inline reaction tell(lie what) {
  reaction made;
  made.told = what;
  return made;
}
/// What is made of the answer.
[[nodiscard]] inline reaction rewrite(frame_rewriter with) {
  reaction made = of_kind(reaction::what::rewrite);
  made.rewriter = with;
  return made;
}
/// The answer byte by byte, as well as all that follows.
[[nodiscard]] inline reaction trickle(std::chrono::microseconds between_bytes) {
  reaction made;
  made.byte_interval = between_bytes;
  return made;
}
/// The answer, then events without end.
[[nodiscard]] inline reaction flood(event_reply reply) {
  reaction made;
  made.flood = std::move(reply);
  return made;
}
/// ScyllaDB's rate limit error.
[[nodiscard]] inline reaction rate_limit_error(bool write = true, bool rejected_by_coordinator = false) {
  error_reply reply;
  reply.code = rate_limit_code;
  reply.write = write;
  reply.rejected_by_coordinator = rejected_by_coordinator;
  return error(std::move(reply));
}
/// The answer with warnings.
[[nodiscard]] inline reaction warn(std::vector<std::string> warnings) {
  reaction made;
  made.warnings = std::move(warnings);
  return made;
}
/// The answer with a custom payload.
[[nodiscard]] inline reaction payload(std::vector<std::pair<std::string, std::string>> entries) {
  reaction made;
  made.custom_payload = std::move(entries);
  return made;
}
/// Sends an event, then the answer.
[[nodiscard]] inline reaction event(event_reply reply) {
  reaction made;
  made.event = std::move(reply);
  return made;
}

}  // namespace react

/// Names a rule, so that it can be removed.
enum class rule_id : std::uint64_t {};

/// A request as it arrived.
struct request_record {
  std::size_t node = 0;
  std::uint64_t connection = 0;  ///< counts all connections of the server, from 1
  std::uint32_t shard = 0;       ///< of the connection
  std::uint16_t client_port = 0, server_port = 0;
  protocol::opcode opcode = protocol::opcode::options;
  std::int16_t stream = 0;
  std::uint8_t frame_flags = 0;
  std::size_t body_size = 0;  ///< bytes on the wire, perhaps compressed
  std::string statement =
      {};  ///< of EXECUTE the text that was prepared; of BATCH those of all, with "; " between
  std::vector<std::optional<std::string>> values = {};  ///< encoded; null and unset are empty
  std::vector<bool> unset = {};                         ///< for each value: whether it is not set
  std::vector<std::string> names = {};                  ///< of named values
  coodie::consistency consistency = coodie::consistency::any;
  std::uint8_t query_flags = 0;  ///< protocol::query_flag
  std::optional<coodie::consistency> serial_consistency = {};
  std::optional<std::int64_t> timestamp = {};  ///< microseconds since 1970
  std::optional<std::int32_t> page_size = {};
  std::string paging_state = {};
  std::size_t batch_size = 0;  ///< statements of a BATCH
  std::vector<std::pair<std::string, std::string>> options =
      {};  ///< of STARTUP; of REGISTER the types, without values
  std::vector<std::pair<std::string, std::string>> custom_payload = {};
  std::string metadata_id = {};  ///< of EXECUTE, with SCYLLA_USE_METADATA_ID
  /// Of EXECUTE, and of the first member of a BATCH when it was prepared: the table, and the token of the
  /// partition when all of its key is bound. server::replicas() tells who should have got it.
  std::string keyspace = {}, table = {};
  std::optional<std::int64_t> token = {};
};

}  // namespace coodie::inline COODIE_ABI::testing

#endif  // COODIE_TESTS_MOCK_MOCK_SCRIPT_HPP
