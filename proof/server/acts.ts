import { cancelCommand, enqueue, readCommand, requestDeployment } from '#test/support/deployments.js'
import { ownershipOf } from '#test/support/template-purchases.js'
import { enroll, TestAgent } from '#test/support/test-agent.js'
import { eventually } from '#test/support/test-server.js'
import { always, same, use, type Act } from '#proof/server/act.js'
import { balances } from '#proof/server/balance-acts.js'
import { containers } from '#proof/server/container-acts.js'
import { platformActs } from '#proof/server/platform-acts.js'
import { PACK, TEMPLATE_PRICE, TOKEN_PRICE, VENDOR_SHARE } from '#proof/server/platform-catalog.js'
import type { Platform, Tenant } from '#proof/server/platform.js'
import { pools } from '#proof/server/pool-acts.js'
import { seats } from '#proof/server/seat-acts.js'
import { CONSUMABLE, type Consumable } from '#proof/server/tenant.js'
import { amendments } from '#proof/server/usage-amendment-acts.js'

/** An amount of a feature: units, or work that its rate card prices. */
function amountOf(platform: Platform, feature: Consumable): { input: object; units: number } {
  const units = platform.below(30) + 1
  if (feature !== 'work') return { input: { amount: units }, units }
  platform.tokens = units
  return {
    input: { work: { quantities: [{ name: 'tokens', amount: units }], dimensions: [] } },
    units: units * TOKEN_PRICE,
  }
}

const usage: readonly Act[] = [
  {
    name: 'consume',
    when: always,
    async act(platform, { accountId, model }) {
      const feature = platform.one(CONSUMABLE)
      const { input, units } = amountOf(platform, feature)
      const expected = model.denialOf(feature, units)
      const { code, id } = await use(platform, 'consume', { accountId, feature, ...input })
      same(`consume ${units} ${feature}`, code, expected)
      if (code === null) model.consume(feature, units, id)
    },
  },
  {
    name: 'reserve',
    when: always,
    async act(platform, { accountId, model }) {
      const feature = platform.one(CONSUMABLE)
      const { input, units } = amountOf(platform, feature)
      const expected = model.denialOf(feature, units)
      const { code, id } = await use(platform, 'reserve', { accountId, feature, ...input })
      same(`reserve ${units} ${feature}`, code, expected)
      if (code === null) model.reserve(id, feature, units)
    },
  },
  {
    name: 'commit',
    when: ({ model }) => model.reservations.length > 0,
    async act(platform, { model }) {
      const { id, feature, amount } = platform.one(model.reservations)
      const used = feature === 'work' ? amount : 1 + platform.below(amount)
      const { code, id: consumption } = await use(platform, 'commit', {
        reservationId: id,
        ...(used === amount ? {} : { amount: used }),
      })
      same(`commit ${used} of ${amount} ${feature}`, code, null)
      model.close(id, used, consumption)
    },
  },
  {
    name: 'extend',
    when: ({ model }) => model.reservations.length > 0,
    async act(platform, { model }) {
      const { id, amount } = platform.one(model.reservations)
      const change = { reservationId: id, expiresInSeconds: 3_600, estimate: platform.below(amount + 1) }
      same('extend', (await use(platform, 'extend', change)).code, null)
    },
  },
  {
    name: 'release',
    when: ({ model }) => model.reservations.length > 0,
    async act(platform, { model }) {
      const { id } = platform.one(model.reservations)
      same('release', (await use(platform, 'release', { reservationId: id })).code, null)
      model.close(id, 0)
    },
  },
  {
    name: 'record usage',
    when: always,
    async act(platform, { accountId, model }) {
      const feature = platform.one(['ai_stories', 'credits'] as const)
      // Credits beyond the balance become debt. Debt of the monthly quota would outlive its month.
      const asked = platform.below(20) + 1
      const amount = feature === 'credits' ? asked : Math.min(asked, model.remaining(feature))
      if (amount === 0) return
      const event = { accountId, feature, amount, key: platform.key() }
      const answer = await platform.mutate<{ acceptedCount: number; rejected: { code: string }[] }>(
        'recordUsage',
        { events: [event, event] },
        'acceptedCount rejected { code }',
        platform.service,
      )
      same(`record ${amount} ${feature} twice`, answer.acceptedCount, 1)
      same('the rejected', answer.rejected.length, 0)
      model.consume(feature, amount)
    },
  },
  {
    name: 'allocate',
    when: always,
    async act(platform, { accountId, model }) {
      const resourceId = `slot-${platform.below(6)}`
      const expected = model.slots.has(resourceId) || model.slotsLeft() > 0 ? null : 'LIMIT_REACHED'
      same(
        `allocate ${resourceId}`,
        (await use(platform, 'allocate', { accountId, feature: 'slots', resourceId })).code,
        expected,
      )
      if (expected === null) model.slots.add(resourceId)
    },
  },
  {
    name: 'deallocate',
    when: ({ model }) => model.slots.size > 0,
    async act(platform, { accountId, model }) {
      const resourceId = platform.one([...model.slots])
      same(
        `deallocate ${resourceId}`,
        (await use(platform, 'deallocate', { accountId, feature: 'slots', resourceId })).code,
        null,
      )
      model.slots.delete(resourceId)
    },
  },
]

