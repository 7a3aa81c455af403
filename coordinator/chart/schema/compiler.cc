#include "coordinator/chart/schema/compiler.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/chart/functions/url.h"
#include "coordinator/chart/schema/fragment.h"
#include "coordinator/chart/schema/keywords.h"
#include "coordinator/chart/schema/metaschema.h"
#include "coordinator/chart/schema/text.h"
#include "coordinator/chart/schema/validate.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::schema {
namespace {

constexpr size_t kMostUrlBytes = 64 << 10;
constexpr size_t kMostPatternInstructions = 4 << 20;

absl::Status Invalid(absl::string_view message) { return absl::InvalidArgumentError(message); }

bool IsOfJsonSchemaOrg(absl::string_view url) {
  return absl::StartsWith(url, "http://json-schema.org/") ||
         absl::StartsWith(url, "https://json-schema.org/");
}

std::string PlaceIn(const Root& root, absl::string_view pointer) {
  return Quote(absl::StrCat(root.url, "#", EscapeFragment(pointer)));
}

absl::Status ParseError(absl::string_view url, const absl::Status& why) {
  return Invalid(absl::StrCat("error in parsing ", Quote(url), ": ", why.message()));
}

// A reference with its fragment decoded, relative to nothing.
absl::StatusOr<Reference> SplitReference(absl::string_view text) {
  const auto [url, escaped] = SplitFragment(text);
  auto fragment = PathUnescape(escaped);
  if (!fragment.ok()) return ParseError(text, fragment.status());
  return Reference{std::string(url), *std::move(fragment)};
}

absl::StatusOr<Reference> Join(absl::string_view base, absl::string_view text) {
  if (base.size() + text.size() > kMostUrlBytes)
    return absl::ResourceExhaustedError(absl::StrCat("a reference is longer than ", kMostUrlBytes, " bytes"));
  const auto base_url = Url::Parse(base);
  if (!base_url.ok()) return ParseError(base, base_url.status());
  ASSIGN_OR_RETURN(Reference reference, SplitReference(text));
  const auto url = Url::Parse(reference.url);
  if (!url.ok()) return ParseError(reference.url, url.status());
  Url resolved = base_url->Resolve(*url);
  if (!url->IsAbsolute() && !base_url->opaque.empty()) resolved.opaque = base_url->opaque;
  reference.url = resolved.Text();
  return reference;
}

bool UnescapeToken(absl::string_view escaped, std::string& token) {
  token.clear();
  for (size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] != '~') {
      token += escaped[i];
      continue;
    }
    if (++i == escaped.size() || (escaped[i] != '0' && escaped[i] != '1')) return false;
    token += escaped[i] == '0' ? '~' : '/';
  }
  return true;
}

// What `pointer` leads to from `node`.
absl::StatusOr<const Node*> Follow(const Root& root, const Node& node, absl::string_view pointer) {
  const Node* at = &node;
  if (pointer.empty()) return at;
  const auto place = [&] { return PlaceIn(root, absl::StrCat(PointerTo(node), pointer)); };
  std::string token;
  for (const absl::string_view escaped : absl::StrSplit(pointer.substr(1), '/')) {
    if (!UnescapeToken(escaped, token)) return Invalid(absl::StrCat("invalid json-pointer ", place()));
    const Node* next = at->Find(token);
    if (at->Is(JsonType::kArray)) {
      const auto index = Atoi(token);
      if (index.ok() && *index >= 0 && static_cast<size_t>(*index) < at->members.size())
        next = at->members[static_cast<size_t>(*index)].value;
    }
    if (!next) return Invalid(absl::StrCat("json-pointer in ", place(), " not found"));
    at = next;
  }
  return at;
}

// The text of a document that is neither this one nor a metaschema. None is read: a chart stands alone. A URN
// that nobody resolves allows everything.
absl::StatusOr<absl::string_view> LoadForeign(absl::string_view url) {
  const auto fail = [&](absl::string_view why) {
    return Invalid(absl::StrCat("failing loading ", Quote(url), ": ", why));
  };
  const auto parsed = Url::Parse(url);
  if (!parsed.ok()) return fail(parsed.status().message());
  if (parsed->scheme == "urn") return "true";
  if (parsed->scheme == "file")
    return fail(absl::StrCat("open ", parsed->path, ": no such file or directory"));
  if (parsed->scheme == "http" || parsed->scheme == "https")
    return fail(absl::StrCat("HTTP request failed for ", url, ": schemas of charts are not fetched"));
  return fail(absl::StrCat("no URLLoader registered for ", Quote(parsed->Text())));
}

