// SPDX-License-Identifier: MIT
// Tells a lightweight transaction by its text.
#ifndef COODIE_PROTOCOL_MACHINE_CONDITIONAL_TEXT_HPP
#define COODIE_PROTOCOL_MACHINE_CONDITIONAL_TEXT_HPP

#include <string_view>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// Whether `cql` is an INSERT, UPDATE, DELETE or BATCH with IF. Reads all of it.
[[nodiscard]] COODIE_DECL bool is_conditional_text(std::string_view cql) noexcept;

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_CONDITIONAL_TEXT_HPP
