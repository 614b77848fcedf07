// SPDX-License-Identifier: MIT
// init_coodie without blocking.
#ifndef COODIE_DRIVER_INIT_AIO_HPP
#define COODIE_DRIVER_INIT_AIO_HPP

#include "driver/init.hpp"
#include "driver/run_async.hpp"

namespace coodie::inline COODIE_ABI {

namespace detail {

/// The io_context behind an executor, or nullptr.
template <class Executor>
[[nodiscard]] void* context_of(const Executor& executor) noexcept {
  if constexpr (std::is_same_v<Executor, asio::io_context::executor_type>) {
    return &asio::query(executor, asio::execution::context);
  } else if constexpr (std::is_same_v<Executor, asio::any_io_executor>) {
    if (const auto* inner = executor.template target<asio::io_context::executor_type>())
      return context_of(*inner);
    if (const auto* strand = executor.template target<asio::strand<asio::io_context::executor_type>>())
      return context_of(strand->get_inner_executor());
    return nullptr;
  } else {
    return nullptr;
  }
}

struct start_init {
  template <class Handler>
  void operator()(Handler&& handler, const init_options& options) const {
    using handler_type = std::decay_t<Handler>;
    const auto executor = asio::get_associated_executor(handler);
    struct waiting {
      handler_type handler;
      decltype(asio::prefer(executor, asio::execution::outstanding_work.tracked)) work;
    };
    auto self = std::make_shared<waiting>(waiting{
        std::forward<Handler>(handler), asio::prefer(executor, asio::execution::outstanding_work.tracked)});
    init_async(options, context_of(executor),
               [self, executor](error_code ec, diagnostics diag, std::shared_ptr<abstract_driver> driver) {
                 asio::post(executor,
                            [self, ec, diag = std::move(diag), driver = std::move(driver)]() mutable {
                              handler_type h(std::move(self->handler));
                              self.reset();
                              if constexpr (requires { h.diag; }) h.diag = std::move(diag);
                              std::move(h)(ec, std::move(driver));
                            });
               });
  }
};

#if COODIE_HAS_EXCEPTIONS && defined(__cpp_impl_coroutine)
struct start_init_throwing {
  template <class Handler>
  void operator()(Handler&& handler, const init_options& options) const {
    using wrapped = throwing_handler<std::shared_ptr<abstract_driver>, std::decay_t<Handler>>;
    start_init{}(wrapped{std::forward<Handler>(handler), {}}, options);
  }
};
#endif

}  // namespace detail

namespace aio {
/// As sync::init_coodie, completing with void(error_code, std::shared_ptr<abstract_driver>); co_await without
/// a token throws what sync::init_coodie throws. driver_type "acsylla" runs on options.executor, or on the
/// io_context of the handler. What the options name must exist until the operation has begun.
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
        detail::start_init{}, token, options);
  }
}
}  // namespace aio

/// The same function under the name that the page gives it.
template <class Token = default_token_t>
auto init_coodie_async(const init_options& options, Token&& token = {}) {
  return aio::init_coodie(options, std::forward<Token>(token));
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_INIT_AIO_HPP
