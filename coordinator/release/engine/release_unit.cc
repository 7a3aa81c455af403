#include "coordinator/release/engine/release_unit.h"
