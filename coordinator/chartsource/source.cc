#include "coordinator/chartsource/source.h"
