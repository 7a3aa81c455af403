// Reads the keywords of one schema object.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "coordinator/chart/schema/compiler.h"

namespace devstats::chart::schema {

class KeywordReader {
 public:
  KeywordReader(Compiler& compiler, Root& root, const Node& node, const Dialect& dialect, Schema& out)
      : compiler_(compiler), root_(root), node_(node), dialect_(dialect), out_(out) {}
  absl::Status Read();

 private:
  bool Since(Draft draft) const { return dialect_.draft >= draft; }
  absl::Status ReadReferences();
  absl::Status ReadDynamicReferences();
  absl::Status ReadApplicators();
  absl::Status ReadPatternProperties();
  void ReadItems();
  void ReadDependencies();
  void ReadConditions();
  void ReadUnevaluated();
  void ReadTypes();
  void ReadNumbers();
  void ReadCounts();
  absl::Status ReadPattern();
  void ReadFormat();

  // What a keyword holds, when it is of the kind that is wanted.
  const Node* Find(absl::string_view keyword, JsonType type) const;
  std::optional<Decimal> Number(absl::string_view keyword) const;
  std::optional<int64_t> Integer(absl::string_view keyword) const;
  bool IsTrue(absl::string_view keyword) const;
  const Schema* Subschema(absl::string_view keyword);
  std::vector<const Schema*> Subschemas(absl::string_view keyword);
  Additional ReadAdditional(absl::string_view keyword);
  absl::StatusOr<const Schema*> ReferenceIn(absl::string_view keyword);
  std::string PlaceOf(absl::string_view keyword) const;

  Compiler& compiler_;
  Root& root_;
  const Node& node_;
  const Dialect& dialect_;
  Schema& out_;
};

}  // namespace devstats::chart::schema
