import { print } from 'graphql'
import { allResolvers, allOperations } from '#modules/all-declarations.js'
import { ClientDocuments } from '#rest/shared-operations/client-documents.js'
import { requestShape } from '#rest/shared-operations/request-shape.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { createKey } from '#test/support/api-keys.js'
import { randomUUID } from 'node:crypto'
import { Validator } from '@seriousme/openapi-schema-validator'
import type { OpenApiDocument, Operation } from '#test/support/api-traffic.js'
import { deploymentWithAgent, newDeployment, templateId } from '#test/support/deployments.js'
import { person } from '#test/support/members.js'
import { routesOf } from '#test/support/operations.js'
import { marketplaceCallers, publishTemplate } from '#test/support/marketplace-client.js'
import { offerPlan } from '#test/support/negotiated-plans.js'
import { POOL, poolOf } from '#test/support/pools.js'
import { seatTeam } from '#test/support/seats.js'
import { subscribe } from '#test/support/subscribers.js'
import { TestAgent } from '#test/support/test-agent.js'
import { WEBHOOK_TYPES } from '#test/support/event-reference.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { Spender } from '#test/support/top-ups.js'
import { startTransportFixture } from '#test/support/transport-fixture.js'
import { accountIdOf } from '#test/support/accounts.js'

/** Routes that the document leaves out: GraphQL and OpenFeature have specifications of their own, and the others are pages for people. */
const LEFT_OUT =
  /^\w+ (?:\/|\/graphql|\/api\/v1\/commands\/execute|\/graphiql(?:\/|\/:name|\/settings\.json)?|\/invitations|\/billing\/return|\/ofrep\/.+)$|^GET \/billing\/(?:start|purchase-template)$/

interface Document extends OpenApiDocument {
  readonly openapi: string
  readonly servers: readonly { url: string }[]
  readonly tags: readonly { name: string }[]
}

interface Described extends Operation {
  readonly summary: string
  readonly tags: readonly string[]
  readonly security: readonly object[]
}

interface WithWebhooks {
  readonly webhooks: Readonly<
    Record<
      string,
      {
        readonly post: {
          readonly operationId: string
          readonly requestBody: {
            readonly content: {
              readonly 'application/json': {
                readonly schema: { readonly properties: { type: { const: string }; data: { $ref: string } } }
              }
            }
          }
        }
      }
    >
  >
  readonly components: { readonly schemas: Readonly<Record<string, { readonly required: readonly string[] }>> }
}

const operationsOf = (document: Document) =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation: operation as Described })),
  )

