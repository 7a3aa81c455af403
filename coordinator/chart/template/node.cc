#include "coordinator/chart/template/node.h"

#include "absl/strings/str_cat.h"
#include "coordinator/chart/template/characters.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::tpl {
namespace {

void AppendFields(std::string& out, Names fields) {
  for (const absl::string_view field : fields) absl::StrAppend(&out, ".", field);
}

void AppendOperand(std::string& out, const Node& node) {
  if (node.kind != NodeKind::kPipe) return AppendSource(out, node);
  out += '(';
  AppendSource(out, node);
  out += ')';
}

void AppendCommand(std::string& out, const CommandNode& command) {
  absl::string_view separator;
  for (const Node* word : command.words) {
    absl::StrAppend(&out, separator);
    AppendOperand(out, *word);
    separator = " ";
  }
}

void AppendPipe(std::string& out, const PipeNode& pipe) {
  absl::string_view separator;
  for (const VariableNode* variable : pipe.variables) {
    absl::StrAppend(&out, separator);
    AppendSource(out, *variable);
    separator = ", ";
  }
  if (!pipe.variables.empty()) absl::StrAppend(&out, pipe.assigns ? " = " : " := ");
  separator = {};
  for (const CommandNode* command : pipe.commands) {
    absl::StrAppend(&out, separator);
    AppendCommand(out, *command);
    separator = " | ";
  }
}

void AppendBranch(std::string& out, absl::string_view keyword, const BranchNode& branch) {
  absl::StrAppend(&out, "{{", keyword, " ");
  AppendPipe(out, *branch.pipe);
  absl::StrAppend(&out, "}}");
  AppendSource(out, *branch.body);
  if (branch.otherwise) {
    absl::StrAppend(&out, "{{else}}");
    AppendSource(out, *branch.otherwise);
  }
  absl::StrAppend(&out, "{{end}}");
}

void AppendTemplate(std::string& out, const TemplateNode& node) {
  absl::StrAppend(&out, "{{template ", Quote(node.name));
  if (node.pipe) {
    out += ' ';
    AppendPipe(out, *node.pipe);
  }
  absl::StrAppend(&out, "}}");
}

}  // namespace

void AppendSource(std::string& out, const Node& node) {
  switch (node.kind) {
    case NodeKind::kList:
      for (const Node* item : As<ListNode>(node).nodes) AppendSource(out, *item);
      return;
    case NodeKind::kText:
      absl::StrAppend(&out, As<TextNode>(node).text);
      return;
    case NodeKind::kAction:
      absl::StrAppend(&out, "{{");
      AppendPipe(out, *As<ActionNode>(node).pipe);
      absl::StrAppend(&out, "}}");
      return;
    case NodeKind::kIf:
      return AppendBranch(out, "if", As<BranchNode>(node));
    case NodeKind::kWith:
      return AppendBranch(out, "with", As<BranchNode>(node));
    case NodeKind::kRange:
      return AppendBranch(out, "range", As<BranchNode>(node));
    case NodeKind::kTemplate:
      return AppendTemplate(out, As<TemplateNode>(node));
    case NodeKind::kBreak:
      absl::StrAppend(&out, "{{break}}");
      return;
    case NodeKind::kContinue:
      absl::StrAppend(&out, "{{continue}}");
      return;
    case NodeKind::kPipe:
      return AppendPipe(out, As<PipeNode>(node));
    case NodeKind::kCommand:
      return AppendCommand(out, As<CommandNode>(node));
    case NodeKind::kIdentifier:
      absl::StrAppend(&out, As<IdentifierNode>(node).name);
      return;
    case NodeKind::kField:
      return AppendFields(out, As<FieldNode>(node).fields);
    case NodeKind::kVariable:
      absl::StrAppend(&out, As<VariableNode>(node).name);
      return AppendFields(out, As<VariableNode>(node).fields);
    case NodeKind::kChain:
      AppendOperand(out, *As<ChainNode>(node).operand);
      return AppendFields(out, As<ChainNode>(node).fields);
    case NodeKind::kDot:
      out += '.';
      return;
    case NodeKind::kNil:
      absl::StrAppend(&out, "nil");
      return;
    case NodeKind::kBool:
      absl::StrAppend(&out, As<BoolNode>(node).value ? "true" : "false");
      return;
    case NodeKind::kNumber:
      absl::StrAppend(&out, As<NumberNode>(node).text);
      return;
    case NodeKind::kString:
      absl::StrAppend(&out, As<StringNode>(node).quoted);
      return;
    case NodeKind::kEnd:
      absl::StrAppend(&out, "{{end}}");
      return;
    case NodeKind::kElse:
      absl::StrAppend(&out, "{{else}}");
      return;
  }
}

std::string ToSource(const Node& node) {
  std::string out;
  AppendSource(out, node);
  return out;
}

bool IsEmpty(const ListNode& list) {
  for (const Node* node : list.nodes)
    if (node->kind != NodeKind::kText || !IsBlank(As<TextNode>(*node).text)) return false;
  return true;
}

}  // namespace devstats::chart::tpl
