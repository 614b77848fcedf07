// SPDX-License-Identifier: MIT
// A batch on its way: one BATCH message, and the answer to its conditions.
#ifndef COODIE_ORM_BATCH_OPERATION_HPP
#define COODIE_ORM_BATCH_OPERATION_HPP

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "orm/batch.hpp"
#include "orm/conditional_reader.hpp"

namespace coodie::inline COODIE_ABI::detail {

class batch_operation_base {
 public:
  [[nodiscard]] COODIE_DECL errc check(diagnostics* diag) const noexcept;
  COODIE_DECL void prepare_request(protocol::request& r) const noexcept;
  [[nodiscard]] std::size_t values_size() const noexcept { return 0; }
  std::byte* put_values(std::byte* to) const noexcept { return to; }
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return {}; }

 protected:
  /// Refers to the batch, which must outlive the operation.
  COODIE_DECL batch_operation_base(const batch& what, const batch_options& options);
  /// Takes the batch's bytes.
  COODIE_DECL batch_operation_base(batch&& what, const batch_options& options);
  batch_operation_base(batch_operation_base&&) noexcept = default;

  /// Reads [applied] of a conditional batch; `reader` is open only then.
  [[nodiscard]] COODIE_DECL errc open(const protocol::response& answer,
                                      std::span<const column_expectation> columns, conditional_reader& reader,
                                      bool& applied, diagnostics* diag) const noexcept;

 private:
  std::vector<std::byte> values_;  // when it owns them
  std::vector<protocol::batch_member> members_;
  std::string sentence_;
  errc error_;
  batch_options options_;
  std::int64_t token_;
  bool has_token_, conditional_, idempotent_, many_drivers_;
  batch_kind kind_;
};

/// The driver that a call names, or that the members' tables name; empty: the default.
[[nodiscard]] inline std::string_view batch_driver(const batch& what, const batch_options& options) noexcept {
  return options.driver.empty() ? what.driver() : options.driver;
}

class batch_operation : public batch_operation_base {
 public:
  using result_type = batch_result;

  template <class Batch>
  batch_operation(Batch&& what, const batch_options& options)
      : batch_operation_base(std::forward<Batch>(what), options) {}
  [[nodiscard]] errc consume(const protocol::response& answer, bool&, diagnostics* diag) noexcept {
    conditional_reader reader;
    return open(answer, {}, reader, result_.applied, diag);
  }
  [[nodiscard]] result_type take() const noexcept { return result_; }

 private:
  result_type result_;
};

/// All its members are of the table of T.
template <class T>
class typed_batch_operation : public batch_operation_base {
 public:
  using result_type = typed_batch_result<T>;

  template <class Batch>
  typed_batch_operation(Batch&& what, const batch_options& options)
      : batch_operation_base(std::forward<Batch>(what), options) {}
  [[nodiscard]] errc consume(const protocol::response& answer, bool&, diagnostics* diag) noexcept {
    return decode_safely([&] {
      conditional_reader reader;
      if (errc e = open(answer, expectations<T>, reader, result_.applied, diag); e != errc::ok) return e;
      if (result_.applied) return errc::ok;
      for (std::uint32_t i = 0; i < reader.rows(); ++i) {
        bool exists = false;
        const errc e = read_existing(reader, result_.existing.emplace_back(), exists, diag);
        if (e != errc::ok) return e;
        if (!exists) result_.existing.pop_back();
      }
      return errc::ok;
    });
  }
  [[nodiscard]] result_type take() noexcept { return std::move(result_); }

 private:
  result_type result_;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_BATCH_OPERATION_HPP
