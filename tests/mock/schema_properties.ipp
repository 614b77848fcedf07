// SPDX-License-Identifier: MIT
// The properties of WITH.
#ifndef COODIE_TESTS_MOCK_SCHEMA_PROPERTIES_IPP
#define COODIE_TESTS_MOCK_SCHEMA_PROPERTIES_IPP

#include <cstdlib>

#include "tests/mock/schema_executor.hpp"

namespace coodie::inline COODIE_ABI::testing::store {

cql::refusal constant_map(const cql::property& property, std::map<std::string, std::string>& map) {
  map.clear();
  const bool empty = property.value.kind == cql::term_kind::set && property.value.items.empty();
  if (property.value.kind != cql::term_kind::map && !empty)
    return cql::syntax_error("Invalid value for property '" + property.name + "'. It should be a map.");
  for (std::size_t i = 0; i + 1 < property.value.items.size(); i += 2)
    map[property.value.items[i].text] = property.value.items[i + 1].text;
  return {};
}

namespace detail {

inline cql::refusal set_integer(const cql::property& property, std::int32_t least, std::int32_t& option) {
  const std::string& text = property.value.text;
  char* end = nullptr;
  const long value = std::strtol(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0')
    return cql::syntax_error("Invalid integer value " + text + " for '" + property.name + "'");
  if (value < least)
    return cql::bad_configuration(property.name + " must be greater than or equal to " +
                                  std::to_string(least) + " (got " + text + ')');
  option = static_cast<std::int32_t>(value);
  return {};
}

inline cql::refusal set_double(const cql::property& property, double& option) {
  const std::string& text = property.value.text;
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0')
    return cql::syntax_error("Invalid double value " + text + " for '" + property.name + "'");
  if (value < 0 || value > 1)
    return cql::bad_configuration(property.name + " must be between 0 and 1 (got " + text + ')');
  option = value;
  return {};
}

inline cql::refusal set_text(const cql::property& property, std::string& option) {
  if (property.value.kind == cql::term_kind::map)
    return cql::syntax_error("Invalid value for property '" + property.name + "'. It should be a string");
  option = property.value.text;
  return {};
}

// A class is told by its short or its full name; options that are not given keep what they are without.
inline cql::refusal set_class(const cql::property& property, std::string_view package, std::string_view known,
                              std::string_view refused_with, std::map<std::string, std::string>& option) {
  std::map<std::string, std::string> given;
  if (auto refused = constant_map(property, given)) return refused;
  const auto at = given.find("class");
  if (at == given.end()) {
    if (given.contains("enabled")) return option = std::move(given), cql::refusal{};
    return cql::bad_configuration("Missing sub-option 'class' for the '" + property.name + "' option");
  }
  std::string& name = at->second;
  if (name.find('.') == std::string::npos) name.insert(0, package);
  const std::string simple = ' ' + name.substr(name.rfind('.') + 1) + ' ';
  if (known.find(simple) == std::string_view::npos)
    return cql::bad_configuration(std::string(refused_with) + name +
                                  (refused_with.ends_with('\'') ? "'" : ""));
  for (auto& [key, value] : given) option[key] = value;
  return {};
}

inline cql::refusal set_caching(const cql::property& property, table_options& options) {
  std::map<std::string, std::string> given;
  if (auto refused = constant_map(property, given)) return refused;
  for (auto& [key, value] : given) {
    std::string upper = value;
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const bool named = upper == "ALL" || upper == "NONE";
    if (key == "keys" && !named)
      return cql::bad_configuration("Invalid value '" + value +
                                    "' for caching sub-option 'keys': only 'ALL' and 'NONE' are allowed");
    if (key != "keys" && key != "rows_per_partition")
      return cql::bad_configuration("Invalid caching sub-options [" + key + "]: only 'keys' and " +
                                    "'rows_per_partition' are allowed");
    options.caching[key] = named ? upper : value;
  }
  return {};
}

inline cql::refusal apply_number(const cql::property& property, table_options& options, bool& known) {
  known = true;
  const std::string& name = property.name;
  if (name == "gc_grace_seconds") return set_integer(property, 0, options.gc_grace_seconds);
  if (name == "default_time_to_live") return set_integer(property, 0, options.default_time_to_live);
  if (name == "max_index_interval") return set_integer(property, 1, options.max_index_interval);
  if (name == "min_index_interval") return set_integer(property, 1, options.min_index_interval);
  if (name == "memtable_flush_period_in_ms")
    return set_integer(property, 0, options.memtable_flush_period_in_ms);
  if (name == "bloom_filter_fp_chance") return set_double(property, options.bloom_filter_fp_chance);
  if (name == "crc_check_chance") return set_double(property, options.crc_check_chance);
  known = false;
  return {};
}

inline cql::refusal apply_retry(const cql::property& property, std::string& option) {
  const std::string before = option;
  if (auto refused = set_text(property, option)) return refused;
  std::string word = option;
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const bool named = word == "always" || word == "never" || word == "none";
  if (named || word.ends_with("p") || word.ends_with("percentile") || word.ends_with("ms") ||
      word.starts_with("min(") || word.starts_with("max("))
    return {};
  cql::refusal refused =
      cql::bad_configuration("Invalid value " + option + " for option '" + property.name + "'");
  option = before;
  return refused;
}

inline cql::refusal apply_property(const cql::property& property, table_options& options) {
  bool known = false;
  if (auto refused = apply_number(property, options, known); refused || known) return refused;
  const std::string& name = property.name;
  if (name == "comment") return set_text(property, options.comment);
  if (name == "read_repair") return set_text(property, options.read_repair);
  if (name == "speculative_retry") return apply_retry(property, options.speculative_retry);
  if (name == "additional_write_policy") return apply_retry(property, options.additional_write_policy);
  if (name == "caching") return set_caching(property, options);
  if (name == "compaction")
    return set_class(property, "org.apache.cassandra.db.compaction.",
                     " SizeTieredCompactionStrategy LeveledCompactionStrategy TimeWindowCompactionStrategy "
                     "UnifiedCompactionStrategy ",
                     "Unable to find compaction strategy class '", options.compaction);
  if (name == "compression")
    return set_class(property, "org.apache.cassandra.io.compress.",
                     " LZ4Compressor SnappyCompressor DeflateCompressor ZstdCompressor NoopCompressor ",
                     "Could not create Compression for type ", options.compression);
  // Accepted without effect, as nothing that a client sees depends on them.
  for (const std::string_view ignored :
       {"allow_auto_snapshot", "cdc", "extensions", "id", "incremental_backups", "memtable"})
    if (name == ignored) return {};
  return cql::syntax_error("Unknown property '" + name + "'");
}

}  // namespace detail

cql::refusal apply_properties(const std::vector<cql::property>& properties, table_options& options) {
  for (const auto& property : properties)
    if (auto refused = detail::apply_property(property, options)) return refused;
  return {};
}

}  // namespace coodie::inline COODIE_ABI::testing::store

#endif  // COODIE_TESTS_MOCK_SCHEMA_PROPERTIES_IPP
