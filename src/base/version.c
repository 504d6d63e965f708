#include "base/version.h"

const char mesad_version[] = MESAD_VERSION;
const char mesad_build[] = MESAD_BUILD;
const char mesad_libexec[] = MESAD_PREFIX "/libexec/mesad";
const char mesad_share[] = MESAD_PREFIX "/share/mesad";
const char mesad_sysconf[] = MESAD_SYSCONF;
