import { positionalId } from '#services/kernel/ids/ids.js'
import { enqueue, deploymentWithAgent, templateId } from './deployments.js'
import { eventually, type TestServer } from './test-server.js'
import type { TestAgent } from './test-agent.js'
import { beginningOf, type OperationName } from './operations.js'
import { simplestCalls } from './simplest-call.js'

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
    `mutation { startSubscription(input: { provider: STRIPE, plan: "plus", idempotencyKey: "buy" }) { ... on Checkout { id providerReference } } }`,
    {},
    served.owner,
  )
  const checkout = data.startSubscription
  const created = await server.graphql<{ createWebhookEndpoint: { endpoint: { id: string } } }>(
    `mutation { createWebhookEndpoint(input: { url: "https://hooks.example.com/${encodeURIComponent(email)}", types: ["webhook.test"], idempotencyKey: "e" }) { ... on CreateWebhookEndpointPayload { endpoint { id } } } }`,
    {},
    served.owner,
  )
  const endpoint = created.data.createWebhookEndpoint.endpoint.id
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
/** No root is signed yet. */
const STATEMENT = NOTHING
/** Operator-only calls with an unknown object. */
const OPERATORS_ASK = 'FORBIDDEN FORBIDDEN FORBIDDEN NOT_FOUND NOT_FOUND'
/** A deprecated template, which an admin may not delete. */
const ROOT_ALONE = 'NOT_FOUND NOT_FOUND NOT_FOUND FORBIDDEN data'
/** Members' own: operators do not spend other people's money. */
const OWNERS = 'NOT_FOUND NOT_FOUND NOT_FOUND FORBIDDEN FORBIDDEN'
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
  ['Query.templateFacets', `query { templateFacets { ratings { templateCount } } }`, EVERYBODY],
  ['Query.template', `query ($template: ID!) { template(by: { id: $template }) { slug } }`, EVERYBODY],
  ['Query.categories', `query { categories { code } }`, EVERYBODY],
  ['Query.installation', `query { installation { business mode clock { now } } }`, EVERYBODY],
  ['Query.invitation', `query { invitation(token: "none") { accountName } }`, NOTHING],
  ['Query.viewer', `query { viewer { user { id } account { id } accounts { nodes { id } } } }`, EVERYBODY],
  ['Query.account', `query ($account: ID) { account(id: $account) { id } }`, LOOK],
  ['Query.plan', `query ($account: ID) { plan(code: "plus") { held(accountId: $account) { allowed } } }`, EVERYBODY],
  [
    'Query.check',
    `query ($account: ID) { check(accountId: $account, feature: "deployments") { allowed } }`,
    OPERATE_ON,
  ],
  [
    'Query.previewUsage',
    `query ($account: ID) { previewUsage(accountId: $account, feature: "deployments", work: { quantities: [{ name: "tokens", amount: 1 }] }) { allowed } }`,
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
  ['Query.deployment', `query ($hash: String!) { deployment(by: { hash: $hash }) { id } }`, LOOK],
  ['Query.command', `query ($command: ID!) { command(id: $command) { id } }`, LOOK],
  ['Query.commands', `query ($command: ID!) { commands(ids: [$command]) { id } }`, EVERYBODY],
  ['Query.reconciliationRuns', `query { reconciliationRuns { nodes { id } } }`, OPERATORS],
  [
    'Mutation.reconcile',
    `mutation { reconcile(input: { provider: STRIPE, idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  ['Mutation.healDrift', `mutation { healDrift(input: { driftId: "x", reason: "x" }) { __typename } }`, OPERATORS_ASK],
  [
    'Mutation.acceptDrift',
    `mutation { acceptDrift(input: { driftId: "x", reason: "x" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  [
    'Mutation.exportAccount',
    `mutation ($account: ID) { exportAccount(input: { accountId: $account, idempotencyKey: "x" }) { __typename } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.deleteAccount',
    `mutation ($account: ID) { deleteAccount(input: { accountId: $account, idempotencyKey: "x" }) { __typename } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.cancelAccountDeletion',
    `mutation ($account: ID) { cancelAccountDeletion(input: { accountId: $account, idempotencyKey: "x" }) { __typename } }`,
    OPERATE_ON,
  ],
  ['Query.accounts', `query { accounts { nodes { id } } }`, OPERATORS],
  ['Query.deadLetters', `query { deadLetters { nodes { id } } }`, OPERATORS],
  ['Query.search', `query { search(query: "ann") { id } }`, OPERATORS],
  ['Query.deadLetterCounts', `query { deadLetterCounts { count } }`, OPERATORS],
  ['Query.queueStats', `query { queueStats { waitingCount } }`, OPERATORS],
  [
    'Mutation.retryDeadLetter',
    `mutation { retryDeadLetter(input: { deadLetterId: "x" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  [
    'Mutation.dropDeadLetter',
    `mutation { dropDeadLetter(input: { deadLetterId: "x", reason: "x" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  ['Query.auditLog', `query { auditLog { nodes { id } } }`, OPERATORS],
  ['Query.catalogDiff', `query { catalogDiff(provider: STRIPE) { provider } }`, OPERATORS],
  ['Query.subscriptions', `query { subscriptions { nodes { id } } }`, OPERATORS],
  ['Query.purchases', `query { purchases { nodes { id } } }`, OPERATORS],
  ['Query.deployments', `query { deployments { nodes { id } } }`, OPERATORS],
  ['Query.agents', `query { agents { nodes { id } } }`, OPERATORS],
  ['Query.outages', `query { outages { nodes { id } } }`, OPERATORS],
  ['Query.metrics', `query { metrics(metrics: [REVENUE]) { nodes { metric } } }`, OPERATORS],
  ['Query.invariants', `query { invariants { name } }`, OPERATORS],
  ['Query.accountInvariants', `query ($account: ID) { accountInvariants(accountId: $account) { name } }`, LOOK],
  [
    'Query.statement',
    `query ($account: ID) { statement(accountId: $account, from: "2026-01-01T00:00:00Z") { keyId } }`,
    STATEMENT,
  ],
  ['Query.reconciliationReports', `query { reconciliationReports { nodes { day } } }`, OPERATORS],
  ['Query.apiKeys', `query ($account: ID) { apiKeys(accountId: $account) { nodes { id } } }`, OPERATE_ON],
  [
    'Mutation.createApiKey',
    `mutation ($account: ID) { createApiKey(input: { accountId: $account, name: "x", scopes: ["billing:read"], idempotencyKey: "x" }) { __typename } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.inviteMembers',
    `mutation ($account: ID) { inviteMembers(input: { accountId: $account, invitations: [], idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.replayDeliveries',
    `mutation ($account: ID) { replayDeliveries(input: { accountId: $account, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.updateAccount',
    `mutation ($account: ID) { updateAccount(input: { accountId: $account, name: "X" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.inviteMember',
    `mutation ($account: ID) { inviteMember(input: { accountId: $account, email: "x@example.com", role: MEMBER, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.createTeam',
    `mutation { createTeam(input: { name: "", idempotencyKey: "team" }) { __typename } }`,
    EVERYBODY,
  ],
  [
    'Mutation.setMemberRole',
    `mutation ($account: ID) { setMemberRole(input: { accountId: $account, userId: "x", role: MEMBER }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.removeMember',
    `mutation ($account: ID) { removeMember(input: { accountId: $account, userId: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.leaveAccount',
    `mutation ($account: ID) { leaveAccount(input: { accountId: $account }) { __typename } }`,
    HIDDEN,
  ],
  [
    'Mutation.transferOwnership',
    `mutation ($account: ID) { transferOwnership(input: { accountId: $account, userId: "x", idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  ['Query.webhookEventCounts', `query { webhookEventCounts { count } }`, OPERATORS],
  ['Mutation.replayWebhooks', `mutation { replayWebhooks(input: { dryRun: true }) { __typename } }`, OPERATORS],
  ['Query.checkouts', `query { checkouts { nodes { id } } }`, OPERATORS],
  [
    'Mutation.releaseCheckout',
    `mutation { releaseCheckout(input: { checkoutId: "x", reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  [
    'Mutation.refundCheckout',
    `mutation { refundCheckout(input: { checkoutId: "x", reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  ['Query.webhookEvents', `query { webhookEvents { nodes { id } } }`, OPERATORS],
  [
    'Mutation.grantCredits',
    `mutation ($account: ID!) { grantCredits(input: { accountId: $account, feature: "deployments", amount: 1, reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.grantCreditsMany',
    `mutation ($account: ID!) { grantCreditsMany(input: { accountIds: [$account], feature: "deployments", amount: 1, reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.revokeCredits',
    `mutation ($account: ID!) { revokeCredits(input: { grantId: $account, reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  [
    'Mutation.setSpendCap',
    `mutation ($account: ID!) { setSpendCap(input: { accountId: $account, feature: "deployments", period: DAY, limit: { units: 1 }, idempotencyKey: "x" }) { __typename } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.setAlerts',
    `mutation ($account: ID!) { setAlerts(input: { accountId: $account, feature: "deployments", alerts: [{ basis: BALANCE, units: 1 }], idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.setAutoTopUp',
    `mutation ($account: ID!) { setAutoTopUp(input: { accountId: $account, package: "stories_100", threshold: 1, maxPerMonth: 1, price: { amountMinor: 1, currency: "USD" }, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.removeAutoTopUp',
    `mutation ($account: ID!) { removeAutoTopUp(input: { accountId: $account, feature: "deployments", idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.compPlan',
    `mutation ($account: ID!) { compPlan(input: { accountId: $account, plan: "plus", until: "2031-01-01T00:00:00Z", reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.endCompedPlan',
    `mutation ($account: ID!) { endCompedPlan(input: { accountId: $account, plan: "plus", reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.overrideEntitlement',
    `mutation ($account: ID!) { overrideEntitlement(input: { accountId: $account, feature: "deployments", amount: 1, reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.revokeOverride',
    `mutation ($account: ID!) { revokeOverride(input: { accountId: $account, feature: "deployments", reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.replayWebhook',
    `mutation ($command: ID!) { replayWebhook(input: { webhookEventId: $command }) { __typename } }`,
    OPERATORS_ASK,
  ],
  ['Query.operation', `query ($key: String!) { operation(idempotencyKey: $key) { mutation } }`, NOTHING],
  [
    'Mutation.startSubscription',
    `mutation ($account: ID) { startSubscription(input: { provider: STRIPE, accountId: $account, plan: "basic", idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.offerNegotiatedPlan',
    `mutation ($account: ID!) { offerNegotiatedPlan(input: { accountId: $account, plan: "plus", amountMinor: 900, interval: MONTH, periods: 3, reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.withdrawNegotiatedPlan',
    `mutation ($account: ID!) { withdrawNegotiatedPlan(input: { accountId: $account, negotiatedPlanId: "ngp_x", reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Query.previewTrialExtension',
    `query ($account: ID!) { previewTrialExtension(input: { accountId: $account, until: "2031-01-01T00:00:00Z" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.extendTrial',
    `mutation ($account: ID!) { extendTrial(input: { accountId: $account, until: "2031-01-01T00:00:00Z", reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Query.previewCancellation',
    `query ($account: ID) { previewCancellation(input: { accountId: $account }) { __typename } }`,
    OWNERS,
  ],
  [
    'Query.previewPlanChange',
    `query ($account: ID) { previewPlanChange(input: { accountId: $account, plan: "basic" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.changePlan',
    `mutation ($account: ID) { changePlan(input: { accountId: $account, plan: "basic", idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.cancelSubscription',
    `mutation ($account: ID) { cancelSubscription(input: { accountId: $account, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.resumeSubscription',
    `mutation ($account: ID) { resumeSubscription(input: { accountId: $account, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.addAddon',
    `mutation ($account: ID) { addAddon(input: { accountId: $account, package: "none", idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.removeAddon',
    `mutation ($account: ID) { removeAddon(input: { accountId: $account, package: "none", idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.migratePlan',
    `mutation { migratePlan(input: { plan: "plus", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  ['Query.previewPlanMigration', `{ previewPlanMigration(input: { plan: "plus" }) { __typename } }`, OPERATORS],
  ['Query.planMigrations', `{ planMigrations { nodes { id } } }`, OPERATORS],
  [
    'Mutation.stopPlanMigration',
    `mutation { stopPlanMigration(input: { planMigrationId: "none" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  [
    'Mutation.resumePlanMigration',
    `mutation { resumePlanMigration(input: { planMigrationId: "none" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  [
    'Mutation.openBillingPortal',
    `mutation ($account: ID) { openBillingPortal(input: { accountId: $account }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.confirmCheckout',
    `mutation ($session: String!) { confirmCheckout(input: { providerReference: $session }) { ... on Checkout { id } } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.amendUsage',
    `mutation { amendUsage(input: { consumptionId: "csm_unknown", amount: 0, reason: "x", idempotencyKey: "x" }) { __typename } }`,
    HIDDEN,
  ],
  [
    'Mutation.voidUsage',
    `mutation { voidUsage(input: { consumptionId: "csm_unknown", reason: "x", idempotencyKey: "x" }) { __typename } }`,
    HIDDEN,
  ],
  // Without a name, so that a caller who may open a batch changes nothing.
  [
    'Mutation.openUsageBatch',
    `mutation { openUsageBatch(input: { name: "", reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.addToUsageBatch',
    `mutation { addToUsageBatch(input: { usageBatchId: "ubt_unknown", lines: [] }) { __typename } }`,
    OPERATORS_ASK,
  ],
  [
    'Mutation.closeUsageBatch',
    `mutation { closeUsageBatch(input: { usageBatchId: "ubt_unknown" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  [
    'Mutation.revertUsageBatch',
    `mutation { revertUsageBatch(input: { usageBatchId: "ubt_unknown", reason: "x" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  // Without a name, so that an operator changes nothing.
  [
    'Mutation.startUsageComparison',
    `mutation ($account: ID!) { startUsageComparison(input: { name: "", reason: "x", accountIds: [$account], idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.endUsageComparison',
    `mutation { endUsageComparison(input: { usageComparisonId: "ucp_unknown", reason: "x", balances: DISCARD }) { __typename } }`,
    OPERATORS_ASK,
  ],
  [
    'Mutation.compareUsage',
    `mutation ($account: ID!) { compareUsage(input: { uses: [{ accountId: $account, feature: "deployments", amount: 1, key: "x", allowed: true }] }) { __typename } }`,
    OWNERS,
  ],
  ['Query.usageComparison', `{ usageComparison(id: "ucp_unknown") { id } }`, 'FORBIDDEN FORBIDDEN FORBIDDEN null null'],
  [
    'Query.previewUsageComparisonEnd',
    `{ previewUsageComparisonEnd(usageComparisonId: "ucp_unknown") { __typename } }`,
    OPERATORS_ASK,
  ],
  ['Query.usageComparisons', `{ usageComparisons { nodes { id } } }`, OPERATORS],
  ['Query.usageBatch', `{ usageBatch(id: "ubt_unknown") { id } }`, 'FORBIDDEN FORBIDDEN FORBIDDEN null null'],
  ['Query.usageBatches', `{ usageBatches { nodes { id } } }`, OPERATORS],
  ['Query.previewUsageBatch', `{ previewUsageBatch(usageBatchId: "ubt_unknown") { __typename } }`, OPERATORS_ASK],
  [
    'Query.previewUsageAmendment',
    `{ previewUsageAmendment(consumptionId: "csm_unknown", amount: 0) { allowed } }`,
    HIDDEN,
  ],
  [
    'Mutation.setParentAccount',
    `mutation ($account: ID) { setParentAccount(input: { accountId: $account, parentId: null }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.assignSeat',
    `mutation ($account: ID) { assignSeat(input: { accountId: $account, feature: "deployments", userId: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.unassignSeat',
    `mutation ($account: ID) { unassignSeat(input: { accountId: $account, feature: "deployments", userId: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.moveSeat',
    `mutation ($account: ID) { moveSeat(input: { accountId: $account, feature: "deployments", fromUserId: "x", toUserId: "y" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.consume',
    `mutation ($account: ID!) { consume(input: { accountId: $account, feature: "deployments", idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.reserve',
    `mutation ($account: ID!) { reserve(input: { accountId: $account, feature: "deployments", amount: 1, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.commitReservation',
    `mutation ($reservation: ID!) { commitReservation(input: { reservationId: $reservation, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.releaseReservation',
    `mutation ($reservation: ID!) { releaseReservation(input: { reservationId: $reservation, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.allocate',
    `mutation ($account: ID!) { allocate(input: { accountId: $account, feature: "deployments", resourceId: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.deallocate',
    `mutation ($account: ID!) { deallocate(input: { accountId: $account, feature: "deployments", resourceId: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.recordUsage',
    `mutation ($account: ID!) { recordUsage(input: { events: [{ accountId: $account, feature: "deployments", amount: 1, idempotencyKey: "x" }] }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.startDeployment',
    `mutation ($account: ID, $template: ID!) { startDeployment(input: { accountId: $account, templateId: $template, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.stopDeployment',
    `mutation ($hash: String!) { stopDeployment(input: { deploymentHash: $hash, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.renameDeployment',
    `mutation ($hash: String!) { renameDeployment(input: { deploymentHash: $hash, name: "x", idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.reissueEnrolment',
    `mutation ($hash: String!) { reissueEnrolment(input: { deploymentHash: $hash, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.registerAgent',
    `mutation ($hash: String!) { registerAgent(input: { deploymentHash: $hash, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.rotateAgentToken',
    `mutation ($hash: String!) { rotateAgentToken(input: { deploymentHash: $hash, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.revokeAgent',
    `mutation ($hash: String!) { revokeAgent(input: { deploymentHash: $hash, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.enqueueCommand',
    `mutation ($hash: String!) { enqueueCommand(input: { deploymentHash: $hash, command: { health: {} }, idempotencyKey: "x" }) { __typename } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.enqueueCommand',
    `mutation ($hash: String!) { enqueueCommand(input: { deploymentHash: $hash, command: { other: { type: "no such", parameters: {} } }, idempotencyKey: "x" }) { __typename } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.enqueueCommands',
    `mutation ($hash: String!) { enqueueCommands(input: { deploymentHashes: [$hash], command: { health: {} }, idempotencyKey: "x" }) { ... on EnqueueCommandsPayload { items { result { __typename } } } } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.cancelCommand',
    `mutation ($command: ID!) { cancelCommand(input: { commandId: $command }) { __typename } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.purchasePackage',
    `mutation ($account: ID) { purchasePackage(input: { provider: STRIPE, accountId: $account, package: "stories_50", idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.purchaseTemplate',
    `mutation ($account: ID, $template: ID!) { purchaseTemplate(input: { provider: STRIPE, accountId: $account, templateId: $template, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.refundPurchase',
    `mutation ($checkout: ID!) { refundPurchase(input: { purchaseId: $checkout, reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  [
    'Mutation.grantTemplate',
    `mutation ($account: ID!, $template: ID!) { grantTemplate(input: { accountId: $account, templateId: $template, reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.setTemplatePrice',
    `mutation ($template: ID!) { setTemplatePrice(input: { templateId: $template, money: { amountMinor: 1, currency: "USD" }, interval: ONE_TIME, idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  ['Query.policies', `query { policies { id } }`, OPERATORS],
  [
    'Mutation.addPolicy',
    `mutation { addPolicy(input: { subject: "user", object: "billing", action: "read", idempotencyKey: "x" }) { ... on Policy { id } } }`,
    OPERATORS,
  ],
  [
    'Mutation.removePolicy',
    `mutation ($command: ID!) { removePolicy(input: { policyId: $command }) { __typename } }`,
    OPERATORS_ASK,
  ],
  ['Mutation.syncCategories', `mutation { syncCategories(input: { idempotencyKey: "x" }) { __typename } }`, OPERATORS],
  ['Query.webhookEndpoints', `query ($account: ID) { webhookEndpoints(accountId: $account) { id } }`, OPERATE_ON],
  [
    'Query.webhookDeliveries',
    `query ($account: ID) { webhookDeliveries(accountId: $account) { nodes { id } } }`,
    OPERATE_ON,
  ],
  [
    'Mutation.createWebhookEndpoint',
    `mutation ($account: ID) { createWebhookEndpoint(input: { accountId: $account, url: "https://example.com/x", types: ["*"], idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.updateWebhookEndpoint',
    `mutation ($endpoint: ID!) { updateWebhookEndpoint(input: { webhookEndpointId: $endpoint, changes: { enabled: false } }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.deleteWebhookEndpoint',
    `mutation ($endpoint: ID!) { deleteWebhookEndpoint(input: { webhookEndpointId: $endpoint }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.rotateWebhookSecret',
    `mutation ($endpoint: ID!) { rotateWebhookSecret(input: { webhookEndpointId: $endpoint, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.testWebhookEndpoint',
    `mutation ($endpoint: ID!) { testWebhookEndpoint(input: { webhookEndpointId: $endpoint, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.replayDelivery',
    `mutation ($endpoint: ID!) { replayDelivery(input: { deliveryId: $endpoint, idempotencyKey: "x" }) { __typename } }`,
    HIDDEN,
  ],
  [
    'Mutation.withdrawTemplatePrice',
    `mutation ($template: ID!) { withdrawTemplatePrice(input: { templateId: $template, idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.createTemplate',
    `mutation ($account: ID) { createTemplate(input: { accountId: $account, slug: "x", name: "X", definition: {}, idempotencyKey: "x" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.updateTemplate',
    `mutation ($template: ID!) { updateTemplate(input: { templateId: $template, changes: { name: "X" }, idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.submitTemplate',
    `mutation ($template: ID!) { submitTemplate(input: { templateId: $template, idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.startTemplateReview',
    `mutation ($template: ID!) { startTemplateReview(input: { templateId: $template, idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.approveTemplate',
    `mutation ($template: ID!) { approveTemplate(input: { templateId: $template, idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.rejectTemplate',
    `mutation ($template: ID!) { rejectTemplate(input: { templateId: $template, reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.requestTemplateChanges',
    `mutation ($template: ID!) { requestTemplateChanges(input: { templateId: $template, reason: "x", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.deprecateTemplate',
    `mutation ($template: ID!) { deprecateTemplate(input: { templateId: $template, idempotencyKey: "x" }) { __typename } }`,
    OPERATORS,
  ],
  [
    'Mutation.deleteTemplate',
    `mutation ($template: ID!) { deleteTemplate(input: { templateId: $template, idempotencyKey: "x" }) { __typename } }`,
    ROOT_ALONE,
  ],
  [
    'Mutation.rateTemplate',
    `mutation ($account: ID, $template: ID!) { rateTemplate(input: { templateId: $template, stars: 5, accountId: $account, idempotencyKey: "t" }) { __typename } }`,
    OWNERS,
  ],
  ['Query.vendor', `query { vendor(by: { id: "ven_none" }) { id } }`, NOTHING],
  ['Query.vendors', `query { vendors { nodes { id } } }`, OPERATORS],
  ['Query.payouts', `query { payouts { nodes { id } } }`, OPERATORS],
  [
    'Mutation.updateVendorProfile',
    `mutation ($account: ID) { updateVendorProfile(input: { accountId: $account, changes: { name: "X" }, idempotencyKey: "t" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.verifyVendor',
    `mutation { verifyVendor(input: { vendorId: "ven_none", verified: true, idempotencyKey: "t" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  [
    'Mutation.connectVendor',
    `mutation ($account: ID) { connectVendor(input: { accountId: $account, idempotencyKey: "t" }) { __typename } }`,
    OWNERS,
  ],
  [
    'Mutation.setVendorPayoutAccount',
    `mutation { setVendorPayoutAccount(input: { vendorId: "ven_none", payoutAccountId: null, idempotencyKey: "t" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  [
    'Mutation.payOutVendor',
    `mutation { payOutVendor(input: { vendorId: "ven_none", currency: "USD", idempotencyKey: "x" }) { __typename } }`,
    OPERATORS_ASK,
  ],
  ['Query.reviewQueue', `query { reviewQueue { nodes { id } } }`, OPERATORS],
  ['Mutation.advanceClock', `mutation { advanceClock(input: { bySeconds: 60 }) { __typename } }`, OPERATORS],
  [
    'Subscription.commandStatus',
    `subscription ($hash: String!, $deploymentStart: String) { commandStatus(deploymentHash: $hash, after: $deploymentStart) { __typename } }`,
    OPERATE_ON,
  ],
  [
    'Subscription.agentPresence',
    `subscription ($hash: String!, $deploymentStart: String) { agentPresence(deploymentHash: $hash, after: $deploymentStart) { __typename } }`,
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
 * Those, and the simplest call of every other operation, which hides the objects of a tenant from all of them. What a
 * mutation does not find is null for a query.
 */
export const CALLS: readonly Call[] = [
  ...WRITTEN,
  ...simplestCalls()
    .filter(([name]) => WRITTEN.every(([written]) => written !== name))
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