const operatorActs: readonly Act[] = [
  {
    name: 'grant credits',
    when: always,
    async act(platform, { accountId, model }) {
      const feature = platform.one(['credits', 'work'] as const)
      const amount = 10 + platform.below(90)
      const input = { accountId, feature, amount, reason: 'proof', idempotencyKey: platform.key() }
      const { id } = await platform.mutate<{ id: string }>('grantCredits', input, 'id')
      model.grants.push({ id, feature, amount, purchase: null })
    },
  },
  {
    name: 'revoke credits',
    when: ({ model }) => model.reservations.length === 0 && model.grants.some(({ purchase }) => purchase === null),
    async act(platform, { model }) {
      const grant = platform.one(model.grants.filter(({ purchase }) => purchase === null))
      const input = { grantId: grant.id, reason: 'proof', idempotencyKey: platform.key() }
      await platform.mutate('revokeCredits', input, 'id')
      model.revoke(grant)
    },
  },
  {
    name: 'override an entitlement',
    when: always,
    async act(platform, { accountId, model }) {
      const feature = platform.one(['ai_stories', 'slots', 'deployments'])
      const amount = 1 + platform.below(3)
      const input = { accountId, feature, amount, reason: 'proof', idempotencyKey: platform.key() }
      await platform.mutate('setTerms', input, 'id')
      model.overrides[feature] = amount
    },
  },
  {
    name: 'revoke an override',
    when: ({ model }) => Object.keys(model.overrides).length > 0,
    async act(platform, { accountId, model }) {
      const feature = platform.one(Object.keys(model.overrides))
      const input = { accountId, feature, reason: 'proof', idempotencyKey: platform.key() }
      await platform.mutate('endTerms', input, 'id')
      delete model.overrides[feature]
    },
  },
  {
    name: 'set a spend cap',
    when: always,
    async act(platform, { accountId, model, token }) {
      const amount = 1 + platform.below(100)
      const input = {
        accountId,
        feature: 'credits',
        period: 'DAY',
        limit: { units: amount },
        idempotencyKey: platform.key(),
      }
      await platform.mutate('setSpendCap', input, 'id', token)
      model.cap = amount
    },
  },
  {
    name: 'remove a spend cap',
    when: ({ model }) => model.cap !== null,
    async act(platform, { accountId, model, token }) {
      // Setting a cap again returns the one that is removed.
      const terms = { accountId, feature: 'credits', period: 'DAY', limit: { units: model.cap } }
      const { id } = await platform.mutate<{ id: string }>(
        'setSpendCap',
        { ...terms, idempotencyKey: platform.key() },
        'id',
        token,
      )
      const input = { id, idempotencyKey: platform.key() }
      await platform.mutate('removeSpendCap', input, 'id', token)
      model.cap = null
    },
  },
]

/** Units that are open below a cap in the act, that are reserved, and that are one too many then. */
const [ROOM, HELD, TOO_MANY] = [10, 6, 5]

const caps: readonly Act[] = [
  {
    name: 'reserve below a cap',
    when: ({ model }) => model.remaining('credits') > ROOM,
    async act(platform, { accountId, model, token }) {
      const amount = model.spentToday + model.reserved.credits + ROOM
      const input = {
        accountId,
        feature: 'credits',
        period: 'DAY',
        limit: { units: amount },
        idempotencyKey: platform.key(),
      }
      await platform.mutate('setSpendCap', input, 'id', token)
      model.cap = amount
      const { code, id } = await use(platform, 'reserve', { accountId, feature: 'credits', amount: HELD })
      same(`reserve ${HELD} credits`, code, null)
      model.reserve(id, 'credits', HELD)
      const denied = await use(platform, 'consume', { accountId, feature: 'credits', amount: TOO_MANY })
      same('use beyond the cap', denied.code, 'SPEND_CAP_REACHED')
    },
  },
]

