// SPDX-License-Identifier: MIT
// A client's connection to a node of the mock cluster.
#ifndef COODIE_TESTS_MOCK_MOCK_CONNECTION_HPP
#define COODIE_TESTS_MOCK_MOCK_CONNECTION_HPP

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/asio_config.hpp"
#include "protocol/bytes/buffer.hpp"
#include "protocol/config.hpp"
#include "protocol/messages/messages.hpp"
#include "protocol/values/timeuuid.hpp"
#include "tests/mock/engine.hpp"
#include "tests/mock/mock_lies.hpp"
#include "tests/mock/mock_node.hpp"
#include "tests/mock/mock_replies.hpp"
#include "tests/mock/mock_request.hpp"
#include "tests/mock/mock_script.hpp"
#include "tests/mock/mock_scylla.hpp"
#include "tests/mock/mock_trace.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

/// What stands before a message beside the tracing id.
struct frame_extras {
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> custom_payload;
};

/// Closes a socket with an RST.
inline void reset_socket(asio::ip::tcp::socket& socket) {
  std::error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

/// Reads frames, answers them in order (but for those that a rule delays) and writes the answers. Used by the
/// server's thread alone.
class mock_connection : public std::enable_shared_from_this<mock_connection> {
 public:
  COODIE_DECL mock_connection(asio::ip::tcp::socket socket, mock_node& node, std::uint64_t id,
                              std::uint32_t shard);

  COODIE_DECL void start();
  COODIE_DECL void close();
  /// Closes it with an RST.
  COODIE_DECL void reset();
  /// Neither reads nor writes until resume().
  COODIE_DECL void pause();
  COODIE_DECL void resume();
  /// Unless the client has not registered for it, or `anyway`.
  COODIE_DECL void send_event(const event_reply& event, bool anyway);

 private:
  enum class phase : std::uint8_t { starting, authenticating, ready };

  COODIE_DECL void read();
  COODIE_DECL void have_read(std::error_code failed, std::size_t bytes);
  COODIE_DECL void take_frames();
  [[nodiscard]] COODIE_DECL bool take_frame();
  COODIE_DECL void refuse_version(std::uint8_t version, std::size_t header_size);
  COODIE_DECL void handle(const protocol::frame_header& header, std::span<const std::byte> raw);
  COODIE_DECL void react_to(const mock_request& request, const reaction& wanted);
  COODIE_DECL void name_statements(const mock_request& request, request_record& record) const;

  // Each puts the frame that answers a request behind `out`.
  COODIE_DECL void answer(const mock_request& request, protocol::byte_buffer& out);
  COODIE_DECL void answer_startup(const mock_request& request, protocol::byte_buffer& out);
  COODIE_DECL void answer_options(const mock_request& request, protocol::byte_buffer& out);
  COODIE_DECL void answer_credentials(const mock_request& request, protocol::byte_buffer& out);
  COODIE_DECL void answer_register(const mock_request& request, protocol::byte_buffer& out);
  COODIE_DECL void answer_prepare(const mock_request& request, protocol::byte_buffer& out);
  COODIE_DECL void answer_query(const mock_request& request, protocol::byte_buffer& out);
  COODIE_DECL void answer_execute(const mock_request& request, protocol::byte_buffer& out);
  COODIE_DECL void answer_batch(const mock_request& request, protocol::byte_buffer& out);
  COODIE_DECL void run(const mock_request& request, store::planned_statement& statement,
                       protocol::byte_buffer& out);
  [[nodiscard]] COODIE_DECL metadata_choice choose_metadata(const mock_request& request,
                                                            const store::planned_statement& statement) const;
  /// Puts where the tablet is into the answer of a request that came to the wrong place.
  COODIE_DECL void tell_tablet(const mock_request& request, const store::planned_statement& statement);
  COODIE_DECL void refuse(const mock_request& request, const cql::refusal& why, protocol::byte_buffer& out);
  [[nodiscard]] COODIE_DECL cql::refusal collect_batch(const mock_request& request,
                                                       std::vector<store::batch_member>& members,
                                                       std::string& unknown_id);
  template <class Body>
  void write_frame(const mock_request& request, protocol::opcode code, protocol::byte_buffer& out,
                   Body&& body);

  COODIE_DECL void deliver(protocol::byte_buffer frame, const reaction& wanted);
  COODIE_DECL void send_now(protocol::byte_buffer frame, const reaction& wanted);
  COODIE_DECL void send(std::span<const std::byte> bytes);
  COODIE_DECL void flush();
  COODIE_DECL void have_written(std::error_code failed, std::size_t bytes);
  COODIE_DECL void refill();
  /// Whether it neither reads nor writes now.
  [[nodiscard]] COODIE_DECL bool halted() const noexcept;
  [[nodiscard]] COODIE_DECL std::chrono::microseconds byte_interval() const noexcept;
  COODIE_DECL void write_trace_of(const mock_request& request, std::chrono::steady_clock::time_point begin);

  asio::ip::tcp::socket socket_;
  mock_node& node_;
  const std::uint64_t id_;
  const std::uint32_t shard_;
  phase phase_ = phase::starting;
  store::engine_session session_;
  const protocol::compressor* compressor_ = nullptr;
  scylla_agreement agreed_;
  std::uint16_t client_port_ = 0, server_port_ = 0;
  frame_extras extras_;                         // of the request that is answered
  unsigned registered_ = 0;                     // a bit for each event_type
  std::optional<timeuuid> tracing_id_;          // of the request that is answered
  lie told_ = lie::none;                        // in its answer
  bool frozen_ = false, parked_ = false;        // by react::freeze(); a read was given up by pause()
  std::chrono::microseconds byte_interval_{0};  // of react::trickle()
  std::string flood_;                           // an EVENT, of react::flood()
  bool reading_ = false, writing_ = false, closes_ = false, drops_input_ = false;
  protocol::byte_buffer input_, pending_, being_written_, scratch_;
};

// A frame with its prelude: a tracing id when the request asked for one, and what stands in extras_.
template <class Body>
void mock_connection::write_frame(const mock_request& request, protocol::opcode code,
                                  protocol::byte_buffer& out, Body&& body) {
  protocol::writer to(out);
  protocol::frame_prelude prelude;
  if (tracing_id_) prelude.tracing_id = tracing_id_->bytes.data();
  prelude.warnings.assign(extras_.warnings.begin(), extras_.warnings.end());
  for (const auto& [name, value] : extras_.custom_payload)
    prelude.custom_payload.emplace_back(name, store::as_value(store::octets_view(value)));
  const std::uint8_t flags = protocol::prelude_flags(prelude);
  const std::size_t start = protocol::begin_frame(to, code, request.header.stream, flags);
  protocol::write_prelude(to, flags, prelude);
  const std::size_t message = to.position();
  body(to);
  falsify_result(out, message, told_);
  protocol::end_frame(to, start);
  if (compressor_ == nullptr || phase_ != phase::ready) return;
  protocol::compress_frame(*compressor_, out, start, scratch_);
  if (told_ == lie::compressed_size) falsify_size(out, start);
}

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_CONNECTION_HPP
