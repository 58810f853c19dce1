import type { Code } from './openapi/route-description.js'
import { CHECKOUT_ERRORS, PORTAL_ERRORS } from './billing/seeds/errors.js'

/** Groups of routes, in the order of the document. */
export const TAGS = {
  Documents: 'Descriptions of the APIs for programs.',
  Accounts: 'API keys, customers of an application, and their sessions.',
  Billing: 'Checkouts, plans, subscriptions, top-ups, dates and invoices of an account.',
  Entitlements:
    'Checks, usage and its amendments, caps, alerts, seats and sub-accounts. A denial has the status 402 if a purchase lifts it.',
  Templates: 'Templates of the marketplace for pages and vendors.',
  Marketplace: 'Templates and deployments for agents and installers.',
  Integrations: 'Routes of other services, in the formats of their contracts.',
  Deployments: 'Deployments of the accounts that the caller can see.',
  Commands: 'Commands for agents, and their results.',
  Containers: 'Commands for containers that wait for their result.',
  Compose: 'Control of applications through the compose agent, or through the polling agent without one.',
  'Agent protocol': 'Calls of agents. Agents poll; Stackgate never connects to them.',
  'Agent registration': 'Calls of installers and of the page of an agent.',
  Webhooks: 'Events of payment providers, and events that webhook endpoints receive.',
  Files: 'Reports and account data as files.',
  Operations: 'Health and metrics of a process.',
} as const satisfies Record<string, string>

export type Tag = keyof typeof TAGS

/** An operation of GraphQL over REST. Its names, forms and texts follow from the schema and its document. */
export interface RestOperation {
  readonly operationId: string
  readonly path: string
  /** Name of an operation of `packages/client/documents`. Its first root field is the response. */
  readonly document: string
  readonly tag: Tag
  /** First sentence of its text. Default: that of the root field, which must then have no other route. */
  readonly summary?: string
  /** A body that is accepted. A test sends it. */
  readonly example: Readonly<Record<string, unknown>>
  /** Codes that follow neither from the caller nor from the form of the request. */
  readonly errors?: readonly Code[]
  /** Names of variables and of members (`Type.member`) that are not the GraphQL name in snake case. */
  readonly names?: Readonly<Record<string, string>>
  /** Member that holds the members of the root besides its lists. Default: the response itself. */
  readonly within?: string
}

const ANN = { account_id: 'person:auth0|ann' }
const BATCH = { usageBatchId: 'batch_id', id: 'batch_id' }
const CONSUMPTION = { id: 'consumption_id' }
const COMPARISON = { id: 'usage_comparison_id' }

type Example = RestOperation['example']
type Options = Pick<RestOperation, 'summary' | 'errors' | 'names' | 'within'>

/** Rows of operations below a path. */
const below =
  (base: string, tag: Tag) =>
  (path: string, operationId: string, document: string, example: Example, options: Options = {}): RestOperation => ({
    operationId,
    path: `${base}/${path}`,
    document,
    tag,
    example,
    ...options,
  })
const accounts = below('/api/v1/accounts', 'Accounts')
const billing = below('/api/v1/billing', 'Billing')
const entitlements = below('/api/v1/entitlements', 'Entitlements')
const batches = below('/api/v1/usage-batches', 'Entitlements')
const prices = below('/api/v1/price-lists', 'Entitlements')
const comparisons = below('/api/v1/usage-comparisons', 'Entitlements')

const PLAN_ERRORS = [
  'ALREADY_INCLUDED',
  'INVALID_AMOUNT',
  'INVALID_PLAN',
  'INVALID_PRICE',
  'INVALID_TRANSITION',
  'NO_ACTIVE_SUBSCRIPTION',
  'NOT_FOR_SALE',
  'NOT_SUPPORTED_BY_PROVIDER',
  'PAYMENT_FAILED',
  'PROVIDER_UNAVAILABLE',
  'SUBSCRIPTION_CONFLICT',
] as const

const PAUSE_ERRORS = [
  'INVALID_PARAMETERS',
  'INVALID_TRANSITION',
  'NO_ACTIVE_SUBSCRIPTION',
  'PAYMENT_FAILED',
  'SUBSCRIPTION_CONFLICT',
] as const

const TRIAL_ERRORS = [
  'INVALID_PARAMETERS',
  'INVALID_PLAN',
  'INVALID_TRANSITION',
  'NO_ACTIVE_SUBSCRIPTION',
  'NOT_SUPPORTED_BY_PROVIDER',
  'PROVIDER_UNAVAILABLE',
  'SUBSCRIPTION_CONFLICT',
] as const

