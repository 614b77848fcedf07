// SPDX-License-Identifier: MIT
// MD5, by which Cassandra names prepared statements.
#ifndef COODIE_TESTS_MOCK_MOCK_MD5_HPP
#define COODIE_TESTS_MOCK_MOCK_MD5_HPP

#include <string>
#include <string_view>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::testing::detail {

/// The 16 bytes of RFC 1321. For names, not for secrets.
[[nodiscard]] COODIE_DECL std::string md5(std::string_view text);

}  // namespace coodie::inline COODIE_ABI::testing::detail

#endif  // COODIE_TESTS_MOCK_MOCK_MD5_HPP
