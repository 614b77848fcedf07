// SPDX-License-Identifier: MIT
// Reads the tables about the schema, one after the other, and makes schema_metadata of their rows.
#ifndef COODIE_ORM_SCHEMA_READER_HPP
#define COODIE_ORM_SCHEMA_READER_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "orm/call_settings.hpp"
#include "orm/schema_metadata.hpp"
#include "orm/schema_rows.hpp"

namespace coodie::inline COODIE_ABI::detail {

class schema_reader {
 public:
  using result_type = schema_metadata;

  COODIE_DECL explicit schema_reader(const read_schema_options& options);

  [[nodiscard]] COODIE_DECL errc check(diagnostics* diag) const noexcept;
  COODIE_DECL void prepare_request(protocol::request& r) const noexcept;
  [[nodiscard]] std::size_t values_size() const noexcept { return 0; }
  std::byte* put_values(std::byte* to) const noexcept { return to; }
  [[nodiscard]] COODIE_DECL errc consume(const protocol::response& answer, bool& more,
                                         diagnostics* diag) noexcept;
  [[nodiscard]] std::span<const std::byte> paging_state() const noexcept { return query_.paging_state(); }
  /// A server without virtual tables says that it does not know them: they are read last.
  [[nodiscard]] COODIE_DECL bool forgives(const protocol::failure& why) const noexcept;
  [[nodiscard]] result_type take() noexcept { return std::move(found_); }

 private:
  enum class source : std::uint8_t {
    keyspaces,
    tables,
    views,
    columns,
    indexes,
    triggers,
    types,
    functions,
    aggregates,
    virtual_keyspaces,
    virtual_tables,
    virtual_columns,
  };

  COODIE_DECL void ask();
  /// False behind the last one.
  [[nodiscard]] COODIE_DECL bool next() noexcept;

  std::vector<std::string> wanted_;  // keyspaces; one without a name: all
  bool is_wrong_ = false;            // one of them can't be a name
  std::size_t at_ = 0;               // of wanted_
  source now_ = source::keyspaces;
  call_settings settings_;
  schema_query query_;
  schema_metadata found_;
};

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_SCHEMA_READER_HPP
