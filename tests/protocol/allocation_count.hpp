// SPDX-License-Identifier: MIT
// How many bytes a piece of code asks operator new for, freed ones included.
#ifndef COODIE_TESTS_PROTOCOL_ALLOCATION_COUNT_HPP
#define COODIE_TESTS_PROTOCOL_ALLOCATION_COUNT_HPP

#include <cstddef>

namespace allocation_count {

/// Bytes that the calling thread has asked for since it began.
[[nodiscard]] std::size_t allocated() noexcept;

}  // namespace allocation_count

#endif  // COODIE_TESTS_PROTOCOL_ALLOCATION_COUNT_HPP
