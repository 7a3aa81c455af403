// libpqxx 6.4 loses the result of a statement whose connection breaks under it (it asks for the connection's
// encoding, which throws, before anything owns the result): a few KiB for each. Everything else of ours is
// looked at.
#pragma once

#ifdef __SANITIZE_ADDRESS__
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx-6.4.so\n"; }
#endif
