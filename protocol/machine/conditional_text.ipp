// SPDX-License-Identifier: MIT
#ifndef COODIE_PROTOCOL_MACHINE_CONDITIONAL_TEXT_IPP
#define COODIE_PROTOCOL_MACHINE_CONDITIONAL_TEXT_IPP

#include <algorithm>
#include <array>

#include "protocol/machine/conditional_text.hpp"
#include "protocol/values/text_scanner.hpp"

namespace coodie::inline COODIE_ABI::protocol {

namespace detail {

/// The words of a statement that are neither quoted nor in a comment.
class statement_words {
 public:
  explicit statement_words(std::string_view cql) noexcept : text_(cql) {}

  /// Empty when there are no more.
  [[nodiscard]] std::string_view next() noexcept {
    while (!text_.empty() && !is_letter(text_.peek()))
      if (!drop_quoted()) drop_one();
    const std::string_view rest = text_.rest();
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_letter);
    text_.drop(static_cast<std::size_t>(end - rest.begin()));
    return rest.substr(0, rest.size() - text_.rest().size());
  }
  /// Whether the word stands by itself: not in brackets, and no part of a name.
  [[nodiscard]] bool is_free() const noexcept { return depth_ == 0 && before_ != ':' && before_ != '.'; }

 private:
  [[nodiscard]] static bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  }
  void drop_one() noexcept {
    before_ = text_.peek();
    if (before_ == '(' || before_ == '[' || before_ == '{') ++depth_;
    if (before_ == ')' || before_ == ']' || before_ == '}') --depth_;
    text_.drop(1);
  }
  // A doubled quote ends one string and begins another.
  [[nodiscard]] bool drop_quoted() noexcept {
    struct marks {
      std::string_view begin, end;
    };
    constexpr std::array<marks, 6> all{
        {{"'", "'"}, {"\"", "\""}, {"$$", "$$"}, {"--", "\n"}, {"//", "\n"}, {"/*", "*/"}}};
    for (const auto& [begin, end] : all) {
      if (!text_.rest().starts_with(begin)) continue;
      text_.drop(begin.size());
      const std::size_t at = text_.rest().find(end);
      text_.drop(at == std::string_view::npos ? text_.rest().size() : at + end.size());
      before_ = ' ';
      return true;
    }
    return false;
  }

  text_scanner text_;
  int depth_ = 0;
  char before_ = ' ';
};

[[nodiscard]] inline bool is_same_word(std::string_view word, std::string_view lower) noexcept {
  return word.size() == lower.size() && text_scanner(word).take_word(lower);
}

}  // namespace detail

// IF is a reserved word: no column or table has it for a name without quotes.
bool is_conditional_text(std::string_view cql) noexcept {
  detail::statement_words words(cql);
  const std::string_view first = words.next();
  const auto begins_with = [&](std::string_view word) { return detail::is_same_word(first, word); };
  if (!begins_with("insert") && !begins_with("update") && !begins_with("delete") && !begins_with("begin"))
    return false;
  for (std::string_view word = words.next(); !word.empty(); word = words.next())
    if (detail::is_same_word(word, "if") && words.is_free()) return true;
  return false;
}

}  // namespace coodie::inline COODIE_ABI::protocol

#endif  // COODIE_PROTOCOL_MACHINE_CONDITIONAL_TEXT_IPP
