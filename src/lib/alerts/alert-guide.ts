import type { AlertType } from "./alert.ts";

/** Instructions for the person on call: where to look first, and what ends the alert. Markdown. */
interface Guide {
  readonly look: string;
  readonly fix: string;
}

const history = "`drawbridge addresses --history <ARM id>`";
const explain = "`drawbridge explain --connection <ARM id>`";

/** The part of docs/alerts.md that only people read. */
export const alertGuide: Readonly<Record<AlertType, Guide>> = {
  "Drawbridge.AddressAcknowledged": {
    look: `\`by\` and \`why\`; ${history} has what it was before.`,
    fix: "Nothing. If it was a mistake, acknowledge the right addresses when they are back, or declare them in a file.",
  },
  "Drawbridge.AddressDrifted": {
    look: "`addresses`, which has what was added and removed, and `causes`, the likeliest first. The service's activity log shows who changed it.",
    fix: "Tell those in `affected`; change allow-lists and DNS; then run `drawbridge acknowledge`. If the change was not wanted, undo it: `AddressRestored` follows.",
  },
  "Drawbridge.AddressNotJudged": {
    look: "`reason`; `GET /api/health/details` lists under `lastAddressCheck.unread` what cannot be read.",
    fix: "Give the app the right to read the service, or find out on Azure why its answer has no addresses. After a change of tier, tell those in `affected` that the old addresses are no longer the service's.",
  },
  "Drawbridge.ServiceTagChanged": {
    look: "`added` and `removed`; `GET /api/addresses/service-tags` has all prefixes of the tag, and the services that rely on it.",
    fix: "Update allow-lists that hold the prefixes: `drawbridge export --service-tags`. A rule that names the service tag itself needs nothing, because Azure updates it.",
  },
  "Drawbridge.AddressReminder": {
    look: "The same as for `AddressDrifted`. `since` says how long it has been so.",
    fix: "Acknowledge the addresses, or restore the old ones. The reminders end with that.",
  },
  "Drawbridge.AddressRestored": {
    look: `${history} has the whole course.`,
    fix: "Nothing. Undo what you changed in allow-lists meanwhile.",
  },
  "Drawbridge.BreakerClosed": {
    look: "Nothing.",
    fix: "Nothing. What was held is reviewed by the next sweeps.",
  },
  "Drawbridge.BreakerOpened": {
    look: "`drawbridge health` says until when it is open at the earliest, the dashboard under Held what waits for it: who asks for so much, and is it wanted?",
    fix: "If it is, raise `DRAWBRIDGE_MAX_REQUESTS_PER_HOUR` (to at least twice the requests) or `DRAWBRIDGE_MAX_APPROVALS_PER_HOUR`, or wait; a person may decide what the requests breaker holds ([when a breaker is open](operations.md#when-a-breaker-is-open)). If it is not, stop the requester, or add a reject rule.",
  },
  "Drawbridge.CapacityLow": {
    look: "The service's connections in the portal. Rejected ones count too.",
    fix: "Remove those that nobody uses, or plan for another service.",
  },
  "Drawbridge.ConnectionApproved": {
    look: "`use`: whether the requester's DNS already leads to the endpoint.",
    fix: "With `use.dns` `by-hand`, the requester has to make the record in `use.record`.",
  },
  "Drawbridge.ConnectionBypass": {
    look: "The service's activity log: who approved it, or who has the right to approve automatically? `reason` has the policy's verdict.",
    fix: "Reject or remove the connection by hand, or change the policy so that it approves it. Take the right to approve away from those who should not have it.",
  },
  "Drawbridge.ConnectionFailed": {
    look: `\`reason\` has Azure's code. ${explain} has the decision.`,
    fix: "A 403: give the app its role on the service. After five failed queue deliveries, the app's log has the error. It is tried again hourly, and at once by `POST /api/reevaluate`.",
  },
  "Drawbridge.ConnectionHeld": {
    look: `\`reason\` and \`unknown\`. ${explain} shows every condition with the value that was found.`,
    fix: "Approve or reject it with `drawbridge decide` or in the portal; or give the app the right that `unknown` needs; or change the policy. Then the next sweep reviews it.",
  },
  "Drawbridge.ConnectionOverridden": {
    look: "The service's activity log shows who did it.",
    fix: "Nothing, if it was a person's decision on what was held.",
  },
  "Drawbridge.ConnectionRejected": {
    look: explain,
    fix: "Nothing. A rejection cannot be undone on Azure: a requester who should get in makes a new private endpoint.",
  },
  "Drawbridge.ConnectionSlow": {
    look: "`reason` has what it waits for. On Azure: the service's `provisioningState` and its activity log.",
    fix: "Find out what keeps the service busy, or ask Azure's support about an operation that does not end. Drawbridge keeps waiting, and sends no second PUT meanwhile.",
  },
  "Drawbridge.EventPathBroken": {
    look: "`eventPaths` of `GET /api/health/details`, which names an event subscription that is missing or wrong, and Event Grid's delivery metrics.",
    fix: "Repair the subscription (docs/operations.md, Events). Until then sweeps find requests within minutes.",
  },
  "Drawbridge.HeldReminder": {
    look: "`oldest`, or `GET /api/connections?phase=Held`.",
    fix: "Decide with `drawbridge decide` or in the portal, or give the policy what it needs to decide.",
  },
  "Drawbridge.ObserveSummary": {
    look: "`counts` and `examples`: are these the decisions that you want?",
    fix: "Change the policy, or set `DRAWBRIDGE_MODE` to `approve-only` or `enforce`.",
  },
  "Drawbridge.PolicyChanged": {
    look: "`changes`: was this change intended?",
    fix: "Nothing, or put the earlier policy, parameters or mode back.",
  },
  "Drawbridge.PolicyInvalid": {
    look: "`problems`, each with its place. `drawbridge check` shows the same before a deployment.",
    fix: "Correct the policy, its parameters, or the app's right to read it. Reviews go on with the next sweep.",
  },
  "Drawbridge.PublicAccessOpen": {
    look: "The service's `publicNetworkAccess`.",
    fix: "Disable it if clients are to come through private endpoints alone.",
  },
  "Drawbridge.RecertificationDue": {
    look: `\`until\`, and with \`isOver\` \`reason\`: what the policy says now. ${explain}, with \`--rules all\`, has the facts.`,
    fix: "Ask the owner of the endpoint whether the connection is still needed. If it is, change the policy or renew it with `drawbridge decide approve --until`; if it is not, have the endpoint deleted, or reject the connection in the portal.",
  },
  "Drawbridge.RevocationDue": {
    look: `\`reason\` has the rule that rejects it. ${explain} has the facts.`,
    fix: "If the connection is to stay, change the policy or add an exemption before `dueAt`. If it is the last approved connection of its service, approve another one first, or take the service's public access back: a new notice then says when it is revoked.",
  },
  "Drawbridge.ConnectionRevoked": {
    look: `${explain} has the decision and the facts.`,
    fix: "Nothing. It cannot be undone on Azure: a requester who should get in again makes a new private endpoint. To stop further revocations, set the policy's `revoke` to `never`, or the mode to `approve-only`.",
  },
  "Drawbridge.RuleAlert": {
    look: "`rule` and `reason`, and the connection.",
    fix: "Up to the rule's author: its `reason` should say what to do. Narrow the rule if it alerts too often.",
  },
  "Drawbridge.RuleExpiring": {
    look: "`rule` and `expiresOn`.",
    fix: "Give the rule a later `expiresOn`, or let it expire and remove it.",
  },
  "Drawbridge.ServiceAdopted": {
    look: "`connections`: do you know all of them? They are never evaluated.",
    fix: "Remove by hand what should not be there.",
  },
  "Drawbridge.ServiceGone": {
    look: "The activity log: was the service deleted on purpose?",
    fix: "Tell those in `affected` to take its addresses out of allow-lists and DNS.",
  },
  "Drawbridge.SinkDead": {
    look: "`sink` and `reason`. The app's log has each attempt, and each alert that was given up. `drawbridge doctor` names a Key Vault secret that has no value.",
    fix: "Correct the sink's URL, key or secret, or the network in between. After a secret got its value, restart the app. `GET /api/alerts` has what was missed.",
  },
  "Drawbridge.SweepOverdue": {
    look: "`GET /api/health/details`, and the app's log: do timers run, and does a sweep end with an error?",
    fix: "Start the app; correct the schedule, the rights or the storage account. `GET /api/health` is 200 again after a complete run.",
  },
};
