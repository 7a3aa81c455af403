#include "coordinator/release/wait/readiness.h"
