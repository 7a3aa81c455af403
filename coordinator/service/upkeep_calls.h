// What answers calls about the secrets, images and Grafanas of environments.
#pragma once

namespace devstats::coordinator {

class EnvironmentSecrets;
class EnvironmentImages;
class EnvironmentGrafanas;

struct UpkeepCalls {  // not owned
  EnvironmentSecrets* secrets = nullptr;
  EnvironmentImages* images = nullptr;
  EnvironmentGrafanas* grafanas = nullptr;
};

}  // namespace devstats::coordinator
