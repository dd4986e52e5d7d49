// Calls that this project refuses, by git's idea: included first into every file, it makes them
// fail to compile. The headers that declare them come first, so that only our own uses are caught.
#ifndef ZP_BASE_BANNED_H
#define ZP_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <wchar.h>

#define ZP_BANNED(call) zp_banned_##call##_see_core_base_banned_h
#undef strcpy
#define strcpy(...) ZP_BANNED(strcpy)
#undef strcat
#define strcat(...) ZP_BANNED(strcat)
#undef strncpy
#define strncpy(...) ZP_BANNED(strncpy)
#undef strncat
#define strncat(...) ZP_BANNED(strncat)
#undef sprintf
#define sprintf(...) ZP_BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) ZP_BANNED(vsprintf)
#undef gets
#define gets(...) ZP_BANNED(gets)
#undef strtok
#define strtok(...) ZP_BANNED(strtok)
#undef atoi
#define atoi(...) ZP_BANNED(atoi)
#undef atol
#define atol(...) ZP_BANNED(atol)
#undef atof
#define atof(...) ZP_BANNED(atof)
#undef localtime
#define localtime(...) ZP_BANNED(localtime)
#undef gmtime
#define gmtime(...) ZP_BANNED(gmtime)
#undef ctime
#define ctime(...) ZP_BANNED(ctime)
#undef asctime
#define asctime(...) ZP_BANNED(asctime)

#endif
