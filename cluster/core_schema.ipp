// SPDX-License-Identifier: MIT
// After a change of the schema: until every node that can be asked has the same version of it.
#ifndef COODIE_CLUSTER_CORE_SCHEMA_IPP
#define COODIE_CLUSTER_CORE_SCHEMA_IPP

#include <algorithm>

#include "cluster/core.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

namespace detail {
inline constexpr std::int64_t round_pause_ns = 200'000'000;
/// A node that needs longer has not told.
inline constexpr std::int64_t round_timeout_ns = 2'000'000'000;
}  // namespace detail

// Meanwhile it is in delayed_ too, where its time runs and where it is cancelled.
void core::await_agreement(protocol::request& r) noexcept {
  const std::int64_t now = loop_.clock().now_ns;
  if ((r.given & protocol::given_option::agreement) == 0)
    r.deadline_ns =
        std::min(r.deadline_ns, protocol::deadline_after(r.started_ns, config_->schema_agreement_ns));
  if (r.deadline_ns <= now) return fail_later(r, errc::schema_disagreement);
  r.due_ns = r.deadline_ns;
  delayed_.add(r, r.deadline_ns - now);
  want_time(r.due_ns);
  agreeing_.push(r);
  if (round_ == nullptr) ask_for_schema();
}

// Each node for itself: what one knows of the others by gossip is a second old. A round that has begun before
// a change says nothing about it.
void core::ask_for_schema() noexcept {
  next_round_ns_ = protocol::never;
  if (agreeing_.empty() || closing_.load(std::memory_order_relaxed)) return;
  asked_.splice(agreeing_);
  const auto round = std::make_shared<schema_round>();
  round_ = round;
  std::vector<std::shared_ptr<connection>> links;
  for (const auto& n : nodes_)
    if (n->ready()) {
      links.push_back(n->ready_link->shared_from_this());
      round->answers.push_back({.node = n->name});
    }
  round->pending = links.size();
  if (links.empty()) return schema_told(round);
  for (std::size_t i = 0; i < links.size(); ++i)
    detail::ask(
        *links[i], "SELECT schema_version FROM system.local WHERE key = 'local'",
        [this, alive = shared_from_this(), round, i, link = links[i]](const protocol::response* answer) {
          if (answer != nullptr)
            round->answers[i].version = read_schema_version(answer->body);
          else
            round->answers[i].lost = !link->ready();
          if (--round->pending == 0) schema_told(round);
        },
        detail::round_timeout_ns);
}

void core::schema_told(const std::shared_ptr<schema_round>& round) noexcept {
  round_.reset();
  behind_ = round->behind();
  if (!behind_.empty()) {
    const bool others_came = !agreeing_.empty();
    agreeing_.splice(asked_);
    if (others_came) return ask_for_schema();
    next_round_ns_ = protocol::deadline_after(loop_.clock().now_ns, detail::round_pause_ns);
    return want_time(next_round_ns_);
  }
  while (protocol::request* r = asked_.pop()) {
    protocol::deadline_lists::remove(*r);
    r->on_result(*r, {.body = protocol::reader(detail::nothing)});
  }
  if (round_ == nullptr) ask_for_schema();
}

void core::disagree(protocol::request& r) noexcept {
  const std::string behind = behind_.empty() && round_ != nullptr ? round_->behind() : behind_;
  const std::string text =
      "the schema was changed, but not all nodes have come to agree on it in time; look after " + behind +
      ", or give them more time";
  log(log_level::warning, text + ": " + std::string(detail::text_of(r)));
  r.on_failure(r, {.code = errc::schema_disagreement, .text = text, .sent = true});
}

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_CORE_SCHEMA_IPP
