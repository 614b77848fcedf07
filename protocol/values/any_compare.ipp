// SPDX-License-Identifier: MIT
// Cassandra's order of any_value, declared in any_value.hpp.
#ifndef COODIE_PROTOCOL_VALUES_ANY_COMPARE_IPP
#define COODIE_PROTOCOL_VALUES_ANY_COMPARE_IPP

#include <algorithm>
#include <cmath>
#include <cstring>

#include "protocol/values/any_dispatch.hpp"
#include "protocol/values/any_value.hpp"

namespace coodie::inline COODIE_ABI {
namespace detail {

[[nodiscard]] inline std::weak_ordering order_bytes(std::span<const std::byte> a,
                                                    std::span<const std::byte> b) noexcept {
  const std::size_t n = std::min(a.size(), b.size());
  if (n != 0)
    if (const int order = std::memcmp(a.data(), b.data(), n); order != 0) return order <=> 0;
  return a.size() <=> b.size();
}

template <class T>
[[nodiscard]] std::weak_ordering order_content(const T& a, const T& b) {
  return a <=> b;
}
/// As java.lang.Double.compare: -0.0 before 0.0, NaN last and equal to every NaN.
template <class Float>
[[nodiscard]] std::weak_ordering order_floats(Float a, Float b) noexcept {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) <=> std::isnan(b);
  if (a < b) return std::weak_ordering::less;
  if (a > b) return std::weak_ordering::greater;
  return std::signbit(b) <=> std::signbit(a);
}
[[nodiscard]] inline std::weak_ordering order_content(float a, float b) noexcept {
  return order_floats(a, b);
}
[[nodiscard]] inline std::weak_ordering order_content(double a, double b) noexcept {
  return order_floats(a, b);
}
[[nodiscard]] inline std::weak_ordering order_content(const std::string& a, const std::string& b) noexcept {
  return order_bytes(std::as_bytes(std::span(a)), std::as_bytes(std::span(b)));
}
[[nodiscard]] inline std::weak_ordering order_content(const blob& a, const blob& b) noexcept {
  return order_bytes(a, b);
}
[[nodiscard]] inline std::weak_ordering order_content(const uuid& a, const uuid& b) noexcept {
  return compare_clustering(a, b);
}
/// By its bytes: what lies before midnight comes last.
[[nodiscard]] inline std::weak_ordering order_content(time a, time b) noexcept {
  return static_cast<std::uint64_t>(a.since_midnight.count()) <=>
         static_cast<std::uint64_t>(b.since_midnight.count());
}
/// Durations have no order by value; by its bytes as well.
[[nodiscard]] inline std::weak_ordering order_content(const duration& a, const duration& b) noexcept {
  std::byte bytes_a[27], bytes_b[27];
  const std::byte* end_a = value_codec<duration>::put(bytes_a, a);
  const std::byte* end_b = value_codec<duration>::put(bytes_b, b);
  return order_bytes({bytes_a, end_a}, {bytes_b, end_b});
}

/// Element by element; then the shorter first. In a tuple or udt what is missing is null.
[[nodiscard]] inline std::weak_ordering order_elements(const cql_type& type, const any_value::elements& a,
                                                       const any_value::elements& b) {
  const bool is_tuple = type.id == type_id::tuple || type.id == type_id::udt;
  const std::size_t width = type.parameters.size();
  const std::size_t common = std::min(a.values.size(), b.values.size());
  const std::size_t longer = std::max(a.values.size(), b.values.size());
  if (width == 0 || (is_tuple && longer > width)) return std::weak_ordering::equivalent;
  const any_value null;
  for (std::size_t i = 0; i < (is_tuple ? longer : common); ++i) {
    const any_value& x = i < a.values.size() ? a.values[i] : null;
    const any_value& y = i < b.values.size() ? b.values[i] : null;
    const auto order = compare_clustering(type.parameters[i % width], x, y);
    if (order != 0) return order;
  }
  if (is_tuple) return std::weak_ordering::equivalent;
  return a.values.size() <=> b.values.size();
}

/// Where a value stands by what it is: null, then an empty body, then the others.
[[nodiscard]] inline int order_rank(const any_value& value) noexcept {
  return static_cast<int>(std::min<std::size_t>(value.content().index(), 2));
}

inline void sort_set(const cql_type& element, std::vector<any_value>& values) {
  std::stable_sort(values.begin(), values.end(), [&](const any_value& a, const any_value& b) {
    return compare_clustering(element, a, b) < 0;
  });
  const auto same = [&](const any_value& a, const any_value& b) {
    return compare_clustering(element, a, b) == 0;
  };
  values.erase(std::unique(values.begin(), values.end(), same), values.end());
}

inline void sort_map(const cql_type& key, std::vector<any_value>& values) {
  std::vector<std::pair<any_value, any_value>> entries;
  for (std::size_t i = 0; i + 1 < values.size(); i += 2)
    entries.emplace_back(std::move(values[i]), std::move(values[i + 1]));
  std::stable_sort(entries.begin(), entries.end(), [&](const auto& a, const auto& b) {
    return compare_clustering(key, a.first, b.first) < 0;
  });
  values.clear();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const bool replaced =
        i + 1 < entries.size() && compare_clustering(key, entries[i].first, entries[i + 1].first) == 0;
    if (replaced) continue;
    values.push_back(std::move(entries[i].first));
    values.push_back(std::move(entries[i].second));
  }
}

}  // namespace detail

std::weak_ordering compare_clustering(const cql_type& type, const any_value& a, const any_value& b) {
  const int rank_a = detail::order_rank(a), rank_b = detail::order_rank(b);
  if (rank_a != rank_b || rank_a < 2) return rank_a <=> rank_b;
  const auto* elements_a = a.get_if<any_value::elements>();
  const auto* elements_b = b.get_if<any_value::elements>();
  if (elements_a != nullptr && elements_b != nullptr)
    return detail::order_elements(type, *elements_a, *elements_b);
  return detail::with_scalar(
      type.id,
      [&]<class T>(std::type_identity<T>) -> std::weak_ordering {
        const T *x = a.get_if<T>(), *y = b.get_if<T>();
        if (x == nullptr || y == nullptr) return std::weak_ordering::equivalent;
        return detail::order_content(*x, *y);
      },
      []() -> std::weak_ordering { return std::weak_ordering::equivalent; });
}

void sort_collections(const cql_type& type, any_value& value) {
  auto* content = value.get_if<any_value::elements>();
  if (content == nullptr || type.parameters.empty()) return;
  const std::size_t width = type.parameters.size();
  for (std::size_t i = 0; i < content->values.size(); ++i)
    sort_collections(type.parameters[i % width], content->values[i]);
  if (type.id == type_id::set) detail::sort_set(type.parameters[0], content->values);
  if (type.id == type_id::map) detail::sort_map(type.parameters[0], content->values);
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_PROTOCOL_VALUES_ANY_COMPARE_IPP
