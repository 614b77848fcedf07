// SPDX-License-Identifier: MIT
// Answers whose bytes contradict each other.
#ifndef COODIE_TESTS_MOCK_MOCK_LIES_HPP
#define COODIE_TESTS_MOCK_MOCK_LIES_HPP

#include <cstddef>

#include "protocol/bytes/buffer.hpp"
#include "protocol/config.hpp"
#include "tests/mock/mock_script.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

/// Falsifies the message at the end of `out`, which begins at `start`, behind the prelude and not compressed
/// yet. Leaves everything but rows and the columns of PREPARED as it is.
COODIE_DECL void falsify_result(protocol::byte_buffer& out, std::size_t start, lie what);

/// Falsifies the size that a compressed frame at the end of `out` says that it has.
COODIE_DECL void falsify_size(protocol::byte_buffer& out, std::size_t frame_start);

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_LIES_HPP
