#include "coordinator/release/record/storage.h"
