// SPDX-License-Identifier: MIT
// A batch on its way: one BATCH message, and the answer to its conditions.
#ifndef COODIE_ORM_BATCH_OPERATION_HPP
#define COODIE_ORM_BATCH_OPERATION_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
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
  /// Says how far it has come.
  COODIE_DECL void add_to(diagnostics& diag) const;

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
  /// Goes on to the next request; false when that was the last.
  [[nodiscard]] COODIE_DECL bool begin_next_part() noexcept;
  [[nodiscard]] std::size_t members() const noexcept { return members_.size(); }
  [[nodiscard]] std::size_t requests() const noexcept { return parts_.empty() ? 1 : parts_.size(); }

 private:
  /// The members of one request, up to where the next one begins.
  struct part {
    std::size_t begin;
    std::size_t bytes;  ///< of their values
    std::int64_t token;
    bool has_token;
  };
  COODIE_DECL void split(const std::vector<batch_entry>& entries);
  [[nodiscard]] std::size_t end_of(std::size_t i) const noexcept {
    return i + 1 < parts_.size() ? parts_[i + 1].begin : members_.size();
  }
  [[nodiscard]] COODIE_DECL errc check_size(diagnostics* diag) const;

  std::vector<std::byte> values_;  // when it owns them
  std::vector<std::shared_ptr<const text_statement>> texts_;
  std::vector<protocol::batch_member> members_;
  std::vector<part> parts_;
  std::size_t part_ = 0;
  std::string sentence_;
  errc error_;
  batch_options options_;
  bool conditional_, idempotent_, many_drivers_;
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
  [[nodiscard]] errc consume(const protocol::response& answer, bool& more, diagnostics* diag) noexcept {
    conditional_reader reader;
    if (errc e = open(answer, {}, reader, result_.applied, diag); e != errc::ok) return e;
    more = begin_next_part();
    return errc::ok;
  }
  [[nodiscard]] result_type take() const noexcept { return {result_.applied, members(), requests()}; }

 private:
  result_type result_;
};

/// On a driver that is chosen already, whatever the members' tables name.
template <class Batch>
[[nodiscard]] batch_operation own_batch_operation(Batch&& what, batch_options options) {
  options.driver = "this one";
  return batch_operation(std::forward<Batch>(what), options);
}

/// All its members are of the table of T.
template <class T>
class typed_batch_operation : public batch_operation_base {
 public:
  using result_type = typed_batch_result<T>;

  template <class Batch>
  typed_batch_operation(Batch&& what, const batch_options& options)
      : batch_operation_base(std::forward<Batch>(what), options) {}
  [[nodiscard]] errc consume(const protocol::response& answer, bool& more, diagnostics* diag) noexcept {
    return decode_safely([&] {
      conditional_reader reader;
      if (errc e = open(answer, expectations<T>, reader, result_.applied, diag); e != errc::ok) return e;
      more = result_.applied && begin_next_part();
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
