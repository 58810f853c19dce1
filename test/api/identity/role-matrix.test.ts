import { editPolicy } from '#test/support/policies.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { callAs, operationsOf, type OperationName } from '#test/support/operations.js'
import { CALLS, newTenant, variablesFor, type Tenant } from '#test/support/tenant.js'

const ROLES = ['user', 'developer', 'vendor', 'admin', 'root'] as const

/** Results of the non-member roles, in the order above: data, null, or a code. */
const EVERYBODY = 'data data data data data'
const NOTHING = 'null null null null null'
/** Operators look at everything; for others it is not there. */
const LOOK = 'null null null data data'
const OPERATE_ON = 'NOT_FOUND NOT_FOUND NOT_FOUND data data'
const OPERATORS = 'FORBIDDEN FORBIDDEN FORBIDDEN data data'
/** No root is signed yet. */
const STATEMENT = 'null null null NOT_FOUND NOT_FOUND'
/** Operator-only calls with an unknown object. */
const OPERATORS_ASK = 'FORBIDDEN FORBIDDEN FORBIDDEN NOT_FOUND NOT_FOUND'
/** A deprecated template, which an admin may not delete. */
const ROOT_ALONE = 'NOT_FOUND NOT_FOUND NOT_FOUND FORBIDDEN data'
/** Members' own: operators do not spend other people's money. */
const OWNERS = 'NOT_FOUND NOT_FOUND NOT_FOUND FORBIDDEN FORBIDDEN'
const HIDDEN = 'NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND'

const LAST: readonly OperationName[] = ['Mutation.deprecateTemplate', 'Mutation.deleteTemplate']

