// SPDX-License-Identifier: MIT
// References to all members of an aggregate of up to 64: one structured binding for each number.
#ifndef COODIE_ORM_MEMBER_BINDER_HPP
#define COODIE_ORM_MEMBER_BINDER_HPP

#include <cstddef>

#include "protocol/config.hpp"

namespace coodie::inline COODIE_ABI::detail {

/// Calls a function with references to all N members.
template <std::size_t N>
struct member_binder;

// clang-format off
#define COODIE_M1 m1
#define COODIE_M2 COODIE_M1, m2
#define COODIE_M3 COODIE_M2, m3
#define COODIE_M4 COODIE_M3, m4
#define COODIE_M5 COODIE_M4, m5
#define COODIE_M6 COODIE_M5, m6
#define COODIE_M7 COODIE_M6, m7
#define COODIE_M8 COODIE_M7, m8
#define COODIE_M9 COODIE_M8, m9
#define COODIE_M10 COODIE_M9, m10
#define COODIE_M11 COODIE_M10, m11
#define COODIE_M12 COODIE_M11, m12
#define COODIE_M13 COODIE_M12, m13
#define COODIE_M14 COODIE_M13, m14
#define COODIE_M15 COODIE_M14, m15
#define COODIE_M16 COODIE_M15, m16
#define COODIE_M17 COODIE_M16, m17
#define COODIE_M18 COODIE_M17, m18
#define COODIE_M19 COODIE_M18, m19
#define COODIE_M20 COODIE_M19, m20
#define COODIE_M21 COODIE_M20, m21
#define COODIE_M22 COODIE_M21, m22
#define COODIE_M23 COODIE_M22, m23
#define COODIE_M24 COODIE_M23, m24
#define COODIE_M25 COODIE_M24, m25
#define COODIE_M26 COODIE_M25, m26
#define COODIE_M27 COODIE_M26, m27
#define COODIE_M28 COODIE_M27, m28
#define COODIE_M29 COODIE_M28, m29
#define COODIE_M30 COODIE_M29, m30
#define COODIE_M31 COODIE_M30, m31
#define COODIE_M32 COODIE_M31, m32
#define COODIE_M33 COODIE_M32, m33
#define COODIE_M34 COODIE_M33, m34
#define COODIE_M35 COODIE_M34, m35
#define COODIE_M36 COODIE_M35, m36
#define COODIE_M37 COODIE_M36, m37
#define COODIE_M38 COODIE_M37, m38
#define COODIE_M39 COODIE_M38, m39
#define COODIE_M40 COODIE_M39, m40
#define COODIE_M41 COODIE_M40, m41
#define COODIE_M42 COODIE_M41, m42
#define COODIE_M43 COODIE_M42, m43
#define COODIE_M44 COODIE_M43, m44
#define COODIE_M45 COODIE_M44, m45
#define COODIE_M46 COODIE_M45, m46
#define COODIE_M47 COODIE_M46, m47
#define COODIE_M48 COODIE_M47, m48
#define COODIE_M49 COODIE_M48, m49
#define COODIE_M50 COODIE_M49, m50
#define COODIE_M51 COODIE_M50, m51
#define COODIE_M52 COODIE_M51, m52
#define COODIE_M53 COODIE_M52, m53
#define COODIE_M54 COODIE_M53, m54
#define COODIE_M55 COODIE_M54, m55
#define COODIE_M56 COODIE_M55, m56
#define COODIE_M57 COODIE_M56, m57
#define COODIE_M58 COODIE_M57, m58
#define COODIE_M59 COODIE_M58, m59
#define COODIE_M60 COODIE_M59, m60
#define COODIE_M61 COODIE_M60, m61
#define COODIE_M62 COODIE_M61, m62
#define COODIE_M63 COODIE_M62, m63
#define COODIE_M64 COODIE_M63, m64

#define COODIE_BIND(N)                                             \
  template <>                                                      \
  struct member_binder<N> {                                        \
    template <class T, class F>                                    \
    static constexpr decltype(auto) visit(T& object, F&& f) {      \
      auto& [COODIE_M##N] = object;                                \
      return f(COODIE_M##N);                                       \
    }                                                              \
  };
COODIE_BIND(1) COODIE_BIND(2) COODIE_BIND(3) COODIE_BIND(4) COODIE_BIND(5) COODIE_BIND(6) COODIE_BIND(7)
COODIE_BIND(8) COODIE_BIND(9) COODIE_BIND(10) COODIE_BIND(11) COODIE_BIND(12) COODIE_BIND(13)
COODIE_BIND(14) COODIE_BIND(15) COODIE_BIND(16) COODIE_BIND(17) COODIE_BIND(18) COODIE_BIND(19)
COODIE_BIND(20) COODIE_BIND(21) COODIE_BIND(22) COODIE_BIND(23) COODIE_BIND(24) COODIE_BIND(25)
COODIE_BIND(26) COODIE_BIND(27) COODIE_BIND(28) COODIE_BIND(29) COODIE_BIND(30) COODIE_BIND(31)
COODIE_BIND(32) COODIE_BIND(33) COODIE_BIND(34) COODIE_BIND(35) COODIE_BIND(36) COODIE_BIND(37)
COODIE_BIND(38) COODIE_BIND(39) COODIE_BIND(40) COODIE_BIND(41) COODIE_BIND(42) COODIE_BIND(43)
COODIE_BIND(44) COODIE_BIND(45) COODIE_BIND(46) COODIE_BIND(47) COODIE_BIND(48) COODIE_BIND(49)
COODIE_BIND(50) COODIE_BIND(51) COODIE_BIND(52) COODIE_BIND(53) COODIE_BIND(54) COODIE_BIND(55)
COODIE_BIND(56) COODIE_BIND(57) COODIE_BIND(58) COODIE_BIND(59) COODIE_BIND(60) COODIE_BIND(61)
COODIE_BIND(62) COODIE_BIND(63) COODIE_BIND(64)
#undef COODIE_BIND
#undef COODIE_M1
#undef COODIE_M2
#undef COODIE_M3
#undef COODIE_M4
#undef COODIE_M5
#undef COODIE_M6
#undef COODIE_M7
#undef COODIE_M8
#undef COODIE_M9
#undef COODIE_M10
#undef COODIE_M11
#undef COODIE_M12
#undef COODIE_M13
#undef COODIE_M14
#undef COODIE_M15
#undef COODIE_M16
#undef COODIE_M17
#undef COODIE_M18
#undef COODIE_M19
#undef COODIE_M20
#undef COODIE_M21
#undef COODIE_M22
#undef COODIE_M23
#undef COODIE_M24
#undef COODIE_M25
#undef COODIE_M26
#undef COODIE_M27
#undef COODIE_M28
#undef COODIE_M29
#undef COODIE_M30
#undef COODIE_M31
#undef COODIE_M32
#undef COODIE_M33
#undef COODIE_M34
#undef COODIE_M35
#undef COODIE_M36
#undef COODIE_M37
#undef COODIE_M38
#undef COODIE_M39
#undef COODIE_M40
#undef COODIE_M41
#undef COODIE_M42
#undef COODIE_M43
#undef COODIE_M44
#undef COODIE_M45
#undef COODIE_M46
#undef COODIE_M47
#undef COODIE_M48
#undef COODIE_M49
#undef COODIE_M50
#undef COODIE_M51
#undef COODIE_M52
#undef COODIE_M53
#undef COODIE_M54
#undef COODIE_M55
#undef COODIE_M56
#undef COODIE_M57
#undef COODIE_M58
#undef COODIE_M59
#undef COODIE_M60
#undef COODIE_M61
#undef COODIE_M62
#undef COODIE_M63
#undef COODIE_M64
// clang-format on

}  // namespace coodie::inline COODIE_ABI::detail

#endif  // COODIE_ORM_MEMBER_BINDER_HPP
