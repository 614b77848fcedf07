// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_BATCH_IPP
#define COODIE_ORM_BATCH_IPP

#include <algorithm>
#include <utility>

#include "driver/execute.hpp"
#include "orm/batch_operation.hpp"

namespace coodie::inline COODIE_ABI {

void batch::clear() noexcept {
  entries_.clear();
  values_.clear();
  texts_.clear();
  sentence_.clear();
  error_ = errc::ok;
  driver_ = {};
  conditional_ = names_driver_ = many_drivers_ = has_lists_ = false;
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
                     !settings.profile.empty() || settings.tracing || !driver.empty();
  if (whole)
    refuse(
        errc::invalid_query,
        "consistency, timeout, profile, tracing and driver are options of the whole batch, given to apply()");
  else if (facts.counter != (kind_ == batch_kind::counter))
    refuse(errc::invalid_query, facts.counter ? "counters can be changed in a batch_kind::counter only"
                                              : "a batch_kind::counter takes changes of counters only");
  conditional_ = conditional_ || facts.conditional;
  return error_ == errc::ok;
}

detail::batch_entry& batch::append(const protocol::statement& what, std::size_t value_count,
                                   std::size_t size) {
  const std::size_t offset = values_.size();
  values_.resize(offset + size);
  return entries_.emplace_back(detail::batch_entry{.what = &what,
                                                   .value_count = static_cast<std::uint16_t>(value_count),
                                                   .idempotent = false,
                                                   .has_token = false,
                                                   .token = 0,
                                                   .offset = offset,
                                                   .size = size});
}

void batch::note_driver(std::string_view named) noexcept {
  if (!std::exchange(names_driver_, true)) driver_ = named;
  many_drivers_ = many_drivers_ || named != driver_;
}

namespace detail {
/// Statements of batches by text. They belong to no driver: a batch may go to several.
inline statement_cache& batch_statements() {
  static statement_cache cache;
  return cache;
}
}  // namespace detail

batch& batch::execute(std::string_view statement, const value_list& values, const execute_options& options) {
  detail::call_settings whole;
  whole.consistency = options.consistency;
  whole.serial = options.serial_consistency;
  whole.timeout_ns =
      std::max(options.timeout, options.attempt_timeout.value_or(std::chrono::nanoseconds())).count();
  whole.profile = options.profile;
  whole.tracing = options.tracing;
  if (!begin_member(whole, {}, {.conditional = false, .counter = kind_ == batch_kind::counter})) return *this;
  std::string why;
  errc e = values.size() > 65535 ? errc::value_too_large : errc::ok;
  if (e == errc::ok) e = detail::check_views(values.views(), why);
  if (e != errc::ok) {
    refuse(e, why);
    return *this;
  }
  texts_.push_back(detail::batch_statements().find_or_add(statement, values.views()));
  conditional_ = conditional_ || texts_.back()->has(protocol::statement_flag::conditional);
  std::size_t size = 0;
  for (const value_view& value : values.views()) size += value.size();
  detail::batch_entry& entry = append(*texts_.back(), values.size(), size);
  entry.idempotent = options.idempotent;
  std::byte* to = values_.data() + entry.offset;
  for (const value_view& value : values.views()) to = value.put(to);
  return *this;
}

namespace detail {

inline namespace batch_steps {
inline constexpr std::size_t most_members = 65535;  // native_protocol_v4.spec section 4.1.7: a [short]

[[nodiscard]] inline bool is_split(const batch_chunk& how) noexcept {
  return how.members != 0 || how.bytes != 0 || how.by_partition;
}
[[nodiscard]] inline bool same_partition(const batch_entry& a, const batch_entry& b) noexcept {
  return a.has_token && b.has_token && a.token == b.token;
}
/// Those of one partition one after the other, each in its old order; those of unknown ones last.
inline void sort_by_partition(std::vector<batch_entry>& entries) {
  std::stable_sort(entries.begin(), entries.end(), [](const batch_entry& a, const batch_entry& b) {
    if (a.has_token != b.has_token) return a.has_token;
    return a.has_token && a.token < b.token;
  });
}
}  // namespace batch_steps

// Where each request begins, and the end of the last one.
void batch_operation_base::split(const std::vector<batch_entry>& entries) {
  const batch_chunk& how = options_.chunk;
  const std::size_t most = how.members == 0 ? most_members : std::min<std::size_t>(how.members, most_members);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const batch_entry& each = entries[i];
    const bool full = i != 0 && is_split(how) &&
                      (i - parts_.back().begin == most || (how.bytes != 0 && bytes + each.size > how.bytes) ||
                       (how.by_partition && !same_partition(entries[i - 1], each)));
    if (i == 0 || full) {
      parts_.push_back({i, 0, each.token, each.has_token});
      bytes = 0;
    }
    bytes += each.size;
    parts_.back().bytes = bytes;
  }
}

batch_operation_base::batch_operation_base(const batch& what, const batch_options& options)
    : texts_(what.texts_),
      sentence_(what.sentence_),
      error_(what.error_),
      options_(options),
      conditional_(what.conditional_),
      idempotent_(what.idempotent() && !(what.has_lists_ && options.timestamp)),
      many_drivers_(what.many_drivers_),
      kind_(what.kind_) {
  options_.profile = keep_profile_name(options.profile);
  const auto add_members = [&](const std::vector<batch_entry>& entries) {
    members_.reserve(entries.size());
    for (const batch_entry& each : entries)
      members_.push_back({each.what, each.value_count, {what.values_.data() + each.offset, each.size}});
    split(entries);
  };
  if (options.chunk.by_partition) {
    std::vector<batch_entry> sorted = what.entries_;
    sort_by_partition(sorted);
    add_members(sorted);
  } else {
    add_members(what.entries_);
  }
}
batch_operation_base::batch_operation_base(batch&& what, const batch_options& options)
    : batch_operation_base(static_cast<const batch&>(what), options) {
  values_ = std::move(what.values_);  // where they were, so that the members still point into them
  what.clear();
}

errc batch_operation_base::check_size(diagnostics* diag) const {
  if (is_split(options_.chunk) && kind_ == batch_kind::logged)
    return report(
        errc::invalid_query,
        "a logged batch is applied as a whole, so that it can't be sent in parts (.chunk); make it a "
        "batch_kind::unlogged if it need not be",
        diag);
  if (is_split(options_.chunk) && conditional_)
    return report(errc::invalid_query,
                  "a batch with conditions is applied as a whole or not at all, so that it can't be sent in "
                  "parts (.chunk)",
                  diag);
  if (!is_split(options_.chunk) && members_.size() > most_members)
    return report(errc::invalid_query,
                  "a batch has at most 65535 members; an unlogged one can be sent in parts (.chunk)", diag);
  if (options_.size_limit == 0) return errc::ok;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (parts_[i].bytes <= options_.size_limit) continue;
    const std::string why = "the batch has " + std::to_string(parts_[i].bytes) + " bytes in the " +
                            std::to_string(end_of(i) - parts_[i].begin) +
                            " members of one request, more than " + "its size_limit of " +
                            std::to_string(options_.size_limit) +
                            "; an unlogged one can be sent in parts (.chunk)";
    return report(errc::invalid_query, why, diag);
  }
  return errc::ok;
}