bool IsPointer(absl::string_view fragment) { return fragment.empty() || fragment[0] == '/'; }

}  // namespace

std::string Reference::ToString() const { return absl::StrCat(url, "#", EscapeFragment(fragment)); }

Resource& Root::ResourceOf(const Node& node) const {
  const Node* at = &node;
  while (true) {
    const auto found = resources.find(at);
    if (found != resources.end()) return *found->second;
    at = at->parent;
  }
}

// Documents.

void Compiler::AddDocument(absl::string_view url, Document document) {
  documents_.insert_or_assign(std::string(url), std::move(document));
}

absl::StatusOr<const Node*> Compiler::Load(absl::string_view url) {
  if (const auto known = documents_.find(url); known != documents_.end()) return &known->second.root();
  absl::string_view text = FindMetaschema(url);
  if (text.empty()) {
    ASSIGN_OR_RETURN(text, LoadForeign(url));
  }
  ASSIGN_OR_RETURN(Document document, Document::Read(text, limits_));
  return &documents_.emplace(std::string(url), std::move(document)).first->second.root();
}

absl::StatusOr<Root*> Compiler::RootAt(absl::string_view url) {
  if (const auto known = roots_.find(url); known != roots_.end()) return known->second.get();
  ASSIGN_OR_RETURN(const Node* document, Load(url));
  auto root = std::make_unique<Root>();
  root->url = std::string(url);
  root->document = document;
  RETURN_IF_ERROR(Collect(*root, *document, nullptr, Dialect()));
  if (!IsOfJsonSchemaOrg(url)) RETURN_IF_ERROR(CheckAgainstMetaschema(*root, *document));
  return roots_.emplace(std::string(url), std::move(root)).first->second.get();
}

absl::StatusOr<Draft> Compiler::DraftOf(const Root& root, const Node& schema, Draft fallback) {
  std::vector<std::string> seen;
  const Node* at = &schema;
  while (true) {
    const auto text = TextOf(*at, "$schema");
    if (!text) return fallback;
    if (const auto draft = DraftAt(*text)) return *draft;
    const std::string url(SplitFragment(*text).first);
    if (const auto parsed = Url::Parse(url); !parsed.ok()) {
      const std::string place = seen.empty() ? PlaceIn(root, PointerTo(schema)) : Quote(seen.back() + "#");
      return Invalid(absl::StrCat("invalid $schema in ", place, ": ", parsed.status().message()));
    }
    const bool of_itself = seen.empty() ? &schema == root.document && url == root.url : url == seen.back();
    if (of_itself) return Invalid(absl::StrCat("draft ", Quote(url), " is not supported"));
    if (std::find(seen.begin(), seen.end(), url) != seen.end())
      return Invalid(absl::StrCat("cycle in resolving $schema in ", Quote(url)));
    ASSIGN_OR_RETURN(at, Load(url));
    seen.push_back(url);
  }
}

absl::StatusOr<std::optional<uint32_t>> Compiler::VocabulariesOf(const Node& schema, Draft draft) {
  const auto text = TextOf(schema, "$schema");
  if (!text || DraftAt(*text)) return std::nullopt;
  const absl::string_view url = SplitFragment(*text).first;
  ASSIGN_OR_RETURN(const Node* metaschema, Load(url));
  return RequiredVocabularies(draft, url, *metaschema);
}

// Resources and anchors.

