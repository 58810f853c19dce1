/** Events, and the operations whose results they change. */
export type Changes = readonly (readonly [events: RegExp, operations: readonly string[]])[]

/** Events of what is sold, granted and limited. They are rare, and change most of what an account shows. */
const OF_TERMS =
  /^(subscription|checkout|purchase|payment|invoice|\w*plan|product|credits|package|overage|override|entitlements|spend_cap|\w*top_up|alert)\./

/** Changes of the operations that have hooks of their own. */
export const OF_HOOKS: Changes = [
  // The list of all events, without each use.
  [/^(?!usage\.recorded$)/, ['AccountEvents']],
  [/^(usage|reservation)\./, ['Entitlements', 'Credits', 'Usage', 'Check', 'SpendCaps', 'AutoTopUps', 'Alerts']],
  [/^(sub_account|member|account)\./, ['Members', 'Account', 'Entitlements', 'SpendCaps']],
  [/^(seat|member)\./, ['Seats', 'Members']],
  [/^template\./, ['Template']],
  [/^deployment\./, ['Deployment', 'Account', 'Entitlements', 'Check', 'Template']],
  [/^agent\./, ['Deployment']],
]

/** Changes of the operations that are read with `useOperation` only. */
export const OF_OPERATIONS: Changes = [
  [OF_TERMS, ['InvoiceTimeline', 'Template', 'Templates']],
  [/^(sub_account|spend_cap|usage|reservation)\.|^account\.(parent_changed|updated)$/, ['Pools']],
  [/^usage\./, ['Consumptions']],
  [/^(member|account)\./, ['Invitations', 'AccountJobs', 'Viewer']],
  [/^template\./, ['Templates', 'VendorOverview', 'VendorTemplate']],
  [/^(earnings|vendor)\./, ['VendorOverview', 'VendorEarnings', 'VendorPayouts']],
  [/^webhook_endpoint\./, ['WebhookEndpoints', 'WebhookDeliveries']],
  [/^(deployment|agent)\./, ['Deployments']],
  [/^deployment\./, ['Templates']],
]

/** True if an event changes an operation. */
const isListed = (changes: Changes, operation: string, type: string): boolean =>
  changes.some(([events, operations]) => operations.includes(operation) && events.test(type))

/** True if an event of an account changes what an operation shows. */
export const isAffected = (
  changes: ReadonlySet<Changes>,
  operation: string,
  hasAccount: boolean,
  type: string,
): boolean => (hasAccount && OF_TERMS.test(type)) || isListed([...changes].flat(), operation, type)

/** Operations of operators that show what their events change. */
const FOR_OPERATORS: Changes = [
  [/^dead_letter\./, ['DeadLetters', 'QueueStats']],
  [/^webhook_event\./, ['WebhookEvents', 'WebhookEventCounts', 'WebhookEvent']],
  [/^checkout\./, ['AllCheckouts']],
  [/^agent\./, ['Outages', 'Agents']],
  [/^plan_migration\./, ['PlanMigrations', 'PlanMigration']],
  [/^usage_batch\./, ['UsageBatches', 'UsageBatch', 'PreviewUsageBatch']],
  [/^usage_comparison\./, ['UsageComparisons', 'UsageComparison', 'UsageDifferences', 'PreviewUsageComparisonEnd']],
  [/^(reconciliation|drift)\./, ['ReconciliationRuns', 'ReconciliationRun']],
  [/^template\./, ['ReviewQueue', 'VendorTemplate']],
]

const FREQUENT = ['usage_comparison.progressed', 'webhook_event.received']

/** True if an event for operators changes what an operation shows. The overview counts all of them. */
export const isAffectedForOperators = (operation: string, type: string): boolean =>
  // These events are too frequent for it: it reads what they change when it reads again by itself.
  (operation === 'OperatorOverview' && !FREQUENT.includes(type)) || isListed(FOR_OPERATORS, operation, type)
