#include "coordinator/release/objects/order.h"
#include "coordinator/release/objects/objects.h"
#include "coordinator/release/objects/change.h"
#include "coordinator/release/objects/managed_fields.h"
