#include "coordinator/chart/loader/loader.h"
