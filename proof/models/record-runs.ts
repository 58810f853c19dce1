import type { BillingContext } from '#services/billing/model/billing-context.js'
import { syncSubscription } from '#services/billing/subscriptions/sync-subscription.js'
import { grantTestCredits, newAccount } from '#test/support/entitlements.js'
import { cancelCommand, deploymentWithAgent, enqueue, readCommand } from '#test/support/deployments.js'
import { startReplica } from '#test/support/in-process-replica.js'
import { joinAccount, person } from '#test/support/members.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { stripeCall, stripeObject, subscribe } from '#test/support/subscribers.js'
import { eventually, type TestServer } from '#test/support/test-server.js'
import { labelOf, UNITS } from '#proof/models/account-version.js'
import type { Observed } from '#proof/models/model.js'

/** The server with the default catalog, which has deployments and subscriptions. */
export interface Recorder {
  readonly server: TestServer
  readonly seed: number
  /** Settings of a second server. */
  readonly env: Readonly<Record<string, string>>
}

/** Two syncs of a changing subscription, whose fetches and writes the seed orders, and a third one. */
export async function recordFences({ server, seed }: Recorder): Promise<Observed[]> {
  const random = createSeededRandom(seed)
  const who = await subscribe(server, `fence-${seed}@example.com`, { plan: 'plus' })
  // Only the recorded syncs read the provider.
  await server.sandboxControl('POST', 'faults', { match: { event: '*' }, action: 'drop' })
  await eventually(
    () => server.query(`select 1 from inbox_object where pending`),
    (pending) => pending.length === 0,
  )
  const run: Observed[] = []
  const quantity = async (): Promise<number> => {
    const [row] = await server.query<{ quantity: number }>(
      `select quantity from billing_subscription where external_id = $1`,
      [who.externalId],
    )
    return row!.quantity - 1
  }
  let version = 0
  const change = async (): Promise<void> => {
    const { items } = await stripeObject<{ items: { data: { id: string }[] } }>(
      server,
      `subscriptions/${who.externalId}`,
    )
    await stripeCall(server, 'POST', `subscriptions/${who.externalId}`, {
      'items[0][id]': items.data[0]!.id,
      'items[0][quantity]': String(++version + 1),
    })
    run.push({ label: 'change', values: { version } })
  }
  const first = await GatedSync.begin(server, who.externalId, 0, run, change)
  const second = await GatedSync.begin(server, who.externalId, 1, run)
  const steps: (() => Promise<void>)[] = []
  const [ofFirst, ofSecond] = [first.steps(quantity), second.steps(quantity)]
  let isChanged = false
  while (ofFirst.length + ofSecond.length > 0 || !isChanged) {
    const choices = [ofFirst, ofSecond].filter((left) => left.length > 0)
    const isChange = !isChanged && (choices.length === 0 || random.next() < 0.3)
    if (isChange) {
      isChanged = true
      steps.push(change)
    } else steps.push(choices[Math.floor(random.next() * choices.length)]!.shift()!)
  }
  for (const step of steps) await step()
  const third = await GatedSync.begin(server, who.externalId, 0, run)
  for (const step of third.steps(quantity)) await step()
  await server.sandboxControl('DELETE', 'faults')
  return run
}

/** A sync that waits before its fetch and after it. */
class GatedSync {
  private readonly worker: number
  private readonly run: Observed[]
  private readonly gates = { fetch: gate(), write: gate() }
  private readonly reached = { fetch: gate(), write: gate() }
  private done: Promise<unknown> = Promise.resolve()

  private constructor(worker: number, run: Observed[]) {
    this.worker = worker
    this.run = run
  }

  /** Starts a sync and waits until it has its fence. */
  static async begin(
    server: TestServer,
    externalId: string,
    worker: number,
    run: Observed[],
    before?: () => Promise<void>,
  ): Promise<GatedSync> {
    await before?.()
    const sync = new GatedSync(worker, run)
    const context = server.app.context as BillingContext
    const port = context.providers.STRIPE!
    const gated = Object.create(port, {
      fetchSubscription: {
        value: async (id: string) => {
          sync.reached.fetch.open()
          await sync.gates.fetch.opened
          const fetched = await port.fetchSubscription(id)
          sync.reached.write.open()
          await sync.gates.write.opened
          return fetched
        },
      },
    }) as typeof port
    const own = Object.create(context, {
      providers: { value: { ...context.providers, STRIPE: gated } },
    }) as BillingContext
    sync.done = syncSubscription(own, own.providers.STRIPE!, externalId)
    await sync.reached.fetch.opened
    run.push({ label: `fence ${worker}` })
    return sync
  }

