#include "coordinator/release/wait/readiness.h"
#include "coordinator/release/wait/reasons.h"
#include "coordinator/release/wait/waiter.h"
