// SPDX-License-Identifier: MIT
// Memory that has held a secret.
#ifndef COODIE_PROTOCOL_BYTES_WIPE_HPP
#define COODIE_PROTOCOL_BYTES_WIPE_HPP

#include <cstddef>
#include <string>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::protocol {

/// Writes zeros that the compiler may not leave out although nobody reads them.
inline void wipe(void* from, std::size_t size) noexcept {
  auto* to = static_cast<volatile unsigned char*>(from);
  for (std::size_t i = 0; i < size; ++i) to[i] = 0;
}
inline void wipe(std::string& text) noexcept {
  wipe(text.data(), text.size());
  text.clear();
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_BYTES_WIPE_HPP
