import { phaseMeanings } from "../phases.ts";

/** A decision and what became of it are two entries: what the words in both mean. */
export function Meanings() {
  return (
    <details class="meanings">
      <summary class="muted">What the words mean</summary>
      <dl class="properties">
        <div>
          <dt>approve, reject, hold</dt>
          <dd>what the policy or a person decided; nothing has changed on Azure by it yet</dd>
        </div>
        <div>
          <dt>on Azure Approved, Rejected</dt>
          <dd>the outcome: what Azure shows now</dd>
        </div>
        {Object.entries(phaseMeanings).map(([phase, meaning]) => (
          <div key={phase}>
            <dt>{phase}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
