#include "coordinator/chart/render/render.h"
