// SPDX-License-Identifier: MIT
// The low-level API: a statement as text, its values, and a result that owns its rows.
#ifndef COODIE_DRIVER_EXECUTE_HPP
#define COODIE_DRIVER_EXECUTE_HPP

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "driver/paging_token.hpp"
#include "driver/profile_name.hpp"
#include "driver/result.hpp"
#include "driver/run.hpp"

#if COODIE_HAS_AIO
#include "driver/run_async.hpp"
#endif

namespace coodie::inline COODIE_ABI {

namespace detail {

/// errc::invalid_query with a sentence for what no server would take.
[[nodiscard]] COODIE_DECL errc check_execute_options(const execute_options& options,
                                                     diagnostics* diag) noexcept;
/// Why one of them has no encoding, with a sentence that names it.
[[nodiscard]] COODIE_DECL errc check_views(std::span<const value_view> values, std::string& why);

/// A custom payload that stays while the request is on its way.
class owned_payload {
 public:
  explicit owned_payload(std::span<const protocol::payload_entry> from) {
    if (from.empty()) return;
    std::size_t size = 0;
    for (const auto& entry : from) size += entry.key.size() + entry.value.size();
    bytes_.reserve(size);  // so that nothing moves
    for (const auto& entry : from) {
      const auto key = append(std::as_bytes(std::span(entry.key)));
      entries_.push_back({{reinterpret_cast<const char*>(key.data()), key.size()}, append(entry.value)});
    }
  }
  [[nodiscard]] std::span<const protocol::payload_entry> entries() const noexcept { return entries_; }

 private:
  [[nodiscard]] std::span<const std::byte> append(std::span<const std::byte> what) {
    const std::size_t at = bytes_.size();
    bytes_.insert(bytes_.end(), what.begin(), what.end());
    return std::span(bytes_).subspan(at);
  }
  std::vector<std::byte> bytes_;
  std::vector<protocol::payload_entry> entries_;
};

/// execute() as an operation. A statement without values is sent as it is; one with values is prepared first,
/// because only the server knows the types of its markers.
class execute_operation {
 public:
  using result_type = result;

  execute_operation(abstract_driver& driver, std::string_view text, const value_list& values,
                    const execute_options& options)
      : statement_(values.empty() ? std::make_shared<const text_statement>(text)
                                  : driver.statements().find_or_add(text, values.views())),
        values_(values),
        options_(with_kept_name(options)),
        payload_(options.payload),
        kind_(values.empty() ? protocol::request_kind::query : protocol::request_kind::execute) {
    if (options_.single_page || !options_.paging_state.empty()) begin_paging(driver.keyspace());
  }

  void prepare_request(protocol::request& r) const noexcept {
    r.kind = kind_;
    r.what = values_.empty() ? nullptr : statement_.get();
    r.text = statement_->text;
    r.value_count = static_cast<std::uint16_t>(values_.size());
    r.serial = consistency::local_serial;
    r.page_size = protocol::default_page_size;
    r.give_consistency(options_.consistency);
    r.give_serial(options_.serial_consistency);
    r.give_page_size(options_.page_size);
    r.give_attempt_timeout(options_.attempt_timeout);
    r.timeout_ns = options_.timeout.count();
    r.profile = options_.profile;
    r.payload = payload_.entries();
    r.timestamp = options_.timestamp.value_or(protocol::default_timestamp);
    r.idempotent = options_.idempotent;
    r.tracing = options_.tracing;
  }
  [[nodiscard]] errc check(diagnostics* diag) const noexcept {
    if (const errc e = check_execute_options(options_, diag); e != errc::ok) return e;
    if (const errc e = check_values(diag); e != errc::ok) return e;
    if (paging_ == errc::ok) return errc::ok;
    if (diag != nullptr) diag->edit().message = paging_refusal_.message();
    return paging_;
  }
  [[nodiscard]] std::size_t values_size() const noexcept {
    std::size_t size = 0;
    for (const value_view& value : values_.views()) size += value.size();
    return size;
  }
  std::byte* put_values(std::byte* to) const noexcept {
    for (const value_view& value : values_.views()) to = value.put(to);
    return to;
  }
  [[nodiscard]] errc consume(const protocol::response& answer, bool& more, diagnostics* diag) noexcept {
    const errc e = result_.append(answer, more, &statement_->columns);
    if (e == errc::schema_mismatch && diag != nullptr)
      diag->edit().message =
          "the columns of the table have changed between two pages of the result; ask again";
    if (more) begin_next_step(more);
    return e;
  }
  /// The schema was changed, whatever became of the agreement.
  [[nodiscard]] bool forgives(const protocol::failure& why) const noexcept {
    return !result_.schema_agreed() && why.code != errc::cancelled;
  }
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return paging_state_; }
  [[nodiscard]] result take() {
    if (!result_.paging_state().empty())
      result_.set_paging_state(seal_paging_state(scope_, result_.paging_state()));
    return std::move(result_);
  }

 private:
  [[nodiscard]] static execute_options with_kept_name(execute_options options) {
    options.profile = keep_profile_name(options.profile);
    return options;
  }
  /// Paging by hand: what the states are of, and the one that was given. The values are there now.
  void begin_paging(std::string_view keyspace) {
    if (check_values(nullptr) != errc::ok) return;
    scope_ = scope_of_values(statement_->text, keyspace, *this);
    std::span<const std::byte> state;
    paging_ = open_paging_state(scope_, options_.paging_state, state, &paging_refusal_);
    paging_state_.assign(state.begin(), state.end());
  }
  /// Another page, or the agreement of the nodes.
  void begin_next_step(bool& more) noexcept {
    paging_state_.assign(result_.paging_state().begin(), result_.paging_state().end());
    if (!result_.schema_agreed())
      kind_ = protocol::request_kind::agreement;
    else if (options_.single_page)
      more = false;
  }
  [[nodiscard]] errc check_values(diagnostics* diag) const noexcept {
    std::string why;
    if (const errc e = check_views(values_.views(), why); e != errc::ok) {
      if (diag != nullptr) diag->edit().message = std::move(why);
      return e;
    }
    return values_.size() > 65535 ? errc::value_too_large : errc::ok;
  }

  std::shared_ptr<const text_statement> statement_;
  value_list values_;
  execute_options options_;
  owned_payload payload_;
  protocol::request_kind kind_;
  std::vector<std::byte> paging_state_;  // the server's own
  paging_scope scope_;                   // of paging by hand
  errc paging_ = errc::ok;
  diagnostics paging_refusal_;
  result result_;
};

}  // namespace detail

#if COODIE_HAS_AIO
namespace detail {
/// The driver as something that lives as long as its operations; when nobody shares it, somebody keeps it.
inline std::shared_ptr<abstract_driver> share_driver(abstract_driver& driver) {
  auto self = driver.weak_from_this().lock();
  if (self == nullptr) self = {std::shared_ptr<void>(), &driver};
  return self;
}
}  // namespace detail

template <class Token>
auto abstract_driver::execute_async(std::string_view statement, const value_list& values,
                                    const execute_options& options, Token&& token) {
  return detail::run_async(detail::share_driver(*this),
                           detail::execute_operation(*this, statement, values, options),
                           std::forward<Token>(token));
}
template <class Token>
auto abstract_driver::execute_async(std::string_view statement, const value_list& values,
                                    const execute_options& options, diagnostics& diag, Token&& token) {
  return detail::run_async(detail::share_driver(*this),
                           detail::execute_operation(*this, statement, values, options),
                           std::forward<Token>(token), &diag);
}
#endif

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_EXECUTE_HPP
