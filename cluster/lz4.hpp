// SPDX-License-Identifier: MIT
// LZ4 for the bodies of frames.
#ifndef COODIE_CLUSTER_LZ4_HPP
#define COODIE_CLUSTER_LZ4_HPP

#include "protocol/messages/compression.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

/// COMPRESSION=lz4 (native_protocol_v4.spec section 5): `<uncompressed length: int><one LZ4 block>`.
[[nodiscard]] COODIE_DECL const protocol::compressor& lz4_compressor() noexcept;

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_LZ4_HPP
