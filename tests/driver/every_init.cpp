// SPDX-License-Identifier: MIT
#include "tests/driver/every_init.hpp"

#include <asio/bind_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/use_future.hpp>

namespace driver_tests {
namespace {

using driver_pointer = std::shared_ptr<coodie::abstract_driver>;

failed_call init_with_code(const coodie::init_options& options) {
  failed_call call{.form = "sync, error_code"};
  call.code = coodie::errc::closed;  // to be cleared
  call.diag.edit().statement = "of an earlier failure";
  const driver_pointer driver = coodie::sync::init_coodie(options, call.code, call.diag);
  if ((driver == nullptr) != static_cast<bool>(call.code))
    call.form += ": driver and code contradict each other";
  call.message = call.diag.message();
  return call;
}

failed_call init_throwing(const coodie::init_options& options) {
  try {
    static_cast<void>(coodie::sync::init_coodie(options));
  } catch (...) {
    return describe_exception("sync, throwing");
  }
  return {.form = "sync, throwing"};
}

failed_call init_with_callback(const coodie::init_options& options, bool with_diagnostics) {
  asio::io_context context;
  failed_call call{.form = with_diagnostics ? "aio, callback and diagnostics" : "aio, callback"};
  auto handler = asio::bind_executor(context, [&](coodie::error_code ec, const driver_pointer& driver) {
    call.code = ec;
    if ((driver == nullptr) != static_cast<bool>(ec)) call.form += ": driver and code contradict each other";
  });
  call.code = coodie::errc::closed;
  if (with_diagnostics)
    coodie::aio::init_coodie(options, call.diag, handler);
  else
    coodie::aio::init_coodie(options, handler);
  if (call.code != coodie::errc::closed) call.form += ": the handler ran inside the call";
  context.run();
  call.message = call.diag.message();
  return call;
}

failed_call init_with_future(const coodie::init_options& options) {
  asio::io_context context;
  failed_call call{.form = "aio, future"};
  auto future = coodie::init_coodie_async(options, asio::bind_executor(context, asio::use_future));
  context.run();
  try {
    static_cast<void>(future.get());
  } catch (const std::system_error& e) {
    call.code = e.code();
  }
  return call;
}

failed_call init_in_coroutine(const coodie::init_options& options) {
  asio::io_context context;
  failed_call call{.form = "aio, coroutine"};
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        try {
          static_cast<void>(co_await coodie::aio::init_coodie(options));
        } catch (...) {
          call = describe_exception("aio, coroutine");
        }
      },
      asio::detached);
  context.run();
  return call;
}

}  // namespace

failed_call describe_exception(std::string form) {
  failed_call call{.form = std::move(form)};
  try {
    throw;
  } catch (const coodie::error& e) {
    call.code = e.code();
    call.diag = e.diagnostics();
    call.message = call.diag.message();
    call.text = e.what();
    const auto is = [&](const char* name, bool that) {
      if (that) call.type = name;
    };
    call.type = "error";
    is("configuration_error", dynamic_cast<const coodie::configuration_error*>(&e) != nullptr);
    is("connection_error", dynamic_cast<const coodie::connection_error*>(&e) != nullptr);
    is("no_host_available", dynamic_cast<const coodie::no_host_available*>(&e) != nullptr);
    is("timeout_error", dynamic_cast<const coodie::timeout_error*>(&e) != nullptr);
    is("decode_error", dynamic_cast<const coodie::decode_error*>(&e) != nullptr);
    is("invalid_query_error", dynamic_cast<const coodie::invalid_query_error*>(&e) != nullptr);
    is("cancelled_error", dynamic_cast<const coodie::cancelled_error*>(&e) != nullptr);
  }
  return call;
}

std::vector<failed_call> blocking_inits(const coodie::init_options& options) {
  return {init_with_code(options), init_throwing(options)};
}

std::vector<failed_call> every_init(const coodie::init_options& options) {
  return {init_with_code(options),           init_throwing(options),    init_with_callback(options, false),
          init_with_callback(options, true), init_with_future(options), init_in_coroutine(options)};
}

}  // namespace driver_tests