errc batch_operation_base::check(diagnostics* diag) const noexcept {
  if (error_ != errc::ok) return report(error_, sentence_, diag);
  if (many_drivers_ && options_.driver.empty())
    return report(errc::invalid_query,
                  "the members' tables name different drivers; make a batch for each, or name one to apply()",
                  diag);
  if (errc e = check_settings(call_settings::of(options_), diag); e != errc::ok) return e;
  if (errc e = decode_safely([&] { return check_size(diag); }); e != errc::ok) return e;
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
  r.has_token = false;
  if (part_ < parts_.size()) {
    r.members = r.members.subspan(parts_[part_].begin, end_of(part_) - parts_[part_].begin);
    r.has_token = parts_[part_].has_token;
    r.token = parts_[part_].token;
  }
  settings.apply(r, conditional_);
  const bool own = conditional_ || kind_ == batch_kind::counter;
  r.timestamp = own ? protocol::no_timestamp : protocol::default_timestamp;
  if (options_.timestamp) r.timestamp = options_.timestamp->time_since_epoch().count();
}

bool batch_operation_base::begin_next_part() noexcept {
  if (part_ + 1 >= parts_.size()) return false;
  ++part_;
  return true;
}

void batch_operation_base::add_to(diagnostics& diag) const {
  if (parts_.size() < 2 || check(nullptr) != errc::ok) return;  // nothing was sent at all
  auto& content = diag.edit();
  content.batch = {parts_.size(), part_, parts_[part_].begin};
  content.message = "request " + std::to_string(part_ + 1) + " of the " + std::to_string(parts_.size()) +
                    " of a batch failed, " + std::to_string(parts_[part_].begin) + " of its " +
                    std::to_string(members_.size()) + " members had been applied: " + content.message;
}

errc batch_operation_base::open(const protocol::response& answer, std::span<const column_expectation> columns,
                                conditional_reader& reader, bool& applied, diagnostics* diag) const noexcept {
  // Of a statement that is text only the answer tells whether it had a condition.
  if (!conditional_ && (texts_.empty() || !is_rows(answer))) return check_void(answer);
  if (errc e = reader.open(answer, columns, diag); e != errc::ok) return e;
  applied = reader.applied();
  return errc::ok;
}

}  // namespace detail
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_ORM_BATCH_IPP
