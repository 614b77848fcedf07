// SPDX-License-Identifier: MIT
// RESULT: every kind, and the way straight to the rows, which has to agree with the long one.
#include "fuzz/message_fuzzing.hpp"

namespace {

using namespace message_fuzzing;

// open_rows() takes every body that rows_result takes, and finds the same. It does not look into custom
// types, so that it may take more.
void check_open_rows(byte_span input) {
  protocol::reader straight(input), long_way(input);
  protocol::result_kind kind{};
  if (read_result_kind(straight, kind) != errc::ok || kind != protocol::result_kind::rows) return;
  protocol::result_message message;
  const errc expected = deserialize(long_way, message);
  std::uint32_t flags = 0, columns = 0, rows = 0;
  protocol::bytes_view paging_state;
  errc opened = errc::ok;
  {
    const allocation_meter meter;
    opened = open_rows(straight, flags, columns, paging_state, rows);
    demand(meter.peak() == 0, "open_rows allocates nothing");
  }
  if (expected != errc::ok) return;
  const protocol::result_metadata& metadata = message.rows.metadata;
  demand(opened == errc::ok, "open_rows takes what rows_result takes");
  demand(straight.position() == message.rows.rows.position(), "the first row is in one place");
  demand(flags == metadata.flags && columns == static_cast<std::uint32_t>(metadata.column_count) &&
             rows == message.rows.rows_count && paging_state.data == metadata.paging_state.data &&
             paging_state.length == metadata.paging_state.length,
         "both ways tell the same");
  demand(rows == 0 || std::uint64_t{rows} * columns * 4 <= straight.remaining(),
         "rows fit into what remains");
  static_cast<void>(skip_rows(straight, columns, rows));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const exact_copy input({reinterpret_cast<const std::byte*>(data), size});
  check_message<protocol::result_message>(input.bytes(), 256);
  check_open_rows(input.bytes());
  return 0;
}
