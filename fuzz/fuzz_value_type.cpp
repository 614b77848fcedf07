// SPDX-License-Identifier: MIT
// Types: an [option], the text of CQL, and class names of Cassandra, told apart by the first byte.
//
// Laws: what is read is written and read again the same; what parses prints, and parses again the same; what
// is printed as CQL or as a class name parses into the same type; no type is deeper than the limit; reading
// allocates no more than 256 bytes for each byte of input, and 4 KiB.
#include <string>
#include <string_view>

#include "fuzz/fuzz_laws.hpp"
#include "protocol/values/values.hpp"

namespace {

using namespace coodie;
using fuzz_laws::law;

/// CQL says neither the keyspace of a user type nor its fields.
void forget_fields(cql_type& type) {
  if (type.id == type_id::udt) {
    type.keyspace.clear();
    type.field_names.clear();
    type.parameters.clear();
  }
  for (cql_type& each : type.parameters) forget_fields(each);
}

/// Whether every part of the type can be said in CQL: the wire also has user types without a name, tuples
/// without a component.
bool has_cql(const cql_type& type) {
  if (type.id == type_id::udt) return !type.name.empty();
  if (type.id == type_id::tuple && type.parameters.empty()) return false;
  for (const cql_type& each : type.parameters)
    if (!has_cql(each)) return false;
  return true;
}

void check_cql(cql_type type) {
  if (!has_cql(type)) return;
  forget_fields(type);
  const std::string text = to_cql(type);
  cql_type same;
  law(parse_cql_type(text, same) == errc::ok, "what is printed parses");
  law(same == type, "what is printed is the same type");
  law(to_cql(same) == text, "printing is stable");
}

void check_wire(std::span<const std::byte> bytes) {
  protocol::reader in(bytes);
  cql_type type;
  fuzz_laws::allocated() = 0;
  const errc e = protocol::read_type(in, type);
  law(fuzz_laws::allocated() <= 256 * bytes.size() + 4096, "memory is bounded by the input");
  if (e != errc::ok) return;
  law(type_depth(type) <= max_type_depth, "the depth is limited");
  protocol::byte_buffer buffer;
  protocol::writer out(buffer);
  protocol::write_type(out, type);
  if (out.error() == errc::value_too_large) return;  // a class name that the full package made too long
  law(out.error() == errc::ok, "what is read is written");
  protocol::reader again(buffer.bytes());
  cql_type same;
  law(protocol::read_type(again, same) == errc::ok && again.empty(), "what is written is read");
  law(same == type, "what is written is the same type");
  check_cql(type);
}

void check_text(std::string_view text) {
  cql_type type;
  if (parse_cql_type(text, type) != errc::ok) return;
  law(type_depth(type) <= max_type_depth, "the depth is limited");
  check_cql(type);
}

void check_class(std::string_view text) {
  cql_type type;
  if (parse_marshal_type(text, type) != errc::ok) return;
  law(type_depth(type) <= max_type_depth, "the depth is limited");
  const std::string name = to_marshal(type);
  cql_type same;
  law(parse_marshal_type(name, same) == errc::ok, "what is printed parses");
  law(same == type, "what is printed is the same type");
  law(to_marshal(same) == name, "printing is stable");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'c': check_text(text); break;
    case 'm': check_class(text); break;
    default: check_wire(std::as_bytes(std::span(text))); break;
  }
  return 0;
}
