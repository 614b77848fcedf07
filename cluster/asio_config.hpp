// SPDX-License-Identifier: MIT
// The few Asio headers that are needed, and the macros that have to stand before them.
#ifndef COODIE_CLUSTER_ASIO_CONFIG_HPP
#define COODIE_CLUSTER_ASIO_CONFIG_HPP

#include "protocol/config.hpp"

#ifndef ASIO_STANDALONE
#define ASIO_STANDALONE 1
#endif
// Asio 1.22.1 looks for <experimental/coroutine> with clang.
#if defined(__clang__) && defined(__cpp_impl_coroutine)
#if defined(ASIO_DETAIL_CONFIG_HPP) && !defined(ASIO_HAS_CO_AWAIT)
#error \
    "coodie: with clang include coodie.hpp before Asio, or define ASIO_HAS_CO_AWAIT and ASIO_HAS_STD_COROUTINE"
#endif
#ifndef ASIO_HAS_CO_AWAIT
#define ASIO_HAS_CO_AWAIT 1
#endif
#ifndef ASIO_HAS_STD_COROUTINE
#define ASIO_HAS_STD_COROUTINE 1
#endif
#endif
#if !COODIE_HAS_EXCEPTIONS
#ifndef ASIO_NO_EXCEPTIONS
#define ASIO_NO_EXCEPTIONS 1
#endif
#endif
#if defined(__GNUC__) && !defined(__GXX_RTTI) && !defined(ASIO_NO_TYPEID)
#define ASIO_NO_TYPEID 1
#endif

// Asio's own headers are not held to the warnings of whoever includes ours.
#if defined(__GNUC__) || defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif
#include <asio/any_io_executor.hpp>
#include <asio/associated_allocator.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/dispatch.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>

// With ASIO_NO_EXCEPTIONS the program has to say what happens when the operating system refuses an event
// loop. One that says so itself defines COODIE_OWN_ASIO_THROW_EXCEPTION.
#if !COODIE_HAS_EXCEPTIONS && !defined(COODIE_OWN_ASIO_THROW_EXCEPTION)
#include <cstdlib>
namespace asio::detail {
template <typename Exception>
#if defined(ASIO_SOURCE_LOCATION_PARAM)
void throw_exception(const Exception& ASIO_SOURCE_LOCATION_PARAM) {
#else
void throw_exception(const Exception&) {
#endif
  std::abort();
}
}  // namespace asio::detail
#endif
#if defined(__GNUC__) || defined(__clang__)
#pragma GCC diagnostic pop
#endif

#endif  // COODIE_CLUSTER_ASIO_CONFIG_HPP
