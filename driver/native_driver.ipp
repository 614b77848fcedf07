// SPDX-License-Identifier: MIT
#ifndef COODIE_DRIVER_NATIVE_DRIVER_IPP
#define COODIE_DRIVER_NATIVE_DRIVER_IPP

#include "cluster/core_group.hpp"
#include "driver/native_driver.hpp"

namespace coodie::inline COODIE_ABI {

void native_driver::start(protocol::request& what) noexcept {
  if (closed_.load(std::memory_order_relaxed)) [[unlikely]]
    return what.on_failure(what, {.code = errc::closed, .text = describe(errc::closed)});
  session_.state()->core->start(what);
}

void native_driver::run(protocol::blocking_request& what) noexcept {
  if (closed_.load(std::memory_order_relaxed)) [[unlikely]]
    return what.on_failure(what, {.code = errc::closed, .text = describe(errc::closed)});
  session_.state()->core->run(what);
}

void native_driver::cancel(protocol::request& what) noexcept { session_.state()->core->cancel(what); }

void native_driver::close() noexcept {
  closed_.store(true, std::memory_order_relaxed);
  if (owns_) session_.close();
}

const void* native_driver::context() const noexcept {
  auto& loop = session_.state()->core->runner();
  return loop.is_foreign() ? &loop.context() : nullptr;
}

}  // namespace coodie::inline COODIE_ABI

#endif  // COODIE_DRIVER_NATIVE_DRIVER_IPP
