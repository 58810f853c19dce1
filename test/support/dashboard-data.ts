import { mutationText, takesKey, variablesOf } from './mutations.js'
import { randomUUID } from 'node:crypto'
import { deploymentWithAgent, enqueue, requestDeployment, type DeploymentWithAgent } from './deployments.js'
import { insertDeadLetters } from './dead-letters.js'
import { MarketplaceClient, publishTemplate } from './marketplace-client.js'
import { untilCounted, untilQuiet, chargeAtStripe } from './money-runs.js'
import { nextTerms, type ChangeableCatalog } from './next-catalog.js'
import { reconcile } from './reconciliation-runs.js'
import { subscribe, type Subscriber } from './subscribers.js'
import { eventually, type TestServer } from './test-server.js'
import { sellTemplate } from './vendor-earnings.js'
import { deliverEvent } from './webhook-events.js'

/** Addresses of pages that show what `fillDashboard` made, below `/dashboard`. */
export interface DashboardPaths {
  readonly ann: Readonly<Record<string, string>>
  readonly vera: Readonly<Record<string, string>>
  readonly ops: Readonly<Record<string, string>>
  /** Address of an open payment page of the provider. */
  readonly checkout: string
  /** The deployment of Ann. */
  readonly deployment: DeploymentWithAgent
  /** ID of her webhook endpoint. */
  readonly endpoint: string
}

export interface DashboardDataOptions {
  readonly catalog: ChangeableCatalog
  /** Address of a server that answers webhooks with 204. */
  readonly receiver: string
  /** Ann with a plan. Default: she buys it. */
  readonly ann?: Subscriber
  /** Lets time pass between what people do. Default: everything happens at one moment. */
  readonly later?: () => Promise<unknown>
}

