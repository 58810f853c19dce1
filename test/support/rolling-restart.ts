import { createStackgate } from '@stackgate/client'
import { randomUUID } from 'node:crypto'
import WebSocket from 'ws'
import { startApiProcesses, type ApiProcess } from './api-processes.js'
import { busyFactor } from './patience.js'
import { deploymentWithAgent, type DeploymentWithAgent } from './deployments.js'
import { entitlementService, grantTestCredits, newAccount } from './entitlements.js'
import { noHaproxy, startHaproxy, type Haproxy } from './haproxy.js'
import { expectInvariants } from './invariants.js'
import { describeUnless } from './skip.js'
import { TestAgent } from './test-agent.js'
import { eventually, startTestServer, type TestServer } from './test-server.js'
import { USAGE_FEATURE, usageCatalog } from './usage-catalog.js'

export interface RollingRestart {
  /** Number of times that each process is restarted. */
  readonly rounds: number
  readonly callers: number
  readonly agents: number
}

/** A change that the restart makes. */
export interface Change {
  readonly title: string
  /** Folder of the code of all processes for each round; the first is that of the start. */
  readonly roots?: () => readonly string[]
  /** Called when all requests have ended. */
  readonly check?: (server: TestServer) => Promise<void>
}

const SAME: Change = { title: 'Rolling restart behind HAProxy' }

const PROCESSES = 2
const CATALOG = usageCatalog()
const CONSUME = `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { consumption { id } denial { code } } }`
const EVENTS = `subscription Usage($account: ID, $after: String) {
  billingEvents(accountId: $account, types: ["*", "usage.*"], after: $after) {
    __typename cursor ... on Event { sequence } } }`
const ENQUEUE = `mutation ($deploymentId: ID!, $command: CommandInput!, $key: String!) {
  enqueueCommand(deploymentId: $deploymentId, command: $command, key: $key) { command { id } }
}`

