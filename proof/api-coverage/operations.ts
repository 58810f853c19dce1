/** What an operation moves. */
export type Subject = 'money' | 'entitlements' | 'commands'

/** A run of the whole server in which an operation takes part. */
export type Population = 'customers' | 'tenants'

/** The populations that call an operation, or the reason why none does. */
export type Part = { readonly by: readonly Population[] } | { readonly reason: string; readonly test: string }

/** A route of the public API. Null: it moves neither money nor entitlements nor commands, because it is of another group. */
export type Coverage = ({ readonly moves: Subject } & Part) | { readonly moves: null; readonly group: string }

const both = (moves: Subject): Coverage => ({ moves, by: ['customers', 'tenants'] })
const customers = (moves: Subject): Coverage => ({ moves, by: ['customers'] })
const tenants = (moves: Subject): Coverage => ({ moves, by: ['tenants'] })
const without = (moves: Subject, reason: string, test: string): Coverage => ({ moves, reason, test })
const none = (group: string): Coverage => ({ moves: null, group })

const ACCESS = none('decides who may call, not what an account has')
const CONTENT = none('describes a template, and grants and sells nothing')
const PRESENCE = none('reports the state of a server')
const READS = none('reads, although it is a POST')
const DEFECT_ONLY = 'needs a difference between product and provider, which this population would report as a failure'
const MIGRATION = 'needs a second version of a plan, and the catalog of this population does not change'
const NEGOTIATED = 'gives an account a price of its own, which the model of this population does not contain'
const BY_INVOICE = 'the buyers of this population pay on pages, and none has terms'
const NAMES_PAYER =
  'changes what later invoices say and whether they have taxes, which the catalogs of this population have not'
const ALIAS = 'is another name of a route that takes part'
const BATCHES = 'test/faults/killed-batch.test.ts'
const BATCH = 'applies its lines later, by a job that tests kill and repeat'

