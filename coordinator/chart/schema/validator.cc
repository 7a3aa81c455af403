#include "coordinator/chart/schema/validator.h"

#include "absl/strings/str_cat.h"

namespace devstats::chart::schema {
namespace {

// A schema takes a few levels of its metaschema.
constexpr int kLevelsPerDepth = 5;
constexpr uint64_t kStepsOfFailure = 50;
constexpr size_t kMostReportBytes = 4 << 20;

uint32_t TypesOf(const Node& value) {
  switch (value.type) {
    case JsonType::kNull:
      return kNullBit;
    case JsonType::kBool:
      return kBooleanBit;
    case JsonType::kString:
      return kStringBit;
    case JsonType::kArray:
      return kArrayBit;
    case JsonType::kObject:
      return kObjectBit;
    case JsonType::kNumber: {
      const auto number = Decimal::Parse(value.text);
      return number && number->IsInteger() ? kNumberBit | kIntegerBit : kNumberBit;
    }
    case JsonType::kOther:
      break;
  }
  return 0;
}

}  // namespace

void Unevaluated::Track(size_t from, size_t size) {
  if (from >= size) return;
  left_.assign(size, true);
  std::fill_n(left_.begin(), from, false);
  count_ = size - from;
}

void Unevaluated::Remove(size_t index) {
  if (!Has(index)) return;
  left_[index] = false;
  --count_;
}

void Unevaluated::Merge(const Unevaluated& other) {
  if (IsEmpty()) return;
  for (size_t i = 0; i < left_.size(); ++i) {
    if (!other.Has(i)) Remove(i);
  }
}

void Unevaluated::Clear() {
  left_.clear();
  count_ = 0;
}

void Validator::Stop(absl::Status why) {
  if (status_.ok()) status_ = std::move(why);
}

bool Validator::Spend(uint64_t steps) {
  steps_ += steps;
  if (steps_ > limits_.schema_steps)
    Stop(absl::ResourceExhaustedError(
        absl::StrCat("validation against the schema takes more than ", limits_.schema_steps, " steps")));
  return status_.ok();
}

Failure Validator::Fail(const Meeting& m, Fault fault) {
  Failure failure;
  if (m.only_whether) return failure;
  failure.fault = fault;
  failure.schema = m.schema;
  failure.value = m.value;
  std::vector<const Place*> path;
  for (const Place* p = m.place; p; p = p->above) path.push_back(p);
  for (auto p = path.rbegin(); p != path.rend(); ++p) {
    if ((*p)->container->Is(JsonType::kObject))
      AppendToken(failure.place, (*p)->key);
    else
      absl::StrAppend(&failure.place, "/", (*p)->index);
  }
  // It stays until the end, or until another alternative turns out to match.
  Spend(kStepsOfFailure + failure.place.size() / 2);
  return failure;
}

void Validator::Add(Meeting& m, Fault fault, std::vector<int64_t> numbers, std::vector<Failure> causes) {
  Failure& failure = m.failures.emplace_back(Fail(m, fault));
  failure.numbers = std::move(numbers);
  failure.causes = std::move(causes);
}

void Validator::Add(Meeting& m, Result failure) {
  if (failure) m.failures.push_back(*std::move(failure));
}

void Validator::UseOwnMetaschema(Meeting& m) const {
  if (!own_metaschema_ || m.schema != m.metaschema) return;
  if (const Schema* own = (*own_metaschema_)(*m.value)) m.schema = m.metaschema = own;
}

void Validator::TrackUnevaluated(Meeting& m, bool above_needs) {
  const Schema& schema = *m.schema;
  const size_t size = m.value->members.size();
  if (m.value->Is(JsonType::kObject)) {
    if (schema.EvaluatesAllProperties() || (!above_needs && !schema.unevaluated_properties)) return;
    m.unevaluated.Track(0, size);
  } else if (m.value->Is(JsonType::kArray)) {
    if (schema.EvaluatesAllItems() || (!above_needs && !schema.unevaluated_items)) return;
    m.unevaluated.Track(schema.prefix_items.size(), size);
  } else {
    return;
  }
  Spend(size / 8);
}

Validator::Result Validator::Run(const Schema& schema, const Schema* metaschema, const Node& value) {
  Meeting m;
  m.entered = m.schema = &schema;
  m.metaschema = metaschema;
  m.value = &value;
  TrackUnevaluated(m, false);
  return Check(m);
}

Validator::Result Validator::CheckSelf(Meeting& m, const Schema& schema, bool only_whether,
                                       absl::string_view reference) {
  Meeting self;
  self.above = &m;
  self.entered = self.schema = &schema;
  self.metaschema = m.metaschema;
  self.value = m.value;
  self.place = m.place;
  self.reference = reference;
  self.values_above = m.values_above;
  self.only_whether = m.only_whether || only_whether;
  TrackUnevaluated(self, !m.unevaluated.IsEmpty());
  UseOwnMetaschema(self);
  Result failure = Check(self);
  if (!failure) m.unevaluated.Merge(self.unevaluated);
  return failure;
}

Validator::Result Validator::CheckMember(const Meeting& m, const Schema& schema, size_t index,
                                         size_t told_index) {
  const Member& member = m.value->members[index];
  const Place place{m.place, m.value, member.key, told_index};
  Meeting below;
  below.above = &m;
  below.entered = below.schema = &schema;
  below.metaschema = m.metaschema;
  below.value = member.value;
  below.place = &place;
  below.values_above = m.values_above + 1;
  below.only_whether = m.only_whether;
  TrackUnevaluated(below, false);
  UseOwnMetaschema(below);
  return Check(below);
}

Validator::Result Validator::Check(Meeting& m) {
  if (!Spend(1)) return Failure();
  const int most = limits_.schema_depth * kLevelsPerDepth;
  if (depth_ >= most) {
    Stop(absl::ResourceExhaustedError(
        absl::StrCat("validation against the schema nests deeper than ", most, " levels")));
    return Failure();
  }
  ++depth_;
  Result result = CheckWithinLimits(m);
  --depth_;
  return result;
}

Validator::Result Validator::CheckWithinLimits(Meeting& m) {
  const Schema& schema = *m.schema;
  if (schema.boolean) return *schema.boolean ? Result() : Fail(m, Fault::kFalseSchema);
  if (const Meeting* earlier = FindCycle(m)) {
    Failure failure = Fail(m, Fault::kReferenceCycle);
    if (!m.only_whether) failure.text = CycleText(m, *earlier);
    return failure;
  }
  if (Result failure = CheckValue(m)) return failure;
  if (schema.ref) {
    Result failure = CheckReference(m, *schema.ref, "$ref");
    if (schema.draft < Draft::k2019) return failure;
    Add(m, std::move(failure));
  }
  if (m.value->Is(JsonType::kObject)) CheckObject(m);
  if (m.value->Is(JsonType::kArray)) CheckArray(m);
  if (m.value->Is(JsonType::kString)) CheckString(m);
  if (m.value->Is(JsonType::kNumber)) CheckNumber(m);
  if (!IsDecided(m)) {
    if (schema.draft >= Draft::k2019) CheckReferences(m);
    CheckCombinations(m);
    if (schema.draft >= Draft::k2019) CheckUnevaluated(m);
  }
  if (m.failures.empty()) return std::nullopt;
  if (m.failures.size() == 1) return std::move(m.failures[0]);
  Failure group = Fail(m, Fault::kGroup);
  group.causes = std::move(m.failures);
  return group;
}

// What ends the validation of a value by a schema at once.
Validator::Result Validator::CheckValue(const Meeting& m) {
  const Schema& schema = *m.schema;
  const Node& value = *m.value;
  if (value.Is(JsonType::kOther)) return Fail(m, Fault::kInvalidValue);
  if (schema.types != 0 && (schema.types & TypesOf(value)) == 0) return Fail(m, Fault::kType);
  uint64_t steps = 0;
  if (schema.constant && !Equal(value, *schema.constant, steps)) return Fail(m, Fault::kConst);
  if (schema.enumeration) {
    bool found = false;
    for (const Member& item : schema.enumeration->members) {
      found = Equal(value, *item.value, steps);
      if (found) break;
    }
    if (!found) {
      Spend(steps);
      return Fail(m, Fault::kEnum);
    }
  }
  Spend(steps);
  if (schema.format && value.Is(JsonType::kString)) {
    if (auto why = FormatFault(schema, value)) {
      Failure failure = Fail(m, Fault::kFormat);
      failure.text = *std::move(why);
      return failure;
    }
  }
  return std::nullopt;
}

std::optional<std::string> Validator::FormatFault(const Schema& schema, const Node& value) {
  Spend(value.text.size() / 8);
  absl::Status valid;
  if (schema.format_name == "regex") {
    // A few bytes can make a large program.
    const auto pattern = GoRegex::Compile(value.text);
    constexpr uint64_t kStepsOfInstruction = 40, kStepsOfError = 100'000;
    Spend(pattern.ok() ? kStepsOfInstruction * pattern->instructions() : kStepsOfError);
    valid = pattern.status();
  } else {
    valid = schema.format(value.text);
  }
  if (valid.ok()) return std::nullopt;
  return std::string(valid.message());
}

// Combinations.

void Validator::CheckCombinations(Meeting& m) {
  const Schema& schema = *m.schema;
  if (schema.negated && !CheckSelf(m, *schema.negated, true)) Add(m, Fault::kNot);
  std::vector<Failure> failures;
  for (const Schema* each : schema.all_of) {
    if (Result failure = CheckSelf(m, *each, false)) failures.push_back(*std::move(failure));
    if (m.only_whether && !failures.empty()) break;
  }
  if (!failures.empty()) Add(m, Fault::kAllOf, {}, std::move(failures));
  failures.clear();
  bool matched = schema.any_of.empty();
  for (const Schema* each : schema.any_of) {
    Result failure = CheckSelf(m, *each, false);
    if (failure) {
      failures.push_back(*std::move(failure));
      continue;
    }
    matched = true;
    // The others may look at more of the value.
    if (m.unevaluated.IsEmpty()) break;
  }
  if (!matched) Add(m, Fault::kAnyOf, {}, std::move(failures));
  CheckOneOf(m);
  CheckCondition(m);
}

void Validator::CheckOneOf(Meeting& m) {
  const auto& schemas = m.schema->one_of;
  if (schemas.empty()) return;
  std::optional<size_t> matched;
  std::vector<Failure> failures;
  for (size_t i = 0; i < schemas.size(); ++i) {
    Result failure = CheckSelf(m, *schemas[i], matched.has_value());
    if (!failure && matched)
      return Add(m, Fault::kOneOf, {static_cast<int64_t>(*matched), static_cast<int64_t>(i)});
    if (!failure)
      matched = i;
    else if (!matched)
      failures.push_back(*std::move(failure));
  }
  if (!matched) Add(m, Fault::kOneOf, {}, std::move(failures));
}

void Validator::CheckCondition(Meeting& m) {
  const Schema& schema = *m.schema;
  if (!schema.if_schema) return;
  const bool holds = !CheckSelf(m, *schema.if_schema, true);
  const Schema* then = holds ? schema.then_schema : schema.else_schema;
  if (then) Add(m, CheckSelf(m, *then, false));
}

void Validator::CheckUnevaluated(Meeting& m) {
  const Schema& schema = *m.schema;
  const Schema* rest = m.value->Is(JsonType::kObject)  ? schema.unevaluated_properties
                       : m.value->Is(JsonType::kArray) ? schema.unevaluated_items
                                                       : nullptr;
  if (!rest) return;
  for (size_t i = 0; i < m.value->members.size(); ++i) {
    if (m.unevaluated.Has(i)) Add(m, CheckMember(m, *rest, i, i));
  }
  m.unevaluated.Clear();
}

// The whole.

namespace {

absl::Status Outcome(const Validator& validator, const Schema& schema,
                     const std::optional<Failure>& failure) {
  if (!validator.status().ok()) return validator.status();
  if (!failure) return absl::OkStatus();
  const std::string report = ReportOf(schema, *failure, kMostReportBytes);
  if (report.size() <= kMostReportBytes) return absl::InvalidArgumentError(report);
  return absl::ResourceExhaustedError(
      absl::StrCat("what does not match the schema takes more than ", kMostReportBytes, " bytes to tell"));
}

}  // namespace

absl::Status Validate(const Schema& schema, const Node& value, const Limits& limits) {
  Validator validator(limits, nullptr);
  const auto failure = validator.Run(schema, nullptr, value);
  return Outcome(validator, schema, failure);
}

absl::Status Validate(const Schema& metaschema, const Node& value, const Limits& limits,
                      OwnMetaschema own_metaschema) {
  Validator validator(limits, &own_metaschema);
  const auto failure = validator.Run(metaschema, &metaschema, value);
  return Outcome(validator, metaschema, failure);
}

}  // namespace devstats::chart::schema