describe('GET /openapi.json', () => {
  let server: TestServer
  let document: Document
  beforeAll(async () => {
    server = await startTestServer({ env: { PUBLIC_URL: 'https://shop.example.com/stacker/' } })
    document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document
  })
  afterAll(() => server.close())

  it('is a valid OpenAPI document', async () => {
    const { valid, errors } = await new Validator().validate({ ...document })
    expect(errors ?? []).toEqual([])
    expect([valid, document.openapi]).toEqual([true, '3.1.1'])
  })

  it('is sent to anonymous callers with an entity tag, also below the path of PUBLIC_URL', async () => {
    const first = await fetch(`${server.url}/stacker/openapi.json`)
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    expect(await first.json()).toEqual(document)
    const etag = first.headers.get('etag')!
    expect((await fetch(`${server.url}/openapi.json`, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect(document.servers).toEqual([{ url: 'https://shop.example.com/stacker' }])
  })

  it('is served where introspection is off', async () => {
    const closed = await startTransportFixture({ introspection: false, printApi: async () => '{}' })
    expect((await fetch(`${closed.url}/openapi.json`)).status).toBe(200)
    await closed.edge.drain(1_000)
  })

  it('describes exactly the served routes', () => {
    const described = operationsOf(document).map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    const served = routesOf(server).filter((route) => !LEFT_OUT.test(route))
    expect(described.toSorted()).toEqual(served.map((route) => route.replaceAll(/:(\w+)/g, '{$1}')).toSorted())
  })

  it('describes every event that webhooks deliver', () => {
    const { webhooks, components } = document as Document & WithWebhooks
    expect(Object.keys(webhooks).toSorted()).toEqual(WEBHOOK_TYPES)
    const names = Object.values(webhooks).map(({ post }) => post.operationId)
    expect(new Set(names).size).toBe(names.length)
    for (const [type, { post }] of Object.entries(webhooks)) {
      const { properties } = post.requestBody.content['application/json'].schema
      const data = components.schemas[properties.data.$ref.replace('#/components/schemas/', '')]
      expect([type, properties.type.const, data?.required]).toEqual([
        type,
        type,
        expect.arrayContaining(['accountId', 'accountExternalId']),
      ])
    }
  })

  it('describes each operation completely', () => {
    const operations = operationsOf(document)
    const tags = document.tags.map(({ name }) => name)
    const wrong = operations.filter(({ operation: { summary, tags: own, security, responses } }) => {
      const statuses = Object.keys(responses)
      const isComplete = statuses.some((status) => /^[23]/.test(status)) && statuses.includes('500')
      return !summary.endsWith('.') || own.length !== 1 || !tags.includes(own[0]!) || !security || !isComplete
    })
    expect(wrong.map(({ operation }) => operation.operationId)).toEqual([])
    const names = operations.map(({ operation }) => operation.operationId)
    expect(names.filter((name, index) => !/^[a-z]\w+$/.test(name) || names.indexOf(name) !== index)).toEqual([])
    expect(tags.filter((tag) => !operations.some(({ operation }) => operation.tags[0] === tag))).toEqual([])
  })

  it('describes each operation that it shares with GraphQL by a sentence of its own', () => {
    const summaries = allOperations.map(({ path }) => (document.paths[path]!['post'] as Described).summary)
    expect(summaries.filter((summary, index) => summaries.indexOf(summary) !== index)).toEqual([])
  })
})

interface Setup {
  readonly token?: string | null
  readonly agent?: TestAgent
  readonly type?: string
  /** Values of the path. */
  readonly path?: Readonly<Record<string, string>>
  /** Real values for those of the example. */
  readonly values?: Readonly<Record<string, string>>
}

type Prepare = (server: TestServer) => Promise<Setup>

const owned: Prepare = async (server) => {
  const { owner, hash } = await deploymentWithAgent(server, { capabilities: ['docker', 'logs', 'compose'] })
  const { made } = await createKey(server, owner, { scopes: ['entitlements:read'] })
  return { token: owner, path: { hash, app: 'web' }, values: { a1b2c3: hash, key_1: made!.apiKey.id } }
}
const signed: Prepare = async (server) => {
  const { agent, hash, owner } = await deploymentWithAgent(server)
  const { body } = await server.rest('POST', '/api/v1/commands', {
    token: owner,
    body: { deployment_hash: hash, command_type: 'start', parameters: { app_code: 'web' } },
  })
  return { agent, values: { a1b2c3: hash, cmd_1: (body as { item: { id: string } }).item.id } }
}
const unregistered: Prepare = async (server) => {
  const { hash, enrolmentToken } = await newDeployment(server)
  return { token: null, values: { a1b2c3: hash, enr_1: enrolmentToken } }
}
const buyer: Prepare = async (server) => {
  const email = `${randomUUID()}@example.com`
  const template = await templateId(server, 'ai-agent-stack')
  return { token: await server.token(email), values: { 'ann@example.com': email, tpl_1: template } }
}
const usage: Prepare = async (server) => {
  const ownAccountId = await accountIdOf(server, await server.token('ann@example.com'))
  const token = await server.serviceKey(['entitlements:write'])
  const { body } = await server.rest('POST', '/api/v1/entitlements/reserve', {
    token,
    body: { account_id: ownAccountId, feature: 'attribution_runs', idempotency_key: randomUUID() },
  })
  return { token, values: { 'person:auth0|ann': ownAccountId, rsv_1: (body as { id: string }).id } }
}
const priced: Prepare = async (server) => {
  const owner = await server.token('ann@example.com')
  return { token: owner, values: { 'person:auth0|ann': await accountIdOf(server, owner) } }
}
const holder: Prepare = async (server) => {
  const { token, values } = await usage(server)
  return { token: token!, values: { ...values, plus: 'pro' } }
}
const amendable: Prepare = async (server) => {
  const { accountId } = await person(server, `${randomUUID()}@example.com`)
  const token = await server.serviceKey(['entitlements:write'])
  const { body } = await server.rest('POST', '/api/v1/entitlements/consume', {
    token,
    body: { account_id: accountId, feature: POOL, amount: 2, idempotency_key: randomUUID() },
  })
  return { token, values: { csm_1: (body as { id: string }).id } }
}
const batched: Prepare = async (server) => {
  const { accountId } = await person(server, `${randomUUID()}@example.com`)
  const token = await server.serviceKey(['entitlements:write'])
  const { body } = await server.rest('POST', '/api/v1/usage-batches/open', {
    token,
    body: { name: 'March', reason: 'The meter was down', idempotency_key: randomUUID() },
  })
  return { token, values: { ubt_1: (body as { id: string }).id, 'person:auth0|ann': accountId } }
}
const compared: Prepare = async (server) => {
  const { accountId } = await person(server, `${randomUUID()}@example.com`)
  const token = await server.token('ops@example.com', { roles: ['admin'] })
  const { body } = await server.rest('POST', '/api/v1/usage-comparisons/start', {
    token,
    body: { name: 'Switch', reason: 'Check plans', account_ids: [accountId], idempotency_key: randomUUID() },
  })
  return { token, values: { ucp_1: (body as { id: string }).id, 'person:auth0|ann': accountId } }
}
const comparing: Prepare = async (server) => ({
  ...(await compared(server)),
  token: await server.serviceKey(['entitlements:write']),
})
const capped: Prepare = async (server) => {
  const { token, values } = await priced(server)
  const body = { feature: POOL, period: 'day', limit: { units: 100 }, idempotency_key: randomUUID() }
  const made = await server.rest('POST', '/api/v1/entitlements/set-spend-cap', { token: token!, body })
  return { token: token!, values: { ...values!, cap_1: (made.body as { id: string }).id } }
}
const spending: Prepare = async (server) => {
  const { token, accountId } = await Spender.subscribed(server, await server.serviceKey(['entitlements:write']))
  return { token, values: { 'person:auth0|ann': accountId } }
}
const toppedUp: Prepare = async (server) => {
  const spender = await Spender.subscribed(server, await server.serviceKey(['entitlements:write']))
  await spender.set()
  return { token: spender.token, values: { 'person:auth0|ann': spender.accountId } }
}
const operated: Prepare = async (server) => {
  const { accountId } = await person(server, `${randomUUID()}@example.com`)
  return {
    token: await server.token('ops@example.com', { roles: ['admin'] }),
    values: { 'person:auth0|ann': accountId },
  }
}
const priceList: Prepare = async (server) => {
  const id = `prl_${randomUUID()}`
  await server.query(
    `insert into price_list (id, feature, status, held, changes, proposed_at) values ($1, 'ai_credits', 'PROPOSED', true, '[]', now())`,
    [id],
  )
  return { token: await server.token('ops@example.com', { roles: ['admin'] }), values: { prl_1: id } }
}
const offered: Prepare = async (server) => {
  const { token, values } = await operated(server)
  const { id } = await offerPlan(server, token!, { accountId: values!['person:auth0|ann']!, plan: 'pro' })
  return { token: token!, values: { ...values!, ngp_1: id } }
}
const granted: Prepare = async (server) => {
  const { token, values } = await operated(server)
  const input = { account_id: values!['person:auth0|ann'], feature: 'ai_credits', amount: 10, reason: 'Paid' }
  const body = { ...input, idempotency_key: randomUUID() }
  const { body: grant } = await server.rest('POST', '/api/v1/entitlements/grant-credits', { token: token!, body })
  return { token: token!, values: { ...values!, grt_1: (grant as { id: string }).id } }
}
const comped: Prepare = async (server) => {
  const { token, values } = await operated(server)
  const terms = { plan: 'pro', ends_at: '2100-01-01', reason: 'Partner', idempotency_key: randomUUID() }
  const body = { account_id: values!['person:auth0|ann'], ...terms }
  await server.rest('POST', '/api/v1/entitlements/set-terms', { token: token!, body })
  return { token: token!, values: values! }
}
const trialing: Prepare = async (server) => {
  const { token } = await operated(server)
  const { accountId } = await subscribe(server, `${randomUUID()}@example.com`, { plan: 'professional' })
  return { token: token!, values: { 'person:auth0|ann': accountId } }
}
const newcomer: Prepare = async (server) => ({ token: await server.token(`${randomUUID()}@example.com`) })
const customer: Prepare = async (server) => ({
  token: await server.serviceKey(['accounts:write', 'billing:write']),
  values: { 'person:auth0|ann': `customer:${randomUUID()}` },
})
const paying: Prepare = async (server) => {
  const { token, accountId } = await subscribe(server, `${randomUUID()}@example.com`, { plan: 'plus' })
  return { token, values: { 'person:auth0|ann': accountId } }
}
const canceled: Prepare = async (server) => {
  const { token, values } = await paying(server)
  const body = { account_id: values!['person:auth0|ann'], idempotency_key: randomUUID() }
  await server.rest('POST', '/api/v1/billing/cancel-subscription', { token: token!, body })
  return { token: token!, values: values! }
}
const subscribed: Prepare = async (server) => {
  const { token, accountId } = await subscribe(server, `${randomUUID()}@example.com`, { plan: 'pro' })
  return { token, values: { 'person:auth0|ann': accountId } }
}
const paused: Prepare = async (server) => {
  const { token, values } = await subscribed(server)
  const body = { account_id: values!['person:auth0|ann'], idempotency_key: randomUUID() }
  await server.rest('POST', '/api/v1/billing/pause-subscription', { token: token!, body })
  return { token: token!, values: values! }
}
const seated: Prepare = async (server) => {
  const { owner, accountId, members } = await seatTeam(server, randomUUID(), { seats: 2, members: 2, assigned: 1 })
  const [first, second] = members
  return {
    token: owner.token,
    values: { 'person:auth0|ann': accountId, usr_1: first!.userId, usr_2: second!.userId },
  }
}
const application: Prepare = async (server) => {
  const { userId } = await person(server, 'owner@example.com')
  return {
    token: await server.serviceKey(['entitlements:read', 'accounts:write']),
    values: { usr_1: userId },
  }
}
const pooled: Prepare = async (server) => {
  const { parent, subAccounts, operator } = await poolOf(server, randomUUID(), 1)
  const [subAccount] = subAccounts
  return {
    token: operator,
    values: { 'person:auth0|ann': parent.accountId, 'person:auth0|ben': subAccount!.accountId },
  }
}
const limiting: Prepare = async (server) => {
  const { parent, subAccounts } = await poolOf(server, randomUUID(), 1)
  return {
    token: parent.token,
    values: { 'person:auth0|ann': parent.accountId, acc_1: subAccounts[0]!.accountId },
  }
}
const vendor: Prepare = async (server) => {
  const token = await server.token('vendor@example.com', { roles: ['vendor'] })
  const body = {
    slug: `stack-${randomUUID().slice(0, 8)}`,
    name: 'Stack',
    definition: { services: { web: { image: 'nginx:1' } } },
  }
  const { body: template } = await server.rest('POST', '/templates', { token, body })
  expect(template).toMatchObject({ status: 'draft' })
  return { token, path: { id: (template as { id: string }).id } }
}
const deploying: Prepare = async (server) => {
  const { vendor: author, admin } = await marketplaceCallers(server)
  const definition = { services: { web: { image: 'nginx:1', environment: { SITE_NAME: '${SITE_NAME}' } } } }
  const { id } = await publishTemplate(author, admin, { definition })
  return { token: await server.token(`${randomUUID()}@example.com`), values: { tpl_1: id } }
}
const installer: Prepare = async (server) => ({
  ...(await unregistered(server)),
  token: await server.serviceKey(['marketplace:sync']),
  values: { ...(await unregistered(server)).values, wordpress: 'static-site' },
})
const hooked: Prepare = async (server) => {
  const { hash, enrolmentToken } = await newDeployment(server)
  const { body } = await server.rest('POST', '/api/v1/agent/register', {
    body: { deployment_hash: hash, enrolment_token: enrolmentToken },
  })
  const { environment } = (body as { data: { item: { environment: string } } }).data.item
  return { path: { secret: /hooks\/([^/]+)\/metrics/.exec(environment)![1]! } }
}
const linking: Prepare = async (server) => {
  const email = `${randomUUID()}@example.com`
  const { owner, hash } = await newDeployment(server, email)
  const { body } = await server.rest('POST', '/api/v1/agent/login', { body: { email, password: owner } })
  const session = (body as { session_token: string }).session_token
  return { values: { 'ann@example.com': email, 'token-of-ann': owner, 'session-of-ann': session, a1b2c3: hash } }
}
const composed: Prepare = async (server) => {
  const { owner, hash } = await deploymentWithAgent(server)
  const token = 'a-token-of-16-characters-or-more'
  const body = { url: 'https://compose.example.com', token }
  await server.rest('POST', `/api/v1/compose/${hash}/register`, { token: owner, body })
  return { token, path: { hash } }
}
const client: Prepare = async (server) => {
  const secret = await server.serviceKey(['entitlements:read'])
  const [key] = await server.query<{ id: string }>(`select id from service_key order by id desc limit 1`)
  return { token: null, values: { key_1: key!.id, sk_1: secret }, type: 'application/json' }
}
const service: Prepare = async (server) => ({ token: await server.serviceKey(['marketplace:sync']) })

/** Preparation of each example. Others are sent by the owner of a deployment. */
const SETUPS: Readonly<Record<string, Prepare>> = {
  startCheckout: buyer,
  createCommunityCheckout: newcomer,
  createCommunityPortal: paying,
  createBillingCheckout: newcomer,
  createBillingPortal: paying,
  trackJourney: usage,
  startPackageCheckout: newcomer,
  startTemplateCheckout: buyer,
  checkEntitlement: usage,
  createEntitlementsToken: usage,
  grantCredits: operated,
  revokeCredits: granted,
  setPlan: operated,
  previewUsage: priced,
  checkPlan: holder,
  consume: usage,
  reserve: usage,
  commitReservation: usage,
  extendReservation: usage,
  releaseReservation: usage,
  allocate: usage,
  deallocate: usage,
  previewUsageAmendment: amendable,
  amendUsage: amendable,
  voidUsage: amendable,
  listUsageAmendments: amendable,
  openUsageBatch: batched,
  addToUsageBatch: batched,
  previewUsageBatch: batched,
  closeUsageBatch: batched,
  revertUsageBatch: batched,
  listUsageBatchLines: batched,
  listUsageBatches: batched,
  startUsageComparison: operated,
  listPriceLists: operated,
  applyPriceList: priceList,
  rejectPriceList: priceList,
  compareUsage: comparing,
  previewUsageComparisonEnd: compared,
  endUsageComparison: compared,
  readUsageComparison: compared,
  listUsageDifferences: compared,
  listUsageComparisons: compared,
  upsertAccount: application,
  linkAccount: application,
  createAccountSession: application,
  listAccountSessions: application,
  revokeAccountSessions: application,
  listSeats: seated,
  assignSeat: seated,
  unassignSeat: seated,
  moveSeat: seated,
  listSubAccounts: limiting,
  setParentAccount: pooled,
  listSpendCaps: priced,
  setSpendCap: priced,
  removeSpendCap: capped,
  listAlerts: priced,
  setAlerts: priced,
  listAutoTopUps: priced,
  previewAutoTopUp: spending,
  setAutoTopUp: spending,
  removeAutoTopUp: toppedUp,
  listNegotiatedPlans: priced,
  offerNegotiatedPlan: operated,
  withdrawNegotiatedPlan: offered,
  listCompedPlans: priced,
  setTerms: operated,
  endTerms: comped,
  previewTrialExtension: trialing,
  extendTrial: trialing,
  readSubscription: paying,
  previewPlanChange: paying,
  startSubscription: customer,
  openBillingPortal: paying,
  changePlan: paying,
  previewCancellation: paying,
  cancelSubscription: paying,
  previewPause: subscribed,
  pauseSubscription: subscribed,
  previewResumption: paused,
  resumeSubscription: canceled,
  listPendingPlans: priced,
  listCalendar: priced,
  listInvoices: priced,
  createTemplate: vendor,
  updateTemplate: vendor,
  startDeployment: deploying,
  completeDeployment: installer,
  syncTemplate: service,
  createAccessToken: client,
  registerAgent: unregistered,
  registerAgentByPurchase: unregistered,
  loginAtAgent: linking,
  linkAgent: linking,
  reportCommand: signed,
  reportCommandAlias1: signed,
  reportAppStatus: signed,
  recordServerLoad: hooked,
  recordAlarms: hooked,
  recordComposeHeartbeat: composed,
}

/** Operations whose examples need the catalog `ai-platform`. */
const PLATFORM =
  /^(?:previewUsage|amendUsage|voidUsage|compareUsage|\w+Usage(?:Batch|Comparison(?:End)?)|list(?:Usage(?:Batch|Comparison|Difference)\w+|UsageAmendments|Seats|SubAccounts|SpendCaps|Alerts)|\w+SpendCap|\w+Seat|\w+(?:AutoTopUp|NegotiatedPlan|CompedPlan)|(?:grant|revoke)Credits|(?:comp|set)Plan|previewPause|pauseSubscription|previewResumption|set(?:ParentAccount|Alerts))/

describe('Examples of the OpenAPI document', () => {
  let server: TestServer
  let counting: TestServer
  let platform: TestServer
  let trials: TestServer
  let document: Document
  beforeAll(async () => {
    server = await startTestServer()
    counting = await startTestServer({ env: { CATALOG: 'attribution' } })
    platform = await startTestServer({ env: { CATALOG: 'ai-platform' } })
    trials = await startTestServer({ env: { CATALOG: 'agileforge' } })
    document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Document
  })
  afterAll(() => Promise.all([server.close(), counting.close(), platform.close(), trials.close()]))

  /** The server whose catalog has the feature of an example. */
  function targetOf({ tags, operationId }: Described): TestServer {
    if (/Trial|Package/.test(operationId)) return trials
    if (PLATFORM.test(operationId)) return platform
    return tags[0] === 'Entitlements' || operationId === 'trackJourney' ? counting : server
  }
  const exampleOf = ({ requestBody }: Operation) => Object.values(requestBody?.content ?? {})[0]?.example

  it('are accepted', async () => {
    const examples = operationsOf(document).filter(({ operation }) => exampleOf(operation) !== undefined)
    expect(examples.length).toBeGreaterThan(25)
    const refused: string[] = []
    for (const { method, path, operation } of examples) {
      const target = targetOf(operation)
      const setup = await (SETUPS[operation.operationId] ?? owned)(target)
      const { status, text } = await send(target, method, path, exampleOf(operation), setup)
      if (status >= 300) refused.push(`${operation.operationId}: ${status} ${text}`)
    }
    expect(refused).toEqual([])
  })

  it('are accepted with each value at its stated limit, and refused above it, as in GraphQL', async () => {
    const limited = operationsOf(document).flatMap(({ method, path, operation }) => {
      const limits = limitsOf(operation)
      return limits.length > 0 ? [{ method, path, operation, limits }] : []
    })
    const members = limited.flatMap(({ limits }) => limits)
    expect(members.length).toBeGreaterThan(90)
    const different: string[] = []
    for (const { method, path, operation, limits } of limited) {
      const target = targetOf(operation)
      const setUp = () => (SETUPS[operation.operationId] ?? owned)(target)
      const sent = async (setup: Setup, place: Place, value: Valued): Promise<Answer> =>
        answerOf((await send(target, method, path, exampleWith(operation, place, value), setup)).text)
      // A refused request changes nothing, so that all values above their limits share an object.
      const shared = await setUp()
      for (const limit of limits) {
        const { place, atLimit, above } = limit
        const rest = [await sent(await setUp(), place, atLimit), await sent(shared, place, above)]
        const graphql = allOperations.some(({ operationId }) => operationId === operation.operationId)
          ? [
              await inGraphQL(target, operation, await setUp(), place, atLimit),
              await inGraphQL(target, operation, shared, place, above),
            ]
          : []
        for (const answers of [rest, graphql])
          if (answers.length > 0 && !isAtLimit(answers, limit))
            different.push(`${operation.operationId} ${place.join('.')}: ${JSON.stringify(answers)}`)
      }
    }
    expect(different).toEqual([])
  })

  const exampleWith = (operation: Operation, place: Place, value: Valued): object => {
    const example = structuredClone(exampleOf(operation)) as Record<string, unknown>
    if ('idempotency_key' in example) example['idempotency_key'] = randomUUID()
    return withValue(example, place, value) as object
  }

  /** The answer of GraphQL to an example with a value, by the document that the route shares. */
  async function inGraphQL(
    target: TestServer,
    operation: Described,
    setup: Setup,
    place: Place,
    value: Valued,
  ): Promise<Answer> {
    const shared = allOperations.find(({ operationId }) => operationId === operation.operationId)!
    const names = { names: shared.names ?? {}, restText: (text: string | null | undefined) => text ?? '' }
    const query = new ClientDocuments().firstFieldOf(shared.document)
    const { body, variablesOf } = requestShape(buildGraphQLSchema(allResolvers), query, names)
    const example = body.parse(
      JSON.parse(
        filled(
          exampleWith(operation, ['idempotency_key'], (key) => key),
          setup,
        ),
      ),
    )
    const variables = variablesOf(withValue(example, place, value) as Record<string, unknown>)
    const { body: response } = await target.rest('POST', '/graphql', {
      body: { query: print(query), variables },
      token: setup.token ?? null,
    })
    const { data, errors } = response as { data?: Readonly<Record<string, unknown>> | null; errors?: unknown }
    const isRefused = errors !== undefined || /"(?:denial":|rejected":\[)\{/.test(JSON.stringify(data))
    return isRefused ? answerOf(JSON.stringify(response), place) : { field: undefined, message: undefined }
  }

  it('exist for each route with a body, except those of providers', () => {
    const without = operationsOf(document)
      .filter(({ operation }) => operation.requestBody && exampleOf(operation) === undefined)
      .map(({ operation }) => operation.operationId)
    expect(without.filter((name) => !/^receive\w+Event/.test(name))).toEqual([])
  })

  async function send(target: TestServer, method: string, path: string, example: unknown, setup: Setup) {
    const url = target.url + path.replaceAll(/\{(\w+)\}/g, (_, name: string) => setup.path?.[name] ?? name)
    const body = filled(example, setup)
    const signature = setup.agent?.headers(body) ?? {}
    const bearer = setup.token ? { authorization: `Bearer ${setup.token}` } : {}
    const headers = { 'content-type': 'application/json', ...bearer, ...signature }
    const response = await fetch(url, { method: method.toUpperCase(), headers, body })
    return { status: response.status, text: await response.text() }
  }
})

/** An example with the values of a setup. */
const filled = (example: unknown, { values }: Setup): string =>
  JSON.stringify(example, (_key, value: unknown) => (Array.isArray(value) ? value : (values?.[String(value)] ?? value)))

/** A response: the member at fault and the message, if any. */
interface Answer {
  readonly field: string | undefined
  readonly message: string | undefined
}

/** Names of members and places in lists, from the body to a value. */
type Place = readonly (string | number)[]
/** Makes a value from the one of the example. */
type Valued = (given: unknown) => unknown

interface Limit {
  readonly place: Place
  /** True for the stated number itself, and not for a length. */
  readonly isNumber: boolean
  readonly limit: number
  readonly atLimit: Valued
  readonly above: Valued
}

/** Messages about the number of characters or elements. */
const ABOUT_A_LENGTH = /at most|between|maximum|characters|too (?:long|many)|<=|\d+ to \d+/i

function answerOf(text: string, place?: Place): Answer {
  // The cost of a page is another rule of GraphQL, with a number of its own.
  const message = /"message":"((?:[^"\\]|\\.)*)/.exec(text)?.[1]?.replace(/^Query cost \d+/, 'Query cost')
  // GraphQL names members as its inputs do, and scalars in its message only.
  if (place) return { field: place.join('.'), message }
  const field = /"field":"([^"]*)/.exec(text)?.[1]
  return { field: field?.split(/[.[\]]+/).join('.'), message }
}