  steps(row: () => Promise<number>): (() => Promise<void>)[] {
    const { worker, run } = this
    return [
      async () => {
        this.gates.fetch.open()
        await this.reached.write.opened
        run.push({ label: `fetch ${worker}` })
      },
      async () => {
        this.gates.write.open()
        await this.done
        run.push({ label: `write ${worker}`, values: { row: await row() } })
      },
    ]
  }
}

function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

/** Commands that succeed, fail, are lost, redelivered and canceled: one run for each, from the stream of the deployment. */
export async function recordCommands({ server }: Recorder): Promise<Observed[][]> {
  const served = await deploymentWithAgent(server)
  const { agent, owner } = served
  const status = (id: string, ...wanted: string[]) =>
    eventually(
      () => readCommand(server, owner, id),
      (command) => wanted.includes(command.status),
      60_000,
    )
  const delivered = async (command: object): Promise<string> => {
    const { id } = await enqueue(server, served, { command })
    if ((await agent.wait(5)).body.item?.command_id !== id) throw new Error('another command was delivered')
    await status(id, 'RUNNING')
    return id
  }
  const endLease = (id: string) =>
    server.query(`update command set lease_until = now() - interval '1 second' where id = $1`, [id])
  const [changes, reads] = [{ start: { appCode: 'web' } }, { health: {} }]
  const ids: { id: string; first: string }[] = []

  const succeeded = await delivered(changes)
  await agent.report({ command_id: succeeded, status: 'success', result: {} })
  ids.push({ id: succeeded, first: 'changes' })

  const lost = await delivered(changes)
  await endLease(lost)
  await status(lost, 'LOST')
  await agent.report({ command_id: lost, status: 'failed', errors: [{ code: 'x', message: 'no' }] })
  ids.push({ id: lost, first: 'changes' })

  const again = await delivered(reads)
  for (let delivery = 1; delivery <= 4; delivery++) {
    await endLease(again)
    if (delivery === 4) break
    await eventually(
      () => readCommand(server, owner, again),
      ({ status: now }) => now === 'QUEUED',
      60_000,
    )
    await agent.wait(5)
    await status(again, 'RUNNING')
  }
  await status(again, 'LOST')
  ids.push({ id: again, first: 'reads' })

  const canceled = await enqueue(server, served, { command: changes })
  await cancelCommand(server, owner, canceled.id)
  ids.push({ id: canceled.id, first: 'changes' })

  const asked = await delivered(reads)
  await cancelCommand(server, owner, asked)
  await endLease(asked)
  await status(asked, 'CANCELED')
  ids.push({ id: asked, first: 'reads' })

  return Promise.all(
    ids.map(async ({ id, first }) => {
      const events = await server.query<{ type: string; data: { status: string; previousStatus: string | null } }>(
        `select type, data from stream_event where stream_id = $1 and subject_id = $2 and type like 'command.%' order by sequence`,
        [served.id, id],
      )
      return [
        { label: first },
        ...events.flatMap(({ type, data }): Observed[] => {
          if (data.previousStatus === null) return []
          return [
            {
              label: type === 'command.cancel_requested' ? 'cancel requested' : `${data.previousStatus} ${data.status}`,
            },
          ]
        }),
      ]
    }),
  )
}

