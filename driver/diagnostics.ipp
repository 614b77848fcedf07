// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_DIAGNOSTICS_IPP
#define COODIE_DRIVER_DIAGNOSTICS_IPP

#include "driver/diagnostics.hpp"
#include "protocol/messages/messages.hpp"

namespace coodie::inline COODIE_ABI {

const diagnostics::content& diagnostics::get() const noexcept {
  static const content nothing;
  return data_ ? *data_ : nothing;
}

namespace detail {

inline namespace diagnostics_fields {
inline void copy_fields(server_error_fields& to, const protocol::error_message& from) {
  to.code = from.code;
  to.consistency = from.consistency;
  to.required = from.replicas_required();
  to.received = from.replicas_there();
  to.failures = from.num_failures;
  to.data_present = from.data_present != 0;
  to.write_type.assign(from.write_type);
  to.keyspace.assign(from.keyspace);
  to.table.assign(from.table);
  to.function.assign(from.function);
  to.argument_types.assign(from.arg_types.begin(), from.arg_types.end());
}
}  // namespace diagnostics_fields

void fill_diagnostics(diagnostics& diag, const protocol::request& request, const protocol::failure& why) {
  diagnostics::content& content = diag.edit();
  if (content.message.empty()) content.message = why.code.message();
  content.host.assign(why.host);
  if (request.what != nullptr)
    content.statement.assign(request.what->text);
  else if (request.kind == protocol::request_kind::query || request.kind == protocol::request_kind::agreement)
    content.statement.assign(request.text);
  if (why.answer != nullptr) fill_tracing_id(diag, *why.answer);
  if (request.attempts != nullptr) content.attempts = request.attempts->attempts;
  protocol::error_message error;
  protocol::reader body = why.answer != nullptr ? why.answer->body : protocol::reader{};
  if (why.answer != nullptr && deserialize(body, error) == errc::ok) {
    content.server_message.assign(why.text);
    copy_fields(content.server, error);
  } else if (why.text != describe(static_cast<errc>(why.code.value()))) {
    content.message.assign(why.text);  // a better sentence than the code's own
  }
}

void fill_tracing_id(diagnostics& diag, const protocol::response& answer) {
  if (const auto id = answer.tracing_id()) diag.edit().tracing_id = id;
}

std::string describe_failure(error_code code, const diagnostics& diag) {
  std::string text = "coodie: ";
  text += diag.message().empty() ? code.message() : diag.message();
  if (!diag.server_message().empty()) text += ": " + diag.server_message();
  if (!diag.host().empty()) text += " [" + diag.host() + "]";
  for (const host_attempt& attempt : diag.attempts()) text += "\n  " + attempt.host + ": " + attempt.reason;
  if (!diag.statement().empty()) text += "\n  in: " + diag.statement();
  return text;
}

}  // namespace detail
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_DIAGNOSTICS_IPP
