// SPDX-License-Identifier: MIT
#ifndef COODIE_ORM_SCHEMA_ROWS_IPP
#define COODIE_ORM_SCHEMA_ROWS_IPP

#include "orm/schema_rows.hpp"

namespace coodie::inline COODIE_ABI::detail {

schema_query::schema_query(std::string_view columns, std::string_view table, std::string_view keyspace,
                           std::string_view name) {
  text_.append("SELECT ").append(columns).append(" FROM ").append(table);
  if (!keyspace.empty()) text_.append(" WHERE keyspace_name = '").append(keyspace).append("'");
  if (!name.empty()) text_.append(" AND table_name = '").append(name).append("'");
}

void schema_query::prepare_request(protocol::request& r) const noexcept {
  r.kind = protocol::request_kind::query;
  r.what = nullptr;
  r.text = text_;
  r.value_count = 0;
  r.page_size = protocol::default_page_size;
  r.idempotent = true;
  r.has_token = false;
  r.timestamp = protocol::no_timestamp;
  r.given = 0;
  r.give_consistency(consistency::one);  // every node has them for itself
}

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_SCHEMA_ROWS_IPP
