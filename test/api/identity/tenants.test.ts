import { rowCounts } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { callAs, operationsOf, type OperationName } from '#test/support/operations.js'
import { CALLS, newTenant, variablesFor, type Tenant } from '#test/support/tenant.js'

/** Results for a user of another account: public data, null, or a code. */
const STRANGER: Record<OperationName, string> = {
  'Query._service': 'open',
  'Query._entities': 'all null',
  'Query.node': 'null',
  'Query.nodes': 'all null',
  'Query.plans': 'open',
  'Query.features': 'open',
  'Query.plan': 'open',
  'Query.packages': 'open',
  'Query.package': 'open',
  'Query.products': 'open',
  'Query.templateProduct': 'null',
  'Query.templates': 'open',
  'Query.templateFacets': 'open',
  'Query.template': 'open',
  'Query.categories': 'open',
  'Query.installation': 'open',
  'Query.viewer': 'own',
  'Query.account': 'null',
  'Query.check': 'NOT_FOUND',
  'Query.planCheck': 'NOT_FOUND',
  'Query.checks': 'NOT_FOUND',
  'Query.previewUsage': 'NOT_FOUND',
  'Query.deploymentEligibility': 'NOT_FOUND',
  'Query.checkout': 'null',
  'Query.deployment': 'null',
  'Query.command': 'null',
  'Query.commands': 'all null',
  'Query.operation': 'null',
  'Query.reconciliationRuns': 'FORBIDDEN',
  'Mutation.reconcile': 'FORBIDDEN',
  'Mutation.healDrift': 'FORBIDDEN',
  'Mutation.acceptDrift': 'FORBIDDEN',
  'Query.webhookEvents': 'FORBIDDEN',
  'Query.invariants': 'FORBIDDEN',
  'Query.accountInvariants': 'null',
  'Query.statement': 'null',
  'Query.reconciliationReports': 'FORBIDDEN',
  'Mutation.exportAccount': 'NOT_FOUND',
  'Mutation.deleteAccount': 'NOT_FOUND',
  'Mutation.cancelAccountDeletion': 'NOT_FOUND',
  'Query.accounts': 'FORBIDDEN',
  'Query.search': 'FORBIDDEN',
  'Query.deadLetters': 'FORBIDDEN',
  'Query.deadLetterCounts': 'FORBIDDEN',
  'Query.queueStats': 'FORBIDDEN',
  'Mutation.retryDeadLetter': 'FORBIDDEN',
  'Mutation.dropDeadLetter': 'FORBIDDEN',
  'Query.webhookEventCounts': 'FORBIDDEN',
  'Mutation.replayWebhooks': 'FORBIDDEN',
  'Query.checkouts': 'FORBIDDEN',
  'Mutation.releaseCheckout': 'FORBIDDEN',
  'Mutation.refundCheckout': 'FORBIDDEN',
  'Query.auditLog': 'FORBIDDEN',
  'Query.packagePerformance': 'FORBIDDEN',
  'Query.creditAnalytics': 'FORBIDDEN',
  'Query.catalogDiff': 'FORBIDDEN',
  'Query.subscriptions': 'FORBIDDEN',
  'Query.purchases': 'FORBIDDEN',
  'Query.deployments': 'FORBIDDEN',
  'Query.agents': 'FORBIDDEN',
  'Query.outages': 'FORBIDDEN',
  'Query.payouts': 'FORBIDDEN',
  'Query.churn': 'FORBIDDEN',
  'Query.compedPlans': 'FORBIDDEN',
  'Query.recurringRevenue': 'FORBIDDEN',
  'Query.trialConversion': 'FORBIDDEN',
  'Query.revenue': 'FORBIDDEN',
  'Query.userCreditSummary': 'FORBIDDEN',
  'Mutation.replayWebhook': 'FORBIDDEN',
  'Query.apiKeys': 'NOT_FOUND',
  'Query.invitation': 'null',
  'Mutation.rotateApiKey': 'NOT_FOUND',
  'Mutation.inviteMembers': 'NOT_FOUND',
  'Mutation.replayDeliveries': 'NOT_FOUND',
  'Mutation.updateAccount': 'NOT_FOUND',
  'Mutation.createApiKey': 'NOT_FOUND',
  'Mutation.revokeApiKey': 'NOT_FOUND',
  'Mutation.createTeam': 'open',
  'Mutation.inviteMember': 'NOT_FOUND',
  'Mutation.resendInvitation': 'NOT_FOUND',
  'Mutation.cancelInvitation': 'NOT_FOUND',
  'Mutation.acceptInvitation': 'NOT_FOUND',
  'Mutation.setMemberRole': 'NOT_FOUND',
  'Mutation.removeMember': 'NOT_FOUND',
  'Mutation.leaveAccount': 'NOT_FOUND',
  'Mutation.transferOwnership': 'NOT_FOUND',
  'Query.previewAutoTopUp': 'NOT_FOUND',
  'Mutation.setBalanceAlerts': 'NOT_FOUND',
  'Mutation.setUsageAlerts': 'NOT_FOUND',
  'Mutation.setAutoTopUp': 'NOT_FOUND',
  'Mutation.removeAutoTopUp': 'NOT_FOUND',
  'Mutation.setSpendCap': 'NOT_FOUND',
  'Mutation.removeSpendCap': 'NOT_FOUND',
  'Mutation.compPlan': 'FORBIDDEN',
  'Mutation.endCompedPlan': 'FORBIDDEN',
  'Mutation.overrideEntitlement': 'FORBIDDEN',
  'Mutation.grantCredits': 'FORBIDDEN',
  'Mutation.grantCreditsMany': 'FORBIDDEN',
  'Mutation.revokeCredits': 'FORBIDDEN',
  'Mutation.revokeOverride': 'FORBIDDEN',
  'Mutation.startSubscription': 'NOT_FOUND',
  'Mutation.offerNegotiatedPlan': 'FORBIDDEN',
  'Mutation.withdrawNegotiatedPlan': 'FORBIDDEN',
  'Query.previewTrialExtension': 'FORBIDDEN',
  'Mutation.extendTrial': 'FORBIDDEN',
  'Query.previewCancellation': 'NOT_FOUND',
  'Query.previewPlanChange': 'NOT_FOUND',
  'Mutation.changePlan': 'NOT_FOUND',
  'Mutation.cancelSubscription': 'NOT_FOUND',
  'Mutation.resumeSubscription': 'NOT_FOUND',
  'Mutation.addAddon': 'NOT_FOUND',
  'Mutation.removeAddon': 'NOT_FOUND',
  'Mutation.openBillingPortal': 'NOT_FOUND',
  'Mutation.migratePlan': 'FORBIDDEN',
  'Query.previewPlanMigration': 'FORBIDDEN',
  'Query.planMigrations': 'FORBIDDEN',
  'Mutation.stopPlanMigration': 'FORBIDDEN',
  'Mutation.resumePlanMigration': 'FORBIDDEN',
  'Mutation.confirmCheckout': 'NOT_FOUND',
  'Mutation.amendUsage': 'NOT_FOUND',
  'Mutation.voidUsage': 'NOT_FOUND',
  'Query.previewUsageAmendment': 'NOT_FOUND',
  'Mutation.openUsageBatch': 'FORBIDDEN',
  'Mutation.addToUsageBatch': 'FORBIDDEN',
  'Mutation.closeUsageBatch': 'FORBIDDEN',
  'Mutation.revertUsageBatch': 'FORBIDDEN',
  'Mutation.startUsageComparison': 'FORBIDDEN',
  'Mutation.endUsageComparison': 'FORBIDDEN',
  'Mutation.compareUsage': 'NOT_FOUND',
  'Query.usageComparison': 'FORBIDDEN',
  'Query.usageComparisons': 'FORBIDDEN',
  'Query.previewUsageComparisonEnd': 'FORBIDDEN',
  'Query.usageBatch': 'FORBIDDEN',
  'Query.usageBatches': 'FORBIDDEN',
  'Query.previewUsageBatch': 'FORBIDDEN',
  'Mutation.setParentAccount': 'NOT_FOUND',
  'Mutation.setSubAccountLimit': 'NOT_FOUND',
  'Mutation.assignSeat': 'NOT_FOUND',
  'Mutation.unassignSeat': 'NOT_FOUND',
  'Mutation.moveSeat': 'NOT_FOUND',
  'Mutation.consume': 'NOT_FOUND',
  'Mutation.reserve': 'NOT_FOUND',
  'Mutation.commitReservation': 'NOT_FOUND',
  'Mutation.releaseReservation': 'NOT_FOUND',
  'Mutation.allocate': 'NOT_FOUND',
  'Mutation.deallocate': 'NOT_FOUND',
  'Mutation.recordUsage': 'NOT_FOUND',
  'Mutation.startDeployment': 'NOT_FOUND',
  'Mutation.stopDeployment': 'NOT_FOUND',
  'Mutation.renameDeployment': 'NOT_FOUND',
  'Mutation.reissueEnrolment': 'NOT_FOUND',
  'Mutation.registerAgent': 'NOT_FOUND',
  'Mutation.rotateAgentToken': 'NOT_FOUND',
  'Mutation.revokeAgent': 'NOT_FOUND',
  'Mutation.enqueueCommand': 'NOT_FOUND',
  'Mutation.enqueueCommands': 'NOT_FOUND',
  'Mutation.cancelCommand': 'NOT_FOUND',
  'Mutation.purchasePackage': 'NOT_FOUND',
  'Mutation.purchaseTemplate': 'NOT_FOUND',
  'Mutation.refundPurchase': 'FORBIDDEN',
  'Mutation.grantTemplate': 'FORBIDDEN',
  'Mutation.setTemplatePrice': 'FORBIDDEN',
  'Query.policies': 'FORBIDDEN',
  'Mutation.addPolicy': 'FORBIDDEN',
  'Mutation.removePolicy': 'FORBIDDEN',
  'Mutation.syncCategories': 'FORBIDDEN',
  'Query.webhookEndpoints': 'NOT_FOUND',
  'Query.webhookDeliveries': 'NOT_FOUND',
  'Mutation.createWebhookEndpoint': 'NOT_FOUND',
  'Mutation.updateWebhookEndpoint': 'NOT_FOUND',
  'Mutation.deleteWebhookEndpoint': 'NOT_FOUND',
  'Mutation.rotateWebhookSecret': 'NOT_FOUND',
  'Mutation.testWebhookEndpoint': 'NOT_FOUND',
  'Mutation.replayDelivery': 'NOT_FOUND',
  'Mutation.withdrawTemplatePrice': 'FORBIDDEN',
  'Mutation.createTemplate': 'NOT_FOUND',
  'Mutation.updateTemplate': 'FORBIDDEN',
  'Mutation.submitTemplate': 'FORBIDDEN',
  'Mutation.startTemplateReview': 'FORBIDDEN',
  'Mutation.approveTemplate': 'FORBIDDEN',
  'Mutation.rejectTemplate': 'FORBIDDEN',
  'Mutation.requestTemplateChanges': 'FORBIDDEN',
  'Mutation.deprecateTemplate': 'FORBIDDEN',
  'Mutation.deleteTemplate': 'FORBIDDEN',
  'Mutation.rateTemplate': 'NOT_FOUND',
  'Query.vendor': 'null',
  'Query.vendors': 'FORBIDDEN',
  'Query.vendorEarnings': 'NOT_FOUND',
  'Query.vendorAnalytics': 'NOT_FOUND',
  'Mutation.updateVendorProfile': 'NOT_FOUND',
  'Mutation.connectVendor': 'NOT_FOUND',
  'Mutation.verifyVendor': 'FORBIDDEN',
  'Mutation.setVendorPayoutAccount': 'FORBIDDEN',
  'Mutation.payOutVendor': 'FORBIDDEN',
  'Query.reviewQueue': 'FORBIDDEN',
  'Mutation.advanceClock': 'FORBIDDEN',
  'Subscription.commandStatus': 'NOT_FOUND',
  'Subscription.agentPresence': 'NOT_FOUND',
  'Subscription.billingEvents': 'NOT_FOUND',
  'Subscription.deploymentEvents': 'NOT_FOUND',
  'Subscription.operatorEvents': 'FORBIDDEN',
  'Subscription.entitlements': 'NOT_FOUND',
}