const MATRIX: Record<OperationName, string> = {
  'Mutation.deleteAccount': OPERATE_ON,
  'Mutation.exportAccount': OPERATE_ON,
  'Mutation.cancelAccountDeletion': OPERATE_ON,
  'Query.accounts': OPERATORS,
  'Query.search': OPERATORS,
  'Query.deadLetters': OPERATORS,
  'Query.deadLetterCounts': OPERATORS,
  'Query.queueStats': OPERATORS,
  'Mutation.retryDeadLetter': OPERATORS_ASK,
  'Mutation.dropDeadLetter': OPERATORS_ASK,
  'Query.webhookEventCounts': OPERATORS,
  'Mutation.replayWebhooks': OPERATORS,
  'Query.checkouts': OPERATORS,
  'Mutation.releaseCheckout': OPERATORS_ASK,
  'Mutation.refundCheckout': OPERATORS_ASK,
  'Query.auditLog': OPERATORS,
  'Query.vendor': NOTHING,
  'Query.vendors': OPERATORS,
  'Query.vendorEarnings': HIDDEN,
  'Query.vendorAnalytics': HIDDEN,
  'Mutation.updateVendorProfile': OWNERS,
  'Mutation.connectVendor': OWNERS,
  'Mutation.verifyVendor': OPERATORS_ASK,
  'Mutation.setVendorPayoutAccount': OPERATORS_ASK,
  'Mutation.payOutVendor': OPERATORS_ASK,
  'Query.catalogDiff': OPERATORS,
  'Query.subscriptions': OPERATORS,
  'Query.purchases': OPERATORS,
  'Query.deployments': OPERATORS,
  'Query.agents': OPERATORS,
  'Query.outages': OPERATORS,
  'Query.payouts': OPERATORS,
  'Query.churn': OPERATORS,
  'Query.compedPlans': OPERATORS,
  'Query.recurringRevenue': OPERATORS,
  'Query.trialConversion': OPERATORS,
  'Query.creditAnalytics': OPERATORS,
  'Query.packagePerformance': OPERATORS,
  'Query.revenue': OPERATORS,
  'Query.userCreditSummary': OPERATORS,
  'Mutation.approveTemplate': OPERATORS,
  'Mutation.deleteTemplate': ROOT_ALONE,
  'Mutation.deprecateTemplate': OPERATORS,
  'Mutation.rejectTemplate': OPERATORS,
  'Mutation.requestTemplateChanges': OPERATORS,
  'Mutation.startTemplateReview': OPERATORS,
  'Mutation.submitTemplate': OPERATORS,
  'Mutation.updateTemplate': OPERATORS,
  'Mutation.withdrawTemplatePrice': OPERATORS,
  'Query.reviewQueue': OPERATORS,
  'Mutation.createTemplate': OWNERS,
  'Mutation.rateTemplate': OWNERS,
  'Mutation.acceptInvitation': HIDDEN,
  'Mutation.cancelInvitation': HIDDEN,
  'Mutation.createApiKey': OPERATE_ON,
  'Mutation.createTeam': EVERYBODY,
  'Mutation.inviteMember': OWNERS,
  'Mutation.leaveAccount': HIDDEN,
  'Mutation.removeMember': OWNERS,
  'Mutation.resendInvitation': HIDDEN,
  'Mutation.revokeApiKey': HIDDEN,
  'Mutation.rotateApiKey': HIDDEN,
  'Mutation.inviteMembers': OWNERS,
  'Mutation.replayDeliveries': OWNERS,
  'Mutation.updateAccount': OWNERS,
  'Mutation.setMemberRole': OWNERS,
  'Mutation.transferOwnership': OWNERS,
  'Query.apiKeys': OPERATE_ON,
  'Query.invitation': NOTHING,
  'Query._service': EVERYBODY,
  'Query._entities': EVERYBODY,
  'Query.node': LOOK,
  'Query.nodes': EVERYBODY,
  'Query.plans': EVERYBODY,
  'Query.features': EVERYBODY,
  'Query.plan': EVERYBODY,
  'Query.packages': EVERYBODY,
  'Query.package': EVERYBODY,
  'Query.products': EVERYBODY,
  'Query.templateProduct': NOTHING,
  'Query.templates': EVERYBODY,
  'Query.templateFacets': EVERYBODY,
  'Query.template': EVERYBODY,
  'Query.categories': EVERYBODY,
  'Query.installation': EVERYBODY,
  'Query.viewer': EVERYBODY,
  'Query.account': LOOK,
  'Query.check': OPERATE_ON,
  'Query.planCheck': OPERATE_ON,
  'Query.checks': OPERATE_ON,
  'Query.previewUsage': OPERATE_ON,
  'Query.deploymentEligibility': OPERATE_ON,
  'Query.checkout': LOOK,
  'Query.deployment': LOOK,
  'Query.command': LOOK,
  'Query.commands': EVERYBODY,
  'Query.reconciliationRuns': OPERATORS,
  'Mutation.reconcile': OPERATORS,
  'Mutation.healDrift': OPERATORS_ASK,
  'Mutation.acceptDrift': OPERATORS_ASK,
  'Query.invariants': OPERATORS,
  'Query.accountInvariants': LOOK,
  'Query.statement': STATEMENT,
  'Query.reconciliationReports': OPERATORS,
  'Query.webhookEvents': OPERATORS,
  'Mutation.grantCredits': OPERATORS,
  'Mutation.grantCreditsMany': OPERATORS,
  'Mutation.revokeCredits': OPERATORS_ASK,
  'Query.previewAutoTopUp': OWNERS,
  'Mutation.setBalanceAlerts': OWNERS,
  'Mutation.setUsageAlerts': OWNERS,
  'Mutation.setAutoTopUp': OWNERS,
  'Mutation.removeAutoTopUp': OWNERS,
  'Mutation.setSpendCap': OWNERS,
  'Mutation.removeSpendCap': OWNERS,
  'Mutation.compPlan': OPERATORS,
  'Mutation.endCompedPlan': OPERATORS,
  'Mutation.overrideEntitlement': OPERATORS,
  'Mutation.revokeOverride': OPERATORS,
  'Mutation.replayWebhook': OPERATORS_ASK,
  'Query.operation': NOTHING,
  'Mutation.startSubscription': OWNERS,
  'Mutation.offerNegotiatedPlan': OPERATORS,
  'Mutation.withdrawNegotiatedPlan': OPERATORS,
  'Query.previewTrialExtension': OPERATORS,
  'Mutation.extendTrial': OPERATORS,
  'Query.previewCancellation': OWNERS,
  'Query.previewPlanChange': OWNERS,
  'Mutation.changePlan': OWNERS,
  'Mutation.cancelSubscription': OWNERS,
  'Mutation.resumeSubscription': OWNERS,
  'Mutation.addAddon': OWNERS,
  'Mutation.removeAddon': OWNERS,
  'Mutation.migratePlan': OPERATORS,
  'Query.previewPlanMigration': OPERATORS,
  'Query.planMigrations': OPERATORS,
  'Mutation.stopPlanMigration': OPERATORS_ASK,
  'Mutation.resumePlanMigration': OPERATORS_ASK,
  'Mutation.openBillingPortal': OWNERS,
  'Mutation.confirmCheckout': OPERATE_ON,
  'Mutation.amendUsage': HIDDEN,
  'Mutation.voidUsage': HIDDEN,
  'Query.previewUsageAmendment': HIDDEN,
  'Mutation.openUsageBatch': OPERATORS,
  'Mutation.addToUsageBatch': OPERATORS_ASK,
  'Mutation.closeUsageBatch': OPERATORS_ASK,
  'Mutation.revertUsageBatch': OPERATORS_ASK,
  'Mutation.startUsageComparison': OPERATORS,
  'Mutation.endUsageComparison': OPERATORS_ASK,
  'Mutation.compareUsage': OWNERS,
  'Query.usageComparison': 'FORBIDDEN FORBIDDEN FORBIDDEN null null',
  'Query.usageComparisons': OPERATORS,
  'Query.previewUsageComparisonEnd': OPERATORS_ASK,
  'Query.usageBatch': 'FORBIDDEN FORBIDDEN FORBIDDEN null null',
  'Query.usageBatches': OPERATORS,
  'Query.previewUsageBatch': OPERATORS_ASK,
  'Mutation.setParentAccount': OWNERS,
  'Mutation.setSubAccountLimit': OWNERS,
  'Mutation.assignSeat': OWNERS,
  'Mutation.unassignSeat': OWNERS,
  'Mutation.moveSeat': OWNERS,
  'Mutation.consume': OWNERS,
  'Mutation.reserve': OWNERS,
  'Mutation.commitReservation': OWNERS,
  'Mutation.releaseReservation': OWNERS,
  'Mutation.allocate': OWNERS,
  'Mutation.deallocate': OWNERS,
  'Mutation.recordUsage': OWNERS,
  'Mutation.startDeployment': OWNERS,
  'Mutation.stopDeployment': OWNERS,
  'Mutation.renameDeployment': OWNERS,
  'Mutation.reissueEnrolment': OWNERS,
  'Mutation.registerAgent': OWNERS,
  'Mutation.rotateAgentToken': OWNERS,
  'Mutation.revokeAgent': OWNERS,
  'Mutation.enqueueCommand': OPERATE_ON,
  'Mutation.enqueueCommands': OPERATE_ON,
  'Mutation.cancelCommand': OPERATE_ON,
  'Mutation.purchasePackage': OWNERS,
  'Mutation.purchaseTemplate': OWNERS,
  'Mutation.refundPurchase': OPERATORS_ASK,
  'Mutation.grantTemplate': OPERATORS,
  'Mutation.setTemplatePrice': OPERATORS,
  'Query.policies': OPERATORS,
  'Mutation.addPolicy': OPERATORS,
  'Mutation.removePolicy': OPERATORS_ASK,
  'Mutation.syncCategories': OPERATORS,
  'Query.webhookEndpoints': OPERATE_ON,
  'Query.webhookDeliveries': OPERATE_ON,
  'Mutation.createWebhookEndpoint': OWNERS,
  'Mutation.updateWebhookEndpoint': OWNERS,
  'Mutation.deleteWebhookEndpoint': OWNERS,
  'Mutation.rotateWebhookSecret': OWNERS,
  'Mutation.testWebhookEndpoint': OWNERS,
  'Mutation.replayDelivery': HIDDEN,
  'Mutation.advanceClock': OPERATORS,
  'Subscription.commandStatus': OPERATE_ON,
  'Subscription.agentPresence': OPERATE_ON,
  'Subscription.billingEvents': OPERATE_ON,
  'Subscription.deploymentEvents': OPERATE_ON,
  'Subscription.operatorEvents': OPERATORS,
  'Subscription.entitlements': OPERATE_ON,
}

