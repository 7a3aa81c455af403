#include "coordinator/chart/schema/schema.h"