/** Checkouts, refunds and templates: each compares what the account has with what was paid. */
const money: readonly Act[] = [
  {
    name: 'buy a pack',
    when: always,
    async act(platform, { buyer, model, accountId }) {
      await buyer.buy('purchasePackage', { package: PACK.code })
      await platform.quiet()
      const [row] = await platform.server.query<{ id: string; purchase: string }>(
        `select g.id, p.id as purchase from purchase p join credit_grant g on g.cause_id = p.id
         where p.account_id = $1 order by p.id desc limit 1`,
        [accountId],
      )
      if (!row) throw new Error('a paid pack granted nothing')
      model.grants.push({ id: row.id, feature: 'credits', amount: PACK.units, purchase: row.purchase })
    },
  },
  {
    name: 'refund a pack',
    when: ({ model }) => model.reservations.length === 0 && model.grants.some(({ purchase }) => purchase !== null),
    async act(platform, { model }) {
      const grant = platform.one(model.grants.filter(({ purchase }) => purchase !== null))
      const input = { purchaseId: grant.purchase, reason: 'proof', idempotencyKey: platform.key() }
      await platform.mutate('refundPurchase', input, 'id')
      await platform.quiet()
      model.revoke(grant)
    },
  },
  {
    name: 'buy a template',
    when: ({ model }) => !model.templates.has('paid'),
    async act(platform, { buyer, model }) {
      if (platform.turn('template', 2) === 0) await buyer.buy('purchaseTemplate', { templateId: platform.paidTemplate })
      else {
        const { body } = await platform.server.rest('POST', '/billing/purchase-template', {
          token: buyer.token,
          body: { template_id: platform.paidTemplate, idempotency_key: platform.key() },
        })
        const providerReference = (body as Record<string, string>)['session_id'] ?? ''
        if (!providerReference) throw new Error(`no page for a template: ${JSON.stringify(body)}`)
        await buyer.pay(providerReference)
        await buyer.confirm(providerReference)
      }
      await platform.quiet()
      model.templates.add('paid')
      model.hasBought = true
      platform.payable += VENDOR_SHARE
    },
  },
  {
    name: 'refund a template',
    when: ({ model }) => model.templates.has('paid'),
    async act(platform, { accountId, model }) {
      const [row] = await platform.server.query<{ id: string }>(
        `select p.id from purchase p where p.account_id = $1 and p.amount_minor = $2 and p.reversed_minor = 0 order by p.id desc limit 1`,
        [accountId, TEMPLATE_PRICE],
      )
      // A template that an operator granted has no payment, so that nothing can be refunded.
      if (!row) return
      const input = { purchaseId: row.id, reason: 'proof', idempotencyKey: platform.key() }
      await platform.mutate('refundPurchase', input, 'id')
      await platform.quiet()
      model.templates.delete('paid')
      platform.payable -= VENDOR_SHARE
    },
  },
  {
    name: 'pay out the vendor',
    when: always,
    async act(platform) {
      const key = platform.key()
      const input = {
        vendorId: platform.vendorId,
        currency: 'USD',
        reference: key,
        reason: 'proof',
        idempotencyKey: key,
      }
      const expected =
        platform.payable > 0 ? { status: 'PAID', money: { amountMinor: platform.payable } } : { code: 'INVALID_AMOUNT' }
      const answer = await platform.attempt<object>('payOutVendor', input, 'status money { amountMinor }')
      same('the payout', answer, expected)
      platform.payable = Math.min(0, platform.payable)
    },
  },
  {
    name: 'open a page and leave it',
    when: always,
    async act(platform, { token }) {
      const body = { plan_name: 'basic', idempotency_key: platform.key() }
      const { status } = await platform.server.rest('POST', '/billing/start', { token, body })
      same('the page of a plan', status, 200)
    },
  },
  {
    name: 'request a deletion and cancel it',
    when: always,
    async act(platform, { accountId, token }) {
      for (const [mutation, status] of [
        ['deleteAccount', 'SCHEDULED'],
        ['cancelAccountDeletion', 'CANCELED'],
      ] as const) {
        const input = { accountId, idempotencyKey: platform.key() }
        const answer = await platform.mutate<{ status: string }>(mutation, input, 'status', token)
        same(mutation, answer.status, status)
      }
    },
  },
  {
    name: 'repeat processed events',
    when: always,
    async act(platform, { accountId }) {
      // Of one account: the events of all would be most of the work of a long run.
      const input = { dryRun: false, filter: { account: accountId, statuses: ['PROCESSED'] } }
      await platform.mutate('replayWebhooks', input, 'replayedCount')
      await platform.quiet()
    },
  },
  {
    name: 'reconcile',
    when: always,
    async act(platform) {
      const input = { provider: 'STRIPE', heal: true, idempotencyKey: platform.key() }
      const { drift, error } = await platform.mutate<{ drift: { nodes: unknown[] }; error: string | null }>(
        'reconcile',
        input,
        'error drift { nodes { kind object ours theirs } }',
      )
      same('the differences between product and provider', { error, drift: drift.nodes }, { error: null, drift: [] })
    },
  },
  {
    name: 'grant a template',
    // A granted template is kept, so that each tenant buys one before.
    when: ({ model }) => !model.templates.has('paid') && model.hasBought,
    async act(platform, { accountId, model }) {
      const input = { accountId, templateId: platform.paidTemplate, reason: 'proof', idempotencyKey: platform.key() }
      await platform.mutate('grantTemplate', input, 'id')
      model.templates.add('paid')
    },
  },
  {
    name: 'look at a template',
    when: always,
    async act(platform, { token, model }) {
      const { owned } = await ownershipOf(platform.server, token, platform.paidTemplate)
      same('the template is owned', owned, model.templates.has('paid'))
    },
  },
]

