#include "coordinator/chart/data/yaml.h"
