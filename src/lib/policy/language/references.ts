import type { FieldReference } from "./fields.ts";
import type { Condition, Operand, Subject } from "./policy.ts";

/** All field references in a condition. */
export function referencesOf(condition: Condition): readonly FieldReference[] {
  switch (condition.kind) {
    case "allOf":
    case "anyOf":
      return condition.members.flatMap(referencesOf);
    case "not":
      return referencesOf(condition.member);
    case "comparison":
      return [...subjectReferences(condition.subject), ...operandReferences(condition.operand)];
  }
}

function subjectReferences(subject: Subject): readonly FieldReference[] {
  switch (subject.kind) {
    case "field":
    case "element":
      return [subject.reference];
    case "value":
      return subject.formula.references;
    case "count":
      return [
        ...subjectReferences(subject.over),
        ...(subject.where === undefined ? [] : referencesOf(subject.where)),
      ];
  }
}

function operandReferences(operand: Operand): readonly FieldReference[] {
  return operand.kind === "computed" ? operand.formula.references : [];
}
