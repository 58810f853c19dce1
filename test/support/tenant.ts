import { positionalId } from '#services/kernel/ids/ids.js'
import { enqueue, deploymentWithAgent, templateId } from './deployments.js'
import { eventually, type TestServer } from './test-server.js'
import type { TestAgent } from './test-agent.js'
import { beginningOf, type OperationName } from './operations.js'

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
  const { data } = await server.graphql<{ startSubscription: { id: string; sessionId: string } }>(
    `mutation { startSubscription(input: { plan: "plus", idempotencyKey: "buy" }) { ... on Checkout { id sessionId } } }`,
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
      session: checkout.sessionId,
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

/** One call of every operation on a tenant's objects. An operation can occur more than once. */
export const CALLS: readonly (readonly [OperationName, string])[] = [
  ['Query._service', `query { _service { sdl } }`],
  [
    'Query._entities',
    `query ($command: ID!) { _entities(representations: [{ __typename: "Command", id: $command }]) { __typename } }`,
  ],
  ['Query.node', `query ($id: ID!) { node(id: $id) { id } }`],
  ['Query.nodes', `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`],
  ['Query.plans', `query { plans { code } }`],
  ['Query.plan', `query { plan(code: "plus") { code } }`],
  ['Query.features', `query { features { code } }`],
  ['Query.packages', `query { packages { code } }`],
  ['Query.package', `query { package(code: "plus_monthly") { code } }`],
  [
    'Query.products',
    `query ($account: ID) { products { nodes { code owned(accountId: $account) ownedSince(accountId: $account) } } }`,
  ],
  ['Query.templateProduct', `query { templateProduct(externalId: "none") { code } }`],
  ['Query.templates', `query { templates { nodes { slug } } }`],
  ['Query.templateFacets', `query { templateFacets { ratings { templateCount } } }`],
  ['Query.template', `query ($template: ID!) { template(by: { id: $template }) { slug } }`],
  ['Query.categories', `query { categories { code } }`],
  ['Query.installation', `query { installation { business mode clock { now } } }`],
  ['Query.invitation', `query { invitation(token: "none") { accountName } }`],
  ['Query.viewer', `query { viewer { user { id } account { id } accounts { nodes { id } } } }`],
  ['Query.account', `query ($account: ID) { account(id: $account) { id } }`],
  ['Query.planCheck', `query ($account: ID) { planCheck(accountId: $account, plan: "plus") { allowed } }`],
  ['Query.check', `query ($account: ID) { check(accountId: $account, feature: "deployments") { allowed } }`],
  [
    'Query.previewUsage',
    `query ($account: ID) { previewUsage(accountId: $account, feature: "deployments", work: { quantities: [{ name: "tokens", amount: 1 }] }) { allowed } }`,
  ],
  [
    'Query.previewAutoTopUp',
    `query ($account: ID) { previewAutoTopUp(accountId: $account, terms: { package: "stories_100", threshold: 1, maxPerMonth: 1 }) { allowed } }`,
  ],
  [
    'Query.checks',
    `query ($account: ID) { checks(requests: [{ accountId: $account, feature: "deployments" }]) { allowed } }`,
  ],
  [
    'Query.deploymentEligibility',
    `query ($account: ID, $template: ID!) { deploymentEligibility(accountId: $account, templateId: $template) { allowed } }`,
  ],
  ['Query.checkout', `query ($checkout: ID!) { checkout(by: { id: $checkout }) { id } }`],
  ['Query.checkout', `query ($session: String!) { checkout(by: { sessionId: $session }) { id } }`],
  ['Query.deployment', `query ($hash: String!) { deployment(by: { hash: $hash }) { id } }`],
  ['Query.command', `query ($command: ID!) { command(id: $command) { id } }`],
  ['Query.commands', `query ($command: ID!) { commands(ids: [$command]) { id } }`],
  ['Query.reconciliationRuns', `query { reconciliationRuns { nodes { id } } }`],
  ['Mutation.reconcile', `mutation { reconcile(input: { idempotencyKey: "x" }) { __typename } }`],
  ['Mutation.healDrift', `mutation { healDrift(input: { driftId: "x", reason: "x" }) { __typename } }`],
  ['Mutation.acceptDrift', `mutation { acceptDrift(input: { driftId: "x", reason: "x" }) { __typename } }`],
  [
    'Mutation.exportAccount',
    `mutation ($account: ID) { exportAccount(input: { accountId: $account, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.deleteAccount',
    `mutation ($account: ID) { deleteAccount(input: { accountId: $account, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.cancelAccountDeletion',
    `mutation ($account: ID) { cancelAccountDeletion(input: { accountId: $account, idempotencyKey: "x" }) { __typename } }`,
  ],
  ['Query.accounts', `query { accounts { nodes { id } } }`],
  ['Query.deadLetters', `query { deadLetters { nodes { id } } }`],
  ['Query.search', `query { search(query: "ann") { id } }`],
  ['Query.deadLetterCounts', `query { deadLetterCounts { count } }`],
  ['Query.queueStats', `query { queueStats { waitingCount } }`],
  ['Mutation.retryDeadLetter', `mutation { retryDeadLetter(input: { deadLetterId: "x" }) { __typename } }`],
  ['Mutation.dropDeadLetter', `mutation { dropDeadLetter(input: { deadLetterId: "x", reason: "x" }) { __typename } }`],
  ['Query.auditLog', `query { auditLog { nodes { id } } }`],
  ['Query.packagePerformance', `query { packagePerformance { nodes { purchases } } }`],
  ['Query.creditAnalytics', `query { creditAnalytics { expiryRate } }`],
  ['Query.catalogDiff', `query { catalogDiff { provider } }`],
  ['Query.subscriptions', `query { subscriptions { nodes { id } } }`],
  ['Query.purchases', `query { purchases { nodes { id } } }`],
  ['Query.deployments', `query { deployments { nodes { id } } }`],
  ['Query.agents', `query { agents { nodes { id } } }`],
  ['Query.outages', `query { outages { nodes { id } } }`],
  ['Query.churn', `query { churn { rate } }`],
  ['Query.compedPlans', `query { compedPlans { accountCount } }`],
  ['Query.recurringRevenue', `query { recurringRevenue { accountCount } }`],
  ['Query.trialConversion', `query { trialConversion { startedCount } }`],
  ['Query.revenue', `query { revenue { purchases } }`],
  ['Query.userCreditSummary', `query { userCreditSummary { nodes { used } } }`],
  ['Query.invariants', `query { invariants { name } }`],
  ['Query.accountInvariants', `query ($account: ID) { accountInvariants(accountId: $account) { name } }`],
  [
    'Query.statement',
    `query ($account: ID) { statement(accountId: $account, from: "2026-01-01T00:00:00Z") { keyId } }`,
  ],
  ['Query.reconciliationReports', `query { reconciliationReports { nodes { day } } }`],
  ['Query.apiKeys', `query ($account: ID) { apiKeys(accountId: $account) { nodes { id } } }`],
  [
    'Mutation.createApiKey',
    `mutation ($account: ID) { createApiKey(input: { accountId: $account, name: "x", scopes: ["billing:read"], idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.inviteMembers',
    `mutation ($account: ID) { inviteMembers(input: { accountId: $account, invitations: [], idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.replayDeliveries',
    `mutation ($account: ID) { replayDeliveries(input: { accountId: $account, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.rotateApiKey',
    `mutation ($account: ID!) { rotateApiKey(input: { apiKeyId: $account, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.updateAccount',
    `mutation ($account: ID) { updateAccount(input: { accountId: $account, name: "X" }) { __typename } }`,
  ],
  ['Mutation.revokeApiKey', `mutation ($account: ID!) { revokeApiKey(input: { apiKeyId: $account }) { __typename } }`],
  [
    'Mutation.inviteMember',
    `mutation ($account: ID) { inviteMember(input: { accountId: $account, email: "x@example.com", role: MEMBER, idempotencyKey: "x" }) { __typename } }`,
  ],
  ['Mutation.createTeam', `mutation { createTeam(input: { name: "", idempotencyKey: "team" }) { __typename } }`],
  [
    'Mutation.resendInvitation',
    `mutation ($account: ID!) { resendInvitation(input: { invitationId: $account, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.cancelInvitation',
    `mutation ($account: ID!) { cancelInvitation(input: { invitationId: $account }) { __typename } }`,
  ],
  ['Mutation.acceptInvitation', `mutation { acceptInvitation(input: { token: "none" }) { __typename } }`],
  [
    'Mutation.setMemberRole',
    `mutation ($account: ID) { setMemberRole(input: { accountId: $account, userId: "x", role: MEMBER }) { __typename } }`,
  ],
  [
    'Mutation.removeMember',
    `mutation ($account: ID) { removeMember(input: { accountId: $account, userId: "x" }) { __typename } }`,
  ],
  ['Mutation.leaveAccount', `mutation ($account: ID) { leaveAccount(input: { accountId: $account }) { __typename } }`],
  [
    'Mutation.transferOwnership',
    `mutation ($account: ID) { transferOwnership(input: { accountId: $account, userId: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  ['Query.webhookEventCounts', `query { webhookEventCounts { count } }`],
  ['Mutation.replayWebhooks', `mutation { replayWebhooks(input: { dryRun: true }) { __typename } }`],
  ['Query.checkouts', `query { checkouts { nodes { id } } }`],
  [
    'Mutation.releaseCheckout',
    `mutation { releaseCheckout(input: { checkoutId: "x", reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.refundCheckout',
    `mutation { refundCheckout(input: { checkoutId: "x", reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  ['Query.webhookEvents', `query { webhookEvents { nodes { id } } }`],
  [
    'Mutation.grantCredits',
    `mutation ($account: ID!) { grantCredits(input: { accountId: $account, feature: "deployments", amount: 1, reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.grantCreditsMany',
    `mutation ($account: ID!) { grantCreditsMany(input: { accountIds: [$account], feature: "deployments", amount: 1, reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.revokeCredits',
    `mutation ($account: ID!) { revokeCredits(input: { grantId: $account, reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.setSpendCap',
    `mutation ($account: ID!) { setSpendCap(input: { accountId: $account, feature: "deployments", period: DAY, amount: 1, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.removeSpendCap',
    `mutation ($account: ID!) { removeSpendCap(input: { accountId: $account, feature: "deployments", period: DAY, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.setUsageAlerts',
    `mutation ($account: ID!) { setUsageAlerts(input: { accountId: $account, feature: "deployments", percents: [80], idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.setBalanceAlerts',
    `mutation ($account: ID!) { setBalanceAlerts(input: { accountId: $account, feature: "deployments", levels: [1], idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.setAutoTopUp',
    `mutation ($account: ID!) { setAutoTopUp(input: { accountId: $account, package: "stories_100", threshold: 1, maxPerMonth: 1, price: { amountMinor: 1, currency: "USD" }, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.removeAutoTopUp',
    `mutation ($account: ID!) { removeAutoTopUp(input: { accountId: $account, feature: "deployments", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.compPlan',
    `mutation ($account: ID!) { compPlan(input: { accountId: $account, plan: "plus", until: "2031-01-01T00:00:00Z", reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.endCompedPlan',
    `mutation ($account: ID!) { endCompedPlan(input: { accountId: $account, plan: "plus", reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.overrideEntitlement',
    `mutation ($account: ID!) { overrideEntitlement(input: { accountId: $account, feature: "deployments", amount: 1, reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.revokeOverride',
    `mutation ($account: ID!) { revokeOverride(input: { accountId: $account, feature: "deployments", reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.replayWebhook',
    `mutation ($command: ID!) { replayWebhook(input: { webhookEventId: $command }) { __typename } }`,
  ],
  ['Query.operation', `query ($key: String!) { operation(idempotencyKey: $key) { mutation } }`],
  [
    'Mutation.startSubscription',
    `mutation ($account: ID) { startSubscription(input: { accountId: $account, plan: "basic", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.offerNegotiatedPlan',
    `mutation ($account: ID!) { offerNegotiatedPlan(input: { accountId: $account, plan: "plus", amountMinor: 900, interval: MONTH, periods: 3, reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.withdrawNegotiatedPlan',
    `mutation ($account: ID!) { withdrawNegotiatedPlan(input: { accountId: $account, negotiatedPlanId: "ngp_x", reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Query.previewTrialExtension',
    `query ($account: ID!) { previewTrialExtension(input: { accountId: $account, until: "2031-01-01T00:00:00Z" }) { __typename } }`,
  ],
  [
    'Mutation.extendTrial',
    `mutation ($account: ID!) { extendTrial(input: { accountId: $account, until: "2031-01-01T00:00:00Z", reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Query.previewCancellation',
    `query ($account: ID) { previewCancellation(input: { accountId: $account }) { __typename } }`,
  ],
  [
    'Query.previewPlanChange',
    `query ($account: ID) { previewPlanChange(input: { accountId: $account, plan: "basic" }) { __typename } }`,
  ],
  [
    'Mutation.changePlan',
    `mutation ($account: ID) { changePlan(input: { accountId: $account, plan: "basic", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.cancelSubscription',
    `mutation ($account: ID) { cancelSubscription(input: { accountId: $account, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.resumeSubscription',
    `mutation ($account: ID) { resumeSubscription(input: { accountId: $account, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.addAddon',
    `mutation ($account: ID) { addAddon(input: { accountId: $account, package: "none", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.removeAddon',
    `mutation ($account: ID) { removeAddon(input: { accountId: $account, package: "none", idempotencyKey: "x" }) { __typename } }`,
  ],
  ['Mutation.migratePlan', `mutation { migratePlan(input: { plan: "plus", idempotencyKey: "x" }) { __typename } }`],
  ['Query.previewPlanMigration', `{ previewPlanMigration(input: { plan: "plus" }) { __typename } }`],
  ['Query.planMigrations', `{ planMigrations { nodes { id } } }`],
  ['Mutation.stopPlanMigration', `mutation { stopPlanMigration(input: { planMigrationId: "none" }) { __typename } }`],
  [
    'Mutation.resumePlanMigration',
    `mutation { resumePlanMigration(input: { planMigrationId: "none" }) { __typename } }`,
  ],
  [
    'Mutation.openBillingPortal',
    `mutation ($account: ID) { openBillingPortal(input: { accountId: $account }) { __typename } }`,
  ],
  [
    'Mutation.confirmCheckout',
    `mutation ($session: String!) { confirmCheckout(input: { sessionId: $session }) { ... on Checkout { id } } }`,
  ],
  [
    'Mutation.amendUsage',
    `mutation { amendUsage(input: { consumptionId: "csm_unknown", amount: 0, reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.voidUsage',
    `mutation { voidUsage(input: { consumptionId: "csm_unknown", reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  // Without a name, so that a caller who may open a batch changes nothing.
  [
    'Mutation.openUsageBatch',
    `mutation { openUsageBatch(input: { name: "", reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.addToUsageBatch',
    `mutation { addToUsageBatch(input: { usageBatchId: "ubt_unknown", lines: [] }) { __typename } }`,
  ],
  ['Mutation.closeUsageBatch', `mutation { closeUsageBatch(input: { usageBatchId: "ubt_unknown" }) { __typename } }`],
  [
    'Mutation.revertUsageBatch',
    `mutation { revertUsageBatch(input: { usageBatchId: "ubt_unknown", reason: "x" }) { __typename } }`,
  ],
  // Without a name, so that an operator changes nothing.
  [
    'Mutation.startUsageComparison',
    `mutation ($account: ID!) { startUsageComparison(input: { name: "", reason: "x", accountIds: [$account], idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.endUsageComparison',
    `mutation { endUsageComparison(input: { usageComparisonId: "ucp_unknown", reason: "x", balances: DISCARD }) { __typename } }`,
  ],
  [
    'Mutation.compareUsage',
    `mutation ($account: ID!) { compareUsage(input: { uses: [{ accountId: $account, feature: "deployments", amount: 1, key: "x", allowed: true }] }) { __typename } }`,
  ],
  ['Query.usageComparison', `{ usageComparison(id: "ucp_unknown") { id } }`],
  ['Query.previewUsageComparisonEnd', `{ previewUsageComparisonEnd(usageComparisonId: "ucp_unknown") { __typename } }`],
  ['Query.usageComparisons', `{ usageComparisons { nodes { id } } }`],
  ['Query.usageBatch', `{ usageBatch(id: "ubt_unknown") { id } }`],
  ['Query.usageBatches', `{ usageBatches { nodes { id } } }`],
  ['Query.previewUsageBatch', `{ previewUsageBatch(usageBatchId: "ubt_unknown") { __typename } }`],
  ['Query.previewUsageAmendment', `{ previewUsageAmendment(consumptionId: "csm_unknown", amount: 0) { allowed } }`],
  [
    'Mutation.setParentAccount',
    `mutation ($account: ID) { setParentAccount(input: { accountId: $account, parentId: null }) { __typename } }`,
  ],
  [
    'Mutation.setSubAccountLimit',
    `mutation ($account: ID) { setSubAccountLimit(input: { accountId: $account, subAccountId: "x", feature: "deployments", period: DAY, amount: 1 }) { __typename } }`,
  ],
  [
    'Mutation.assignSeat',
    `mutation ($account: ID) { assignSeat(input: { accountId: $account, feature: "deployments", userId: "x" }) { __typename } }`,
  ],
  [
    'Mutation.unassignSeat',
    `mutation ($account: ID) { unassignSeat(input: { accountId: $account, feature: "deployments", userId: "x" }) { __typename } }`,
  ],
  [
    'Mutation.moveSeat',
    `mutation ($account: ID) { moveSeat(input: { accountId: $account, feature: "deployments", fromUserId: "x", toUserId: "y" }) { __typename } }`,
  ],
  [
    'Mutation.consume',
    `mutation ($account: ID!) { consume(input: { accountId: $account, feature: "deployments", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.reserve',
    `mutation ($account: ID!) { reserve(input: { accountId: $account, feature: "deployments", amount: 1, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.commitReservation',
    `mutation ($reservation: ID!) { commitReservation(input: { reservationId: $reservation, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.releaseReservation',
    `mutation ($reservation: ID!) { releaseReservation(input: { reservationId: $reservation, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.allocate',
    `mutation ($account: ID!) { allocate(input: { accountId: $account, feature: "deployments", resourceId: "x" }) { __typename } }`,
  ],
  [
    'Mutation.deallocate',
    `mutation ($account: ID!) { deallocate(input: { accountId: $account, feature: "deployments", resourceId: "x" }) { __typename } }`,
  ],
  [
    'Mutation.recordUsage',
    `mutation ($account: ID!) { recordUsage(input: { events: [{ accountId: $account, feature: "deployments", amount: 1, idempotencyKey: "x" }] }) { __typename } }`,
  ],
  [
    'Mutation.startDeployment',
    `mutation ($account: ID, $template: ID!) { startDeployment(input: { accountId: $account, templateId: $template, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.stopDeployment',
    `mutation ($hash: String!) { stopDeployment(input: { deploymentHash: $hash, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.renameDeployment',
    `mutation ($hash: String!) { renameDeployment(input: { deploymentHash: $hash, name: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.reissueEnrolment',
    `mutation ($hash: String!) { reissueEnrolment(input: { deploymentHash: $hash, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.registerAgent',
    `mutation ($hash: String!) { registerAgent(input: { deploymentHash: $hash, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.rotateAgentToken',
    `mutation ($hash: String!) { rotateAgentToken(input: { deploymentHash: $hash, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.revokeAgent',
    `mutation ($hash: String!) { revokeAgent(input: { deploymentHash: $hash, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.enqueueCommand',
    `mutation ($hash: String!) { enqueueCommand(input: { deploymentHash: $hash, command: { health: {} }, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.enqueueCommand',
    `mutation ($hash: String!) { enqueueCommand(input: { deploymentHash: $hash, command: { other: { type: "no such", parameters: {} } }, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.enqueueCommands',
    `mutation ($hash: String!) { enqueueCommands(input: { deploymentHashes: [$hash], command: { health: {} }, idempotencyKey: "x" }) { ... on EnqueueCommandsPayload { items { result { __typename } } } } }`,
  ],
  [
    'Mutation.cancelCommand',
    `mutation ($command: ID!) { cancelCommand(input: { commandId: $command }) { __typename } }`,
  ],
  [
    'Mutation.purchasePackage',
    `mutation ($account: ID) { purchasePackage(input: { accountId: $account, package: "stories_50", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.purchaseTemplate',
    `mutation ($account: ID, $template: ID!) { purchaseTemplate(input: { accountId: $account, templateId: $template, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.refundPurchase',
    `mutation ($checkout: ID!) { refundPurchase(input: { purchaseId: $checkout, reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.grantTemplate',
    `mutation ($account: ID!, $template: ID!) { grantTemplate(input: { accountId: $account, templateId: $template, reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.setTemplatePrice',
    `mutation ($template: ID!) { setTemplatePrice(input: { templateId: $template, money: { amountMinor: 1, currency: "USD" }, interval: ONE_TIME, idempotencyKey: "x" }) { __typename } }`,
  ],
  ['Query.policies', `query { policies { id } }`],
  [
    'Mutation.addPolicy',
    `mutation { addPolicy(input: { subject: "user", object: "billing", action: "read", idempotencyKey: "x" }) { ... on Policy { id } } }`,
  ],
  ['Mutation.removePolicy', `mutation ($command: ID!) { removePolicy(input: { policyId: $command }) { __typename } }`],
  ['Mutation.syncCategories', `mutation { syncCategories(input: { idempotencyKey: "x" }) { __typename } }`],
  ['Query.webhookEndpoints', `query ($account: ID) { webhookEndpoints(accountId: $account) { id } }`],
  ['Query.webhookDeliveries', `query ($account: ID) { webhookDeliveries(accountId: $account) { nodes { id } } }`],
  [
    'Mutation.createWebhookEndpoint',
    `mutation ($account: ID) { createWebhookEndpoint(input: { accountId: $account, url: "https://example.com/x", types: ["*"], idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.updateWebhookEndpoint',
    `mutation ($endpoint: ID!) { updateWebhookEndpoint(input: { webhookEndpointId: $endpoint, changes: { enabled: false } }) { __typename } }`,
  ],
  [
    'Mutation.deleteWebhookEndpoint',
    `mutation ($endpoint: ID!) { deleteWebhookEndpoint(input: { webhookEndpointId: $endpoint }) { __typename } }`,
  ],
  [
    'Mutation.rotateWebhookSecret',
    `mutation ($endpoint: ID!) { rotateWebhookSecret(input: { webhookEndpointId: $endpoint, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.testWebhookEndpoint',
    `mutation ($endpoint: ID!) { testWebhookEndpoint(input: { webhookEndpointId: $endpoint, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.replayDelivery',
    `mutation ($endpoint: ID!) { replayDelivery(input: { deliveryId: $endpoint, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.withdrawTemplatePrice',
    `mutation ($template: ID!) { withdrawTemplatePrice(input: { templateId: $template, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.createTemplate',
    `mutation ($account: ID) { createTemplate(input: { accountId: $account, slug: "x", name: "X", definition: {}, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.updateTemplate',
    `mutation ($template: ID!) { updateTemplate(input: { templateId: $template, changes: { name: "X" }, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.submitTemplate',
    `mutation ($template: ID!) { submitTemplate(input: { templateId: $template, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.startTemplateReview',
    `mutation ($template: ID!) { startTemplateReview(input: { templateId: $template, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.approveTemplate',
    `mutation ($template: ID!) { approveTemplate(input: { templateId: $template, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.rejectTemplate',
    `mutation ($template: ID!) { rejectTemplate(input: { templateId: $template, reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.requestTemplateChanges',
    `mutation ($template: ID!) { requestTemplateChanges(input: { templateId: $template, reason: "x", idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.deprecateTemplate',
    `mutation ($template: ID!) { deprecateTemplate(input: { templateId: $template, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.deleteTemplate',
    `mutation ($template: ID!) { deleteTemplate(input: { templateId: $template, idempotencyKey: "x" }) { __typename } }`,
  ],
  [
    'Mutation.rateTemplate',
    `mutation ($account: ID, $template: ID!) { rateTemplate(input: { templateId: $template, stars: 5, accountId: $account, idempotencyKey: "t" }) { __typename } }`,
  ],
  ['Query.vendor', `query { vendor(by: { id: "ven_none" }) { id } }`],
  ['Query.vendorEarnings', `query { vendorEarnings(vendorId: "ven_none") { vendorId: vendor { id } } }`],
  ['Query.vendors', `query { vendors { nodes { id } } }`],
  ['Query.payouts', `query { payouts { nodes { id } } }`],
  ['Query.vendorAnalytics', `query { vendorAnalytics(vendorId: "ven_none") { nodes { sales } } }`],
  [
    'Mutation.updateVendorProfile',
    `mutation ($account: ID) { updateVendorProfile(input: { accountId: $account, changes: { name: "X" }, idempotencyKey: "t" }) { __typename } }`,
  ],
  [
    'Mutation.verifyVendor',
    `mutation { verifyVendor(input: { vendorId: "ven_none", verified: true, idempotencyKey: "t" }) { __typename } }`,
  ],
  [
    'Mutation.connectVendor',
    `mutation ($account: ID) { connectVendor(input: { accountId: $account, idempotencyKey: "t" }) { __typename } }`,
  ],
  [
    'Mutation.setVendorPayoutAccount',
    `mutation { setVendorPayoutAccount(input: { vendorId: "ven_none", payoutAccountId: null, idempotencyKey: "t" }) { __typename } }`,
  ],
  [
    'Mutation.payOutVendor',
    `mutation { payOutVendor(input: { vendorId: "ven_none", currency: "USD", idempotencyKey: "x" }) { __typename } }`,
  ],
  ['Query.reviewQueue', `query { reviewQueue { nodes { id } } }`],
  ['Mutation.advanceClock', `mutation { advanceClock(input: { bySeconds: 60 }) { __typename } }`],
  [
    'Subscription.commandStatus',
    `subscription ($hash: String!, $deploymentStart: String) { commandStatus(deploymentHash: $hash, after: $deploymentStart) { __typename } }`,
  ],
  [
    'Subscription.agentPresence',
    `subscription ($hash: String!, $deploymentStart: String) { agentPresence(deploymentHash: $hash, after: $deploymentStart) { __typename } }`,
  ],
  [
    'Subscription.billingEvents',
    `subscription ($account: ID, $accountStart: String) { billingEvents(accountId: $account, after: $accountStart) { __typename } }`,
  ],
  [
    'Subscription.deploymentEvents',
    `subscription ($account: ID) { deploymentEvents(accountId: $account) { __typename } }`,
  ],
  ['Subscription.operatorEvents', `subscription { operatorEvents { __typename } }`],
  ['Subscription.entitlements', `subscription ($account: ID) { entitlements(accountId: $account) { __typename } }`],
]

/** The variables of a tenant that a query declares. */
export function variablesFor(query: string, tenant: Tenant): Record<string, unknown> {
  const all: Record<string, unknown> = { ...tenant.things, id: tenant.things.account }
  return Object.fromEntries([...query.matchAll(/\$(\w+):/g)].map(([, name]) => [name!, all[name!]]))
}
