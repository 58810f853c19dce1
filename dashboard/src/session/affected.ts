/** Operations that show what events of an account change. Their names are the first parts of query keys. */
const BY_ACCOUNT: readonly (readonly [events: RegExp, operations: readonly string[]])[] = [
  [
    /^(subscription|checkout|purchase|payment|invoice|plan|negotiated_plan|product)\./,
    [
      'Account',
      'Subscription',
      'PlanOffers',
      'Invoices',
      'InvoiceTimeline',
      'Calendar',
      'Purchases',
      'Entitlements',
      'Credits',
      'Templates',
      'Template',
      'Check',
      'AutoTopUps',
      'PreviewAutoTopUp',
    ],
  ],
  [
    /^(credits|package|override|usage|reservation|entitlements|spend_cap|balance|top_up|auto_top_up)\./,
    ['Entitlements', 'Credits', 'Usage', 'Check', 'SpendCaps', 'AutoTopUps', 'BalanceAlerts', 'Calendar'],
  ],
  [/^(seat|member|override|package|subscription|plan)\./, ['Seats']],
  [
    /^(sub_account|spend_cap|usage|reservation)\.|^account\.(parent_changed|updated)$/,
    ['Pools', 'Entitlements', 'SpendCaps'],
  ],
  [/^member\./, ['SpendCaps']],
  [/^usage\./, ['Consumptions']],
  [/^(usage_alert|usage|reservation|subscription|plan|override|package)\./, ['UsageAlerts']],
  [/^(member|account)\./, ['Members', 'Invitations', 'Account', 'AccountJobs', 'Viewer']],
  [/^template\./, ['Template', 'Templates', 'VendorOverview', 'VendorTemplate']],
  [/^(earnings|vendor)\./, ['VendorOverview', 'VendorEarnings', 'VendorPayouts']],
  [/^(webhook_endpoint)\./, ['WebhookEndpoints', 'WebhookDeliveries']],
  [/^deployment\./, ['Deployments', 'Deployment', 'Account', 'Entitlements', 'Check', 'Template', 'Templates']],
  [/^agent\./, ['Deployments', 'Deployment']],
]

/** Names of the operations to read again after an event. `AccountEvents` lists every event. */
export const affectedBy = (type: string): readonly string[] => [
  'AccountEvents',
  ...BY_ACCOUNT.flatMap(([events, operations]) => (events.test(type) ? operations : [])),
]

/** Operations of operators that show what their events change. Their names are the first parts of query keys. */
const FOR_OPERATORS: readonly (readonly [events: RegExp, operations: readonly string[]])[] = [
  [/^dead_letter\./, ['DeadLetters', 'DeadLetterCounts']],
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

/** Names of the operations to read again after an event for operators. The overview counts all of them. */
export const affectedForOperators = (type: string): readonly string[] => [
  // These events are too frequent for it: it reads what they change when it reads again by itself.
  ...(FREQUENT.includes(type) ? [] : ['OperatorOverview']),
  ...FOR_OPERATORS.flatMap(([events, operations]) => (events.test(type) ? operations : [])),
]
