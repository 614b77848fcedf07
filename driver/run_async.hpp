// SPDX-License-Identifier: MIT
// Starts an operation on a driver; any Asio completion token says what happens at its end.
#ifndef COODIE_DRIVER_RUN_ASYNC_HPP
#define COODIE_DRIVER_RUN_ASYNC_HPP

#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "cluster/asio_config.hpp"
#include "cluster/current_context.hpp"
#include "driver/cancel_key.hpp"
#include "driver/handover_gate.hpp"
#include "driver/operation_memory.hpp"
#include "driver/run.hpp"

#if defined(__cpp_impl_coroutine)
#include <asio/awaitable.hpp>
#include <asio/use_awaitable.hpp>
#endif

namespace coodie::inline COODIE_ABI {

/// What aio functions take when they get no token: co_await the call in an asio::awaitable<> coroutine; an
/// error is thrown as the same exception that the blocking form throws.
struct default_token_t {};
inline constexpr default_token_t default_token{};

namespace detail {

/// The operation that this thread is just starting: its handler must not run now.
inline constinit thread_local const void* being_started = nullptr;

/// Between a cancellation slot and an operation, whichever goes first. A driver may end the operation inside
/// of its cancel().
struct cancellation_link {
  std::recursive_mutex mutex;
  abstract_driver* driver = nullptr;
  protocol::request* target = nullptr;  // nullptr when the operation has ended
  bool wanted = false;

  void cancel() {
    const std::lock_guard lock(mutex);
    wanted = true;
    if (target != nullptr) driver->cancel(*target);
  }
  void end() {
    const std::lock_guard lock(mutex);
    target = nullptr;
  }
  /// Goes on after end(); false when it was cancelled meanwhile.
  [[nodiscard]] bool begin_again(protocol::request& what) {
    const std::lock_guard lock(mutex);
    if (!wanted) target = &what;
    return !wanted;
  }
};

/// What a handler is called with: R of void(error_code, R), or nothing more.
template <class R>
struct outcome {
  error_code code;
  R value{};
  template <class Handler>
  void tell(Handler&& handler) {
    std::move(handler)(code, std::move(value));
  }
};
template <>
struct outcome<void> {
  error_code code;
  template <class Handler>
  void tell(Handler&& handler) {
    std::move(handler)(code);
  }
};

/// The execution context of an executor; nullptr for one that has none, as that of a future.
template <class Executor>
[[nodiscard]] const void* context_behind(const Executor& executor) noexcept {
  if constexpr (asio::can_query<const Executor&, asio::execution::context_t>::value)
    return &asio::query(executor, asio::execution::context);
  else
    return nullptr;
}

/// Whether handlers of `executor` may be called right here, on the driver's loop.
template <class Executor>
[[nodiscard]] bool runs_here(const Executor& executor) noexcept {
  if constexpr (std::is_same_v<Executor, asio::system_executor>) {
    return true;  // nothing is associated
  } else if constexpr (std::is_same_v<Executor, asio::io_context::executor_type>) {
    return context_behind(executor) == cluster_detail::current_context;
  } else if constexpr (std::is_same_v<Executor, asio::any_io_executor>) {
    const auto* inner = executor.template target<asio::io_context::executor_type>();
    return inner != nullptr && runs_here(*inner);
  } else {
    return false;
  }
}

/// An operation with its handler and its encoded values, in one block of memory.
template <class Op, class Handler>
class handler_operation final : private protocol::request {
 public:
  using result_type = typename Op::result_type;
  using executor_type = asio::associated_executor_t<Handler>;

  static void start(std::shared_ptr<abstract_driver> driver, Op&& op, diagnostics* diag, Handler&& handler) {
    const bool possible = check_operation(op, nullptr) == errc::ok;
    const std::size_t values = possible ? op.values_size() : 0;
    void* memory = operation_memory::allocate(sizeof(handler_operation) + values);
    auto* self =
        new (memory) handler_operation(std::move(driver), std::move(op), diag, std::move(handler), values);
    if (possible) [[likely]]
      self->begin();
    else
      self->refuse();
  }

 private:
  handler_operation(std::shared_ptr<abstract_driver> driver, Op&& op, diagnostics* diag, Handler&& handler,
                    std::size_t values)
      : driver_(std::move(driver)),
        op_(std::move(op)),
        handler_(std::move(handler)),
        diag_(diag),
        values_size_(values) {
    append_values = &append;
    on_result = &result;
    on_failure = &failed;
    if (values_size_ != 0) op_.put_values(values_begin());
    if constexpr (requires { handler_.diag; }) diag_ = &handler_.diag;
    if (diag_ != nullptr) diag_->clear();
    const executor_type executor = asio::get_associated_executor(handler_);
    if constexpr (!std::is_same_v<executor_type, asio::system_executor>)
      if (context_behind(executor) != driver_->context()) {
        gate_ = handover_gate::of(executor);
        work_.emplace(asio::prefer(executor, asio::execution::outstanding_work.tracked));
      }
  }

  [[nodiscard]] std::byte* values_begin() noexcept { return reinterpret_cast<std::byte*>(this + 1); }

