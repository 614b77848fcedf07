// SPDX-License-Identifier: MIT
// init_coodie without blocking.
#ifndef COODIE_DRIVER_INIT_AIO_HPP
#define COODIE_DRIVER_INIT_AIO_HPP

#include "driver/init.hpp"
#include "driver/run_async.hpp"

namespace coodie::inline COODIE_ABI {

namespace detail {

template <class Executor>
inline constexpr bool is_strand = false;
template <class Inner>
inline constexpr bool is_strand<asio::strand<Inner>> = true;

/// The io_context behind an executor, or nullptr.
template <class Executor>
[[nodiscard]] void* context_of(const Executor& executor) noexcept {
  if constexpr (std::is_same_v<Executor, asio::io_context::executor_type>) {
    return &asio::query(executor, asio::execution::context);
  } else if constexpr (std::is_same_v<Executor, asio::any_io_executor>) {
    if (const auto* inner = executor.template target<asio::io_context::executor_type>())
      return context_of(*inner);
    if (const auto* strand = executor.template target<asio::strand<asio::io_context::executor_type>>())
      return context_of(*strand);
    if (const auto* strand = executor.template target<asio::strand<asio::any_io_executor>>())
      return context_of(*strand);
    return nullptr;
  } else if constexpr (is_strand<Executor>) {
    return context_of(executor.get_inner_executor());
  } else {
    return nullptr;
  }
}

/// Holds the handler until the driver is there, and keeps the handler's executor busy.
template <class Handler>
struct waiting_init {
  using executor_type = asio::associated_executor_t<Handler>;
  using tracked_executor = std::decay_t<decltype(asio::prefer(std::declval<executor_type>(),
                                                              asio::execution::outstanding_work.tracked))>;
  Handler handler;
  diagnostics* diag;
  executor_type executor;
  handover_gate* gate;
  tracked_executor work;

  waiting_init(Handler&& h, diagnostics* d)
      : handler(std::move(h)),
        diag(d),
        executor(asio::get_associated_executor(handler)),
        gate(handover_gate::of(executor)),
        work(asio::prefer(executor, asio::execution::outstanding_work.tracked)) {}

  static void finish(std::shared_ptr<waiting_init> self, error_code ec, diagnostics&& why,
                     std::shared_ptr<abstract_driver>&& driver) {
    const handover_gate::pass handing_over(self->gate);
    const executor_type executor = self->executor;
    asio::post(executor,
               [self = std::move(self), ec, why = std::move(why), driver = std::move(driver)]() mutable {
                 Handler told(std::move(self->handler));
                 if constexpr (requires { told.diag; })
                   told.diag = std::move(why);
                 else if (self->diag != nullptr)
                   *self->diag = std::move(why);
                 [[maybe_unused]] const auto busy = std::move(self->work);
                 self.reset();
                 std::move(told)(ec, std::move(driver));
               });
  }
};

struct start_init {
  template <class Handler>
  void operator()(Handler&& handler, const init_options& options, diagnostics* diag) const {
    using waiting = waiting_init<std::decay_t<Handler>>;
    std::shared_ptr<opening_cancellation> cancellation;
    if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
      cancellation = std::make_shared<opening_cancellation>();
      slot.assign([cancellation](asio::cancellation_type) { cancellation->cancel(); });
    }
    auto self = std::make_shared<waiting>(own_handler(std::forward<Handler>(handler)), diag);
    void* const context = context_of(self->executor);
    init_async(options, context, cancellation,
               [self = std::move(self)](error_code ec, diagnostics why,
                                        std::shared_ptr<abstract_driver> driver) mutable {
                 waiting::finish(std::move(self), ec, std::move(why), std::move(driver));
               });
  }
};

#if COODIE_HAS_EXCEPTIONS && defined(__cpp_impl_coroutine)
struct start_init_throwing {
  template <class Handler>
  void operator()(Handler&& handler, const init_options& options) const {
    using wrapped = throwing_handler<std::shared_ptr<abstract_driver>, std::decay_t<Handler>>;
    start_init{}(wrapped{own_handler(std::forward<Handler>(handler)), {}}, options, nullptr);
  }
};
#endif

}  // namespace detail

namespace aio {
/// As sync::init_coodie, completing with void(error_code, std::shared_ptr<abstract_driver>); co_await without
/// a token throws what sync::init_coodie throws. driver_type "acsylla" runs on options.executor, or on the
/// io_context of the handler. What the options name must exist until the operation has begun. Cancellation of
/// any type ends it with errc::cancelled.
template <class Token = default_token_t>
auto init_coodie(const init_options& options, Token&& token = {}) {
  if constexpr (std::is_same_v<std::decay_t<Token>, default_token_t>) {
#if COODIE_HAS_EXCEPTIONS && defined(__cpp_impl_coroutine)
    return asio::async_initiate<const asio::use_awaitable_t<>,
                                void(std::exception_ptr, std::shared_ptr<abstract_driver>)>(
        detail::start_init_throwing{}, asio::use_awaitable, options);
#else
    static_assert(
        !std::is_same_v<Token, Token>,
        "coodie: without exceptions or coroutines an aio call needs a completion token as its last argument");
#endif
  } else {
    return asio::async_initiate<Token, void(error_code, std::shared_ptr<abstract_driver>)>(
        detail::start_init{}, token, options, static_cast<diagnostics*>(nullptr));
  }
}
/// Also fills `diag`, which must exist until then.
template <class Token>
auto init_coodie(const init_options& options, diagnostics& diag, Token&& token) {
  return asio::async_initiate<Token, void(error_code, std::shared_ptr<abstract_driver>)>(
      detail::start_init{}, token, options, &diag);
}
}  // namespace aio

/// The same function under the name that the page gives it.
template <class Token = default_token_t>
auto init_coodie_async(const init_options& options, Token&& token = {}) {
  return aio::init_coodie(options, std::forward<Token>(token));
}
template <class Token>
auto init_coodie_async(const init_options& options, diagnostics& diag, Token&& token) {
  return aio::init_coodie(options, diag, std::forward<Token>(token));
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_INIT_AIO_HPP
