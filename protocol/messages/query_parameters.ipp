// SPDX-License-Identifier: MIT
// Reads and writes query parameters.
#ifndef COODIE_PROTOCOL_MESSAGES_QUERY_PARAMETERS_IPP
#define COODIE_PROTOCOL_MESSAGES_QUERY_PARAMETERS_IPP

#include "protocol/messages/query_parameters.hpp"

namespace coodie::inline COODIE_ABI::protocol {

errc detail::read_values(reader& body, std::vector<bytes_view>& values) noexcept {
  std::uint16_t count = 0;
  if (errc e = read_count(body, 4, values, count); e != errc::ok) return e;
  for (; count != 0; --count) {
    bytes_view value;
    if (errc e = body.read_value(value); e != errc::ok) return e;
    values.push_back(value);
  }
  return errc::ok;
}

namespace detail {

inline errc read_named_values(reader& body, query_parameters& parameters) noexcept {
  std::uint16_t count = 0;
  if (errc e = read_count(body, 6, parameters.values, count); e != errc::ok) return e;
  if (errc e = make_room_for(body, count, 6, parameters.names); e != errc::ok) return e;
  for (; count != 0; --count) {
    std::string_view name;
    bytes_view value;
    if (errc e = body.read_string(name); e != errc::ok) return e;
    if (errc e = body.read_value(value); e != errc::ok) return e;
    parameters.names.push_back(name);
    parameters.values.push_back(value);
  }
  return errc::ok;
}

// What stands behind the values.
inline errc read_query_options(reader& body, query_options& options) noexcept {
  errc e = errc::ok;
  if (options.has(query_flag::page_size)) e = body.read(options.page_size);
  if (e == errc::ok && options.has(query_flag::paging_state)) e = body.read_bytes(options.paging_state);
  if (e == errc::ok && options.has(query_flag::serial_consistency))
    e = read_consistency(body, options.serial_consistency);
  if (e == errc::ok && options.has(query_flag::timestamp)) e = body.read(options.timestamp);
  return e;
}

}  // namespace detail

errc deserialize(reader& body, query_parameters& parameters) noexcept {
  static_cast<query_options&>(parameters) = {};
  parameters.values.clear();
  parameters.names.clear();
  if (errc e = read_consistency(body, parameters.consistency); e != errc::ok) return e;
  if (errc e = body.read(parameters.flags); e != errc::ok) return e;
  parameters.flags &= query_flag::known;
  errc e = errc::ok;
  if (parameters.has(query_flag::values))
    e = parameters.has(query_flag::names) ? detail::read_named_values(body, parameters)
                                          : detail::read_values(body, parameters.values);
  return e == errc::ok ? detail::read_query_options(body, parameters) : e;
}

void serialize(writer& out, const query_parameters& parameters) noexcept {
  const std::size_t count = parameters.values.size();
  const bool named = !parameters.names.empty();
  if (parameters.names.size() != (named ? count : 0) ||
      (parameters.has(query_flag::names) && !named && count != 0))
    return out.fail(errc::invalid_value);
  query_options options = parameters;
  if (named) options.flags |= query_flag::names;
  begin_parameters(out, options, count);
  for (std::size_t i = 0; i < count; ++i) {
    if (named) out.write_string(parameters.names[i]);
    out.write_bytes(parameters.values[i]);
  }
  end_parameters(out, options);
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MESSAGES_QUERY_PARAMETERS_IPP
