// SPDX-License-Identifier: MIT
// Replicas that another driver found, tests/vectors/replicas.txt.
#include <algorithm>
#include <sstream>

#include "protocol/routing/routing.hpp"
#include "tests/protocol/vector_file.hpp"

using namespace coodie::protocol;

static std::vector<ring_node> nodes_of(const std::string& text) {
  std::vector<ring_node> nodes;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::size_t slash = word.find('/');
    nodes.push_back({word.substr(0, slash), word.substr(slash + 1)});
  }
  return nodes;
}

static std::vector<ring_entry> entries_of(const std::string& text) {
  std::vector<ring_entry> entries;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::size_t colon = word.find(':');
    entries.push_back(
        {*parse_token(word.substr(0, colon)), static_cast<std::uint16_t>(std::stoi(word.substr(colon + 1)))});
  }
  std::reverse(entries.begin(), entries.end());  // any order will do
  return entries;
}

static replication replication_of(std::string text) {
  std::map<std::string, std::string> options{{"class", "NetworkTopologyStrategy"}};
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::string name = word.substr(0, word.find('=')), value = word.substr(word.find('=') + 1);
    if (name == "simple")
      options = {{"class", "SimpleStrategy"}, {"replication_factor", value}};
    else
      options.emplace(name, value);
  }
  return replication::from(options);
}

TEST_CASE("replicas of another driver") {
  const auto lines = read_vectors("replicas.txt", 5);
  CHECK(lines.size() >= 100);
  for (const auto& line : lines) {
    CAPTURE(line[0], line[1], line[2], line[3]);
    const auto ring = std::make_shared<token_ring>(nodes_of(line[0]), entries_of(line[1]));
    const replica_map map(ring, replication_of(line[2]));
    const auto found = map.replicas(*parse_token(line[3]));
    std::vector<std::uint16_t> sorted(found.begin(), found.end());
    std::sort(sorted.begin(), sorted.end());
    std::string text;
    for (std::uint16_t node : sorted) text += (text.empty() ? "" : " ") + std::to_string(node);
    CHECK(text == line[4]);
  }
}
