// SPDX-License-Identifier: MIT
// SELECT by the whole key.
#ifndef COODIE_ORM_KEY_QUERY_HPP
#define COODIE_ORM_KEY_QUERY_HPP

#include <cstddef>
#include <utility>

#include "orm/key_argument.hpp"
#include "orm/key_members.hpp"
#include "orm/partition_token.hpp"
#include "orm/read_operation.hpp"
#include "orm/statements.hpp"
#include "orm/value_pack.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// The arguments of a read by key, from the types of the key columns.
template <class T, class Indices, class Types>
struct key_arguments_of;
template <class T, std::size_t... I, class... Keys>
struct key_arguments_of<T, std::index_sequence<I...>, type_list<Keys...>> {
  using type = type_list<key_argument<T, I, Keys>...>;
};
template <class T>
using key_arguments =
    typename key_arguments_of<T, std::make_index_sequence<key_types<T>::size>, key_types<T>>::type;

/// Passes the first `Count` of the values to f.
template <std::size_t Count, class F, class... Values>
constexpr void pass_first(F&& f, const Values&... values) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    const auto all = value_pack<const Values&...>{{values}...};
    f(value_of<I>(all)...);
  }(std::make_index_sequence<Count>());
}

template <class T, class... Arguments>
class key_query {
 public:
  using model = T;

  explicit key_query(const Arguments&... keys) noexcept : keys_{{keys}...} {}

  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    errc e = errc::ok;
    std::size_t i = 0;
    keys_.visit([&](const auto&... keys) {
      static_cast<void>(((e = keys.check(), e == errc::ok && ++i != 0) && ...));
    });
    return e == errc::ok ? e : report_column(e, expectations<T>[table_of_model<T>.key[i]], diag);
  }
  [[nodiscard]] static const protocol::statement& statement() noexcept {
    return statement_of<select_source<T, T, key_shape<T>()>>;
  }
  [[nodiscard]] static constexpr std::size_t value_count() noexcept { return sizeof...(Arguments); }
  [[nodiscard]] static constexpr bool pages() noexcept { return false; }
  [[nodiscard]] std::size_t values_size() const noexcept {
    return keys_.visit([](const auto&... keys) { return (protocol::value_size(keys.get()) + ...); });
  }
  std::byte* put_values(std::byte* to) const noexcept {
    keys_.visit([&](const auto&... keys) { ((to = protocol::put_value(to, keys.get())), ...); });
    return to;
  }
  void route(protocol::request& r) const noexcept {
    keys_.visit([&](const auto&... keys) {
      pass_first<partition_members<T>::size>(
          [&](const auto&... partition) { set_token(r, partition.get()...); }, keys...);
    });
  }

 private:
  value_pack<Arguments...> keys_;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_KEY_QUERY_HPP
