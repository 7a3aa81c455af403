#include "coordinator/release/objects/order.h"