/** Every page of the dashboard gets something to show: for a customer, a vendor and an operator. The catalog is `try-direct`. */
export async function fillDashboard(
  server: TestServer,
  { catalog, receiver, ann: known, later = async () => {} }: DashboardDataOptions,
): Promise<DashboardPaths> {
  const tokens = {
    ann: await server.token('ann@example.com'),
    ops: await server.token('ops@example.com', { roles: ['admin'] }),
  }
  const call = async <Result>(name: string, input: object, result = '', token = tokens.ann): Promise<Result> => {
    const { data, errors } = await server.graphql<Record<string, Result>>(
      mutationText(name, `${result} denial { code message }`),
      variablesOf(name, { ...(takesKey(name) ? { key: randomUUID() } : {}), ...input }),
      token,
    )
    if (errors || 'code' in (data[name] as object)) throw new Error(`${name}: ${JSON.stringify({ data, errors })}`)
    return data[name]!
  }

  const admin = new MarketplaceClient(server, tokens.ops)
  const { vendor, vendorId } = await sellTemplate(server, admin)
  const ann = known ?? (await subscribe(server, 'ann@example.com', { plan: 'plus', quantity: 2 }))
  await subscribe(server, 'bo@example.com', { plan: 'basic', interval: { unit: 'YEAR', count: 1 } })

  await later()
  const deployment = await runCommands(server)
  const { hash } = deployment
  await later()
  await call('createApiKey', { name: 'production', scopes: ['entitlements:read'] })
  await call('inviteMembers', { invitations: [{ email: 'cem@example.com', role: 'MEMBER' }] })
  const endpoint = await call<{ id: string }>(
    'createWebhookEndpoint',
    { url: `${receiver}/hook`, types: ['subscription.*', 'invoice.*'], description: 'Accounting' },
    'webhookEndpoint { id }',
  )
  await call('testWebhookEndpoint', { webhookEndpointId: endpoint.id })
  const deliveries = () =>
    server.query<{ id: string }>(`select id from webhook_delivery where endpoint_id = $1 and state = 'DELIVERED'`, [
      endpoint.id,
    ])
  const [delivery] = await eventually(deliveries, (rows) => rows.length > 0)
  await call('exportAccount', {})

  await later()
  const rated = await publishTemplate(vendor, admin, RATED)
  await requestDeployment(server, tokens.ann, { slug: RATED.slug })
  await eventually(
    () => server.query(`select template_id from template_install where template_id = $1`, [rated.id]),
    (rows) => rows.length > 0,
  )
  await later()
  const draft = await vendor.create({
    name: 'Photo Album',
    slug: 'photo-album',
    shortDescription: 'Pictures of a family.',
  })
  const submitted = await vendor.create({
    name: 'Status Page',
    slug: 'status-page',
    shortDescription: 'Shows what is down.',
  })
  await vendor.submit(submitted.id)
  await vendor.update(rated.id, { shortDescription: 'A forum with search and moderation.' })
  await vendor.submit(rated.id)
  await later()
  await admin.startReview(rated.id)

  const checkout = await call<{ id: string; providerReference: string }>(
    'startSubscription',
    { plan: 'basic', provider: 'STRIPE' },
    'checkout { id providerReference }',
    await server.token('dee@example.com'),
  )
  await server.query(`update checkout set amount_minor = 1 where id = $1`, [checkout.id])
  await server.sandboxControl('POST', `checkouts/${checkout.providerReference}/pay`, {})
  const open = await call<{ url: string }>(
    'startSubscription',
    { plan: 'plus', provider: 'STRIPE' },
    'checkout { url }',
    await server.token('eli@example.com'),
  )
  await later()
  const event = await deliverEvent(server, UNKNOWN_SUBSCRIPTION_ENDED)
  await insertDeadLetters(server)
  await catalog.change(server, nextTerms, { plan: 'plus', version: 2 })
  const migration = await call<{ id: string }>('migratePlan', { plan: 'plus' }, 'planMigration { id }', tokens.ops)
  await chargeAtStripe(server, ann.customerId)
  await untilQuiet(server)
  await untilCounted(server)
  const run = await reconcile(server, tokens.ops)
  const [inbox] = await server.query<{ id: string }>(`select id from inbox_event where event_id = $1`, [event])

  const account = (page: string) => `/a/${ann.accountId}/${page}`
  return {
    ann: {
      'public-plans': '/plans',
      market: '/market',
      'market-filtered': '/market?search=stack',
      template: '/market/uptime-kuma',
      'template-owned': `/market/${RATED.slug}`,
      'vendor-page': `/market/vendors/${vendorId}`,
      plans: account('plans'),
      billing: account('billing'),
      home: account(''),
      usage: account('usage'),
      deployments: account('deployments'),
      deployment: account(`deployments/${hash}`),
      'deployment-logs': account(`deployments/${hash}?tab=logs`),
      'deployment-commands': account(`deployments/${hash}?tab=commands`),
      'deployment-configuration': account(`deployments/${hash}?tab=configuration`),
      'deployment-settings': account(`deployments/${hash}?tab=settings`),
      team: account('team'),
      keys: account('keys'),
      webhooks: account('webhooks'),
      endpoint: account(`webhooks/${endpoint.id}`),
      'endpoint-delivery': account(`webhooks/${endpoint.id}?delivery=${delivery!.id}`),
      settings: account('settings'),
      activity: account('activity'),
    },
    vera: {
      'vendor-templates': '/vendor',
      'vendor-draft': `/vendor/templates/${draft.id}`,
      'vendor-submitted': `/vendor/templates/${submitted.id}`,
      'vendor-earnings': '/vendor/earnings',
    },
    ops: {
      'ops-overview': '/ops',
      'ops-accounts': '/ops/accounts?query=ann',
      'ops-account': `/ops/accounts/${ann.accountId}`,
      'ops-account-timeline': `/ops/accounts/${ann.accountId}?tab=timeline`,
      'ops-inbox': '/ops/inbox',
      'ops-event': `/ops/inbox/${inbox!.id}`,
      'ops-dead-letters': '/ops/dead-letters',
      'ops-checkouts': '/ops/checkouts',
      'ops-reconciliation': '/ops/reconciliation',
      'ops-comparison': `/ops/reconciliation/${run.id}`,
      'ops-invariants': '/ops/invariants',
      'ops-figures': '/ops/figures',
      'ops-cohorts': '/ops/figures?tab=cohorts',
      'ops-catalog': '/ops/catalog?plan=plus',
      'ops-catalog-editor': '/ops/catalog?tab=editor',
      'ops-migration': `/ops/catalog/migrations/${migration.id}`,
      'ops-reviews': '/ops/reviews',
      'ops-review': `/ops/reviews/${rated.id}`,
      'ops-vendors': '/ops/vendors',
      'ops-agents': '/ops/agents',
      'ops-audit': '/ops/audit',
    },
    checkout: open.url,
    deployment,
    endpoint: endpoint.id,
  }
}

/** A deployment of Ann with a command in each state: succeeded, failed and waiting. */
async function runCommands(server: TestServer): Promise<DeploymentWithAgent> {
  const served = await deploymentWithAgent(server, {
    email: 'ann@example.com',
    capabilities: ['docker', 'logs', 'backup'],
  })
  const results = [
    {
      command: { restart: { appCode: 'web' } },
      report: { status: 'success', result: { status: 'ok', container_state: 'running' } },
    },
    {
      command: { stop: { appCode: 'web' } },
      report: {
        status: 'failed',
        error: 'the container did not stop',
        errors: [{ code: 'timeout', message: 'The container did not stop within 30 s.' }],
      },
    },
  ]
  for (const { command, report } of results) {
    await enqueue(server, served, { command })
    const { body } = await served.agent.wait(10)
    await served.agent.report({ command_id: body.item!.command_id, ...report })
  }
  await enqueue(server, served)
  return served
}

const RATED = {
  name: 'Forum',
  slug: 'forum',
  shortDescription: 'A forum with search.',
  longDescription: 'People ask and answer.\n\nThe forum keeps its data in PostgreSQL.',
  tags: ['forum', 'community'],
  infrastructureRequirements: { cpu_cores: 1, memory_mb: 1024, disk_gb: 10 },
}

const UNKNOWN_SUBSCRIPTION_ENDED = {
  id: 'evt_unknown_subscription',
  object: 'event',
  type: 'customer.subscription.deleted',
  created: 1_790_000_000,
  livemode: false,
  data: { object: { id: 'sub_unknown', object: 'subscription' } },
}
