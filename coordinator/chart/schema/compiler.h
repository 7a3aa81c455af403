// Makes a Schema of a document: finds what references mean, checks schemas against their metaschemas, reads
// keywords. Errors are those of santhosh-tekuri/jsonschema.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "coordinator/chart/schema/compiled.h"

namespace devstats::chart::schema {

// A schema with an identity of its own, and those in it that have none.
struct Resource {
  const Node* node = nullptr;
  std::string id;
  Dialect dialect;
  std::map<std::string, const Node*, std::less<>> anchors;
  absl::flat_hash_set<std::string> dynamic_anchors;
};

// A document that holds schemas.
struct Root {
  std::string url;
  const Node* document = nullptr;
  absl::flat_hash_map<const Node*, std::unique_ptr<Resource>> resources;
  absl::flat_hash_map<std::string, Resource*> resources_by_id;
  absl::flat_hash_set<const Node*> known_schemas;

  Resource& ResourceOf(const Node& node) const;
};

struct Reference {
  std::string url;
  std::string fragment;  // decoded
  std::string ToString() const;
};

// What it made stays valid as long as it is there.
class Compiler {
 public:
  // `check`: against metaschemas, which are themselves not checked. `assert_formats`: in every draft.
  Compiler(const Limits& limits, bool check, bool assert_formats)
      : limits_(limits), check_(check), assert_formats_(assert_formats) {}
  Compiler(const Compiler&) = delete;

  void AddDocument(absl::string_view url, Document document);
  absl::StatusOr<const Schema*> Compile(absl::string_view url);

 private:
  friend class KeywordReader;
  struct Queued {
    Schema* schema = nullptr;
    Root* root = nullptr;
    absl::Status failure;  // the pointer of a reference leads nowhere
  };

  // Documents.
  absl::StatusOr<const Node*> Load(absl::string_view url);
  absl::StatusOr<Root*> RootAt(absl::string_view url);
  absl::StatusOr<Draft> DraftOf(const Root& root, const Node& schema, Draft fallback);
  absl::StatusOr<std::optional<uint32_t>> VocabulariesOf(const Node& schema, Draft draft);

  // Resources and anchors.
  // `above`: the resource around `schema`; nullptr at the top of a document.
  absl::Status Collect(Root& root, const Node& schema, Resource* above, const Dialect& fallback);
  absl::Status CollectWithin(Root& root, const Node& schema, const SubschemaPlace& place, Resource& resource);
  absl::Status CollectAnchors(const Root& root, const Node& schema, Resource& resource);
  absl::StatusOr<Resource*> AddResource(Root& root, const Node& schema, std::string id,
                                        std::optional<Draft> own_draft, const Dialect& fallback);
  const Schema& MetaschemaOf(const Dialect& dialect);
  absl::Status CheckAgainstMetaschema(const Root& root, const Node& schema);
  absl::Status EnsureKnown(Root& root, const Node& schema);

  // Schemas.
  Schema* Enqueue(Root& root, const Node& node);
  Schema* EnqueueFailure(absl::Status failure);
  absl::StatusOr<const Schema*> Resolve(Root& root, const Node& schema, absl::string_view reference);
  absl::StatusOr<const Schema*> ResolveWithin(Root& root, const Resource& resource,
                                              const Reference& reference);
  absl::Status CompileQueued(const Queued& queued);
  absl::StatusOr<GoRegex> Pattern(absl::string_view text);

  const Limits& limits_;
  const bool check_;
  const bool assert_formats_;
  std::map<std::string, Document, std::less<>> documents_;
  std::map<std::string, std::unique_ptr<Root>, std::less<>> roots_;
  absl::flat_hash_map<const Node*, Schema*> schemas_;
  std::deque<Schema> all_schemas_;
  std::deque<Queued> queue_;
  std::deque<std::pair<Dialect, Schema>> metaschemas_;  // of dialects with vocabularies of their own
  size_t pattern_instructions_ = 0;
};

// A draft's metaschema and those of its vocabularies, compiled. Made once, then constants.
struct StandardMetaschemas {
  std::unique_ptr<Compiler> compiler;  // which has them
  const Schema* whole = nullptr;
  std::vector<std::pair<Vocabulary, const Schema*>> vocabularies;
};
const StandardMetaschemas& StandardMetaschemasOf(Draft draft);

}  // namespace devstats::chart::schema