/** Deployments with their agents and commands. */
const deployments: readonly Act[] = [
  {
    name: 'start a deployment',
    when: always,
    async act(platform, { token, model }) {
      const expected = model.deploymentsLeft() > 0 ? null : 'LIMIT_REACHED'
      const answer = await requestDeployment(platform.server, token, { slug: 'uptime-kuma', key: platform.key() })
      same('startDeployment', answer.code ?? null, expected)
      if (answer.code) return
      const { hash } = answer.deployment
      model.deployments.push({ hash, enrolmentToken: answer.enrolmentToken!, running: true })
    },
  },
  {
    name: 'stop a deployment',
    when: ({ model }) => model.running().length > 0,
    async act(platform, { token, model }) {
      const deployment = platform.one(model.running())
      const input = { deploymentHash: deployment.hash, idempotencyKey: platform.key() }
      await platform.mutate('stopDeployment', input, 'deployment { status }', token)
      deployment.running = false
      platform.agents.delete(deployment.hash)
    },
  },
  {
    name: 'register an agent',
    when: (tenant) => tenant.without().length > 0,
    async act(platform, tenant) {
      const { server } = platform
      const deployment = platform.one(tenant.without())
      const { hash } = deployment
      if (platform.turn('register', 2) === 0) {
        const { status, body } = await enroll(server.url, hash, deployment.enrolmentToken)
        same('the registration', status, 201)
        const { agent_id: id, agent_token: token } = body.data.item
        platform.agents.set(hash, new TestAgent(server.url, { id, token, hash }))
      } else {
        const { token, agent } = await platform.mutate<{ token: string; agent: { id: string } }>(
          'registerAgent',
          { deploymentHash: hash, capabilities: ['docker', 'logs'], idempotencyKey: platform.key() },
          'token agent { id }',
          tenant.token,
        )
        platform.agents.set(hash, new TestAgent(server.url, { id: agent.id, token, hash }))
      }
    },
  },
  {
    name: 'reissue an enrolment token',
    when: (tenant) => tenant.without().length > 0,
    async act(platform, tenant) {
      const deployment = platform.one(tenant.without())
      const input = { deploymentHash: deployment.hash, idempotencyKey: platform.key() }
      const { enrolmentToken } = await platform.mutate<{ enrolmentToken: string }>(
        'reissueEnrolment',
        input,
        'enrolmentToken',
        tenant.token,
      )
      tenant.model.deployments.splice(tenant.model.deployments.indexOf(deployment), 1, {
        ...deployment,
        enrolmentToken,
      })
    },
  },
  {
    name: 'rotate an agent token',
    when: (tenant) => tenant.agents().length > 0,
    async act(platform, tenant) {
      const agent = platform.one(tenant.agents())
      const input = { deploymentHash: agent.identity.hash, graceSeconds: 0, idempotencyKey: platform.key() }
      const { token } = await platform.mutate<{ token: string }>('rotateAgentToken', input, 'token', tenant.token)
      same('a poll with the token of before', (await agent.wait(0)).status, 401)
      platform.agents.set(agent.identity.hash, new TestAgent(platform.server.url, { ...agent.identity, token }))
    },
  },
  {
    name: 'revoke an agent',
    when: (tenant) => tenant.agents().length > 0,
    async act(platform, tenant) {
      const agent = platform.one(tenant.agents())
      const input = { deploymentHash: agent.identity.hash, idempotencyKey: platform.key() }
      await platform.mutate('revokeAgent', input, 'agent { id }', tenant.token)
      same('a poll of a revoked agent', (await agent.wait(0)).status, 401)
      platform.agents.delete(agent.identity.hash)
      tenant.revoked.add(agent.identity.hash)
    },
  },
  {
    name: 'run a command',
    when: (tenant) => tenant.agents().length > 0,
    async act(platform, tenant) {
      const { server } = platform
      const agent = platform.one(tenant.agents())
      const { hash } = agent.identity
      const id = await enqueued(platform, tenant, hash)
      const { body } = await agent.wait(5)
      same('the delivered command', body.item?.command_id, id)
      same('a second poll', (await agent.wait(0)).body.item, null)
      const fails = platform.random.next() < 0.3
      const report = fails
        ? { status: 'failed', errors: [{ code: 'x', message: 'no' }] }
        : { status: 'success', result: {} }
      // The report is repeated at its other address, as after a lost response.
      for (const path of ['/api/v1/agent/commands/report', '/api/v1/commands/report'])
        same('the report', (await agent.report({ command_id: id, ...report }, { path })).status, 200)
      const state = await readCommand(server, tenant.token, id)
      same('the status of the command', [state.status, state.attempt], [fails ? 'FAILED' : 'SUCCEEDED', 1])
    },
  },
  {
    name: 'cancel a command',
    when: (tenant) => tenant.agents().length > 0,
    async act(platform, tenant) {
      const { server } = platform
      const agent = platform.one(tenant.agents())
      const { hash } = agent.identity
      const id = await enqueued(platform, tenant, hash)
      if (platform.turn('cancel', 2) === 0) {
        const { data } = await cancelCommand(server, tenant.token, id)
        same('cancelCommand', data.cancelCommand.status, 'CANCELED')
      } else {
        const { status } = await server.rest('POST', `/api/v1/commands/${hash}/${id}/cancel`, { token: tenant.token })
        same('the cancellation', status, 200)
      }
      same('a poll after the cancellation', (await agent.wait(0)).body.item, null)
    },
  },
  {
    name: 'lose an agent with a command',
    when: (tenant) => tenant.agents().length > 0,
    async act(platform, tenant) {
      const { server } = platform
      const agent = platform.one(tenant.agents())
      const id = await enqueued(platform, tenant, agent.identity.hash)
      same('the delivered command', (await agent.wait(5)).body.item?.command_id, id)
      // The lease is measured by the clock of the database, which nobody moves.
      await server.query(`update command set lease_until = now() - interval '1 second' where id = $1`, [id])
      await eventually(
        () => readCommand(server, tenant.token, id),
        ({ status }) => status === 'LOST',
        60_000,
      )
      same('a poll after the loss', (await agent.wait(0)).body.item, null)
    },
  },
]