/** Every mutation that moves something, by the facts on its card. */
export const MUTATIONS: Readonly<Record<string, Part>> = {
  acceptDrift: { reason: DEFECT_ONLY, test: 'test/api/ops/accept-drift.test.ts' },
  addAddon: { by: ['customers'] },
  allocate: { by: ['customers', 'tenants'] },
  amendUsage: { by: ['tenants'] },
  closeJournal: {
    reason: 'stores what is derived, and changes nothing else',
    test: 'test/api/ops/close-journal.test.ts',
  },
  offerNegotiatedPlan: { reason: NEGOTIATED, test: 'test/api/billing/offer-negotiated-plan.test.ts' },
  setChargingTerms: {
    reason: 'its catalogs have no overage, its buyers pay on pages, and none is exempt from taxes',
    test: 'test/api/billing/set-charging-terms.test.ts',
  },
  recordInvoicePayment: { reason: BY_INVOICE, test: 'test/api/billing/invoice-terms.test.ts' },
  updateBillingDetails: { reason: NAMES_PAYER, test: 'test/api/billing/update-billing-details.test.ts' },
  setPlan: {
    reason: 'is for sellers with a payment provider of their own, which this population does not have',
    test: 'test/api/entitlements/set-plan.test.ts',
  },
  setParentAccount: { by: ['tenants'] },
  assignSeat: { by: ['tenants'] },
  cancelAccountDeletion: { by: ['tenants'] },
  cancelCommand: { by: ['tenants'] },
  cancelSubscription: { by: ['customers'] },
  changePlan: { by: ['customers'] },
  closeUsageBatch: { reason: BATCH, test: BATCHES },
  commitReservation: { by: ['tenants'] },
  confirmCheckout: { by: ['customers', 'tenants'] },
  connectVendor: {
    reason: 'opens a page of the provider on which a vendor enters its bank account',
    test: 'test/api/marketplace/connect-vendor.test.ts',
  },
  consume: { by: ['tenants'] },
  deallocate: { by: ['customers', 'tenants'] },
  deleteAccount: { by: ['tenants'] },
  dropDeadLetter: {
    reason: 'needs an event that cannot be processed, which only a fault makes',
    test: 'test/faults/poison-event.test.ts',
  },
  enqueueCommand: { by: ['tenants'] },
  extendReservation: { by: ['tenants'] },
  extendTrial: {
    reason: 'moves the end of a trial, and the plans of this population have none',
    test: 'test/api/billing/extend-trial.test.ts',
  },
  grantCredits: { by: ['tenants'] },
  grantTemplate: { by: ['tenants'] },
  healDrift: { reason: DEFECT_ONLY, test: 'test/api/ops/heal-drift.test.ts' },
  migratePlan: { reason: MIGRATION, test: 'test/scenarios/migrate-plan.test.ts' },
  openBillingPortal: { by: ['tenants'] },
  setTerms: { by: ['tenants'] },
  pauseSubscription: {
    reason: 'needs a catalog that allows pauses, which that of this population does not',
    test: 'test/api/billing/pause-subscription.test.ts',
  },
  payOutVendor: { by: ['tenants'] },
  purchasePackage: { by: ['tenants'] },
  purchaseTemplate: { by: ['tenants'] },
  reconcile: { by: ['customers', 'tenants'] },
  recordUsage: { by: ['tenants'] },
  refundCheckout: {
    reason: 'needs a payment that does not match its checkout, which the provider of this population never reports',
    test: 'test/api/billing/checkouts.test.ts',
  },
  refundPurchase: { by: ['customers', 'tenants'] },
  registerAgent: { by: ['tenants'] },
  reissueEnrolment: { by: ['tenants'] },
  releaseCheckout: {
    reason: 'needs a payment that does not match its checkout, which the provider of this population never reports',
    test: 'test/api/billing/checkouts.test.ts',
  },
  releaseReservation: { by: ['tenants'] },
  removeAddon: { by: ['customers'] },
  removeAutoTopUp: { by: ['tenants'] },
  removeSpendCap: { by: ['tenants'] },
  replayWebhook: { by: ['tenants'] },
  replayWebhooks: { by: ['tenants'] },
  reserve: { by: ['tenants'] },
  revertUsageBatch: { reason: BATCH, test: BATCHES },
  resumePlanMigration: { reason: MIGRATION, test: 'test/api/billing/resume-plan-migration.test.ts' },
  resumeSubscription: { by: ['customers'] },
  retryDeadLetter: {
    reason: 'needs an event that cannot be processed, which only a fault makes',
    test: 'test/faults/poison-event.test.ts',
  },
  revokeAgent: { by: ['tenants'] },
  revokeCredits: { by: ['tenants'] },
  endTerms: { by: ['tenants'] },
  rotateAgentToken: { by: ['tenants'] },
  setAutoTopUp: { by: ['tenants'] },
  setAlerts: { by: ['tenants'] },
  setSpendCap: { by: ['tenants'] },
  setTemplatePrice: { by: ['tenants'] },
  setVendorPayoutAccount: {
    reason: 'names the bank account of a vendor; the payouts of this population are manual',
    test: 'test/api/marketplace/set-vendor-payout-account.test.ts',
  },
  startDeployment: { by: ['tenants'] },
  startSubscription: { by: ['customers'] },
  stopDeployment: { by: ['tenants'] },
  stopPlanMigration: { reason: MIGRATION, test: 'test/api/billing/stop-plan-migration.test.ts' },
  unassignSeat: { by: ['tenants'] },
  withdrawNegotiatedPlan: { reason: NEGOTIATED, test: 'test/api/billing/withdraw-negotiated-plan.test.ts' },
}