  void begin() {
    auto slot = asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected()) {
      cancellation_ = std::make_shared<cancellation_link>();
      cancellation_->driver = driver_.get();
      cancellation_->target = this;
      cancel_key = next_cancel_key();
      slot.assign([link = cancellation_](asio::cancellation_type how) {
        constexpr auto honoured = asio::cancellation_type::terminal | asio::cancellation_type::partial;
        if ((how & honoured) != asio::cancellation_type::none) link->cancel();
      });
    }
    describe_step(op_, *this);
    const void* outer = std::exchange(being_started, this);
    const std::shared_ptr<abstract_driver> alive = cancellation_ ? driver_ : nullptr;
    driver_->start(*this);  // may be gone now
    being_started = outer;
  }

  void refuse() noexcept {
    const errc e = check_operation(op_, diag_);
    describe_step(op_, *this);  // for its text
    const void* outer = std::exchange(being_started, this);
    failed(*this, {.code = e, .text = describe(e)});
    being_started = outer;
  }

  static handler_operation& of(protocol::request& r) noexcept { return static_cast<handler_operation&>(r); }

  static errc append(const protocol::request& r, protocol::writer& out) noexcept {
    const auto& self = static_cast<const handler_operation&>(r);
    out.write_raw(std::span(const_cast<handler_operation&>(self).values_begin(), self.values_size_));
    return out.error();
  }
  static void result(protocol::request& r, const protocol::response& answer) noexcept {
    handler_operation& self = of(r);
    errc e = errc::ok;
    if (take_step(self.op_, answer, e, self.diag_)) [[unlikely]]
      return self.next_step();
    if (e != errc::ok) [[unlikely]]
      return failed(r, {.code = e, .text = describe(e)});
    self.succeed();
  }
  void succeed() noexcept {
    if constexpr (std::is_void_v<result_type>)
      complete({});
    else
      complete({.code = {}, .value = op_.take()});
  }
  static void failed(protocol::request& r, const protocol::failure& why) noexcept {
    handler_operation& self = of(r);
    if (forgives_failure(self.op_, why)) return self.succeed();
    if (self.diag_ != nullptr) describe_failure_of(self.op_, *self.diag_, r, why);
    self.complete({.code = why.code});
  }
  void next_step() noexcept {
    if constexpr (has_pause<Op>)
      if (const auto pause = pause_before_step(op_); pause.count() != 0) return wait_with_timer(pause);
    take_next_step();
  }
  void take_next_step() noexcept {
    describe_step(op_, *this);
    driver_->start(*this);
  }

  /// What a timer holds: the operation, which goes when the timer's context does.
  class paused {
   public:
    explicit paused(handler_operation* operation) noexcept : operation_(operation) {}
    paused(paused&& other) noexcept : operation_(std::exchange(other.operation_, nullptr)) {}
    paused& operator=(paused&&) = delete;
    ~paused() {
      if (operation_ != nullptr) operation_->release();
    }
    void resume() noexcept { std::exchange(operation_, nullptr)->after_pause(); }

   private:
    handler_operation* operation_;
  };
  void wait_with_timer(std::chrono::nanoseconds pause) noexcept {
    if (cancellation_) cancellation_->end();  // the driver does not know the request meanwhile
    const executor_type executor = asio::get_associated_executor(handler_);
    if (void* const own = const_cast<void*>(driver_->context()); own != nullptr)
      return wait_on(static_cast<asio::io_context*>(own)->get_executor(), pause);
    if (context_behind(executor) != nullptr) return wait_on(executor, pause);
    wait_on(asio::system_executor(), pause);
  }
  template <class Executor>
  void wait_on(const Executor& executor, std::chrono::nanoseconds pause) noexcept {
    using clock = std::chrono::steady_clock;
    using timer_type = asio::basic_waitable_timer<clock, asio::wait_traits<clock>, Executor>;
    if constexpr (asio::can_query<const Executor&, asio::execution::context_t>::value) {
      auto timer = std::make_unique<timer_type>(executor, pause);
      timer_type& waiting = *timer;
      waiting.async_wait(
          [timer = std::move(timer), self = paused(this)](const error_code&) mutable { self.resume(); });
    }
  }
  void after_pause() noexcept {
    if (cancellation_ && !cancellation_->begin_again(*this))
      return failed(*this, {.code = errc::cancelled, .text = describe(errc::cancelled)});
    take_next_step();
  }
  /// Ends without telling anybody.
  void release() noexcept {
    const std::size_t size = sizeof(handler_operation) + values_size_;
    const std::shared_ptr<abstract_driver> alive(std::move(driver_));
    this->~handler_operation();
    operation_memory::deallocate(this, size);
  }

