import { randomUUID } from 'node:crypto'
import { createKey } from './api-keys.js'
import { Buyer } from './buyer.js'
import { deploymentWithAgent, enqueue, requestDeployment, type DeploymentWithAgent } from './deployments.js'
import { MarketplaceClient, publishTemplate } from './marketplace-client.js'
import { change, joinAccount, person, type Person } from './members.js'
import { subscribe } from './subscribers.js'
import { eventually, type TestServer } from './test-server.js'
import { readEarnings } from './vendor-earnings.js'
import { CREATE_ENDPOINT } from './webhook-endpoints.js'

/** The people and objects of the screens. Every list of a screen has at least two items, so that reading each one by itself shows. */
export interface ScreenData {
  readonly owner: Person
  readonly served: DeploymentWithAgent
  readonly vendor: MarketplaceClient
  readonly vendorId: string
  readonly templateSlug: string
  readonly operator: string
  /** A finished command with the lines of a log. */
  readonly logs: string
}

export async function screenData(server: TestServer): Promise<ScreenData> {
  const operator = await server.token('operator@example.com', { roles: ['admin'] })
  const reviewer = new MarketplaceClient(server, operator)
  await subscribe(server, 'ann@example.com', { plan: 'plus' })
  const owner = await person(server, 'ann@example.com')
  const { vendor, vendorId, templateSlug } = await sellTwoTemplates(server, reviewer, owner)
  await team(server, owner)
  const served = await deploymentWithAgent(server, { email: owner.email })
  await served.agent.wait(0)
  await requestDeployment(server, owner.token)
  for (const appCode of ['web', 'database']) await runCommand(server, served, { start: { appCode } })
  const logs = await runCommand(server, served, { logs: { appCode: 'web' } }, LOGS)
  return { owner, served, vendor, vendorId, templateSlug, operator, logs }
}

/** A vendor with three templates, two of which the owner bought. */
async function sellTwoTemplates(server: TestServer, reviewer: MarketplaceClient, owner: Person) {
  const vendor = new MarketplaceClient(server, await server.token('vera@example.com', { roles: ['vendor'] }))
  const buyer = new Buyer(server, owner.token, owner.email)
  const slugs: string[] = []
  for (const name of ['Sold Stack', 'Other Stack']) {
    const { id, slug } = await publishTemplate(vendor, reviewer, { name })
    await vendor.price(id, 4999)
    await buyer.buy('purchaseTemplate', { templateId: id })
    slugs.push(slug)
  }
  await vendor.create({ name: 'A Draft' })
  const earnings = await eventually(
    () => readEarnings(server, vendor.token),
    ({ entries }) => entries.nodes.length === 2,
  )
  return { vendor, vendorId: earnings.vendor.id, templateSlug: slugs[0]! }
}

async function team(server: TestServer, owner: Person) {
  for (const name of ['bob', 'carl']) {
    await joinAccount(server, owner, `${name}@example.com`)
    await change(
      server,
      owner,
      `inviteMember(accountId: "${owner.accountId}", email: "invited-${name}@example.com", role: MEMBER)`,
    )
    await createKey(server, owner.token, { name, scopes: ['entitlements:read'] })
    const input = { url: `https://hooks.example.com/${name}`, types: ['webhook.test'] }
    const { data } = await server.graphql<{ createWebhookEndpoint: { webhookEndpoint: { id: string } } }>(
      CREATE_ENDPOINT,
      { input, key: randomUUID() },
      owner.token,
    )
    const tested = await server.graphql(
      `mutation ($id: ID!, $key: String!) { testWebhookEndpoint(id: $id, key: $key) { denial { code } } }`,
      { id: data.createWebhookEndpoint.webhookEndpoint.id, key: randomUUID() },
      owner.token,
    )
    if (tested.errors) throw new Error(JSON.stringify(tested.errors))
  }
}

/** The report of an agent on `logs`. */
const LOGS = {
  cursor: null,
  truncated: false,
  lines: [{ ts: '2026-03-30T09:00:00Z', stream: 'stdout', message: 'ready' }],
}

async function runCommand(server: TestServer, served: DeploymentWithAgent, command: object, result: object = {}) {
  const { id } = await enqueue(server, served, { command })
  await served.agent.wait(0)
  await served.agent.report({ command_id: id, status: 'success', result })
  return id
}
