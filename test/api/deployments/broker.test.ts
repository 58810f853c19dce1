import { StartDeployment } from '@stackgate/client/documents'
import { Connection } from 'rabbitmq-client'
import { brokerBody } from '#services/deployments/broker/queue-message.js'
import { EXCHANGE } from '#services/deployments/broker/send-messages.js'
import { itUnless } from '#test/support/skip.js'
import { brokerUrl, noBroker, NO_BROKER_URL } from '#test/support/broker.js'
import { marketplaceCallers, publishTemplate } from '#test/support/marketplace-client.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { ofType } from '#test/support/of-type.js'

interface Published {
  readonly messageId: string
  readonly routingKey: string
  readonly header: unknown
  readonly body: Record<string, unknown>
}

/** The database sorts the keys of `jsonb`: shorter ones first, then by the alphabet. */
const DEFINITION = {
  volumes: {},
  services: {
    web: { image: 'nginx:1.27-alpine', depends_on: ['cache'] },
    db: { restart: 'always', image: 'postgres:17-alpine' },
    cache: { image: 'redis:7-alpine' },
  },
}

/** Starts a deployment of a template with this definition and stops it. Returns its hash. */
async function startAndStop(server: TestServer): Promise<{ id: string; hash: string; template: string }> {
  const ann = await server.token('ann@example.com')
  const { vendor, admin } = await marketplaceCallers(server)
  const { id: template } = await publishTemplate(vendor, admin, { definition: DEFINITION })
  const { data } = await server.graphql(
    StartDeployment,
    { input: { templateId: template, name: 'Shop' }, key: '1' },
    ann,
  )
  const { id, hash } = ofType(data.startDeployment, 'DeploymentPayload').deployment
  await server.graphql(
    `mutation ($hash: ID!) { stopDeployment(id: $hash, key: "2") { denial { code } } }`,
    { hash },
    ann,
  )
  return { id, hash, template }
}

const messages = (server: TestServer) =>
  server.query<{
    state: string
    attempts: number
    last_error: string | null
    routing_key: string
    body: Record<string, unknown>
    body_text: string
  }>(`select * from broker_message order by id`)

interface Started {
  readonly apps: { code: string }[]
  readonly template: { definition: unknown }
}

/** Expects services and their members in the order of their vendor, and the apps in the same one. */
function expectOrder({ apps, template }: Started): void {
  expect(JSON.stringify(template.definition)).toBe(JSON.stringify(DEFINITION))
  expect(apps.map(({ code }) => code)).toEqual(Object.keys(DEFINITION.services))
}

describe('Broker messages for installers', () => {
  it('names the deployment by its hash and the project by both names in every message', () => {
    const input = {
      id: 'dep_1',
      hash: 'deployment_1',
      accountId: 'acc_1',
      templateId: 'tpl_1',
      templateVersion: 3,
      stack: 'wordpress',
      name: 'Shop',
      status: 'PENDING',
      apps: [],
      slug: 'shop',
      definition: { services: {} },
      definitionText: null,
      parameters: [],
      files: [],
    }
    for (const type of ['deployment.started', 'deployment.stopped', 'agent.registered', 'agent.unreachable']) {
      const body = brokerBody(
        { id: 'obx_1', type, at: new Date('2026-01-15T10:00:00Z'), payload: { deploymentHash: 'deployment_1' } },
        input,
      )
      expect(body).toMatchObject({
        type,
        deployment_hash: 'deployment_1',
        project_id: 'dep_1',
        stack_id: 'dep_1',
        template_id: 'tpl_1',
      })
      expect('template' in body).toBe(type === 'deployment.started')
    }
  })

  it('queues messages while the broker is down, without delaying or losing anything', async () => {
    const server = await startTestServer({ env: { AMQP_URL: NO_BROKER_URL } })
    try {
      const { hash } = await startAndStop(server)
      const [first] = await eventually(
        () => messages(server),
        (all) => all.length === 2 && all[0]!.last_error !== null,
        30_000,
      )
      expect(first).toMatchObject({
        state: 'PENDING',
        routing_key: 'deployment.started',
        body: { deployment_hash: hash },
      })
      expectOrder(JSON.parse(first!.body_text) as Started)
    } finally {
      await server.close()
    }
  })

  it('writes nothing without AMQP_URL', async () => {
    const server = await startTestServer()
    try {
      await startAndStop(server)
      await eventually(
        () => server.query(`select 1 from outbox_event where state <> 'RELAYED'`),
        (left) => left.length === 0,
      )
      expect(await messages(server)).toEqual([])
    } finally {
      await server.close()
    }
  })

  itUnless(noBroker)('delivers to a real RabbitMQ: confirmed, in order, durable', async () => {
    const published: Published[] = []
    const listener = new Connection(brokerUrl)
    const consumer = listener.createConsumer(
      {
        queueOptions: { exclusive: true },
        exchanges: [{ exchange: EXCHANGE, type: 'topic', durable: true }],
        queueBindings: [{ exchange: EXCHANGE, routingKey: '#' }],
      },
      ({ messageId, routingKey, headers, body }) => {
        published.push({
          messageId: messageId!,
          routingKey,
          header: headers?.['deployment_hash'],
          body: body as Record<string, unknown>,
        })
      },
    )
    await new Promise<void>((ready) => consumer.once('ready', () => ready()))
    const server = await startTestServer({ env: { AMQP_URL: brokerUrl } })
    try {
      const { id, hash, template } = await startAndStop(server)
      await eventually(
        () => published.filter(({ header }) => header === hash).length,
        (count) => count === 2,
        20_000,
      )
      const ours = published.filter(({ header }) => header === hash)
      expect(ours.map(({ routingKey }) => routingKey)).toEqual(['deployment.started', 'deployment.stopped'])
      expect(ours[0]!.body).toMatchObject({
        deployment_hash: hash,
        project_id: id,
        stack_id: id,
        template_id: template,
        name: 'Shop',
      })
      expectOrder(ours[0]!.body as unknown as Started)
      await eventually(
        () => messages(server),
        (all) => all.length === 2 && all.every(({ state }) => state === 'SENT'),
      )
    } finally {
      await server.close()
      await consumer.close()
      await listener.close()
    }
  })
})
