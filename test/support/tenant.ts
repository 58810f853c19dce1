import { positionalId } from '#services/kernel/ids/ids.js'
import { enqueue, deploymentWithAgent, templateId } from './deployments.js'
import { eventually, type TestServer } from './test-server.js'
import type { TestAgent } from './test-agent.js'
import { beginningOf, type OperationName } from './operations.js'
import type { Permission } from '#schema/identity/permission.js'
import type { MutationCard } from '#resolvers/kernel/mutation.js'
import { mutationCards } from './mutation-cards.js'
import { printedSchema, simplestArguments, simplestCalls, type ValueOf } from './simplest-call.js'

/** All objects of one customer, for calls by another user. */
export interface Tenant {
  readonly token: string
  readonly agent: TestAgent
  /** IDs for the operations below. */
  readonly things: {
    readonly account: string
    readonly hash: string
    readonly template: string
    readonly command: string
    readonly checkout: string
    readonly session: string
    readonly key: string
    readonly deploymentStart: string
    readonly accountStart: string
    readonly reservation: string
    readonly endpoint: string
    readonly ids: string[]
  }
}

/** A customer with an open checkout, a deployment, its agent, and a command in the queue. */
export async function newTenant(server: TestServer, email: string): Promise<Tenant> {
  const served = await deploymentWithAgent(server, { email })
  await served.agent.wait(0)
  const key = `key-of-${email}`
  const command = await enqueue(server, served, { key })
  const { data } = await server.graphql<{ startSubscription: { id: string; providerReference: string } }>(
    `mutation { startSubscription(input: { provider: STRIPE, plan: "plus" }, key: "buy") { checkout { id providerReference } } }`,
    {},
    served.owner,
  )
  const checkout = data.startSubscription
  const created = await server.graphql<{ createWebhookEndpoint: { id: string } }>(
    `mutation { createWebhookEndpoint(input: { url: "https://hooks.example.com/${encodeURIComponent(email)}", types: ["webhook.test"] }, key: "e") { webhookEndpoint { id } } }`,
    {},
    served.owner,
  )
  const endpoint = created.data.createWebhookEndpoint.id
  const [own] = await eventually(
    () =>
      server.query<{ account: string; user: string; event: string }>(
        `select a.id as account, m.user_id as user, (select e.id from stream_event e where e.account_id = a.id and e.stream_id = a.id limit 1) as event
         from deployment d join account a on a.id = d.account_id join member m on m.account_id = a.id where d.id = $1`,
        [served.id],
      ),
    ([row]) => Boolean(row?.event),
  )
  return {
    token: served.owner,
    agent: served.agent,
    things: {
      account: own!.account,
      hash: served.hash,
      template: await templateId(server, 'static-site'),
      command: command.id,
      checkout: checkout.id,
      session: checkout.providerReference,
      key,
      deploymentStart: beginningOf(served.id),
      accountStart: beginningOf(own!.account),
      reservation: positionalId('rsv', own!.account, 1, 0),
      endpoint,
      ids: [
        own!.account,
        own!.user,
        own!.event,
        served.id,
        served.agent.identity.id,
        command.id,
        checkout.id,
        endpoint,
      ],
    },
  }
}

/** Roles of callers who are no members, in the order of the outcomes below. */
export const ROLES = ['user', 'developer', 'vendor', 'admin', 'root'] as const

/** Results of the non-member roles, in the order of the roles: data, null, or a code. */
const EVERYBODY = 'data data data data data'
const NOTHING = 'null null null null null'
/** Operators look at everything; for others it is not there. */
const LOOK = 'null null null data data'
const OPERATE_ON = 'NOT_FOUND NOT_FOUND NOT_FOUND data data'
const OPERATORS = 'FORBIDDEN FORBIDDEN FORBIDDEN data data'
/** Operator-only calls with an unknown object. */
const OPERATORS_ASK = 'FORBIDDEN FORBIDDEN FORBIDDEN NOT_FOUND NOT_FOUND'
/** Deletions of templates, which an admin may not make. */
const ROOT_ALONE = 'FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN data'
/** Members' own: operators do not spend other people's money. */
const OWNERS = 'NOT_FOUND NOT_FOUND NOT_FOUND FORBIDDEN FORBIDDEN'
/** Calls of service keys. */
const SERVICES = 'FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN'
const HIDDEN = 'NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND'

