import { variablesOf } from '../support/mutations.js'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { deploymentWithAgent, enqueue, templateId, type DeploymentWithAgent } from '../support/deployments.js'
import { installTools } from '../support/install-tools.js'
import { compareWithContract } from '../support/schema-contract.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'

interface Serving {
  readonly url: string
  readonly milliseconds: number
  readonly hints: readonly string[]
  readonly api: string
  readonly errors?: readonly string[]
}
interface SubgraphRequest {
  readonly to: 'stackgate' | 'tickets'
  readonly representations: number | null
}
interface Answer {
  readonly data: Record<string, unknown> | null
  readonly errors?: readonly { message: string; path?: readonly string[]; extensions: { code?: string } }[]
}

/** More than one fetch may have. */
const MANY = 101
const COMMANDS = 20

const plainSchema = readFileSync('src/schema/schema.graphql', 'utf8')

/** `npm run test:long -- federation`: composition with another subgraph, and queries through Apollo's gateway. */
describe('Apollo Federation', () => {
  let server: TestServer
  let ann: DeploymentWithAgent
  let bob: DeploymentWithAgent
  let gateway: ChildProcessByStdio<Writable, Readable, null>
  let serving: Serving
  const requests: SubgraphRequest[] = []
  const statements: string[] = []

  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void statements.push(text) } })
    ann = await deploymentWithAgent(server)
    bob = await deploymentWithAgent(server)
    const folder = await installTools('test/long/federation')
    const tickets = JSON.stringify([...(await ticketsOf(ann, COMMANDS)), ...(await ticketsOf(bob, 1)), ...more()])
    gateway = spawn(process.execPath, ['gateway.mjs', `${server.url}/graphql`, tickets], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    let first: Serving | undefined
    createInterface({ input: gateway.stdout }).on('line', (line) => {
      // Apollo Server writes lines of its own.
      if (!line.startsWith('{')) return
      const said = JSON.parse(line) as Serving & SubgraphRequest
      if (said.to) requests.push(said)
      else first = said
    })
    serving = (await eventually(
      () => first,
      (value) => value !== undefined || gateway.exitCode !== null,
      300_000,
    ))!
  }, 900_000)
  afterAll(async () => {
    gateway?.stdin.end()
    await server.close()
  })

  /** Tickets about the objects of an account, one for each of its commands. */
  async function ticketsOf(served: DeploymentWithAgent, count: number) {
    const { data } = await server.graphql<{ account: { id: string }; plan: { id: string } }>(
      '{ account { id } plan(code: "plus") { id } }',
      {},
      served.owner,
    )
    const template = await templateId(server, 'static-site')
    const tickets = []
    for (let at = 0; at < count; at++)
      tickets.push({
        id: randomUUID(),
        subject: `Ticket ${at}`,
        account: data.account.id,
        deployment: served.hash,
        command: (await enqueue(server, served)).id,
        agent: served.agent.identity.id,
        plan: data.plan.id,
        template,
      })
    return tickets
  }
  const more = () =>
    Array.from({ length: MANY }, (_, at) => ({ id: randomUUID(), subject: 'More', account: `acc_${at}` }))

  async function ask(query: string, token: string | null, variables: object = {}): Promise<Answer> {
    requests.length = 0
    statements.length = 0
    const response = await fetch(serving.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    })
    return (await response.json()) as Answer
  }

  it('composes the schema with another subgraph, without hints', () => {
    expect([serving.errors, serving.hints]).toEqual([undefined, []])
    process.stderr.write(`composed in ${serving.milliseconds} ms\n`)
  })

  it('offers everything that clients of Stackgate use, in the same types', async () => {
    const withoutOneOf = plainSchema.replaceAll(' @oneOf', '')
    const { violations } = await compareWithContract(withoutOneOf, serving.api)
    // A gateway leaves out the permissions of fields.
    expect(violations.filter((violation) => !violation.includes('@requires:'))).toEqual([])
  })

  const TICKETS = `query ($first: Int) { tickets(first: $first) {
    nodes {
      subject
      account { id name }
      deployment { id status }
      command { id status }
      agent { id presence }
      plan { code }
      template { slug }
    }
    pageInfo { hasNextPage }
  } }`

  it('loads the objects of a page with one request for each type', async () => {
    const { data, errors } = await ask(TICKETS, ann.owner, { first: COMMANDS })
    expect(errors).toBeUndefined()
    const { nodes } = data!['tickets'] as { nodes: Record<string, Record<string, string>>[] }
    expect(nodes).toHaveLength(COMMANDS)
    for (const node of nodes)
      expect(node).toMatchObject({
        account: { id: expect.stringMatching(/^acc_/) },
        deployment: { id: ann.id },
        command: { id: expect.stringMatching(/^cmd_/) },
        agent: { id: ann.agent.identity.id },
        plan: { code: 'plus' },
        template: { slug: 'static-site' },
      })
    expect(new Set(nodes.map(({ command }) => command!['id'])).size).toBe(COMMANDS)
    const toStackgate = requests.filter(({ to }) => to === 'stackgate')
    process.stderr.write(`${JSON.stringify(requests)}\n`)
    expect(toStackgate.length).toBeLessThanOrEqual(6)
    const reads = statements.filter((text) => /^\s*select\b.*= any\(\$/s.test(text))
    process.stderr.write(`${reads.length} statements\n`)
    expect(reads.length).toBeLessThan(20)
  })

  it('adds fields of the other subgraph to our objects', async () => {
    const query = `query ($id: ID!, $hash: ID!) {
      viewer { account { name tickets { subject } } }
      node(id: $id) { __typename ... on Account { tickets { subject } } }
      deployment(id: $hash) { status tickets { subject account { name } } }
    }`
    const own = await server.graphql<{ account: { id: string } }>('{ account { id } }', {}, ann.owner)
    const { data, errors } = await ask(query, ann.owner, { id: own.data.account.id, hash: ann.hash })
    expect(errors).toBeUndefined()
    for (const place of ['node', 'deployment'])
      expect((data![place] as { tickets: unknown[] }).tickets).toHaveLength(COMMANDS)
    expect((data!['viewer'] as { account: { tickets: unknown[] } }).account.tickets).toHaveLength(COMMANDS)
  })

  it("returns null for what is not the caller's", async () => {
    for (const token of [bob.owner, null]) {
      const { data, errors } = await ask(TICKETS, token, { first: COMMANDS })
      expect(errors).toBeUndefined()
      for (const node of (data!['tickets'] as { nodes: object[] }).nodes)
        expect(node).toMatchObject({
          account: null,
          deployment: null,
          command: null,
          agent: null,
          plan: { code: 'plus' },
          template: { slug: 'static-site' },
        })
    }
  })

  it('forwards mutations, denials and error codes', async () => {
    const mutation = `mutation ($command: CommandInput!, $deploymentId: ID!, $key: String!, $priority: CommandPriority, $timeoutSeconds: Int) {
      enqueueCommand(command: $command, deploymentId: $deploymentId, key: $key, priority: $priority, timeoutSeconds: $timeoutSeconds) {
        command { __typename id account: type }
        denial { code remedies { kind } }
      }
    }`
    const input = (command: object) => ({ deploymentHash: ann.hash, command, idempotencyKey: randomUUID() })
    const done = await ask(mutation, ann.owner, variablesOf('enqueueCommand', input({ start: { appCode: 'web' } })))
    expect(done).toMatchObject({ data: { enqueueCommand: { command: { __typename: 'Command' }, denial: null } } })
    // The gateway does not know that exactly one field is allowed; the server does.
    const both = await ask(
      mutation,
      ann.owner,
      variablesOf('enqueueCommand', input({ start: { appCode: 'web' }, stop: { appCode: 'web' } })),
    )
    expect(both.errors![0]!.extensions.code).toBe('BAD_USER_INPUT')
    const denied = await ask(
      `mutation { startSubscription(input: { provider: STRIPE, plan: "galaxy" }, key: "a") { denial { __typename code } } }`,
      ann.owner,
    )
    expect(denied.data).toEqual({ startSubscription: { denial: { __typename: 'Denial', code: 'INVALID_PLAN' } } })
    const refused = await ask('{ policies { id } }', ann.owner)
    expect(refused.errors![0]!.extensions.code).toBe('FORBIDDEN')
  })

  it('returns an error for more objects than one request may have', async () => {
    const query = 'query ($first: Int) { tickets(first: $first) { nodes { account { name } } } }'
    const { errors } = await ask(query, ann.owner, { first: COMMANDS + 1 + MANY })
    expect(errors!.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
  })
})