/** Restarts every process behind HAProxy, one after the other, under load: no request may fail and nothing may be missed. */
export function describeRollingRestart({ rounds, callers, agents }: RollingRestart, change: Change = SAME): void {
  describeUnless(noHaproxy())(change.title, () => {
    let server: TestServer
    let processes: ApiProcess[]
    let proxy: Haproxy
    let roots: readonly string[] = []
    const failures: string[] = []
    const end = new AbortController()
    beforeAll(async () => {
      server = await startTestServer({ env: { CATALOG } })
      await server.token('first@example.com')
      roots = change.roots?.() ?? []
      // HAProxy finds out with its health checks that a process is going to stop.
      const drain = String(4 * busyFactor())
      processes = await startApiProcesses(server, PROCESSES, { DRAIN_SECONDS: drain, CATALOG }, roots[0])
      proxy = await startHaproxy(processes.map(({ port }) => port))
    })
    afterAll(async () => {
      await proxy.stop()
      await Promise.all(processes.map((each) => each.stop()))
      await server.close()
    })

    /** Sends a mutation once. A failure is recorded, and nothing is repeated. */
    async function send(query: string, variables: object, token: string, account: string): Promise<string> {
      try {
        const response = await fetch(`${proxy.url}/graphql`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${token}`,
            'x-stackgate-account': account,
          },
          body: JSON.stringify({ query, variables }),
        })
        const body = await response.text()
        if (response.status !== 200 || body.includes('"errors"')) failures.push(`${response.status} ${body}`)
        return body
      } catch (error) {
        const { message, cause } = error as Error
        failures.push(`${message}: ${String(cause)}`)
        return ''
      }
    }
    const whileRunning = async (work: () => Promise<unknown>): Promise<void> => {
      while (!end.signal.aborted) await work()
    }

    /** Polls and reports until the end. Returns the commands that it received. */
    async function runAgent(deployment: DeploymentWithAgent): Promise<string[]> {
      const agent = new TestAgent(proxy.url, deployment.agent.identity)
      const received: string[] = []
      await whileRunning(async () => {
        const answer = await agent.wait(5).catch((error: Error) => ({ status: 0, body: { item: null, error } }))
        if (answer.status !== 200) failures.push(`poll: ${answer.status} ${JSON.stringify(answer.body)}`)
        const id = answer.body.item?.command_id
        if (!id) return
        received.push(id)
        const report = await agent.report({ command_id: id, status: 'success' }).catch(() => ({ status: 0 }))
        if (report.status !== 200) failures.push(`report: ${report.status}`)
      })
      return received
    }

    it(`fails no request, misses no event and delivers each command once (${rounds} times each)`, async () => {
      const key = (await entitlementService(server)).key
      const email = 'owner@example.com'
      const accountId = await newAccount(server, email)
      const token = await server.token(email)
      await grantTestCredits(server, accountId, USAGE_FEATURE, 1_000_000)
      const deployments: DeploymentWithAgent[] = []
      for (let count = 0; count < agents; count++) deployments.push(await deploymentWithAgent(server))
      const [start] = await server.query<{ version: number }>(`select version from account where id = $1`, [accountId])
      const sequences = { websocket: [] as number[], sse: [] as number[] }
      const followers = await Promise.all(
        (['websocket', 'sse'] as const).map(async (transport) => {
          const options = { url: `${proxy.url}/graphql`, token, account: accountId, transport, WebSocket }
          const client = createStackgate(options)
          let live: () => void = () => undefined
          const isLive = new Promise<void>((resolve) => (live = resolve))
          await client.follow(
            Object(EVENTS) as never,
            { account: accountId },
            {
              onItem: (item: { sequence: number }) => void sequences[transport].push(item.sequence),
              onResync: () => void failures.push(`${transport}: resync`),
              onState: ({ state }) => (state === 'live' ? live() : undefined),
            },
          )
          await isLive
          return client
        }),
      )
      let consumed = 0
      const commands: string[] = []
      const load = [
        ...Array.from({ length: callers }, () =>
          whileRunning(async () => {
            const input = { accountId, feature: USAGE_FEATURE, amount: 1 }
            const answer = await send(CONSUME, { input, key: randomUUID() }, key, accountId)
            if (answer.includes('"consumption":{')) consumed++
          }),
        ),
        whileRunning(async () => {
          const deployment = deployments[commands.length % agents]!
          const command = { start: { appCode: 'web' } }
          const variables = { deploymentId: deployment.hash, command, key: randomUUID() }
          const answer = await send(ENQUEUE, variables, deployment.owner, accountId)
          commands.push(/"id":"(cmd_\w+)"/.exec(answer)?.[1] ?? 'none')
          await new Promise((wake) => setTimeout(wake, 100))
        }),
      ]
      const working = deployments.map(runAgent)
      for (let round = 1; round <= rounds; round++) await restartAll(roots[round])
      await eventually(
        () => server.query<{ open: number }>(`select count(*)::int as open from command where finished_at is null`),
        ([row]) => row!.open < agents + 1,
      )
      end.abort()
      await Promise.all(load)
      // Commands of the last moments may be queued after the agents have ended.
      const received = (await Promise.all(working)).flat()
      const [last] = await server.query<{ version: number }>(`select version from account where id = $1`, [accountId])
      const expected = Array.from({ length: last!.version - start!.version }, (_, index) => start!.version + 1 + index)
      for (const transport of ['websocket', 'sse'] as const) {
        await eventually(
          () => sequences[transport].length,
          (count) => count >= expected.length,
        )
        expect(sequences[transport]).toEqual(expected)
      }
      for (const client of followers) client.close()

      expect(failures).toEqual([])
      expect(new Set(received).size).toBe(received.length)
      expect(received.length).toBeGreaterThan(commands.length - agents - 2)
      const [units] = await server.query<{ used: number }>(
        `select (-sum(amount))::int as used from ledger_entry where account_id = $1 and kind = 'CONSUME'`,
        [accountId],
      )
      expect(units!.used).toBe(consumed)
      await expectInvariants(server)
      await change.check?.(server)
    })

    /** As an operator does: SIGTERM, wait for the end, start, wait for the health check. */
    async function restartAll(root?: string): Promise<void> {
      for (const one of processes) {
        await one.stop()
        await one.start(root)
        await eventually(
          () => proxy.servers(),
          (all) => all.every(({ isUp }) => isUp),
        )
      }
    }
  })
}
