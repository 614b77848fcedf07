// SPDX-License-Identifier: MIT
// Every node that can be asked is asked once which version of the schema it has.
#ifndef COODIE_CLUSTER_SCHEMA_ROUND_HPP
#define COODIE_CLUSTER_SCHEMA_ROUND_HPP

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "protocol/values/uuid.hpp"

namespace coodie::inline COODIE_ABI::cluster_detail {

struct schema_round {
  struct answer {
    std::string node;
    std::optional<uuid> version = {};  ///< nothing: it has not told
    bool lost = false;                 ///< its connection has broken: it does not count
  };
  std::vector<answer> answers;
  std::size_t pending = 0;

  /// The version that most nodes have.
  [[nodiscard]] std::optional<uuid> common_version() const {
    std::optional<uuid> common;
    std::ptrdiff_t most = 0;
    for (const answer& one : answers) {
      const auto same = std::count_if(answers.begin(), answers.end(), [&](const answer& other) {
        return other.version && other.version == one.version;
      });
      if (same <= most) continue;
      most = same;
      common = one.version;
    }
    return common;
  }
  /// The nodes that do not have it; empty: all agree.
  [[nodiscard]] std::string behind() const {
    const std::optional<uuid> common = common_version();
    if (!common) return "no node has told its version";
    std::string names;
    for (const answer& one : answers)
      if (!one.lost && one.version != common) names += (names.empty() ? "" : ", ") + one.node;
    return names;
  }
};

}  // namespace coodie::inline COODIE_ABI::cluster_detail

#endif  // COODIE_CLUSTER_SCHEMA_ROUND_HPP
