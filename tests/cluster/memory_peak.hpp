// SPDX-License-Identifier: MIT
// How much more memory this process had at its peak than before.
#ifndef COODIE_TESTS_CLUSTER_MEMORY_PEAK_HPP
#define COODIE_TESTS_CLUSTER_MEMORY_PEAK_HPP

#include <cstddef>
#include <fstream>
#include <string>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define COODIE_TESTS_KEEP_FREED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define COODIE_TESTS_KEEP_FREED 1
#endif

namespace cluster_tests {

/// Mebibytes of freed memory that AddressSanitizer keeps, to tell who uses it.
#if defined(COODIE_TESTS_KEEP_FREED)
inline constexpr std::size_t freed_but_kept = 256;
#else
inline constexpr std::size_t freed_but_kept = 0;
#endif

/// Resident memory, as Linux tells it; elsewhere nothing is measured.
class memory_peak {
 public:
  memory_peak() {
    std::ofstream("/proc/self/clear_refs") << "5";  // the peak begins here (proc(5))
    before_ = peak();
  }
  /// Mebibytes.
  [[nodiscard]] std::size_t grown() const {
    const std::size_t now = peak();
    return now > before_ ? (now - before_) / 1024 : 0;
  }

 private:
  [[nodiscard]] static std::size_t peak() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
      if (word == "VmHWM:") {
        std::size_t kibibytes = 0;
        status >> kibibytes;
        return kibibytes;
      }
    return 0;
  }
  std::size_t before_ = 0;
};

}  // namespace cluster_tests

#endif  // COODIE_TESTS_CLUSTER_MEMORY_PEAK_HPP
