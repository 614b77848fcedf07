// SPDX-License-Identifier: MIT
// Reads just enough of a CQL statement to know its answer, and writes that answer once, as finished frames.
#ifndef COODIE_BENCH_CANNED_STATEMENTS_HPP
#define COODIE_BENCH_CANNED_STATEMENTS_HPP

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bench/canned_tables.hpp"

namespace bench {

using frame_bytes = std::vector<std::byte>;

inline constexpr std::size_t header_size = 9;
inline constexpr std::size_t prepared_id_size = 16;

/// A response frame on stream 0; `write_body(writer&)` writes what follows the header.
template <class WriteBody>
frame_bytes make_frame(std::uint8_t opcode, WriteBody&& write_body) {
  byte_buffer body;
  writer out(body);
  out.write(std::uint32_t{0x84000000});  // version 4, response; no flags; stream 0
  out.write(opcode);
  out.write(std::uint32_t{0});
  write_body(out);
  out.patch(header_size - 4, static_cast<std::uint32_t>(body.size() - header_size));
  return {body.bytes().begin(), body.bytes().end()};
}

inline frame_bytes error_frame(std::uint32_t code, std::string_view text) {
  return make_frame(0x00, [&](writer& out) {
    out.write(code);
    out.write_string(text);
  });
}

inline frame_bytes void_frame() {
  return make_frame(0x08, [](writer& out) { out.write(std::int32_t{1}); });
}

/// A statement and all that is ever answered to it; when it is refused, each is the same ERROR.
struct canned_statement {
  frame_bytes prepared;               ///< to PREPARE
  frame_bytes rows;                   ///< to QUERY, and to EXECUTE
  frame_bytes rows_without_metadata;  ///< to EXECUTE with the flag Skip_metadata
};

namespace detail {

/// Words, numbers and single signs. What is quoted keeps its case; the rest becomes lower case.
inline std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    if (text[i] == '"' || text[i] == '\'') {
      end = std::min(text.find(text[i], end), text.size());
      words.emplace_back(text.substr(i + 1, end - i - 1));
      i = end + 1;
      continue;
    }
    if (is_word(text[i])) {
      while (end < text.size() && is_word(text[end])) ++end;
    }
    if (std::isspace(static_cast<unsigned char>(text[i])) == 0) {
      words.emplace_back(text.substr(i, end - i));
      for (char& c : words.back()) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    i = end;
  }
  return words;
}

/// What a statement is about: `refusal` says why it is not answered.
struct statement_shape {
  const table* about = nullptr;
  bool is_select = false, has_where = false;
  std::vector<column> selected;
  std::vector<column> markers;
  std::string refusal;
};

inline const column* find_column(const table& in, std::string_view name) {
  const auto found = std::find_if(in.columns.begin(), in.columns.end(),
                                  [&](const column& candidate) { return candidate.name == name; });
  return found == in.columns.end() ? nullptr : &*found;
}

class statement_reader {
 public:
  explicit statement_reader(std::string_view text) : words_(split_words(text)) {}

  [[nodiscard]] statement_shape read() {
    const std::string_view verb = word(0);
    shape_.is_select = verb == "select";
    if (verb != "select" && verb != "insert" && verb != "update" && verb != "delete") {
      shape_.refusal = "the canned server does not know this kind of statement";
      return shape_;
    }
    read_table(verb == "insert" ? "into" : verb == "update" ? "update" : "from");
    if (shape_.about == nullptr) return shape_;
    shape_.has_where = position_of("where") < words_.size();
    if (shape_.is_select) read_selection();
    read_markers();
    return shape_;
  }

 private:
  [[nodiscard]] std::string_view word(std::size_t i) const {
    return i < words_.size() ? std::string_view(words_[i]) : std::string_view();
  }
  [[nodiscard]] std::size_t position_of(std::string_view wanted) const {
    return static_cast<std::size_t>(std::find(words_.begin(), words_.end(), wanted) - words_.begin());
  }

  /// Behind the keyword: name, or keyspace.name. Without a keyspace only bench.users is meant.
  void read_table(std::string_view keyword) {
    const std::size_t at = position_of(keyword) + 1;
    const bool qualified = word(at + 1) == ".";
    const std::string_view keyspace = qualified ? word(at) : std::string_view("bench");
    const std::string_view name = qualified ? word(at + 2) : word(at);
    after_table_ = at + (qualified ? 3 : 1);
    for (const table& candidate : all_tables) {
      if (candidate.keyspace == keyspace && candidate.name == name) shape_.about = &candidate;
    }
    if (shape_.about == nullptr) shape_.refusal = "unconfigured table " + std::string(name);
  }

  void read_selection() {
    for (std::size_t i = 1; i < words_.size() && words_[i] != "from"; ++i) {
      if (words_[i] == ",") continue;
      if (words_[i] == "*") {
        shape_.selected.assign(shape_.about->columns.begin(), shape_.about->columns.end());
      } else if (const column* found = find_column(*shape_.about, words_[i])) {
        shape_.selected.push_back(*found);
      } else {
        shape_.refusal = "Undefined column name " + words_[i];
      }
    }
  }

  void read_markers() {
    std::size_t i = after_table_;
    if (word(0) == "insert") i = read_insert_markers();
    for (; i < words_.size(); ++i) {
      if (words_[i] == ":") shape_.refusal = "the canned server knows no named markers";
      if (words_[i] == "?") add_marker(i);
    }
  }

