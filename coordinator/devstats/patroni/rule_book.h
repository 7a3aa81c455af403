// What each rule is made of: values as they will be, and a place for what it finds.
#pragma once
#include <string>
#include <vector>

#include "coordinator/devstats/patroni/rules.h"

namespace devstats::patroni {

class RuleBook {
 public:
  RuleBook(const Wanted& wanted, const Surroundings& around) : wanted_(wanted), around_(around) {}
  const Wanted& wanted() const { return wanted_; }
  const Surroundings& around() const { return around_; }

  // As wanted, else as it is in the DCS, else Patroni's or PostgreSQL's own.
  int64_t Setting(const std::string& name, int64_t fallback) const;
  std::string Parameter(const std::string& name, const std::string& fallback) const;
  // Of a whole number or, with a unit ("8kB"), an amount of memory in bytes; a value that is none gives the
  // fallback.
  double Number(const std::string& name, double fallback) const;
  double Bytes(const std::string& name, const std::string& unit, double fallback) const;

  void Refuse(const char* rule, const std::string& what, const std::string& why) {
    findings_.push_back({rule, what, why, true});
  }
  void Warn(const char* rule, const std::string& what, const std::string& why) {
    findings_.push_back({rule, what, why, false});
  }
  std::vector<Finding>& findings() { return findings_; }

 private:
  const Wanted& wanted_;
  const Surroundings& around_;
  std::vector<Finding> findings_;
};

// rules_values.cc: timing, minimum, choice, value.
void CheckTiming(RuleBook& book);
void CheckLimits(RuleBook& book);
void CheckValues(RuleBook& book);
// rules.cc: scope, version.
void CheckNames(RuleBook& book);
// rules_memory.cc: members, memory, workers, wal.
void CheckMembers(RuleBook& book);
void CheckMemory(RuleBook& book);
void CheckWorkers(RuleBook& book);
void CheckWal(RuleBook& book);

}  // namespace devstats::patroni
