/* version: what this build is called and where it was told to live. */
#pragma once

extern const char mesad_version[]; /* "1.0.0" */
extern const char mesad_build[];   /* a hash of the sources: both ends of a frame must agree */
extern const char mesad_libexec[]; /* PREFIX/libexec/mesad */
extern const char mesad_share[];   /* PREFIX/share/mesad */
extern const char mesad_sysconf[]; /* /etc/mesad */