/** Every route of REST that is not a GET, but those of the modules' operations, each of which runs an operation of GraphQL. */
export const ROUTES: Readonly<Record<string, Coverage>> = {
  'DELETE /templates/{id}': CONTENT,
  'POST /api/attribution/track-journey': none('records a visit, and grants and sells nothing'),
  'POST /api/billing/create-checkout': without('money', ALIAS, 'test/scenarios/acceptance/replaced-systems.test.ts'),
  'POST /api/billing/portal': without('money', ALIAS, 'test/scenarios/acceptance/replaced-systems.test.ts'),
  'POST /api/packages/checkout': without('money', ALIAS, 'test/scenarios/acceptance/replaced-systems.test.ts'),
  'POST /api/packages/webhook': without('money', ALIAS, 'test/api/billing/webhooks.test.ts'),
  'POST /api/stripe/create-checkout-session': without(
    'money',
    ALIAS,
    'test/scenarios/acceptance/replaced-systems.test.ts',
  ),
  'POST /api/stripe/create-portal-session': without(
    'money',
    ALIAS,
    'test/scenarios/acceptance/replaced-systems.test.ts',
  ),
  'POST /api/v1/agent/commands/enqueue': tenants('commands'),
  'POST /api/v1/agent/commands/report': tenants('commands'),
  'POST /api/v1/agent/hooks/{secret}/alerts': PRESENCE,
  'POST /api/v1/agent/hooks/{secret}/metrics': PRESENCE,
  'POST /api/v1/agent/link': without(
    'commands',
    'registers an agent again from its own page',
    'test/api/deployments/agent-calls.test.ts',
  ),
  'POST /api/v1/agent/login': ACCESS,
  'POST /api/v1/agent/register': tenants('commands'),
  'POST /api/v1/apps/status': PRESENCE,
  'POST /api/v1/commands': tenants('commands'),
  'POST /api/v1/commands/enqueue': tenants('commands'),
  'POST /api/v1/commands/report': tenants('commands'),
  'POST /api/v1/commands/{hash}/{id}/cancel': tenants('commands'),
  'POST /api/v1/compose/{hash}/heartbeat': PRESENCE,
  'POST /api/v1/compose/{hash}/register': without(
    'commands',
    'registers the agent of Compose, which has no queue of commands',
    'test/api/deployments/compose.test.ts',
  ),
  'POST /api/v1/compose/{hash}/restart': without(
    'commands',
    'calls the agent of Compose directly',
    'test/api/deployments/compose.test.ts',
  ),
  'POST /api/v1/deployments/{hash}/containers/restart': tenants('commands'),
  'POST /api/v1/deployments/{hash}/containers/start': tenants('commands'),
  'POST /api/v1/deployments/{hash}/containers/stop': tenants('commands'),
  'POST /api/v1/deployments/{hash}/containers/{app}/restart': tenants('commands'),
  'POST /api/v1/deployments/{hash}/containers/{app}/start': tenants('commands'),
  'POST /api/v1/deployments/{hash}/containers/{app}/stop': tenants('commands'),
  'POST /api/v1/deployments/{hash}/plan': READS,
  'POST /api/v1/entitlements/allocate': tenants('entitlements'),
  'POST /api/v1/entitlements/check': READS,
  'POST /api/v1/entitlements/check-plan': READS,
  'POST /api/v1/entitlements/commit': tenants('entitlements'),
  'POST /api/v1/entitlements/consume': tenants('entitlements'),
  'POST /api/v1/entitlements/deallocate': tenants('entitlements'),
  'POST /api/v1/entitlements/extend': tenants('entitlements'),
  'POST /api/v1/entitlements/release': tenants('entitlements'),
  'POST /api/v1/entitlements/reserve': tenants('entitlements'),
  'POST /api/v1/marketplace/agents/register': without(
    'commands',
    'registers an agent by the token of a purchase',
    'test/api/deployments/agent-calls.test.ts',
  ),
  'POST /api/v1/marketplace/deploy-complete': none('counts the deployments of a template'),
  'POST /api/webhooks/stripe': without('money', ALIAS, 'test/api/billing/webhooks.test.ts'),
  'POST /billing/purchase-template': tenants('money'),
  'POST /api/v1/commands/execute': none('is refused always'),
  'POST /billing/start': tenants('money'),
  'POST /graphql': none('carries the operations above'),
  'POST /marketplace/sync': CONTENT,
  'POST /oauth/token': ACCESS,
  'POST /ofrep/v1/evaluate/flags': none('reads what an account may do, and changes nothing'),
  'POST /ofrep/v1/evaluate/flags/{key}': none('reads what an account may do, and changes nothing'),
  'POST /templates': CONTENT,
  'POST /webhook/stripe': without('money', ALIAS, 'test/api/billing/webhooks.test.ts'),
  'POST /webhooks/paypal': customers('money'),
  'POST /webhooks/stripe': both('money'),
  'PUT /templates/{id}': CONTENT,
}

/** The operation of a recorded call: a mutation by its name, a route by its documented path. */
export function operationOf(call: string): string | null {
  if (call in MUTATIONS) return call
  const matches = (route: string): boolean => new RegExp(`^${route.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(call)
  return Object.keys(ROUTES).find(matches) ?? null
}

/** Operations that must occur in the runs of a population. */
export const operationsBy = (population: Population): string[] =>
  Object.entries({ ...MUTATIONS, ...ROUTES }).flatMap(([name, coverage]) =>
    'by' in coverage && coverage.by.includes(population) ? [name] : [],
  )
