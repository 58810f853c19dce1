/** Operations of operators that show what their events change. Their names are the first parts of query keys. */
const AFFECTED: readonly (readonly [events: RegExp, operations: readonly string[]])[] = [
  [/^dead_letter\./, ['DeadLetters', 'DeadLetterCounts']],
  [/^webhook_event\./, ['WebhookEvents', 'WebhookEventCounts', 'WebhookEvent']],
  [/^checkout\./, ['AllCheckouts']],
  [/^agent\./, ['Outages', 'Agents']],
  [/^plan_migration\./, ['PlanMigrations', 'PlanMigration']],
  [/^(reconciliation|drift)\./, ['ReconciliationRuns', 'ReconciliationRun']],
  [/^template\./, ['ReviewQueue', 'VendorTemplate']],
]

/** Names of the operations to read again after an event for operators. What operators do is in the audit log. */
export const affectedForOperators = (type: string): readonly string[] =>
  AFFECTED.flatMap(([events, operations]) => (events.test(type) ? operations : []))