const AMENDMENT_ERRORS = ['FEATURE_NOT_INCLUDED', 'INVALID_AMOUNT', 'INVALID_PARAMETERS', 'INVALID_TRANSITION'] as const

/** Every operation with the same behavior over GraphQL and REST. */
export const OPERATIONS: readonly RestOperation[] = [
  billing('pending-plans', 'listPendingPlans', 'PendingPlans', ANN),
  billing('calendar', 'listCalendar', 'Calendar', ANN),
  billing('invoices', 'listInvoices', 'InvoiceTimelines', { ...ANN, statuses: ['open'] }),
  billing(
    'start-subscription',
    'startSubscription',
    'StartSubscription',
    { ...ANN, plan: 'plus', provider: 'stripe', user_email: 'ann@example.com', idempotency_key: 'start-1' },
    { errors: [...CHECKOUT_ERRORS, 'INVALID_EMAIL', 'PROVIDER_CHOICE_REQUIRED', 'RATE_LIMITED'] },
  ),
  billing('open-billing-portal', 'openBillingPortal', 'OpenBillingPortal', ANN, { errors: PORTAL_ERRORS }),
  billing('subscription', 'readSubscription', 'CurrentSubscription', ANN),
  billing(
    'preview-plan-change',
    'previewPlanChange',
    'PreviewPlanChange',
    { ...ANN, plan: 'individual' },
    { errors: PLAN_ERRORS },
  ),
  billing(
    'change-plan',
    'changePlan',
    'ChangePlan',
    { ...ANN, plan: 'individual', idempotency_key: 'change-1' },
    { errors: [...PLAN_ERRORS, 'RATE_LIMITED'] },
  ),
  billing(
    'preview-cancellation',
    'previewCancellation',
    'PreviewCancellation',
    { ...ANN, at: 'now' },
    { errors: ['INVALID_PARAMETERS', 'NO_ACTIVE_SUBSCRIPTION', 'PROVIDER_UNAVAILABLE'] },
  ),
  billing(
    'cancel-subscription',
    'cancelSubscription',
    'CancelSubscription',
    { ...ANN, reason: 'Too expensive', idempotency_key: 'cancel-1' },
    { errors: ['INVALID_PARAMETERS', 'NO_ACTIVE_SUBSCRIPTION', 'PROVIDER_UNAVAILABLE', 'RATE_LIMITED'] },
  ),
  billing(
    'preview-pause',
    'previewPause',
    'PreviewPause',
    { ...ANN, resumes_at: '2026-03-01T00:00:00Z' },
    { errors: PAUSE_ERRORS },
  ),
  billing(
    'pause-subscription',
    'pauseSubscription',
    'PauseSubscription',
    { ...ANN, resumes_at: '2026-03-01T00:00:00Z', idempotency_key: 'pause-1' },
    { errors: [...PAUSE_ERRORS, 'PROVIDER_UNAVAILABLE', 'RATE_LIMITED'] },
  ),
  billing('preview-resumption', 'previewResumption', 'PreviewResumption', ANN, {
    errors: [
      'ALREADY_INCLUDED',
      'INVALID_TRANSITION',
      'NO_ACTIVE_SUBSCRIPTION',
      'PROVIDER_UNAVAILABLE',
      'SUBSCRIPTION_CONFLICT',
    ],
  }),
  billing(
    'resume-subscription',
    'resumeSubscription',
    'ResumeSubscription',
    { ...ANN, idempotency_key: 'resume-1' },
    {
      errors: [
        'ALREADY_INCLUDED',
        'INVALID_TRANSITION',
        'NO_ACTIVE_SUBSCRIPTION',
        'NOT_SUPPORTED_BY_PROVIDER',
        'PAYMENT_FAILED',
        'PROVIDER_UNAVAILABLE',
        'SUBSCRIPTION_CONFLICT',
        'RATE_LIMITED',
      ],
    },
  ),
  billing(
    'preview-trial-extension',
    'previewTrialExtension',
    'PreviewTrialExtension',
    { ...ANN, trial_ends_at: '2026-12-01T00:00:00Z' },
    { errors: TRIAL_ERRORS },
  ),
  billing(
    'extend-trial',
    'extendTrial',
    'ExtendTrial',
    { ...ANN, trial_ends_at: '2026-12-01T00:00:00Z', reason: 'Waits for a review', idempotency_key: 'trial-1' },
    {
      errors: [...TRIAL_ERRORS, 'PAYMENT_FAILED', 'RATE_LIMITED'],
      names: { 'BillingSubscription.id': 'subscription_id' },
    },
  ),
  billing('comped-plans', 'listCompedPlans', 'AccountCompedPlans', ANN),
  billing(
    'comp-plan',
    'compPlan',
    'CompPlan',
    {
      ...ANN,
      plan: 'pro',
      ends_at: '2100-01-01T00:00:00Z',
      reason: 'Partner of the conference',
      idempotency_key: 'comp-1',
    },
    { errors: ['ALREADY_INCLUDED', 'INVALID_AMOUNT', 'INVALID_PARAMETERS', 'INVALID_PLAN'] },
  ),
  billing(
    'end-comped-plan',
    'endCompedPlan',
    'EndCompedPlan',
    { ...ANN, plan: 'pro', reason: 'The conference is over', idempotency_key: 'comp-2' },
    { errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION'] },
  ),
  billing('negotiated-plans', 'listNegotiatedPlans', 'NegotiatedPlans', ANN),
  billing(
    'offer-negotiated-plan',
    'offerNegotiatedPlan',
    'OfferNegotiatedPlan',
    {
      ...ANN,
      plan: 'pro',
      price: { amount: '9.00', currency: 'USD' },
      interval: 'month',
      periods: 12,
      reason: 'Agreed by phone',
      idempotency_key: 'offer-1',
    },
    { errors: ['INVALID_AMOUNT', 'INVALID_PARAMETERS', 'INVALID_PLAN', 'INVALID_PRICE', 'TOO_MANY_OBJECTS'] },
  ),
  billing(
    'withdraw-negotiated-plan',
    'withdrawNegotiatedPlan',
    'WithdrawNegotiatedPlan',
    { ...ANN, negotiated_plan_id: 'ngp_1', reason: 'Too late', idempotency_key: 'withdraw-1' },
    {
      errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION', 'NOT_FOR_SALE', 'PROVIDER_UNAVAILABLE'],
      names: { id: 'negotiated_plan_id' },
    },
  ),
  billing('auto-top-ups', 'listAutoTopUps', 'AutoTopUps', ANN),
  billing('preview-auto-top-up', 'previewAutoTopUp', 'PreviewAutoTopUp', {
    ...ANN,
    package: 'credits_10k',
    threshold: 8000,
    max_per_month: 3,
  }),
  billing(
    'set-auto-top-up',
    'setAutoTopUp',
    'SetAutoTopUp',
    {
      ...ANN,
      package: 'credits_10k',
      threshold: 8000,
      max_per_month: 3,
      price: { amount: '5.00', currency: 'USD' },
      idempotency_key: 'top-up-1',
    },
    {
      errors: [
        'INVALID_AMOUNT',
        'INVALID_PRICE',
        'NOT_FOR_SALE',
        'NO_ACTIVE_SUBSCRIPTION',
        'NOT_SUPPORTED_BY_PROVIDER',
        'PAYMENT_FAILED',
        'PROVIDER_UNAVAILABLE',
      ],
    },
  ),
  billing(
    'remove-auto-top-up',
    'removeAutoTopUp',
    'RemoveAutoTopUp',
    { ...ANN, feature: 'ai_credits', idempotency_key: 'remove-top-up-1' },
    { errors: ['INVALID_TRANSITION'] },
  ),
  entitlements('preview', 'previewUsage', 'PreviewUsage', {
    ...ANN,
    feature: 'ai_credits',
    work: { quantities: { input_tokens: 1200, output_tokens: 300 }, dimensions: { model: 'large' } },
  }),
  entitlements('preview-amendment', 'previewUsageAmendment', 'PreviewUsageAmendment', {
    consumption_id: 'csm_1',
    amount: 0,
  }),
  entitlements(
    'amend',
    'amendUsage',
    'AmendUsage',
    { consumption_id: 'csm_1', amount: 0, reason: 'Counted twice', idempotency_key: 'run-4711-amend' },
    { errors: AMENDMENT_ERRORS, names: CONSUMPTION },
  ),
  entitlements(
    'void',
    'voidUsage',
    'VoidUsage',
    { consumption_id: 'csm_1', reason: 'Counted twice', idempotency_key: 'run-4711-void' },
    {
      summary: 'Voids a consumption, by counter-entries in the ledger.',
      errors: AMENDMENT_ERRORS,
      names: CONSUMPTION,
    },
  ),
  entitlements(
    'amendments',
    'listUsageAmendments',
    'ConsumptionAmendments',
    { consumption_id: 'csm_1' },
    { names: { 'Consumption.id': 'consumption_id' } },
  ),
  batches(
    'open',
    'openUsageBatch',
    'OpenUsageBatch',
    { name: 'March', reason: 'The meter was down', idempotency_key: 'backfill-march' },
    { errors: ['INVALID_PARAMETERS'] },
  ),
  batches(
    'add',
    'addToUsageBatch',
    'AddToUsageBatch',
    { batch_id: 'ubt_1', lines: [{ ...ANN, feature: 'ai_credits', amount: 250, key: 'run-4711' }] },
    { errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION', 'TOO_MANY_OBJECTS'], names: BATCH },
  ),
  batches(
    'preview',
    'previewUsageBatch',
    'PreviewUsageBatch',
    { batch_id: 'ubt_1' },
    { errors: ['INVALID_TRANSITION', 'INVALID_PARAMETERS'], names: BATCH },
  ),
  batches(
    'close',
    'closeUsageBatch',
    'CloseUsageBatch',
    { batch_id: 'ubt_1' },
    { errors: ['INVALID_TRANSITION'], names: BATCH },
  ),
  batches(
    'revert',
    'revertUsageBatch',
    'RevertUsageBatch',
    { batch_id: 'ubt_1', reason: 'Wrong month' },
    { errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION'], names: BATCH },
  ),
  batches(
    'lines',
    'listUsageBatchLines',
    'UsageBatch',
    { batch_id: 'ubt_1' },
    { errors: ['INVALID_PARAMETERS'], names: BATCH, within: 'batch' },
  ),
  batches(
    'list',
    'listUsageBatches',
    'UsageBatches',
    {},
    { errors: ['INVALID_PARAMETERS'], names: { 'Query.usageBatches': 'batches' } },
  ),
  comparisons(
    'start',
    'startUsageComparison',
    'StartUsageComparison',
    {
      name: 'Switch from our counter',
      reason: 'Check plans and resets before the switch',
      account_ids: ['person:auth0|ann'],
      idempotency_key: 'switch-1',
    },
    { errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION'] },
  ),
  comparisons(
    'compare',
    'compareUsage',
    'CompareUsage',
    { uses: [{ ...ANN, feature: 'ai_credits', amount: 20, key: 'run-4711', allowed: true, remaining: 980 }] },
    { errors: ['INVALID_PARAMETERS'] },
  ),
  comparisons(
    'preview-end',
    'previewUsageComparisonEnd',
    'PreviewUsageComparisonEnd',
    { usage_comparison_id: 'ucp_1' },
    { errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION', 'TOO_MANY_OBJECTS'] },
  ),
  comparisons(
    'end',
    'endUsageComparison',
    'EndUsageComparison',
    { usage_comparison_id: 'ucp_1', reason: 'The engines agree', balances: 'continue' },
    { errors: ['INVALID_PARAMETERS', 'TOO_MANY_OBJECTS'], names: COMPARISON },
  ),
  comparisons(
    'read',
    'readUsageComparison',
    'UsageComparison',
    { usage_comparison_id: 'ucp_1' },
    { names: COMPARISON },
  ),
  comparisons(
    'differences',
    'listUsageDifferences',
    'UsageDifferences',
    { usage_comparison_id: 'ucp_1', kinds: ['allowed_there', 'denied_there'] },
    {
      summary: 'Returns the differences that a comparison with another engine found.',
      names: { 'UsageComparison.id': 'usage_comparison_id' },
    },
  ),
  comparisons(
    'list',
    'listUsageComparisons',
    'UsageComparisons',
    {},
    { names: { 'Query.usageComparisons': 'comparisons' } },
  ),
  prices(
    'list',
    'listPriceLists',
    'PriceLists',
    { statuses: ['proposed'] },
    { names: { 'Query.priceLists': 'price_lists' } },
  ),
  prices(
    'apply',
    'applyPriceList',
    'ApplyPriceList',
    { price_list_id: 'prl_1' },
    { names: { id: 'price_list_id' }, errors: ['INVALID_TRANSITION'] },
  ),
  prices(
    'reject',
    'rejectPriceList',
    'RejectPriceList',
    { price_list_id: 'prl_1', reason: 'A typing error' },
    { names: { id: 'price_list_id' }, errors: ['INVALID_PARAMETERS', 'INVALID_TRANSITION'] },
  ),
  accounts(
    'rename-api-key',
    'renameApiKey',
    'RenameApiKey',
    { api_key_id: 'key_1', name: 'Billing page', idempotency_key: 'rename-1' },
    { errors: ['INVALID_PARAMETERS'], names: { id: 'api_key_id' } },
  ),
  accounts(
    'upsert',
    'upsertAccount',
    'UpsertAccount',
    { account_id: 'customer:42', name: 'Acme', billing_email: 'billing@acme.example', metadata: { tier: 'gold' } },
    { errors: ['INVALID_PARAMETERS', 'INVALID_EMAIL', 'INVALID_TRANSITION'] },
  ),
  accounts(
    'link',
    'linkAccount',
    'LinkAccount',
    { account_id: 'customer:42', user_id: 'usr_1' },
    { errors: ['INVALID_TRANSITION'] },
  ),
  accounts(
    'create-session',
    'createAccountSession',
    'CreateAccountSession',
    { account_id: 'customer:42', permissions: ['entitlements_read'], ttl_seconds: 900 },
    { errors: ['INVALID_PARAMETERS'] },
  ),
  accounts(
    'sessions',
    'listAccountSessions',
    'AccountSessions',
    { account_id: 'customer:42' },
    { names: { 'Account.accountSessions': 'sessions' } },
  ),
  accounts('revoke-sessions', 'revokeAccountSessions', 'RevokeAccountSessions', { account_id: 'customer:42' }),
  entitlements('token', 'createEntitlementsToken', 'EntitlementsToken', { ...ANN, ttl_seconds: 300 }),
  entitlements('seats', 'listSeats', 'Seats', ANN),
  entitlements(
    'assign-seat',
    'assignSeat',
    'AssignSeat',
    { ...ANN, feature: 'developer_seats', user_id: 'usr_1' },
    { errors: ['FEATURE_NOT_INCLUDED', 'LIMIT_REACHED', 'INVALID_PARAMETERS'] },
  ),
  entitlements(
    'unassign-seat',
    'unassignSeat',
    'UnassignSeat',
    { ...ANN, feature: 'developer_seats', user_id: 'usr_1' },
    { errors: ['FEATURE_NOT_INCLUDED', 'INVALID_PARAMETERS'] },
  ),
  entitlements(
    'move-seat',
    'moveSeat',
    'MoveSeat',
    { ...ANN, feature: 'developer_seats', from_user_id: 'usr_1', to_user_id: 'usr_2' },
    {
      summary: 'Moves the seat of a user to a member without one, in one step.',
      errors: ['FEATURE_NOT_INCLUDED', 'INVALID_PARAMETERS', 'INVALID_TRANSITION'],
    },
  ),
  entitlements('sub-accounts', 'listSubAccounts', 'Pools', ANN),
  entitlements(
    'set-parent',
    'setParentAccount',
    'SetParent',
    { account_id: 'person:auth0|ben', parent_id: 'person:auth0|ann' },
    { errors: ['INVALID_PARAMETERS'] },
  ),
  entitlements('spend-caps', 'listSpendCaps', 'SpendCaps', ANN),
  entitlements(
    'set-spend-cap',
    'setSpendCap',
    'SetSpendCap',
    {
      ...ANN,
      feature: 'ai_credits',
      period: 'month',
      limit: { units: 5000 },
      alert_percents: [80, 100],
      idempotency_key: 'cap-month-1',
    },
    { errors: ['FEATURE_NOT_INCLUDED', 'INVALID_AMOUNT', 'INVALID_PARAMETERS', 'NO_OVERAGE_PRICE'] },
  ),
  entitlements('alerts', 'listAlerts', 'Alerts', ANN),
  entitlements(
    'set-alerts',
    'setAlerts',
    'SetAlerts',
    {
      ...ANN,
      feature: 'ai_credits',
      alerts: [{ basis: 'allowance', percent: 80 }, { basis: 'balance', units: 100 }, { basis: 'forecast' }],
      idempotency_key: 'alerts-1',
    },
    { errors: ['FEATURE_NOT_INCLUDED', 'INVALID_PARAMETERS'] },
  ),
  entitlements(
    'remove-spend-cap',
    'removeSpendCap',
    'RemoveSpendCap',
    { id: 'cap_1', idempotency_key: 'remove-cap-1' },
    { errors: ['INVALID_TRANSITION'] },
  ),
]