/** Results for a key of another account with every scope, which uses the batches of its own account. */
const KEY: Partial<typeof STRANGER> = {
  'Query.viewer': 'null',
  'Mutation.openUsageBatch': 'open',
  'Mutation.addToUsageBatch': 'NOT_FOUND',
  'Mutation.closeUsageBatch': 'NOT_FOUND',
  'Mutation.revertUsageBatch': 'NOT_FOUND',
  'Query.usageBatch': 'null',
  'Query.usageBatches': 'open',
  'Query.previewUsageBatch': 'NOT_FOUND',
}

/** Operations on a vendor. Null for accounts that never published a template. */
const BY_VENDOR = ['Query.vendor', 'Query.vendorEarnings', 'Query.vendorAnalytics']

describe('Isolation of tenants', () => {
  let server: TestServer
  let ann: Tenant
  let bob: Tenant
  const strangers: Record<string, string> = {}
  beforeAll(async () => {
    server = await startTestServer()
    ann = await newTenant(server, 'ann@example.com')
    bob = await newTenant(server, 'bob@example.com')
    strangers['a customer'] = bob.token
    strangers["another community's admin"] = await server.token('carl@example.com', {
      communityId: '7',
      communityRole: 'admin',
    })
    strangers['a vendor and developer'] = await server.token('dora@example.com', { roles: ['vendor', 'developer'] })
    strangers["a key of another's account, with every scope"] = await server.serviceKey(
      ['entitlements:read', 'entitlements:write', 'billing:read', 'commands:write', 'marketplace:sync'],
      bob.things.account,
    )
    for (const token of Object.values(strangers)) await server.graphql('{ account { id } }', {}, token)
    // An agent that is silent for 90 s would become unreachable during the comparison of rows.
    await server.query(`update agent set last_heartbeat_at = now() + interval '1 hour'`)
  })
  afterAll(() => server.close())

  /** All rows of Ann in the database. */
  const annsRows = async () =>
    Promise.all(
      ['account', 'member', 'deployment', 'agent', 'command', 'checkout', 'stream_event', 'allocation'].map((table) =>
        server.query(
          `select to_jsonb(t) - 'last_heartbeat_at' as row from "${table}" t where t::text like $1 order by 1`,
          [`%${ann.things.account}%`],
        ),
      ),
    )

  it('lists every operation of the server', async () => {
    const offered = (await operationsOf(server)).toSorted()
    expect([...new Set(CALLS.map(([name]) => name))].toSorted()).toEqual(offered)
    expect(Object.keys(STRANGER).toSorted()).toEqual(offered)
  })

  it('returns data to the owner for all read operations', async () => {
    for (const [name, query] of CALLS) {
      // Operator-only operations are tested elsewhere. Some templates have no product, the token and the consumption are unknown, and no root is signed.
      if (
        name.startsWith('Mutation') ||
        STRANGER[name] === 'FORBIDDEN' ||
        [
          'Query.templateProduct',
          'Query.invitation',
          'Query.statement',
          'Query.previewUsageAmendment',
          ...BY_VENDOR,
        ].includes(name)
      )
        continue
      const outcome = await callAs(server, ann.token, query, variablesFor(query, ann))
      expect([query, outcome]).toEqual([query, { kind: 'data', value: expect.anything() }])
    }
  })

  it.each([
    'a customer',
    "another community's admin",
    'a vendor and developer',
    "a key of another's account, with every scope",
  ])('%s gets no data and changes nothing', async (who) => {
    const token = strangers[who]!
    const before = [await rowCounts(server), await annsRows()]
    const met: [string, string][] = []
    for (const [name, query] of CALLS) {
      const outcome = await callAs(server, token, query, variablesFor(query, ann))
      const text = JSON.stringify(outcome)
      for (const id of [...ann.things.ids, ann.things.hash]) expect([name, text.includes(id)]).toEqual([name, false])
      met.push([name, kindOf(outcome, name)])
    }
    const expected = CALLS.map(([name]): [string, string] => [
      name,
      (who.startsWith('a key') && KEY[name]) || STRANGER[name]!,
    ])
    expect(met).toEqual(expected)
    expect([await rowCounts(server), await annsRows()]).toEqual(before)
  })

  function kindOf(outcome: Awaited<ReturnType<typeof callAs>>, name: string): string {
    if (outcome.kind === 'error') return outcome.code
    if (outcome.value === null) return 'null'
    if (Array.isArray(outcome.value) && outcome.value.every((item) => item === null)) return 'all null'
    if (name === 'Query.products') expect(JSON.stringify(outcome.value)).not.toContain('"owned":true')
    return name === 'Query.viewer' ? 'own' : 'open'
  }

  it('returns null for her IDs as nodes to him, and the objects to her', async () => {
    for (const id of ann.things.ids) {
      const query = `query ($id: ID!) { node(id: $id) { id } }`
      expect(await callAs(server, bob.token, query, { id })).toEqual({ kind: 'data', value: null })
      expect(await callAs(server, ann.token, query, { id })).toEqual({ kind: 'data', value: { id } })
    }
  })

  it('returns his objects and null, in request order, for a mixed batch', async () => {
    const query = `query ($ids: [ID!]!) { commands(ids: $ids) { id } }`
    const ids = [ann.things.command, bob.things.command, 'cmd_nonsense']
    expect(await callAs(server, bob.token, query, { ids })).toEqual({
      kind: 'data',
      value: [null, { id: bob.things.command }, null],
    })
    const checks = `query ($a: ID, $b: ID) { checks(requests: [{ accountId: $b, feature: "deployments" }, { accountId: $a, feature: "deployments" }]) { allowed } }`
    expect(await callAs(server, bob.token, checks, { a: ann.things.account, b: bob.things.account })).toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('returns 404 over REST, with the same body as for missing objects', async () => {
    const calls: [string, string, (hash: string) => object | undefined][] = [
      ['GET', '/api/v1/deployments/HASH/capabilities', () => undefined],
      ['POST', '/api/v1/agent/commands/enqueue', (hash) => ({ deployment_hash: hash, command_type: 'health' })],
      ['POST', '/api/v1/commands/enqueue', (hash) => ({ deployment_hash: hash, command_type: 'no such' })],
    ]
    const before = [await rowCounts(server), await annsRows()]
    for (const [method, path, body] of calls) {
      const answers = []
      for (const hash of [ann.things.hash, 'deployment_nowhere']) {
        const answer = await server.rest(method, path.replace('HASH', hash), { token: bob.token, body: body(hash) })
        expect([path, answer.status]).toEqual([path, 404])
        answers.push({ ...(answer.body as object), request_id: '' })
      }
      expect(answers[0]).toEqual(answers[1])
    }
    expect([await rowCounts(server), await annsRows()]).toEqual(before)
  })

  it("rejects her agent ID with his agent's token, and his poll for her hash", async () => {
    const poll = await bob.agent.wait(0, { hash: ann.things.hash })
    expect(poll.status).toBe(404)
    expect((await bob.agent.report({ command_id: ann.things.command, status: 'success' })).status).toBe(404)
  })
})
