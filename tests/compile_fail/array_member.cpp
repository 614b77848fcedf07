// SPDX-License-Identifier: MIT
// An array as a member.
// expect: coodie: a struct with an array as member can't be reflected; use std::string
#include "coodie.hpp"

struct post {
  std::int32_t id = 0;
  char title[16] = {};

  using table = coodie::table<"posts", coodie::partition_key<&post::id>>;
};

void f(const post& p) { coodie::sync::save(p); }
