// What must hold between the values of a cluster.yaml. Each check passes over what could not be read, since
// the reader has told that already.
#pragma once
#include <string>

#include "coordinator/spec/reader.h"

namespace devstats::spec {

struct CheckContext {
  const Draft& draft;
  const Places& places;
  Report& report;
  // Whether something at path was read, or is a default; false after a mistake, whose consequences nobody
  // wants to hear of.
  bool Good(const std::string& path) const;
  // Whether something stands there that could not be read: not the same as nothing being there.
  bool Bad(const std::string& path) const;
  const ClusterSpec& spec() const { return draft.spec; }
  // Adds "PATH what" at the place of path, or of the nearest section around it that stands in the file.
  void Add(const std::string& path, const std::string& what) const;
};

void CheckNodes(const CheckContext& check);     // names and addresses once, one control plane
void CheckDisks(const CheckContext& check);     // disks once, enough of them for the layout, wipe among them
void CheckStorage(const CheckContext& check);   // mount, links, move
void CheckPackages(const CheckContext& check);  // repositories, packages, registries
void CheckAddons(const CheckContext& check);    // their charts, addresses, ports, nodes
void CheckReleases(const CheckContext& check);  // charts and where they come from, names, needs
// The part of those that every chart has: where it comes from, that it is pinned and not retired. `at` is
// the section that holds it: "releases[2]".
void CheckChart(const CheckContext& check, const ChartSpec& chart, const std::string& at);
void CheckEnvironments(const CheckContext& check);  // what is each one's own, nodes, add-ons
void CheckDatabases(const CheckContext& check);     // rules of Patroni and PostgreSQL, requests within limits
void CheckProjects(const CheckContext& check);      // what is each one's own, domains, names
void CheckNetwork(const CheckContext& check);       // subnets apart, large enough
void CheckKubernetes(const CheckContext& check);    // versions and their combinations, CNI

}  // namespace devstats::spec
