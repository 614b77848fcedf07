// SPDX-License-Identifier: MIT
// Runs an operation on a driver and waits for it.
//
// An operation describes one call of the ORM or of execute():
//
//   using result_type = ...;                                   void, or what take() returns
//   void prepare_request(protocol::request&) const noexcept;   what is asked; again for each further step
//   std::size_t values_size() const noexcept;                  exact bytes of all [value]s
//   std::byte* put_values(std::byte*) const noexcept;          writes them
//   errc consume(const protocol::response&, bool& more, diagnostics*) noexcept;
//   std::span<const std::byte> paging_state() const noexcept;  of the next step, when `more`
//   errc check(diagnostics*) const noexcept;                   optional: why it can't be asked at all
//   errc finish(diagnostics*) noexcept;                        optional: the last check
//   bool forgives(const protocol::failure&) const noexcept;    optional: what was done stands all the same
//   std::int64_t pause_ns() const noexcept;                    optional: how long the next step has time
//   void add_to(diagnostics&) const;                           optional: what else there is to say of an
//   error result_type take();
#ifndef COODIE_DRIVER_RUN_HPP
#define COODIE_DRIVER_RUN_HPP

#include <chrono>
#include <thread>
#include <type_traits>
#include <utility>

#include "driver/abstract_driver.hpp"
#include "driver/diagnostics.hpp"
#include "driver/error.hpp"

namespace coodie::inline COODIE_ABI::detail {

template <class Op>
concept has_finish = requires(Op& op, diagnostics* diag) { op.finish(diag); };

template <class Op>
concept has_check = requires(const Op& op, diagnostics* diag) { op.check(diag); };

template <class Op>
concept has_pause = requires(const Op& op) { op.pause_ns(); };

/// Whether an operation is over, and well, although its last step failed.
template <class Op>
[[nodiscard]] bool forgives_failure(const Op& op, const protocol::failure& why) noexcept {
  if constexpr (requires { op.forgives(why); })
    return op.forgives(why);
  else
    return false;
}

/// Fills `diag` from an operation that failed.
template <class Op>
void describe_failure_of(const Op& op, diagnostics& diag, const protocol::request& r,
                         const protocol::failure& why) {
  fill_diagnostics(diag, r, why);
  if constexpr (requires { op.add_to(diag); }) op.add_to(diag);
}

/// How long to wait before the next step; 0 for nearly all operations.
template <class Op>
[[nodiscard]] std::chrono::nanoseconds pause_before_step(const Op& op) noexcept {
  if constexpr (has_pause<Op>)
    return std::chrono::nanoseconds(op.pause_ns());
  else
    return {};
}

/// Why an operation can't be asked, for example a value that has no encoding; errc::ok when it can.
template <class Op>
[[nodiscard]] errc check_operation(const Op& op, diagnostics* diag) noexcept {
  if constexpr (has_check<Op>)
    return op.check(diag);
  else
    return errc::ok;
}

/// Describes the first or next step of an operation.
template <class Op>
void describe_step(Op& op, protocol::request& r) noexcept {
  op.prepare_request(r);
  r.paging_state = op.paging_state();
}

/// Looks at an answer; true when the operation is not over yet.
template <class Op>
[[nodiscard]] bool take_step(Op& op, const protocol::response& answer, errc& result,
                             diagnostics* diag) noexcept {
  if (answer.prelude != nullptr && diag != nullptr) [[unlikely]]
    fill_tracing_id(*diag, answer);
  bool more = false;
  result = op.consume(answer, more, diag);
  if (result != errc::ok || more) return result == errc::ok;
  if constexpr (has_finish<Op>) result = op.finish(diag);
  return false;
}

/// An operation on the stack of the thread that waits for it: its values are encoded from where they are.
template <class Op>
class blocking_operation final : private protocol::blocking_request {
 public:
  blocking_operation(abstract_driver& driver, Op& op, diagnostics& diag) noexcept
      : driver_(driver), op_(op), diag_(diag) {
    append_values = &append;
    on_result = &result;
    on_failure = &failed;
  }
  [[nodiscard]] error_code run() noexcept {
    if (const errc e = check_operation(op_, &diag_); e != errc::ok) [[unlikely]] {
      describe_step(op_, *this);  // for its text
      fill_diagnostics(diag_, *this, {.code = e, .text = describe(e)});
      return e;
    }
    describe_step(op_, *this);
    driver_.run(*this);
    return code_;
  }
  /// The operation is not over: the thread has to wait, and then to run it again.
  [[nodiscard]] bool pauses() const noexcept { return pauses_; }

 private:
  static blocking_operation& of(protocol::request& r) noexcept { return static_cast<blocking_operation&>(r); }

  static errc append(const protocol::request& r, protocol::writer& out) noexcept {
    const auto& self = static_cast<const blocking_operation&>(r);
    const std::size_t size = self.op_.values_size();
    if (std::byte* to = out.append(size)) self.op_.put_values(to);
    return out.error();
  }
  static void result(protocol::request& r, const protocol::response& answer) noexcept {
    blocking_operation& self = of(r);
    errc e = errc::ok;
    if (take_step(self.op_, answer, e, &self.diag_)) {
      self.pauses_ = pause_before_step(self.op_).count() != 0;
      if (self.pauses_) return self.finish();
      describe_step(self.op_, self);
      return self.driver_.start(self);
    }
    if (e != errc::ok) {
      describe_failure_of(self.op_, self.diag_, self, {.code = e, .text = describe(e)});
      self.code_ = e;
    }
    self.finish();
  }
  static void failed(protocol::request& r, const protocol::failure& why) noexcept {
    blocking_operation& self = of(r);
    if (forgives_failure(self.op_, why)) return self.finish();
    describe_failure_of(self.op_, self.diag_, self, why);
    self.code_ = why.code;
    self.finish();
  }

  abstract_driver& driver_;
  Op& op_;
  diagnostics& diag_;
  error_code code_;
  bool pauses_ = false;
};

/// Runs an operation to its end.
template <class Op>
[[nodiscard]] error_code run_to_end(abstract_driver& driver, Op& op, diagnostics& diag) noexcept {
  if constexpr (has_pause<Op>) {
    for (;;) {
      blocking_operation<Op> steps(driver, op, diag);
      const error_code code = steps.run();
      if (!steps.pauses()) return code;
      std::this_thread::sleep_for(pause_before_step(op));
    }
  } else {
    return blocking_operation<Op>(driver, op, diag).run();
  }
}

/// Blocks. Never throws; what it returns is empty when `ec` is set.
template <class Op>
typename Op::result_type run_blocking(abstract_driver& driver, Op&& op, error_code& ec,
                                      diagnostics& diag) noexcept {
  static_assert(!std::is_lvalue_reference_v<Op>, "an operation is used once");
  diag.clear();
  ec = run_to_end(driver, op, diag);
  if constexpr (!std::is_void_v<typename Op::result_type>) {
    if (ec) return {};
    return op.take();
  }
}

#if COODIE_HAS_EXCEPTIONS
/// Blocks; throws coodie::error or a type derived from it.
template <class Op>
typename Op::result_type run_blocking(abstract_driver& driver, Op&& op) {
  static_assert(!std::is_lvalue_reference_v<Op>, "an operation is used once");
  diagnostics diag;
  if (const error_code ec = run_to_end(driver, op, diag)) [[unlikely]]
    throw_error(ec, std::move(diag));
  if constexpr (!std::is_void_v<typename Op::result_type>) return op.take();
}
#endif

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_DRIVER_RUN_HPP
