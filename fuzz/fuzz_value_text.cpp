// SPDX-License-Identifier: MIT
// The texts of values: the first byte says the type, the rest is the text.
//
// Laws: what parses prints, and parses again the same; it encodes, and decodes into the same; a name in
// quotes is what it was; an address is what the C library takes for one.
#include <arpa/inet.h>

#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/fuzz_laws.hpp"
#include "protocol/values/values.hpp"

namespace {

using namespace coodie;
using fuzz_laws::law;

template <class T, class Parse>
void check(const std::optional<T>& value, Parse parse) {
  if (!value) return;
  const std::string text = to_string(*value);
  const auto again = parse(text);
  law(again.has_value(), "what is printed parses");
  law(to_string(*again) == text, "what is printed parses into the same");
  law(protocol::check_value(*value) == errc::ok, "what parses can be written");
  blob bytes(protocol::value_size(*value));
  law(protocol::put_value(bytes.data(), *value) == bytes.data() + bytes.size(),
      "the size is what is written");
  T same{};
  protocol::reader in(bytes);
  law(protocol::get_value(in, same) == errc::ok && in.empty(), "what is written is read");
  law(same == *value, "what is written is the same");
}

template <class T>
void check_member(std::string_view text) {
  check(T::parse(text), [](std::string_view printed) { return T::parse(printed); });
}

void check_address(std::string_view text) {
  check_member<inet>(text);
  if (text.find('\0') != std::string_view::npos) return;
  const auto found = inet::parse(text);
  std::byte bytes[16];
  const bool is_v6 = text.find(':') != std::string_view::npos;
  const bool known = inet_pton(is_v6 ? AF_INET6 : AF_INET, std::string(text).c_str(), bytes) == 1;
  law(found.has_value() == known, "what the C library parses is an address, and nothing else");
  if (!found) return;
  law(found->is_v6() == is_v6 && std::memcmp(found->bytes().data(), bytes, found->bytes().size()) == 0,
      "it is the same address");
}

void check_identifier(std::string_view name) {
  std::string quoted;
  append_identifier(quoted, name, true);
  law(quoted.size() == quoted_size(name), "the size of a quoted name is known");
  cql_type type;
  if (name.empty()) return;
  law(parse_cql_type(quoted, type) == errc::ok && type.id == type_id::udt, "a quoted name is a name");
  law(type.name == name, "a quoted name is what it was");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 2000) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 12) {
    case 0: check_member<uuid>(text); break;
    case 1: check_member<timeuuid>(text); break;
    case 2:
      check(parse_timestamp(text), [](std::string_view printed) { return parse_timestamp(printed); });
      break;
    case 3: check(parse_date(text), [](std::string_view printed) { return parse_date(printed); }); break;
    case 4: check_member<coodie::time>(text); break;
    case 5: check_member<duration>(text); break;
    case 6: check_address(text); break;
    case 7: check_member<varint>(text); break;
    case 8: check_member<decimal>(text); break;
    case 9: check(parse_blob(text), [](std::string_view printed) { return parse_blob(printed); }); break;
    default: check_identifier(text); break;
  }
  return 0;
}
