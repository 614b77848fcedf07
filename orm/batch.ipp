// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_BATCH_IPP
#define COODIE_ORM_BATCH_IPP

#include "orm/batch_operation.hpp"

namespace coodie::inline COODIE_ABI {

void batch::clear() noexcept {
  entries_.clear();
  values_.clear();
  sentence_.clear();
  error_ = errc::ok;
  driver_ = {};
  has_token_ = conditional_ = many_drivers_ = has_lists_ = false;
}

void batch::refuse(errc e, std::string_view sentence) {
  error_ = e;
  sentence_ = "member " + std::to_string(entries_.size()) + " of the batch: ";
  sentence_ += sentence.empty() ? describe(e) : sentence;
}

bool batch::begin_member(const detail::call_settings& settings, std::string_view driver,
                         detail::batch_facts facts) {
  if (error_ != errc::ok) return false;
  const bool whole = settings.consistency || settings.serial || settings.timeout_ns != 0 ||
                     !settings.profile.empty() || !driver.empty();
  if (whole)
    refuse(errc::invalid_query,
           "consistency, timeout, profile and driver are options of the whole batch, given to apply()");
  else if (facts.counter != (kind_ == batch_kind::counter))
    refuse(errc::invalid_query, facts.counter ? "counters can be changed in a batch_kind::counter only"
                                              : "a batch_kind::counter takes changes of counters only");
  else if (entries_.size() == 65535)
    refuse(errc::invalid_query, "a batch has at most 65535 members");
  conditional_ = conditional_ || facts.conditional;
  return error_ == errc::ok;
}

namespace detail {

batch_operation_base::batch_operation_base(const batch& what, const batch_options& options)
    : sentence_(what.sentence_),
      error_(what.error_),
      options_(options),
      token_(what.token_),
      has_token_(what.has_token_),
      conditional_(what.conditional_),
      idempotent_(what.idempotent() && !(what.has_lists_ && options.timestamp)),
      many_drivers_(what.many_drivers_),
      kind_(what.kind_) {
  options_.profile = keep_profile_name(options.profile);
  members_.reserve(what.entries_.size());
  for (const batch_entry& each : what.entries_)
    members_.push_back({each.what, each.value_count, {what.values_.data() + each.offset, each.size}});
}
batch_operation_base::batch_operation_base(batch&& what, const batch_options& options)
    : batch_operation_base(static_cast<const batch&>(what), options) {
  values_ = std::move(what.values_);  // where they were, so that the members still point into them
  what.clear();
}

errc batch_operation_base::check(diagnostics* diag) const noexcept {
  if (error_ != errc::ok) return report(error_, sentence_, diag);
  if (many_drivers_ && options_.driver.empty())
    return report(errc::invalid_query,
                  "the members' tables name different drivers; make a batch for each, or name one to apply()",
                  diag);
  if (errc e = check_settings(call_settings::of(options_), diag); e != errc::ok) return e;
  return check_using(using_values::of(options_), {conditional_, kind_ == batch_kind::counter}, diag);
}

void batch_operation_base::prepare_request(protocol::request& r) const noexcept {
  const call_settings settings = call_settings::of(options_);
  r.kind = protocol::request_kind::batch;
  r.what = nullptr;
  r.batch = static_cast<protocol::batch_type>(kind_);
  r.members = members_;
  r.value_count = 0;
  r.idempotent = idempotent_;
  r.has_token = has_token_;
  r.token = token_;
  settings.apply(r, conditional_);
  const bool own = conditional_ || kind_ == batch_kind::counter;
  r.timestamp = own ? protocol::no_timestamp : protocol::default_timestamp;
  if (options_.timestamp) r.timestamp = options_.timestamp->time_since_epoch().count();
}

errc batch_operation_base::open(const protocol::response& answer, std::span<const column_expectation> columns,
                                conditional_reader& reader, bool& applied, diagnostics* diag) const noexcept {
  if (!conditional_) return check_void(answer);
  if (errc e = reader.open(answer, columns, diag); e != errc::ok) return e;
  applied = reader.applied();
  return errc::ok;
}

}  // namespace detail
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_BATCH_IPP
