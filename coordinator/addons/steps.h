// What cluster.yaml asks for beyond Kubernetes itself, as steps: releases, objects, and what is waited for
// between them. Pure: no chart is read, no cluster is asked.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/digest.h"
#include "coordinator/spec/model.h"

namespace devstats::addons {

struct ReleaseStep {
  std::string name, name_space;
  spec::ChartSpec chart;
  Json values = Json::object();           // over those of values_files
  std::vector<std::string> values_files;  // paths
  bool wait = true, wait_for_jobs = false, atomic = false, create_namespace = true, skip_crds = false;
  absl::Duration timeout = absl::Minutes(5);
};

struct ObjectsStep {
  std::vector<Json> objects;
  std::string ready_kind;  // objects of this kind must have the condition Ready; empty: none must
};

// This class, and no other, is the default one.
struct DefaultClassStep {
  std::string storage_class;
};

// A Secret with one random value, made when it is not there and never again.
struct RandomSecretStep {
  std::string name_space, name, key;
};

// A label that no node must have.
struct NoLabelStep {
  std::string label;
};

// The Services of a release have addresses (or the boxes have ports) that answer from another box.
struct AnswersStep {
  struct OnNode {
    std::string node, address;
  };
  std::string name_space, release;
  std::string address;        // which one; empty: any
  std::vector<int> ports;     // of the Service's address, or of the nodes
  std::vector<OnNode> nodes;  // those that answer themselves; empty: the Service's address does
};

struct Step {
  std::string id;                  // of the unit: "addons/openebs", "releases/store"
  std::vector<std::string> needs;  // ids
  std::variant<ReleaseStep, ObjectsStep, DefaultClassStep, RandomSecretStep, NoLabelStep, AnswersStep> what;
};

// The unit after which all of them come.
inline constexpr char kVerification[] = "verification";

// In the order of the file, add-ons first; none without Kubernetes. InvalidArgument for values that no chart
// can be given.
absl::StatusOr<std::vector<Step>> StepsOf(const spec::ClusterSpec& spec);

}  // namespace devstats::addons