describe("Operations on other accounts' objects by role", () => {
  let server: TestServer
  let ann: Tenant
  const tokens: Record<string, string> = {}
  beforeAll(async () => {
    server = await startTestServer()
    ann = await newTenant(server, 'ann@example.com')
    for (const role of ROLES) {
      tokens[role] = await server.token(`${role}@example.com`, { roles: [role] })
      await server.graphql('{ viewer { user { id } } }', {}, tokens[role])
    }
  })
  afterAll(() => server.close())

  it('lists every operation of the server', async () => {
    expect(Object.keys(MATRIX).toSorted()).toEqual((await operationsOf(server)).toSorted())
  })

  it('returns the listed result for each role', async () => {
    // Calls that delete a template run last, because the others still read it.
    const inOrder = CALLS.toSorted(([left], [right]) => LAST.indexOf(left) - LAST.indexOf(right))
    const met: [string, string][] = []
    for (const [name, query] of inOrder) {
      const outcomes = []
      for (const role of ROLES) {
        const outcome = await callAs(server, tokens[role]!, query, variablesFor(query, ann))
        outcomes.push(outcome.kind === 'error' ? outcome.code : outcome.value === null ? 'null' : 'data')
        // A policy that an operator adds applies immediately. It is deleted before the next call.
        const added =
          name === 'Mutation.addPolicy' && outcome.kind === 'data' ? (outcome.value as { id: string }).id : null
        if (added) await editPolicy(server, tokens[role]!, 'remove', { id: added })
      }
      met.push([name, outcomes.join(' ')])
    }
    expect(met).toEqual(inOrder.map(([name]): [string, string] => [name, MATRIX[name]!]))
  })
})
