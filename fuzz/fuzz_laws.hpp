// SPDX-License-Identifier: MIT
// What the fuzz targets hold a library to: laws that stop the program, and a count of what was allocated.
#ifndef COODIE_FUZZ_FUZZ_LAWS_HPP
#define COODIE_FUZZ_FUZZ_LAWS_HPP

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/allocator_interface.h>
#define COODIE_FUZZ_COUNTS_MEMORY 1
#endif
#endif
#ifndef COODIE_FUZZ_COUNTS_MEMORY
#define COODIE_FUZZ_COUNTS_MEMORY 0
#endif

namespace fuzz_laws {

/// Stops the program when `holds` is false.
inline void law(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken law: %s\n", what);
  std::abort();
}

/// Bytes that were allocated since the last reset, freed ones included; 0 where nobody counts.
inline std::size_t& allocated() {
  static std::size_t bytes = 0;
  return bytes;
}

#if COODIE_FUZZ_COUNTS_MEMORY
inline void count_allocation(const volatile void*, std::size_t n) { allocated() += n; }
inline void ignore_release(const volatile void*) {}
inline const int hooks = __sanitizer_install_malloc_and_free_hooks(count_allocation, ignore_release);
#endif

}  // namespace fuzz_laws

#endif  // COODIE_FUZZ_FUZZ_LAWS_HPP