  void complete(outcome<result_type>&& ending) noexcept {
    // The slot keeps its function, which does nothing from now on: only the handler's own thread may clear
    // it.
    if (cancellation_) cancellation_->end();
    const bool inside_start = being_started == this;
    const handover_gate::pass handing_over(gate_);
    Handler handler(std::move(handler_));
    [[maybe_unused]] const auto work(std::move(work_));
    const std::shared_ptr<abstract_driver> alive(std::move(driver_));
    const std::size_t size = sizeof(handler_operation) + values_size_;
    this->~handler_operation();
    operation_memory::deallocate(this, size);

    const executor_type executor = asio::get_associated_executor(handler);
    if (!inside_start && runs_here(executor)) [[likely]]
      return ending.tell(std::move(handler));
    auto tell = [handler = std::move(handler), told = std::move(ending)]() mutable {
      told.tell(std::move(handler));
    };
    if (inside_start)
      asio::post(executor, std::move(tell));
    else
      asio::dispatch(executor, std::move(tell));
  }

  using tracked_executor = std::decay_t<decltype(asio::prefer(std::declval<executor_type>(),
                                                              asio::execution::outstanding_work.tracked))>;

  std::shared_ptr<abstract_driver> driver_;
  Op op_;
  Handler handler_;
  diagnostics* diag_;
  std::size_t values_size_;
  handover_gate* gate_ = nullptr;
  std::optional<tracked_executor> work_;
  std::shared_ptr<cancellation_link> cancellation_;
};

template <class R>
struct async_signature {
  using type = void(error_code, R);
};
template <>
struct async_signature<void> {
  using type = void(error_code);
};

/// The handler that an operation may have: a copy of one that has a name.
template <class Handler>
[[nodiscard]] std::decay_t<Handler> own_handler(Handler& handler) {
  return handler;
}
template <class Handler>
  requires(!std::is_reference_v<Handler>)
[[nodiscard]] Handler&& own_handler(Handler&& handler) noexcept {
  return std::move(handler);
}

template <class Op>
struct start_with_handler {
  template <class Handler>
  void operator()(Handler&& handler, std::shared_ptr<abstract_driver>&& driver, Op&& op,
                  diagnostics* diag) const {
    handler_operation<Op, std::decay_t<Handler>>::start(std::move(driver), std::move(op), diag,
                                                        own_handler(std::forward<Handler>(handler)));
  }
};

#if COODIE_HAS_EXCEPTIONS && defined(__cpp_impl_coroutine)
/// The handler of a coroutine: turns an error into the exception that the blocking form throws.
template <class R, class Handler>
struct throwing_handler {
  using executor_type = asio::associated_executor_t<Handler>;
  using cancellation_slot_type = asio::associated_cancellation_slot_t<Handler>;

  Handler inner;
  diagnostics diag;

  [[nodiscard]] executor_type get_executor() const noexcept { return asio::get_associated_executor(inner); }
  [[nodiscard]] cancellation_slot_type get_cancellation_slot() const noexcept {
    return asio::get_associated_cancellation_slot(inner);
  }
  template <class... Value>
  void operator()(error_code code, Value&&... value) {
    std::exception_ptr thrown;
    if (code) [[unlikely]] {
      try {
        throw_error(code, std::move(diag));
      } catch (...) {
        thrown = std::current_exception();
      }
    }
    std::move(inner)(thrown, std::forward<Value>(value)...);
  }
};

template <class R>
struct throwing_signature {
  using type = void(std::exception_ptr, R);
};
template <>
struct throwing_signature<void> {
  using type = void(std::exception_ptr);
};

template <class Op>
struct start_throwing {
  template <class Handler>
  void operator()(Handler&& handler, std::shared_ptr<abstract_driver>&& driver, Op&& op) const {
    using wrapped = throwing_handler<typename Op::result_type, std::decay_t<Handler>>;
    handler_operation<Op, wrapped>::start(std::move(driver), std::move(op), nullptr,
                                          wrapped{own_handler(std::forward<Handler>(handler)), {}});
  }
};
#endif

/// Starts `op`; completes with void(error_code, result_type), or void(error_code) when that is void. `diag`,
/// when it is not nullptr, must live until then. Terminal and partial cancellation end the operation with
/// errc::cancelled; the request may have been executed. With default_token: an awaitable that throws.
template <class Op, class Token>
auto run_async(std::shared_ptr<abstract_driver> driver, Op&& op, Token&& token, diagnostics* diag = nullptr) {
  static_assert(!std::is_lvalue_reference_v<Op>, "an operation is used once");
  if constexpr (std::is_same_v<std::decay_t<Token>, default_token_t>) {
#if COODIE_HAS_EXCEPTIONS && defined(__cpp_impl_coroutine)
    using signature = typename throwing_signature<typename Op::result_type>::type;
    static_cast<void>(diag);  // the exception has everything
    return asio::async_initiate<const asio::use_awaitable_t<>, signature>(
        start_throwing<Op>{}, asio::use_awaitable, std::move(driver), std::move(op));
#else
    static_assert(
        !std::is_same_v<Op, Op>,
        "coodie: without exceptions or coroutines an aio call needs a completion token as its last argument");
#endif
  } else {
    using signature = typename async_signature<typename Op::result_type>::type;
    return asio::async_initiate<Token, signature>(start_with_handler<Op>{}, token, std::move(driver),
                                                  std::move(op), diag);
  }
}

}  // namespace detail
}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_RUN_ASYNC_HPP