/** True if only the value above the limit is refused, or another rule refuses both: a plan that has no seats has no number of them. */
function isAtLimit([accepted, refused]: readonly Answer[], { place, isNumber, limit }: Limit): boolean {
  const isAt = ({ field, message }: Answer) =>
    message !== undefined &&
    (field === undefined ? message.startsWith(`${String(place.at(-1))} `) : `${field}.`.startsWith(String(place[0])))
  if (!isAt(refused!)) return false
  if (!isAt(accepted!)) return true
  const message = accepted!.message!
  const isAboutIt = isNumber ? message.replaceAll(',', '').includes(String(limit)) : ABOUT_A_LENGTH.test(message)
  return message === refused!.message && !isAboutIt
}

function withValue(given: unknown, [first, ...rest]: Place, value: Valued): unknown {
  if (first === undefined) return value(given)
  if (Array.isArray(given)) return given.map((each, index) => (index === first ? withValue(each, rest, value) : each))
  const members = given as Readonly<Record<string, unknown>>
  return { ...members, [first]: withValue(members[first], rest, value) }
}

interface PropertySchema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, PropertySchema>>
  readonly items?: PropertySchema
  readonly anyOf?: readonly PropertySchema[]
}

/** The longest texts and lists and the highest numbers that the descriptions of the members of a body state, and one more. */
function limitsOf(operation: Operation): Limit[] {
  const [body] = Object.values(operation.requestBody?.content ?? {})
  return body ? limitsIn(body.schema as PropertySchema, body.example, []) : []
}

