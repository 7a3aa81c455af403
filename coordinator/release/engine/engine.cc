#include "coordinator/release/engine/engine.h"
#include "coordinator/release/engine/lease.h"
#include "coordinator/release/engine/hooks.h"
#include "coordinator/release/engine/takeover.h"