type Call = readonly [name: OperationName, query: string, outcomes: string]

/** Calls of operations on a tenant's objects, and the outcome for each role. An operation can occur more than once. */
const WRITTEN: readonly Call[] = [
  ['Query._service', `query { _service { sdl } }`, EVERYBODY],
  [
    'Query._entities',
    `query ($command: ID!) { _entities(representations: [{ __typename: "Command", id: $command }]) { __typename } }`,
    EVERYBODY,
  ],
  ['Query.node', `query ($id: ID!) { node(id: $id) { id } }`, LOOK],
  ['Query.nodes', `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, EVERYBODY],
  ['Query.plans', `query { plans { code } }`, EVERYBODY],
  ['Query.plan', `query { plan(code: "plus") { code } }`, EVERYBODY],
  ['Query.features', `query { features { code } }`, EVERYBODY],
  ['Query.packages', `query { packages { code } }`, EVERYBODY],
  ['Query.package', `query { package(code: "plus_monthly") { code } }`, EVERYBODY],
  [
    'Query.products',
    `query ($account: ID) { products { nodes { code owned(accountId: $account) ownedSince(accountId: $account) } } }`,
    EVERYBODY,
  ],
  ['Query.product', `query { product(by: { externalId: "none" }) { code } }`, NOTHING],
  ['Query.templates', `query { templates { nodes { slug } } }`, EVERYBODY],
  ['Query.template', `query ($template: ID!) { template(by: { id: $template }) { slug } }`, EVERYBODY],
  ['Query.categories', `query { categories { code } }`, EVERYBODY],
  ['Query.installation', `query { installation { business mode clock { now } } }`, EVERYBODY],
  ['Query.invitation', `query { invitation(token: "none") { accountName } }`, NOTHING],
  ['Query.viewer', `query { viewer { user { id } account { id } accounts { nodes { id } } } }`, EVERYBODY],
  ['Query.account', `query ($account: ID) { account(id: $account) { id } }`, LOOK],
  ['Query.plan', `query ($account: ID) { plan(code: "plus") { held(accountId: $account) { allowed } } }`, EVERYBODY],
  [
    'Query.entitlementsToken',
    `query ($account: ID) { entitlementsToken(accountId: $account) { expiresAt } }`,
    OPERATE_ON,
  ],
  [
    'Query.check',
    `query ($account: ID) { check(accountId: $account, feature: "deployments") { allowed } }`,
    OPERATE_ON,
  ],
  [
    'Query.previewAutoTopUp',
    `query ($account: ID) { previewAutoTopUp(accountId: $account, terms: { package: "stories_100", threshold: 1, maxPerMonth: 1 }) { allowed } }`,
    OWNERS,
  ],
  [
    'Query.checks',
    `query ($account: ID) { checks(requests: [{ accountId: $account, feature: "deployments" }]) { allowed } }`,
    EVERYBODY,
  ],
  ['Query.checkout', `query ($checkout: ID!) { checkout(by: { id: $checkout }) { id } }`, LOOK],
  ['Query.checkout', `query ($session: String!) { checkout(by: { providerReference: $session }) { id } }`, LOOK],
  ['Query.deployment', `query ($hash: ID!) { deployment(id: $hash) { id } }`, LOOK],
  ['Query.command', `query ($command: ID!) { command(id: $command) { id } }`, LOOK],
  ['Query.reconciliationRuns', `query { reconciliationRuns { nodes { id } } }`, OPERATORS],
  [
    'Mutation.reconcile',
    `mutation { reconcile(input: { provider: STRIPE }, key: "x") { denial { code } } }`,
    OPERATORS,
  ],
  ['Query.priceLists', `query { priceLists { nodes { id } } }`, OPERATORS],
  [
    'Mutation.exportAccount',
    `mutation ($account: ID) { exportAccount(accountId: $account, key: "x") { denial { code } } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.deleteAccount',
    `mutation ($account: ID) { deleteAccount(accountId: $account, key: "x") { denial { code } } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.cancelAccountDeletion',
    `mutation ($account: ID) { cancelAccountDeletion(accountId: $account, key: "x") { denial { code } } }`,
    OPERATE_ON,
  ],
  ['Query.accounts', `query { accounts { nodes { id } } }`, OPERATORS],
  ['Query.deadLetters', `query { deadLetters { nodes { id } } }`, OPERATORS],
  ['Query.search', `query { search(search: "ann") { id } }`, OPERATORS],
  ['Query.queueStats', `query { queueStats { waitingCount } }`, OPERATORS],
  ['Query.auditLog', `query { auditLog { nodes { id } } }`, OPERATORS],
  ['Query.catalogDraft', `query { catalogDraft { revision } }`, OPERATORS],
  ['Query.catalogCheck', `query { catalogCheck(yaml: "x") { changes { path } } }`, OPERATORS],
  ['Mutation.setCatalogDraft', `mutation { setCatalogDraft(yaml: null, revision: 0) { denial { code } } }`, OPERATORS],
  [
    'Mutation.publishCatalog',
    `mutation { publishCatalog(yaml: "x", after: 0, reason: "x") { denial { code } } }`,
    OPERATORS,
  ],
  ['Query.catalogDiff', `query { catalogDiff(provider: STRIPE) { key } }`, OPERATORS],
  ['Query.subscriptions', `query { subscriptions { nodes { id } } }`, OPERATORS],
  ['Query.purchases', `query { purchases { nodes { id } } }`, OPERATORS],
  ['Query.deployments', `query { deployments { nodes { id } } }`, OPERATORS],
  ['Query.agents', `query { agents { nodes { id } } }`, OPERATORS],
  ['Query.outages', `query { outages { nodes { id } } }`, OPERATORS],
  ['Query.metrics', `query { metrics(metrics: [REVENUE]) { nodes { metric } } }`, OPERATORS],
  ['Query.invariants', `query { invariants { name } }`, OPERATORS],
  ['Query.reconciliationReports', `query { reconciliationReports { nodes { day } } }`, OPERATORS],
  ['Query.apiKeys', `query { apiKeys { nodes { id } } }`, OPERATORS],
  [
    'Mutation.createApiKey',
    `mutation ($account: ID) { createApiKey(input: { accountId: $account, name: "x", scopes: ["billing:read"] }, key: "x") { denial { code } } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.inviteMembers',
    `mutation ($account: ID) { inviteMembers(accountId: $account, invitations: [], key: "x") { denial { code } } }`,
    OWNERS,
  ],
  [
    'Mutation.createAccountSession',
    `mutation ($account: ID!) { createAccountSession(accountId: $account, permissions: [ACCOUNT_READ]) { denial { code } } }`,
    SERVICES,
  ],
  [
    'Mutation.inviteMember',
    `mutation ($account: ID) { inviteMember(accountId: $account, email: "x@example.com", role: MEMBER, key: "x") { denial { code } } }`,
    OWNERS,
  ],
  ['Mutation.setLanguage', `mutation { setLanguage { viewer { language } denial { code } } }`, EVERYBODY],
  ['Mutation.createTeam', `mutation { createTeam(name: "", key: "team") { denial { code } } }`, EVERYBODY],
  [
    'Mutation.leaveAccount',
    `mutation ($account: ID) { leaveAccount(accountId: $account) { denial { code } } }`,
    HIDDEN,
  ],
  ['Query.webhookEventCounts', `query { webhookEventCounts { count } }`, OPERATORS],
  ['Mutation.replayWebhooks', `mutation { replayWebhooks(dryRun: true) { denial { code } } }`, OPERATORS],
  ['Query.checkouts', `query { checkouts { nodes { id } } }`, OPERATORS],
  ['Query.webhookEvents', `query { webhookEvents { nodes { id } } }`, OPERATORS],
  [
    'Mutation.setPlan',
    `mutation ($account: ID!) { setPlan(input: { accountId: $account, plan: "none" }, key: "x") { denial { code } } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.setSpendCap',
    `mutation ($account: ID!) { setSpendCap(input: { accountId: $account, feature: "deployments", period: DAY, limit: { units: 1 } }, key: "x") { denial { code } } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.setAlerts',
    `mutation ($account: ID!) { setAlerts(accountId: $account, feature: "deployments", alerts: [{ basis: BALANCE, units: 1 }], key: "x") { denial { code } } }`,
    OWNERS,
  ],
  [
    'Mutation.setAutoTopUp',
    `mutation ($account: ID!) { setAutoTopUp(accountId: $account, terms: { package: "stories_100", threshold: 1, maxPerMonth: 1 }, price: { amountMinor: 1, currency: "USD" }, key: "x") { denial { code } } }`,
    OWNERS,
  ],
  [
    'Mutation.setTerms',
    `mutation ($account: ID!) { setTerms(input: { accountId: $account, plan: "plus", endsAt: "2031-01-01T00:00:00Z", reason: "x" }, key: "x") { denial { code } } }`,
    OPERATORS,
  ],
  [
    'Mutation.endTerms',
    `mutation ($account: ID!) { endTerms(accountId: $account, plan: "plus", reason: "x", key: "x") { denial { code } } }`,
    OPERATORS,
  ],
  ['Query.journal', `query { journal(month: "2026-01") { month } }`, OPERATORS],
  ['Mutation.closeJournal', `mutation { closeJournal(month: "2999-01") { denial { code } } }`, OPERATORS],
  [
    'Mutation.setChargingTerms',
    `mutation ($account: ID!) { setChargingTerms(input: { accountId: $account, daysUntilDue: 30, reason: "x" }) { denial { code } } }`,
    OPERATORS,
  ],
  ['Query.operation', `query ($key: String!) { operation(key: $key) { mutation } }`, NOTHING],
  [
    'Mutation.startSubscription',
    `mutation ($account: ID) { startSubscription(input: { provider: STRIPE, accountId: $account, plan: "basic" }, key: "x") { denial { code } } }`,
    OWNERS,
  ],
  [
    'Mutation.offerNegotiatedPlan',
    `mutation ($account: ID!) { offerNegotiatedPlan(input: { accountId: $account, plan: "plus", price: { amountMinor: 900, currency: "USD" }, interval: { unit: MONTH }, periods: 3, reason: "x" }, key: "x") { denial { code } } }`,
    OPERATORS,
  ],
  [
    'Query.previewTrialExtension',
    `query ($account: ID!) { previewTrialExtension(accountId: $account, trialEndsAt: "2031-01-01T00:00:00Z") { denial { code } } }`,
    OPERATORS,
  ],
  [
    'Mutation.extendTrial',
    `mutation ($account: ID!) { extendTrial(accountId: $account, trialEndsAt: "2031-01-01T00:00:00Z", reason: "x", key: "x") { denial { code } } }`,
    OPERATORS,
  ],
  [
    'Query.previewCancellation',
    `query ($account: ID) { previewCancellation(accountId: $account) { denial { code } } }`,
    OWNERS,
  ],
  [
    'Query.previewPlanChange',
    `query ($account: ID) { previewPlanChange(input: { accountId: $account, plan: "basic" }) { denial { code } } }`,
    OWNERS,
  ],
  ['Query.previewPause', `query ($account: ID) { previewPause(accountId: $account) { denial { code } } }`, OWNERS],
  [
    'Query.previewResumption',
    `query ($account: ID) { previewResumption(accountId: $account) { denial { code } } }`,
    OWNERS,
  ],
  ['Mutation.migratePlan', `mutation { migratePlan(plan: "plus", key: "x") { denial { code } } }`, OPERATORS],
  ['Query.previewPlanMigration', `{ previewPlanMigration(plan: "plus") { denial { code } } }`, OPERATORS],
  ['Query.planMigrations', `{ planMigrations { nodes { id } } }`, OPERATORS],
  [
    'Mutation.updateBillingDetails',
    `mutation ($account: ID) { updateBillingDetails(input: { accountId: $account, name: "x" }) { denial { code } } }`,
    OWNERS,
  ],
  [
    'Mutation.confirmCheckout',
    `mutation ($session: String!) { confirmCheckout(by: { providerReference: $session }) { checkout { id } } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.linkAccount',
    `mutation ($account: ID!) { linkAccount(accountId: $account, userId: "usr_0") { denial { code } } }`,
    OPERATORS_ASK,
  ],
  // Without a name, so that a caller who may open a batch changes nothing.
  [
    'Mutation.openUsageBatch',
    `mutation { openUsageBatch(name: "", reason: "x", key: "x") { denial { code } } }`,
    OPERATORS,
  ],
  [
    'Mutation.addToUsageBatch',
    `mutation { addToUsageBatch(id: "ubt_unknown", lines: []) { denial { code } } }`,
    OPERATORS_ASK,
  ],
  ['Mutation.closeUsageBatch', `mutation { closeUsageBatch(id: "ubt_unknown") { denial { code } } }`, OPERATORS_ASK],
  [
    'Mutation.revertUsageBatch',
    `mutation { revertUsageBatch(id: "ubt_unknown", reason: "x") { denial { code } } }`,
    OPERATORS_ASK,
  ],
  // Without a name, so that an operator changes nothing.
  [
    'Mutation.startUsageComparison',
    `mutation ($account: ID!) { startUsageComparison(name: "", reason: "x", accountIds: [$account], key: "x") { denial { code } } }`,
    OPERATORS,
  ],
  [
    'Mutation.compareUsage',
    `mutation ($account: ID!) { compareUsage(uses: [{ accountId: $account, feature: "deployments", amount: 1, key: "x", allowed: true }]) { denial { code } } }`,
    OWNERS,
  ],
  ['Query.usageComparison', `{ usageComparison(id: "ucp_unknown") { id } }`, 'FORBIDDEN FORBIDDEN FORBIDDEN null null'],
  [
    'Query.previewUsageComparisonEnd',
    `{ previewUsageComparisonEnd(id: "ucp_unknown") { denial { code } } }`,
    OPERATORS_ASK,
  ],
  ['Query.usageComparisons', `{ usageComparisons { nodes { id } } }`, OPERATORS],
  ['Query.usageBatch', `{ usageBatch(id: "ubt_unknown") { id } }`, 'FORBIDDEN FORBIDDEN FORBIDDEN null null'],
  ['Query.usageBatches', `{ usageBatches { nodes { id } } }`, OPERATORS],
  ['Query.previewUsageBatch', `{ previewUsageBatch(id: "ubt_unknown") { denial { code } } }`, OPERATORS_ASK],
  ['Query.previewUsageAmendment', `{ previewUsageAmendment(id: "csm_unknown", amount: 0) { allowed } }`, HIDDEN],
  [
    'Mutation.setParentAccount',
    `mutation ($account: ID) { setParentAccount(accountId: $account, parentId: null) { denial { code } } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.recordUsage',
    `mutation ($account: ID!) { recordUsage(events: [{ accountId: $account, feature: "deployments", amount: 1, key: "x" }]) { denial { code } } }`,
    OWNERS,
  ],
  [
    'Mutation.enqueueCommand',
    `mutation ($hash: ID!) { enqueueCommand(deploymentId: $hash, command: { health: {} }, key: "x") { denial { code } } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.enqueueCommand',
    `mutation ($hash: ID!) { enqueueCommand(deploymentId: $hash, command: { other: { type: "no such", parameters: {} } }, key: "x") { denial { code } } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.purchasePackage',
    `mutation ($account: ID) { purchasePackage(input: { provider: STRIPE, accountId: $account, package: "stories_50" }, key: "x") { denial { code } } }`,
    OWNERS,
  ],
  [
    'Mutation.setTemplatePrice',
    `mutation ($template: ID!) { setTemplatePrice(id: $template, price: { money: { amountMinor: 1, currency: "USD" }, }, key: "x") { denial { code } } }`,
    OPERATORS,
  ],
  ['Query.policies', `query { policies { id } }`, OPERATORS],
  [
    'Mutation.addPolicy',
    `mutation { addPolicy(subject: "user", object: "billing", action: "read", key: "x") { policy { id } } }`,
    OPERATORS,
  ],
  ['Query.webhookEndpoints', `query { webhookEndpoints { id } }`, OPERATORS],
  ['Query.webhookDeliveries', `query { webhookDeliveries { nodes { id } } }`, OPERATORS],
  [
    'Mutation.createWebhookEndpoint',
    `mutation ($account: ID) { createWebhookEndpoint(input: { accountId: $account, url: "https://example.com/x", types: ["*"] }, key: "x") { denial { code } } }`,
    OWNERS,
  ],
  [
    'Mutation.updateWebhookEndpoint',
    `mutation ($endpoint: ID!) { updateWebhookEndpoint(id: $endpoint, input: { enabled: false }) { denial { code } } }`,
    OWNERS,
  ],
  ['Query.templateDefinitionIssues', `query { templateDefinitionIssues(definition: {}) { path } }`, EVERYBODY],
  [
    'Mutation.updateTemplate',
    `mutation ($template: ID!) { updateTemplate(id: $template, input: { name: "X" }, key: "x") { denial { code } } }`,
    OPERATORS,
  ],
  [
    'Mutation.reviewTemplate',
    `mutation ($template: ID!) { reviewTemplate(id: $template, action: NEEDS_CHANGES, reason: "x", key: "x") { denial { code } } }`,
    OPERATORS,
  ],
  ['Query.vendor', `query { vendor(by: { id: "ven_none" }) { id } }`, NOTHING],
  ['Query.vendors', `query { vendors { nodes { id } } }`, OPERATORS],
  ['Query.payouts', `query { payouts { nodes { id } } }`, OPERATORS],
  [
    'Mutation.updateVendorProfile',
    `mutation ($account: ID) { updateVendorProfile(accountId: $account, input: { name: "X" }, key: "t") { denial { code } } }`,
    OWNERS,
  ],
  [
    'Mutation.setVendorPayoutAccount',
    `mutation { setVendorPayoutAccount(id: "ven_none", payoutAccountId: null, key: "t") { denial { code } } }`,
    OPERATORS_ASK,
  ],
  ['Query.reviewQueue', `query { reviewQueue { nodes { id } } }`, OPERATORS],
  ['Mutation.advanceClock', `mutation { advanceClock(input: { bySeconds: 60 }) { denial { code } } }`, OPERATORS],
  [
    'Subscription.commandStatus',
    `subscription ($hash: ID!, $deploymentStart: String) { commandStatus(deploymentId: $hash, after: $deploymentStart) { __typename } }`,
    OPERATE_ON,
  ],
  [
    'Subscription.agentPresence',
    `subscription ($hash: ID!, $deploymentStart: String) { agentPresence(deploymentId: $hash, after: $deploymentStart) { __typename } }`,
    OPERATE_ON,
  ],
  [
    'Subscription.billingEvents',
    `subscription ($account: ID, $accountStart: String) { billingEvents(accountId: $account, after: $accountStart) { __typename } }`,
    OPERATE_ON,
  ],
  [
    'Subscription.deploymentEvents',
    `subscription ($account: ID) { deploymentEvents(accountId: $account) { __typename } }`,
    OPERATE_ON,
  ],
  ['Subscription.operatorEvents', `subscription { operatorEvents { __typename } }`, OPERATORS],
  [
    'Subscription.entitlements',
    `subscription ($account: ID) { entitlements(accountId: $account) { __typename } }`,
    OPERATE_ON,
  ],
]

/**
 * Outcome for each permission on the card of a mutation. The server checks `permission` of the card, so these calls do not notice that it changes:
 * `schema.graphql` does, which prints it as `@requires`. The service checks `permissionOnObject`.
 */
const BY_PERMISSION: Readonly<Partial<Record<Permission, string>>> = {
  BILLING_MANAGE: OWNERS,
  DEPLOYMENTS_MANAGE: OWNERS,
  ENTITLEMENTS_USE: OWNERS,
  MARKETPLACE_PUBLISH: OWNERS,
  MEMBERS_MANAGE: OWNERS,
  WEBHOOKS_MANAGE: OWNERS,
  COMMANDS_WRITE: OPERATE_ON,
  CREDITS_WRITE: OPERATE_ON,
  KEYS_MANAGE: OPERATE_ON,
  ACCOUNTS_WRITE: OPERATORS,
  OPS_WRITE: OPERATORS,
  POLICIES_WRITE: OPERATORS,
  TEMPLATES_REVIEW: OPERATORS,
  TEMPLATES_DELETE: ROOT_ALONE,
}

/** Variables of the tenant's objects, by their types. */
const THINGS = {
  Account: '$account',
  Template: '$template',
  Deployment: '$hash',
  Command: '$command',
  Reservation: '$reservation',
  WebhookEndpoint: '$endpoint',
  WebhookSecret: '$endpoint',
} as const

/** The call of a mutation that is made of its arguments, with the outcome for the permission on its card. */
function callOfCard(mutation: string, { permission, permissionOnObject, payload }: MutationCard): Call {
  const known = Object.entries(THINGS)
  const type = [payload()].flat()[0]!.name
  const ofId = (thing: string): boolean =>
    thing !== 'Account' && (mutation.endsWith(thing) || type === `${thing}Payload`)
  const valueOf: ValueOf = (name, scalar) => {
    if (name === 'feature') return '"deployments"'
    if (scalar !== 'ID') return undefined
    const [, found] =
      known.find(([thing]) => name === `${thing[0]!.toLowerCase()}${thing.slice(1)}Id`) ??
      (name === 'id' ? known.find(([thing]) => ofId(thing)) : undefined) ??
      []
    return found ?? '"unknown"'
  }
  const field = printedSchema().getMutationType()!.getFields()[mutation]!
  const call = `${mutation}${simplestArguments(field, ['accountId'], valueOf)} { denial { code } }`
  const variables = new Set(call.match(/\$\w+/g))
  const outcome = BY_PERMISSION[(permission ?? permissionOnObject)!] ?? HIDDEN
  const isUnknown = variables.size === 0 && call.includes('"unknown"')
  // Everybody sees a template.
  const isVisible = permissionOnObject !== undefined && call.includes('$template')
  return [
    `Mutation.${mutation}`,
    `mutation ${variables.size > 0 ? `(${[...variables].map((one) => `${one}: ID!`).join(', ')}) ` : ''}{ ${call} }`,
    isVisible ? OPERATORS : !isUnknown ? outcome : outcome === OPERATORS ? OPERATORS_ASK : HIDDEN,
  ]
}

const isWritten = (name: string): boolean => WRITTEN.some(([written]) => written === name)

/**
 * Those, the call of every other mutation that its card describes, and the simplest call of every other operation, which hides the objects
 * of a tenant from all of them. What a mutation does not find is null for a query.
 */
export const CALLS: readonly Call[] = [
  ...WRITTEN,
  ...[...mutationCards]
    .filter(([mutation]) => !isWritten(`Mutation.${mutation}`))
    .map(([mutation, card]) => callOfCard(mutation, card)),
  ...simplestCalls()
    .filter(([name]) => !name.startsWith('Mutation.') && !isWritten(name))
    .map(([name, query]): Call => [name, query, HIDDEN]),
].map(([name, query, outcomes]) => [
  name,
  query,
  name.startsWith('Query.') ? outcomes.replaceAll('NOT_FOUND', 'null') : outcomes,
])

/** The variables of a tenant that a query declares. */
export function variablesFor(query: string, tenant: Tenant): Record<string, unknown> {
  const all: Record<string, unknown> = { ...tenant.things, id: tenant.things.account }
  return Object.fromEntries([...query.matchAll(/\$(\w+):/g)].map(([, name]) => [name!, all[name!]]))
}