function limitsIn({ properties = {}, anyOf = [] }: PropertySchema, example: unknown, place: Place): Limit[] {
  const inAny = anyOf.flatMap((each) => limitsIn(each, example, place))
  const own = Object.entries(properties).flatMap(([name, property]): Limit[] => {
    const given = (example as Readonly<Record<string, unknown>> | undefined)?.[name]
    const at = [...place, name]
    const [list] = [property, ...(property.anyOf ?? [])].flatMap(({ items }) => items ?? [])
    if (!list) return [...stated(property, at), ...(given ? limitsIn(property, given, at) : [])]
    if (!Array.isArray(given) || given.length === 0) return []
    return [...statedLength(property, at), ...limitsIn(list, given[0], [...at, 0])]
  })
  return [...inAny, ...own]
}

const numberIn = (description = ''): { limit: number; unit: string } | null => {
  const [, number, unit = ''] = /(?:at most |Maximum: |\d–)(\d[\d,]*)( [\w ]*characters)?/.exec(description) ?? []
  return number ? { limit: Number(number.replaceAll(',', '')), unit } : null
}

function stated(property: PropertySchema, place: Place): Limit[] {
  const form = JSON.stringify(property)
  const found = numberIn(property.description)
  if (!found || /"(?:array|object)"|"\$ref"/.test(form)) return []
  const { limit, unit } = found
  const isText = unit !== ''
  if (!isText && !form.includes('"integer"')) return []
  const value = (length: number) => () =>
    isText
      ? randomUUID()
          .repeat(Math.ceil(length / 36))
          .slice(0, length)
      : length
  return [{ place, isNumber: !isText, limit, atLimit: value(limit), above: value(limit + 1) }]
}

function statedLength({ description = '' }: PropertySchema, place: Place): Limit[] {
  const [, limit] = /at most (\d[\d,]*)[.,;]/.exec(description) ?? /, 1–(\d[\d,]*)[.,;]/.exec(description) ?? []
  if (!limit) return []
  const value = (length: number) => (given: unknown) =>
    Array.from({ length }, (_, index) => differing((given as unknown[])[0], index))
  const maxLength = Number(limit.replaceAll(',', ''))
  return [{ place, isNumber: false, limit: maxLength, atLimit: value(maxLength), above: value(maxLength + 1) }]
}

/** Elements that differ from each other. */
function differing(element: unknown, index: number): unknown {
  if (typeof element === 'number') return index + 1
  if (typeof element !== 'object' || element === null) return element
  return 'idempotency_key' in element ? { ...element, idempotency_key: randomUUID() } : element
}
