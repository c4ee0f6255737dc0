/* Which instructions this machine has. Invariant: a path is usable only when every instruction set
   that its file is compiled for is there. */
#include "scan_path.h"

const char *icp_scan_path_name(enum icp_scan_path path)
{
    static const char *const names[ICP_SCAN_PATHS] = {"plain", "sse2", "avx2", "avx512"};

    return names[path];
}

#if defined(__x86_64__)

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt") &&
           __builtin_cpu_supports("pclmul");
}

bool icp_scan_path_usable(enum icp_scan_path path)
{
    switch (path) {
    case ICP_SCAN_PLAIN:
    case ICP_SCAN_SSE2:
        return true;
    case ICP_SCAN_AVX2:
        return has_avx2();
    case ICP_SCAN_AVX512:
        return has_avx2() && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
    }
    return false;
}

#else

bool icp_scan_path_usable(enum icp_scan_path path)
{
    return path == ICP_SCAN_PLAIN;
}

#endif

enum icp_scan_path icp_scan_path_best(void)
{
    int path = ICP_SCAN_PATHS - 1;

    while (path > ICP_SCAN_PLAIN && !icp_scan_path_usable((enum icp_scan_path)path))
        path--;
    return (enum icp_scan_path)path;
}