/** Two servers consume the last two units of an account under three keys at the same time. */
export async function recordVersions({ server, seed, env }: Recorder): Promise<Observed[]> {
  const random = createSeededRandom(seed)
  const replica = await startReplica(server, {}, env)
  try {
    const key = await server.serviceKey(['entitlements:read', 'entitlements:write'])
    const accountId = await newAccount(server)
    await grantTestCredits(server, accountId, 'credits', UNITS)
    const [before] = await server.query<{ version: string }>(`select version from account where id = $1`, [accountId])
    const consume = async (url: string, name: number): Promise<string | null> => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({
          query: `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { denial { code } } }`,
          variables: { input: { accountId, feature: 'credits', amount: 1 }, key: `key-${name}` },
        }),
      })
      const { data } = (await response.json()) as { data: { consume: { denial: { code: string } | null } } }
      return data.consume.denial?.code ?? null
    }
    // Each key is sent to both servers, in an order of the seed.
    const calls = [0, 1, 2].flatMap((name) => [server.url, replica.url].map((url) => ({ url, name })))
    const shuffled = calls.map((call) => ({ call, place: random.next() })).toSorted((a, b) => a.place - b.place)
    const answers = await Promise.all(
      shuffled.map(async ({ call: { url, name } }) => ({ name, code: await consume(url, name) })),
    )
    const entries = await server.query<{ version: string; key: string; balance: string }>(
      `select version, key, balance_after as balance from ledger_entry where account_id = $1 and kind = 'CONSUME'
       order by version, operation_no`,
      [accountId],
    )
    const run: Observed[] = [...Map.groupBy(entries, ({ version }) => Number(version))].map(([version, counted]) => ({
      label: labelOf(counted.map((entry) => Number(entry.key.replace('key-', ''))).toSorted((a, b) => a - b)),
      values: { version: version - Number(before!.version), balance: Number(counted.at(-1)!.balance) },
    }))
    for (const { name, code } of answers) if (code !== null) run.push({ label: `deny ${name}`, values: { balance: 0 } })
    return run
  } finally {
    await replica.close()
  }
}

/** Three members of a team change each other at two servers at the same time. */
export async function recordOwners({ server, seed, env }: Recorder): Promise<Observed[]> {
  const random = createSeededRandom(seed)
  const replica = await startReplica(server, {}, env)
  try {
    const owner = await person(server, `owner-${seed}@example.com`)
    const { data } = await server.graphql<{ createTeam: { id: string } }>(
      `mutation { createTeam(name: "Team ${seed}", key: "team") { account { id } } }`,
      {},
      owner.token,
    )
    const accountId = data.createTeam.id
    const team = { ...owner, accountId }
    const admin = await joinAccount(server, team, `admin-${seed}@example.com`, 'ADMIN')
    const member = await joinAccount(server, team, `member-${seed}@example.com`)
    const people = [owner, admin, member]
    const [before] = await server.query<{ sequence: string }>(
      `select max(sequence) as sequence from stream_event where stream_id = $1`,
      [accountId],
    )
    const input = (more: string) => `(accountId: "${accountId}" ${more})`
    const changes = [
      [0, `transferOwnership${input(`userId: "${admin.userId}", key: "t1"`)}`],
      [0, `transferOwnership${input(`userId: "${member.userId}", key: "t2"`)}`],
      [0, `setMemberRole${input(`userId: "${member.userId}", role: OWNER`)}`],
      [1, `removeMember${input(`userId: "${member.userId}"`)}`],
      [1, `removeMember${input(`userId: "${owner.userId}"`)}`],
      [0, `leaveAccount${input('')}`],
      [2, `leaveAccount${input('')}`],
    ] as const
    const shuffled = changes.map((change) => ({ change, place: random.next() })).toSorted((a, b) => a.place - b.place)
    await Promise.all(
      shuffled.map(({ change: [actor, call] }, index) =>
        fetch(`${index % 2 === 0 ? server.url : replica.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${people[actor]!.token}` },
          body: JSON.stringify({ query: `mutation { ${call} { __typename } }` }),
        }).then((response) => response.text()),
      ),
    )
    const events = await server.query<{ type: string; data: Record<string, string> }>(
      `select type, data from stream_event where stream_id = $1 and sequence > $2 order by sequence`,
      [accountId, before!.sequence],
    )
    const indexOf = (userId: string | undefined) => people.findIndex((one) => one.userId === userId)
    const labels: Readonly<Record<string, (data: Record<string, string>) => string>> = {
      'account.ownership_transferred': ({ from, to }) => `transfer ${indexOf(from)} ${indexOf(to)}`,
      'member.role_changed': ({ userId }) => `promote ${indexOf(userId)}`,
      'member.removed': ({ userId }) => `remove ${indexOf(userId)}`,
      'member.left': ({ userId }) => `leave ${indexOf(userId)}`,
    }
    return [
      { label: 'start' },
      ...events.flatMap(({ type, data: of }) => (labels[type] ? [{ label: labels[type](of) }] : [])),
    ]
  } finally {
    await replica.close()
  }
}