/** The app of the template that is deployed. */
const APP = 'kuma'
const COMMAND = { start: { appCode: APP } }

/** Addresses of REST at which a command is enqueued. */
const ENQUEUE = ['/api/v1/commands', '/api/v1/commands/enqueue', '/api/v1/agent/commands/enqueue']

/** Enqueues a command that changes something, over GraphQL or REST. */
async function enqueued(platform: Platform, tenant: Tenant, hash: string): Promise<string> {
  const { server } = platform
  const way = platform.turn('enqueue', 1 + ENQUEUE.length)
  if (way === 0)
    return (await enqueue(server, { owner: tenant.token, hash }, { key: platform.key(), command: COMMAND })).id
  const { body } = await server.rest('POST', ENQUEUE[way - 1]!, {
    token: tenant.token,
    body: {
      deployment_hash: hash,
      command_type: 'start',
      parameters: { app_code: APP },
      idempotency_key: platform.key(),
    },
  })
  return (body as { item: { command_id: string } }).item.command_id
}

/** Everything that happens in the population, in the order in which it is tried first. */
export const ACTS: readonly Act[] = [
  ...operatorActs,
  ...usage,
  ...amendments,
  ...caps,
  ...balances,
  ...seats,
  ...pools,
  ...money,
  ...platformActs,
  ...deployments,
  ...containers,
]
