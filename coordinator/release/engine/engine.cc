#include "coordinator/release/engine/engine.h"
