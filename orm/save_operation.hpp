// SPDX-License-Identifier: MIT
// save and insert as operations: a row straight from the object to the wire.
#ifndef COODIE_ORM_SAVE_OPERATION_HPP
#define COODIE_ORM_SAVE_OPERATION_HPP

#include <cstddef>
#include <span>
#include <utility>

#include "orm/call_settings.hpp"
#include "orm/conditional_reader.hpp"
#include "orm/key_members.hpp"
#include "orm/lwt_result.hpp"
#include "orm/partition_token.hpp"
#include "orm/statements.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// All columns of an object as [value]s.
template <class T>
[[nodiscard]] std::size_t row_size(const T& object) noexcept {
  return visit_columns(object, [](const auto&... members) { return (protocol::value_size(members) + ...); });
}

template <class Member>
COODIE_ALWAYS_INLINE std::byte* put_member(std::byte* to, const Member& member, bool unset_nulls) noexcept {
  if constexpr (is_optional<Member>::value)
    if (unset_nulls && !member.has_value()) return protocol::put_unset(to);
  return protocol::put_value(to, member);
}

template <class T>
std::byte* put_row(std::byte* to, const T& object, bool unset_nulls) noexcept {
  visit_columns(object, [&](const auto&... members) { ((to = put_member(to, members, unset_nulls)), ...); });
  return to;
}

/// Why a member can't be written; errc::ok for nearly all types.
template <class T>
[[nodiscard]] errc check_row(const T& object, diagnostics* diag) noexcept {
  errc e = errc::ok;
  std::size_t column = 0;
  visit_columns(object, [&](const auto&... members) {
    static_cast<void>(((e = protocol::check_value(members), e == errc::ok && ++column != 0) && ...));
  });
  return e == errc::ok ? e : report_column(e, expectations<T>[column], diag);
}

/// What a batch needs of a write too.
template <class T, bool IfNotExists>
class row_write {
 public:
  using model = T;
  static constexpr bool conditional = IfNotExists;
  static constexpr bool counter_write = false;

  row_write(const T& object, using_values extra, bool unset_nulls) noexcept
      : object_(&object), using_(extra), unset_nulls_(unset_nulls) {}

  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    if (errc e = check_using(using_, {.conditional = IfNotExists, .counters = false}, diag); e != errc::ok)
      return e;
    return check_row(*object_, diag);
  }
  [[nodiscard]] const protocol::statement& statement() const noexcept {
    static constexpr const protocol::statement* variants[] = {
        &statement_of<insert_source<T, IfNotExists, 0>>, &statement_of<insert_source<T, IfNotExists, 1>>,
        &statement_of<insert_source<T, IfNotExists, 2>>, &statement_of<insert_source<T, IfNotExists, 3>>};
    return *variants[using_.clause];
  }
  [[nodiscard]] bool has_timestamp() const noexcept { return using_.has_timestamp(); }
  [[nodiscard]] std::size_t value_count() const noexcept { return column_access<T>::size + using_.count(); }
  [[nodiscard]] std::size_t values_size() const noexcept { return row_size(*object_) + using_.size(); }
  std::byte* put_values(std::byte* to) const noexcept {
    return using_.put(put_row(to, *object_, unset_nulls_));
  }
  void route(protocol::request& r) const noexcept {
    partition_members<T>::visit(*object_, [&](const auto&... key) { set_token(r, key...); });
  }

 private:
  const T* object_;
  using_values using_;
  bool unset_nulls_;
};

/// A write without an answer, as an operation.
template <class Write>
class plain_write_operation {
 public:
  using result_type = void;

  template <class Options>
  plain_write_operation(Write write, const Options& options) noexcept
      : write_(std::move(write)), settings_(call_settings::of(options)) {}

  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    if (errc e = check_settings(settings_, diag); e != errc::ok) return e;
    return write_.check(diag);
  }
  void prepare_request(protocol::request& r) const noexcept {
    describe_execute(r, write_.statement(), write_.value_count(), settings_);
    r.timestamp = write_.has_timestamp() ? protocol::no_timestamp : protocol::default_timestamp;
    write_.route(r);
  }
  [[nodiscard]] std::size_t values_size() const noexcept { return write_.values_size(); }
  std::byte* put_values(std::byte* to) const noexcept { return write_.put_values(to); }
  [[nodiscard]] errc consume(const protocol::response& answer, bool&, diagnostics*) const noexcept {
    return check_void(answer);
  }
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return {}; }
  void take() const noexcept {}

 private:
  Write write_;
  call_settings settings_;
};

/// A conditional write, as an operation.
template <class Write>
class conditional_write_operation {
 public:
  using model = typename Write::model;
  using result_type = lwt_result<model>;

  template <class Options>
  conditional_write_operation(Write write, const Options& options) noexcept
      : write_(std::move(write)), settings_(call_settings::of(options)) {}

  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    if (errc e = check_settings(settings_, diag); e != errc::ok) return e;
    return write_.check(diag);
  }
  void prepare_request(protocol::request& r) const noexcept {
    describe_execute(r, write_.statement(), write_.value_count(), settings_);
    r.timestamp = protocol::no_timestamp;
    write_.route(r);
  }
  [[nodiscard]] std::size_t values_size() const noexcept { return write_.values_size(); }
  std::byte* put_values(std::byte* to) const noexcept { return write_.put_values(to); }
  [[nodiscard]] errc consume(const protocol::response& answer, bool&, diagnostics* diag) noexcept {
    return decode_safely([&] {
      conditional_reader reader;
      if (errc e = reader.open(answer, expectations<model>, diag); e != errc::ok) return e;
      result_.applied = reader.applied();
      if (result_.applied || reader.rows() == 0) return errc::ok;
      bool exists = false;
      const errc e = read_existing(reader, result_.existing.emplace(), exists, diag);
      if (!exists) result_.existing.reset();
      return e;
    });
  }
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return {}; }
  [[nodiscard]] result_type take() noexcept { return std::move(result_); }

 private:
  Write write_;
  call_settings settings_;
  result_type result_;
};

template <class T>
[[nodiscard]] auto make_save(const T& object, const save_options& options) noexcept {
  using write = row_write<T, false>;
  return plain_write_operation<write>(write(object, using_values::of(options), options.nulls == nulls::unset),
                                      options);
}
template <class T>
[[nodiscard]] auto make_insert(const T& object, const insert_options& options) noexcept {
  using write = row_write<T, true>;
  return conditional_write_operation<write>(write(object, using_values::of(options), true), options);
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_SAVE_OPERATION_HPP
