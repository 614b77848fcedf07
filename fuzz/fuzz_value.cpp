// SPDX-License-Identifier: MIT
// Values of every type: an [option] that says the type, then the body of a value.
//
// Laws: what decodes encodes, and decodes into the same again; a C++ type takes no body that any_value
// refuses, and both encode the same; what a C++ type refuses alone is a null or an empty body inside; values
// are equal to themselves in Cassandra's order; decoding allocates no more than 64 bytes for each byte of the
// body and level of the type, and 1 KiB.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "fuzz/fuzz_laws.hpp"
#include "protocol/values/values.hpp"

namespace {

struct fuzzed_address {
  std::optional<std::string> street;
  std::optional<std::vector<std::int32_t>> numbers;
  std::optional<coodie::uuid> id;
};

}  // namespace

template <>
struct coodie::udt_fields<fuzzed_address> {
  static constexpr auto type_name = fixed_string("address");
  static constexpr auto members = std::make_tuple(udt_field<"street", &fuzzed_address::street>{},
                                                  udt_field<"numbers", &fuzzed_address::numbers>{},
                                                  udt_field<"id", &fuzzed_address::id>{});
};

namespace {

using namespace coodie;
using fuzz_laws::law;

errc decode(const cql_type& type, std::span<const std::byte> body, any_value& value) {
  return decode_any(type, {body.data(), static_cast<std::int32_t>(body.size())}, value);
}

/// The value with sets and maps as a server keeps them, and tuples and user types filled up with nulls.
any_value as_kept(const cql_type& type, any_value value) {
  sort_collections(type, value);
  return value;
}

void fill_up(const cql_type& type, any_value& value) {
  auto* content = value.get_if<any_value::elements>();
  if (content == nullptr || type.parameters.empty()) return;
  if (type.id == type_id::tuple || type.id == type_id::udt) content->values.resize(type.parameters.size());
  for (std::size_t i = 0; i < content->values.size(); ++i)
    fill_up(type.parameters[i % type.parameters.size()], content->values[i]);
}

/// Empty bodies become nulls, as std::optional reads them.
void drop_empty(any_value& value) {
  if (value.get_if<any_value::empty_body>() != nullptr) value = any_value();
  if (auto* content = value.get_if<any_value::elements>())
    for (any_value& each : content->values) drop_empty(each);
}

template <class T>
void check_typed(const cql_type& type, std::span<const std::byte> body, errc any_error,
                 const any_value& any) {
  if (!value_codec<T>::accepts(type)) {
    law(to_cql(type).find("address") != std::string::npos, "a C++ type accepts its own CQL type");
    return;  // a user type with other fields
  }
  T value{};
  const errc e = value_codec<T>::get(protocol::reader(body), value);
  if (e != errc::ok) {
    const bool stricter = e == errc::unexpected_null || e == errc::invalid_value_size;
    law(any_error != errc::ok || stricter, "a C++ type is stricter only about null and empty");
    return;
  }
  if (any_error != errc::ok) law(false, "any_value takes what a C++ type takes");
  blob bytes(protocol::value_size(value));
  law(protocol::put_value(bytes.data(), value) == bytes.data() + bytes.size(), "the size is what is written");
  any_value same;
  if (protocol::load_big<std::int32_t>(bytes.data()) >= 0)
    law(decode(type, std::span(bytes).subspan(4), same) == errc::ok,
        "what a C++ type writes any_value reads");
  any_value expected = any;
  drop_empty(expected);
  fill_up(type, expected);
  fill_up(type, same);
  law(as_kept(type, expected) == as_kept(type, same), "both mean the same");
}

/// A C++ type reads and gives back the fields that it has itself.
bool has_other_fields(const cql_type& type) {
  if (type.id == type_id::udt && type.parameters.size() != 3) return true;
  return std::any_of(type.parameters.begin(), type.parameters.end(), has_other_fields);
}

using typed_check = void (*)(const cql_type&, std::span<const std::byte>, errc, const any_value&);

template <class... Ts>
std::map<std::string, typed_check> checks_by_name() {
  return {{std::string(value_codec<Ts>::cql_name.view()), &check_typed<Ts>}...};
}

template <class T>
using maybe = std::optional<T>;

/// Elements are optional, so that a null is no difference. No sets of floating-point numbers: NaN has no
/// order there.
const std::map<std::string, typed_check>& typed_checks() {
  static const auto checks = checks_by_name<
      std::int8_t, std::int16_t, std::int32_t, std::int64_t, float, double, bool, std::string, ascii, blob,
      uuid, timeuuid, timestamp, date, coodie::time, duration, varint, decimal, inet, counter,
      std::vector<maybe<std::int32_t>>, std::vector<maybe<std::string>>, std::vector<maybe<duration>>,
      std::set<maybe<varint>>, std::set<maybe<std::string>>, std::set<maybe<decimal>>, std::set<maybe<inet>>,
      std::map<maybe<std::string>, maybe<std::int32_t>>,
      std::map<maybe<uuid>, maybe<std::vector<maybe<std::string>>>>,
      std::tuple<maybe<std::int32_t>, maybe<std::string>, maybe<bool>>,
      std::pair<maybe<decimal>, maybe<date>>, std::array<float, 3>, std::array<bool, 2>,
      std::array<std::string, 2>, std::array<std::int16_t, 2>, std::array<std::array<varint, 2>, 2>,
      std::vector<maybe<std::array<std::int32_t, 2>>>, fuzzed_address, std::vector<maybe<fuzzed_address>>,
      std::map<maybe<timeuuid>, maybe<std::pair<maybe<inet>, maybe<coodie::time>>>>>();
  return checks;
}

void check_any(const cql_type& type, std::span<const std::byte> body, const any_value& value) {
  blob again;
  law(encode_any(type, value, again) == errc::ok, "what decodes encodes");
  any_value same;
  law(decode(type, again, same) == errc::ok, "what encodes decodes");
  law(same == value, "decoded again it is the same");
  blob thrice;
  law(encode_any(type, same, thrice) == errc::ok && thrice == again, "encoded again it is the same");
  law(again.size() <= body.size(), "encoding makes nothing longer");
  law(std::is_eq(compare_clustering(type, value, same)), "a value is equal to itself");
  law(!to_literal(type, value).empty(), "a value has a literal");
  any_value kept = as_kept(type, value);
  law(as_kept(type, kept) == kept, "sorting twice is sorting once");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  protocol::reader in(bytes);
  cql_type type;
  if (protocol::read_type(in, type) != errc::ok) return 0;
  const std::span<const std::byte> body(in.position(), in.remaining());
  any_value value;
  fuzz_laws::allocated() = 0;
  const errc e = decode(type, body, value);
  law(fuzz_laws::allocated() <= body.size() * 64 * type_depth(type) + 1024, "memory is bounded by the input");
  if (e == errc::ok)
    check_any(type, body, value);
  else
    law(value.is_null(), "nothing is left after an error");
  const auto typed = typed_checks().find(to_cql(type));
  if (typed != typed_checks().end() && !has_other_fields(type)) typed->second(type, body, e, value);
  return 0;
}
