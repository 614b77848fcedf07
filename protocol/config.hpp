// SPDX-License-Identifier: MIT
// Version, ABI namespace and the few macros that the whole library uses.
#ifndef COODIE_PROTOCOL_CONFIG_HPP
#define COODIE_PROTOCOL_CONFIG_HPP

#define COODIE_VERSION_MAJOR 0
#define COODIE_VERSION_MINOR 1
#define COODIE_VERSION_PATCH 0
#define COODIE_VERSION "0.1.0"

#if defined(__cpp_exceptions) || defined(__EXCEPTIONS) || defined(_CPPUNWIND)
#define COODIE_HAS_EXCEPTIONS 1
#else
#define COODIE_HAS_EXCEPTIONS 0
#endif

// Everything lives in this inline namespace, so that files built with different settings cannot be linked
// into undefined behaviour: a mismatch is an undefined symbol.
#if COODIE_HAS_EXCEPTIONS
#define COODIE_ABI_MODE
#else
#define COODIE_ABI_MODE _noexcept
#endif
// TLS is in the definitions alone: with separate compilation only COODIE_IMPLEMENTATION's file has to ask for
// it.
#if defined(COODIE_TLS)
#define COODIE_HAS_TLS 1
#else
#define COODIE_HAS_TLS 0
#endif
#if COODIE_HAS_TLS && !defined(COODIE_SEPARATE_COMPILATION)
#define COODIE_ABI_TLS _tls
#else
#define COODIE_ABI_TLS
#endif
#define COODIE_ABI_JOIN2(a, b) a##b
#define COODIE_ABI_JOIN(a, b) COODIE_ABI_JOIN2(a, b)
#define COODIE_ABI COODIE_ABI_JOIN(COODIE_ABI_JOIN(v0_1, COODIE_ABI_MODE), COODIE_ABI_TLS)

// COODIE_DECL stands before each declaration whose definition is in an .ipp file.
// Header-only (nothing defined): inline. With COODIE_SEPARATE_COMPILATION: defined where
// COODIE_IMPLEMENTATION is.
#if defined(COODIE_SEPARATE_COMPILATION)
#define COODIE_DECL
#else
#define COODIE_DECL inline
#endif
#if !defined(COODIE_SEPARATE_COMPILATION) || defined(COODIE_IMPLEMENTATION)
#define COODIE_HAS_DEFINITIONS 1
#else
#define COODIE_HAS_DEFINITIONS 0
#endif

// coodie::aio, and with it Asio, is seen by header-only users, by COODIE_IMPLEMENTATION's file, and by files
// that define COODIE_AIO.
#if COODIE_HAS_DEFINITIONS || defined(COODIE_AIO)
#define COODIE_HAS_AIO 1
#else
#define COODIE_HAS_AIO 0
#endif

#if defined(__GNUC__) || defined(__clang__)
#define COODIE_COLD __attribute__((noinline, cold))
#define COODIE_ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define COODIE_COLD
#define COODIE_ALWAYS_INLINE inline
#endif

#endif  // COODIE_PROTOCOL_CONFIG_HPP