absl::Status Compiler::Collect(Root& root, const Node& schema, Resource* above, const Dialect& fallback) {
  if (root.known_schemas.contains(&schema)) return absl::OkStatus();
  if (!schema.Is(JsonType::kObject)) {
    if (!above) RETURN_IF_ERROR(AddResource(root, schema, root.url, std::nullopt, fallback).status());
    root.known_schemas.insert(&schema);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(Draft draft, DraftOf(root, schema, fallback.draft));
  bool has_draft = TextOf(schema, "$schema").has_value();
  absl::string_view id = IdOf(draft, schema);
  if (id.empty() && above) {
    // Its "$schema" counts for nothing.
    draft = fallback.draft;
    has_draft = false;
    id = IdOf(draft, schema);
  }
  Resource* resource = above;
  if (!id.empty() || !above) {
    auto joined = Join(above ? above->id : root.url, id);
    if (!joined.ok())
      return Invalid(absl::StrCat("error in parsing id at ", PlaceIn(root, PointerTo(schema))));
    const std::optional<Draft> own_draft = has_draft ? std::optional(draft) : std::nullopt;
    ASSIGN_OR_RETURN(resource, AddResource(root, schema, std::move(joined->url), own_draft, fallback));
  }
  RETURN_IF_ERROR(CollectAnchors(root, schema, *resource));
  for (const SubschemaPlace& place : SubschemaPlaces()) {
    if (draft >= place.since) RETURN_IF_ERROR(CollectWithin(root, schema, place, *resource));
  }
  root.known_schemas.insert(&schema);
  return absl::OkStatus();
}

absl::Status Compiler::CollectWithin(Root& root, const Node& schema, const SubschemaPlace& place,
                                     Resource& resource) {
  const Node* value = schema.Find(place.keyword);
  if (!value) return absl::OkStatus();
  if (place.within == Within::kItself) return Collect(root, *value, &resource, resource.dialect);
  if (!value->Is(place.within == Within::kItems ? JsonType::kArray : JsonType::kObject))
    return absl::OkStatus();
  for (const Member& m : value->members)
    RETURN_IF_ERROR(Collect(root, *m.value, &resource, resource.dialect));
  return absl::OkStatus();
}

absl::StatusOr<Resource*> Compiler::AddResource(Root& root, const Node& schema, std::string id,
                                                std::optional<Draft> own_draft, const Dialect& fallback) {
  if (const auto known = root.resources_by_id.find(id); known != root.resources_by_id.end()) {
    if (known->second->node == &schema) return known->second;
    return Invalid(absl::StrCat("duplicate id ", Quote(id), " in ", Quote(root.url), " at ",
                                Quote(PointerTo(schema)), " and ", Quote(PointerTo(*known->second->node))));
  }
  auto resource = std::make_unique<Resource>();
  resource->node = &schema;
  resource->id = std::move(id);
  resource->dialect = fallback;
  if (own_draft) {
    ASSIGN_OR_RETURN(const auto vocabularies, VocabulariesOf(schema, *own_draft));
    resource->dialect = {*own_draft, vocabularies};
  }
  root.resources_by_id.emplace(resource->id, resource.get());
  return root.resources.emplace(&schema, std::move(resource)).first->second.get();
}

absl::Status Compiler::CollectAnchors(const Root& root, const Node& schema, Resource& resource) {
  const Draft draft = resource.dialect.draft;
  const auto add = [&](absl::string_view anchor) {
    const auto [known, is_new] = resource.anchors.emplace(std::string(anchor), &schema);
    if (is_new || known->second == &schema) return absl::OkStatus();
    return Invalid(absl::StrCat("duplicate anchor ", Quote(anchor), " in ", Quote(root.url), " at ",
                                Quote(PointerTo(*known->second)), " and ", Quote(PointerTo(schema))));
  };
  if (draft < Draft::k2019) {
    const auto id = TextOf(schema, IdKeyword(draft));
    if (schema.Find("$ref") || !id) return absl::OkStatus();
    const auto reference = SplitReference(*id);
    if (!reference.ok())
      return Invalid(absl::StrCat("error in parsing anchor at ", PlaceIn(root, PointerTo(schema))));
    return IsPointer(reference->fragment) ? absl::OkStatus() : add(reference->fragment);
  }
  if (const auto anchor = TextOf(schema, "$anchor")) RETURN_IF_ERROR(add(*anchor));
  if (draft < Draft::k2020) return absl::OkStatus();
  if (const auto anchor = TextOf(schema, "$dynamicAnchor")) {
    RETURN_IF_ERROR(add(*anchor));
    resource.dynamic_anchors.insert(std::string(*anchor));
  }
  return absl::OkStatus();
}

absl::Status Compiler::CheckAgainstMetaschema(const Root& root, const Node& schema) {
  if (!check_) return absl::OkStatus();
  const auto own_metaschema = [&](const Node& node) -> const Schema* {
    const auto resource = root.resources.find(&node);
    return resource == root.resources.end() ? nullptr : &MetaschemaOf(resource->second->dialect);
  };
  const Schema& metaschema = MetaschemaOf(root.ResourceOf(schema).dialect);
  absl::Status valid = Validate(metaschema, schema, limits_, own_metaschema);
  if (!absl::IsInvalidArgument(valid)) return valid;
  return Invalid(
      absl::StrCat(PlaceIn(root, PointerTo(schema)), " is not valid against metaschema: ", valid.message()));
}

const Schema& Compiler::MetaschemaOf(const Dialect& dialect) {
  const StandardMetaschemas& standard = StandardMetaschemasOf(dialect.draft);
  if (!dialect.vocabularies) return *standard.whole;
  for (const auto& [known, metaschema] : metaschemas_) {
    if (known == dialect) return metaschema;
  }
  Schema& made = metaschemas_.emplace_back(dialect, Schema()).second;
  made.url = "urn:mem:metaschema";
  made.draft = dialect.draft;
  made.resource = &made;
  for (const auto& [vocabulary, schema] : standard.vocabularies) {
    if (*dialect.vocabularies & vocabulary) made.all_of.push_back(schema);
  }
  if (made.draft == Draft::k2020) {
    made.dynamic_anchor = "meta";
    made.dynamic_anchors = {{"meta", &made}};
  }
  return made;
}

absl::Status Compiler::EnsureKnown(Root& root, const Node& schema) {
  if (root.known_schemas.contains(&schema)) return absl::OkStatus();
  Resource& resource = root.ResourceOf(schema);
  RETURN_IF_ERROR(Collect(root, schema, &resource, resource.dialect));
  return CheckAgainstMetaschema(root, schema);
}

// Schemas.

Schema* Compiler::Enqueue(Root& root, const Node& node) {
  Schema*& schema = schemas_[&node];
  if (!schema) {
    schema = &all_schemas_.emplace_back();
    schema->node = &node;
    schema->url = root.url;
    queue_.push_back({schema, &root, absl::OkStatus()});
  }
  return schema;
}

Schema* Compiler::EnqueueFailure(absl::Status failure) {
  Schema* schema = &all_schemas_.emplace_back();
  queue_.push_back({schema, nullptr, std::move(failure)});
  return schema;
}

absl::StatusOr<const Schema*> Compiler::Resolve(Root& root, const Node& schema, absl::string_view text) {
  ASSIGN_OR_RETURN(const Reference reference, Join(root.ResourceOf(schema).id, text));
  if (reference.url == root.url) return ResolveWithin(root, *root.resources.at(root.document), reference);
  if (const auto known = root.resources_by_id.find(reference.url); known != root.resources_by_id.end())
    return ResolveWithin(root, *known->second, reference);
  ASSIGN_OR_RETURN(Root * foreign, RootAt(reference.url));
  return ResolveWithin(*foreign, *foreign->resources.at(foreign->document), reference);
}

absl::StatusOr<const Schema*> Compiler::ResolveWithin(Root& root, const Resource& resource,
                                                      const Reference& reference) {
  if (IsPointer(reference.fragment)) {
    auto node = Follow(root, *resource.node, reference.fragment);
    return node.ok() ? Enqueue(root, **node) : EnqueueFailure(std::move(node).status());
  }
  const auto anchor = resource.anchors.find(reference.fragment);
  if (anchor != resource.anchors.end()) return Enqueue(root, *anchor->second);
  const Reference wanted{resource.id, reference.fragment};
  return Invalid(
      absl::StrCat("anchor in ", Quote(wanted.ToString()), " not found in schema ", Quote(root.url)));
}

absl::Status Compiler::CompileQueued(const Queued& queued) {
  RETURN_IF_ERROR(queued.failure);
  Schema& schema = *queued.schema;
  Root& root = *queued.root;
  const Node& node = *schema.node;
  RETURN_IF_ERROR(EnsureKnown(root, node));
  const Resource& resource = root.ResourceOf(node);
  schema.draft = resource.dialect.draft;
  schema.resource = Enqueue(root, *resource.node);
  if (schema.draft == Draft::k2020 && schema.resource == &schema) {
    for (const auto& [anchor, anchored] : resource.anchors) {
      if (resource.dynamic_anchors.contains(anchor))
        schema.dynamic_anchors.push_back({anchor, Enqueue(root, *anchored)});
    }
  }
  if (node.Is(JsonType::kBool)) schema.boolean = node.boolean;
  if (!node.Is(JsonType::kObject)) return absl::OkStatus();
  if (node.members.empty()) {
    schema.boolean = true;
    return absl::OkStatus();
  }
  return KeywordReader(*this, root, node, resource.dialect, schema).Read();
}

absl::StatusOr<GoRegex> Compiler::Pattern(absl::string_view text) {
  ASSIGN_OR_RETURN(GoRegex pattern, GoRegex::Compile(text));
  pattern_instructions_ += pattern.instructions();
  if (pattern_instructions_ > kMostPatternInstructions)
    return absl::ResourceExhaustedError("the patterns of the schema are too large");
  return pattern;
}

absl::StatusOr<const Schema*> Compiler::Compile(absl::string_view url) {
  ASSIGN_OR_RETURN(Root * root, RootAt(url));
  const Schema* schema = Enqueue(*root, *root->document);
  while (!queue_.empty()) {
    const Queued queued = std::move(queue_.front());
    queue_.pop_front();
    RETURN_IF_ERROR(CompileQueued(queued));
  }
  return schema;
}

}  // namespace devstats::chart::schema