  /// (name, ...) VALUES (?, ...): the nth value belongs to the nth name.
  std::size_t read_insert_markers() {
    std::vector<std::string_view> names;
    std::size_t i = after_table_ + 1;
    for (; i < words_.size() && words_[i] != ")"; ++i) {
      if (words_[i] != ",") names.push_back(words_[i]);
    }
    i += 3;  // ) VALUES (
    for (std::size_t nth = 0; i < words_.size() && words_[i] != ")"; ++i) {
      if (words_[i] == ",") ++nth;
      if (words_[i] == "?" && nth < names.size()) add_column_marker(names[nth]);
    }
    return i;
  }

  /// What a marker stands for is told by the words before it: LIMIT ?, TTL ?, TIMESTAMP ?, name = ?.
  void add_marker(std::size_t at) {
    const std::string_view before = word(at - 1);
    if (before == "limit") return shape_.markers.push_back({"[limit]", cql::int32});
    if (before == "ttl") return shape_.markers.push_back({"[ttl]", cql::int32});
    if (before == "timestamp") return shape_.markers.push_back({"[timestamp]", cql::bigint});
    std::size_t name = at - 1;
    while (name > 0 && std::string_view("=<>").find(words_[name]) != std::string_view::npos) --name;
    add_column_marker(words_[name]);
  }

  void add_column_marker(std::string_view name) {
    if (const column* found = find_column(*shape_.about, name)) return shape_.markers.push_back(*found);
    shape_.refusal = "Undefined column name " + std::string(name);
  }

  std::vector<std::string> words_;
  std::size_t after_table_ = 0;
  statement_shape shape_;
};

inline void write_columns(writer& out, const table& about, const std::vector<column>& columns) {
  out.write_string(about.keyspace);
  out.write_string(about.name);
  for (const column& each : columns) {
    out.write_string(each.name);
    out.write(static_cast<std::uint16_t>(each.type));
    if (each.element != cql::none) out.write(static_cast<std::uint16_t>(each.element));
    if (each.mapped != cql::none) out.write(static_cast<std::uint16_t>(each.mapped));
  }
}

/// <metadata> of native_protocol_v4.spec section 4.2.5.2.
inline void write_result_metadata(writer& out, const statement_shape& shape, bool without) {
  constexpr std::uint32_t global_tables_spec = 1, no_metadata = 4;
  without = without || !shape.is_select;
  out.write(without ? no_metadata : global_tables_spec);
  out.write(static_cast<std::uint32_t>(shape.selected.size()));
  if (!without) write_columns(out, *shape.about, shape.selected);
}

inline frame_bytes rows_frame(const statement_shape& shape, bool without_metadata) {
  if (!shape.is_select) return void_frame();
  const bool one_row = shape.has_where && shape.about->rows > 0;
  const std::uint32_t count = one_row ? 1 : shape.about->rows;
  return make_frame(0x08, [&](writer& out) {
    out.write(std::int32_t{2});
    write_result_metadata(out, shape, without_metadata);
    out.write(count);
    for (std::uint32_t row = 0; row < count; ++row) {
      for (const column& each : shape.selected) shape.about->write_value(out, each.name, row);
    }
  });
}

/// native_protocol_v4.spec section 4.2.5.4. The partition key is the first column of bench.users.
inline frame_bytes prepared_frame(const statement_shape& shape, std::uint32_t number) {
  return make_frame(0x08, [&](writer& out) {
    out.write(std::int32_t{4});
    out.write(static_cast<std::uint16_t>(prepared_id_size));
    for (std::size_t i = 0; i < prepared_id_size / sizeof number; ++i) out.write(number);
    out.write(std::uint32_t{1});
    out.write(static_cast<std::uint32_t>(shape.markers.size()));
    const auto key = std::find_if(shape.markers.begin(), shape.markers.end(),
                                  [](const column& marker) { return marker.name == "id"; });
    out.write(std::uint32_t{key != shape.markers.end()});
    if (key != shape.markers.end()) out.write(static_cast<std::uint16_t>(key - shape.markers.begin()));
    write_columns(out, *shape.about, shape.markers);
    write_result_metadata(out, shape, false);
  });
}

}  // namespace detail

/// Every statement that a node has seen, by its text and by the number that its prepared id carries, which is
/// the same on all nodes.
class statement_book {
 public:
  /// The statement with this text; made when it is new. Valid until the next call.
  const canned_statement& by_text(std::string_view text) {
    const auto next = static_cast<std::uint32_t>(numbers_.size());
    const std::uint32_t number = numbers_.try_emplace(std::string(text), next).first->second;
    if (number >= all_.size()) all_.resize(number + 1);
    if (all_[number].prepared.empty()) all_[number] = make(text, number);
    return all_[number];
  }
  /// nullptr when no statement has this id.
  [[nodiscard]] const canned_statement* by_id(std::span<const std::byte> id) const {
    if (id.size() != prepared_id_size) return nullptr;
    const auto number = coodie::protocol::load_big<std::uint32_t>(id.data());
    return number < all_.size() && !all_[number].prepared.empty() ? &all_[number] : nullptr;
  }

 private:
  static canned_statement make(std::string_view text, std::uint32_t number) {
    constexpr std::uint32_t invalid = 0x2200;
    const detail::statement_shape shape = detail::statement_reader(text).read();
    if (!shape.refusal.empty()) {
      const frame_bytes refused = error_frame(invalid, shape.refusal);
      return {refused, refused, refused};
    }
    return {detail::prepared_frame(shape, number), detail::rows_frame(shape, false),
            detail::rows_frame(shape, true)};
  }

  static inline std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<canned_statement> all_;
};

}  // namespace bench

#endif  // COODIE_BENCH_CANNED_STATEMENTS_HPP
