// SPDX-License-Identifier: MIT
#include "tests/orm/fake_driver.hpp"

namespace orm_tests {

namespace {

namespace protocol = coodie::protocol;

bytes copy(std::span<const std::byte> from) { return {from.begin(), from.end()}; }

bytes values_of(const protocol::request& what) {
  if (what.append_values == nullptr || what.kind == protocol::request_kind::batch) return {};
  protocol::byte_buffer buffer;
  protocol::writer out(buffer);
  static_cast<void>(what.append_values(what, out));
  return copy(buffer.bytes());
}

bytes body_of(protocol::writer& out) { return copy(out.buffer().bytes()); }

void write_cells(protocol::writer& out, const std::vector<std::vector<bytes>>& rows) {
  out.write(static_cast<std::uint32_t>(rows.size()));
  for (const auto& row : rows)
    for (const bytes& each : row) out.write_raw(each);
}

}  // namespace

void fake_driver::start(protocol::request& what) noexcept {
  seen_request& request = seen.emplace_back();
  request.kind = what.kind;
  request.text = what.kind == protocol::request_kind::execute ? what.what->text : what.text;
  request.value_count = what.value_count;
  request.values = values_of(what);
  request.paging_state = copy(what.paging_state);
  request.page_size = what.page_size;
  request.timestamp = what.timestamp;
  request.timeout_ns = what.timeout_ns;
  if (what.has_token) request.token = what.token;
  request.idempotent = what.idempotent;
  request.consistency = what.consistency_level;
  request.serial = what.serial;
  if (what.kind == protocol::request_kind::batch) {
    request.text.clear();
    request.batch = what.batch;
    for (const protocol::batch_member& member : what.members) {
      request.members.emplace_back(member.what->text);
      request.member_values.push_back(copy(member.values));
    }
  }
  if (answers_.empty())
    return what.on_failure(what,
                           {.code = coodie::errc::closed, .text = "the script of the test is at its end"});
  // A buffer of the exact size, for the address sanitizer.
  const bytes body = std::move(answers_.front());
  answers_.pop_front();
  what.on_result(what, {.code = protocol::opcode::result, .body = protocol::reader(body)});
}

void fake_driver::answer_void() {
  protocol::byte_buffer buffer;
  protocol::writer out(buffer);
  write_result_kind(out, protocol::result_kind::void_);
  answer(body_of(out));
}

void fake_driver::answer_rows(std::uint32_t columns, const std::vector<std::vector<bytes>>& rows,
                              std::string_view paging_state) {
  protocol::byte_buffer buffer;
  protocol::writer out(buffer);
  write_result_kind(out, protocol::result_kind::rows);
  const bool more = !paging_state.empty();
  out.write(std::uint32_t{protocol::metadata_flag::no_metadata |
                          (more ? protocol::metadata_flag::has_more_pages : 0)});
  out.write(columns);
  if (more) out.write_long_string(paging_state);
  write_cells(out, rows);
  answer(body_of(out));
}

bytes rows_with_metadata(const std::vector<named_column>& columns,
                         const std::vector<std::vector<bytes>>& rows, std::string_view table,
                         std::string_view paging_state) {
  protocol::byte_buffer buffer;
  protocol::writer out(buffer);
  write_result_kind(out, protocol::result_kind::rows);
  protocol::result_metadata metadata;
  metadata.flags = protocol::metadata_flag::global_tables_spec;
  if (!paging_state.empty()) {
    metadata.flags |= protocol::metadata_flag::has_more_pages;
    metadata.paging_state = protocol::bytes_view{reinterpret_cast<const std::byte*>(paging_state.data()),
                                                 static_cast<std::int32_t>(paging_state.size())};
  }
  metadata.keyspace = "fake_ks";
  metadata.table = table;
  for (const named_column& each : columns)
    metadata.columns.push_back({metadata.keyspace, metadata.table, each.name, each.type});
  metadata.column_count = static_cast<std::int32_t>(columns.size());
  serialize(out, metadata);
  write_cells(out, rows);
  return body_of(out);
}

with_fake_driver::with_fake_driver() : driver(std::make_shared<fake_driver>()) {
  coodie::close_all();
  coodie::error_code ec;
  coodie::diagnostics diag;
  coodie::register_driver("default", driver, true, ec, diag);
}
with_fake_driver::~with_fake_driver() { coodie::close_all(); }

}  // namespace orm_tests
