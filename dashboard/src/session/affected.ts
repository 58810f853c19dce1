/** Operations that show what events of an account change. Their names are the first parts of query keys. */
const AFFECTED: readonly (readonly [events: RegExp, operations: readonly string[]])[] = [
  [
    /^(subscription|checkout|purchase|payment|invoice|plan|product)\./,
    [
      'Account',
      'Subscription',
      'PlanOffers',
      'Invoices',
      'Purchases',
      'Entitlements',
      'Credits',
      'Templates',
      'Template',
      'Check',
    ],
  ],
  [/^(credits|package|override|usage|reservation|entitlements)\./, ['Entitlements', 'Credits', 'Usage']],
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
  ...AFFECTED.flatMap(([events, operations]) => (events.test(type) ? operations : [])),
]
