// SPDX-License-Identifier: MIT
// What a file that declares models needs: the types, table<>, col<>.
#ifndef COODIE_ORM_MODEL_ALL_HPP
#define COODIE_ORM_MODEL_ALL_HPP

#include "orm/column.hpp"
#include "orm/marks.hpp"
#include "orm/options.hpp"
#include "protocol/values/values.hpp"

#endif  // COODIE_ORM_MODEL_ALL_HPP
