import { decodeSnapshotCursor, encodeSnapshotCursor } from '#services/kernel/events/snapshot-cursor.js'
import { deploymentsTopic } from '#services/kernel/events/topics.js'
import { storeSample } from '#services/deployments/hooks/store-sample.js'
import { recordDeploymentEvent } from '#services/deployments/model/record-deployment-event.js'
import { deploymentWithAgent, enqueue, newDeployment, type DeploymentWithAgent } from '#test/support/deployments.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { change, joinAccount, person } from '#test/support/members.js'
import { maxRepetitions, statementsOf } from '#test/support/statements.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const EVENTS = `subscription ($account: ID, $after: String, $types: [String!], $except: [String!]) {
  deploymentEvents(accountId: $account, after: $after, types: $types, except: $except) {
    __typename cursor
    ... on Event { sequence type deployment { hash } subject { id } }
    ... on Resync { reason }
  }
}`

interface Item {
  readonly __typename: string
  readonly cursor: string
  readonly sequence: number | null
  readonly type?: string
  readonly reason?: string
  readonly deployment?: { readonly hash: string }
  readonly subject?: { readonly id: string }
}

describe('deploymentEvents', () => {
  let server: TestServer
  const statements: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void statements.push(text) } })
  })
  afterAll(() => server.close())

  const follow = (token: string, variables: Record<string, unknown> = {}) =>
    recordStream<Item>(server.url, token, EVENTS, variables)
  const accountOf = async ({ id }: { readonly id: string }): Promise<string> => {
    const [row] = await server.query<{ id: string }>(`select account_id as id from deployment where id = $1`, [id])
    return row!.id
  }
  /** Another deployment of the account, without an agent. */
  const anotherDeployment = async (account: string, hash: string): Promise<string> => {
    const id = server.app.context.database.newId('dep')
    await server.query(
      `insert into deployment (id, account_id, hash, stack, status, apps, created_at) values ($1, $2, $3, 'wordpress', 'PENDING', '[]', now())`,
      [id, account, hash],
    )
    return id
  }
  const record = (id: string, accountId: string, count = 1) =>
    server.app.context.database.transaction(async (transaction) => {
      for (let made = 0; made < count; made++)
        await recordDeploymentEvent(transaction, { id, accountId }, null, { type: 'agent.alarm', summary: 'A test.' })
    })
  const position = async (token: string): Promise<string> => {
    const { data } = await server.graphql<{
      viewer: { account: { deployments: { cursor: string } } }
    }>(`{ viewer { account { deployments(first: 1) { cursor } } } }`, {}, token)
    return data.viewer.account.deployments.cursor
  }
  const sequences = (items: readonly Item[]) => items.map(({ deployment, sequence }) => [deployment!.hash, sequence])

  it('asks for the state, then emits the commands, agents and alarms of all deployments of an account, and no other', async () => {
    const served: DeploymentWithAgent = await deploymentWithAgent(server)
    const account = await accountOf(served)
    const second = await anotherDeployment(account, 'second-of-many')
    const stranger = await newDeployment(server)
    const stream = await follow(served.owner)
    await stream.until(({ length }) => length === 1)
    const { id } = await enqueue(server, served)
    await record(stranger.id, await accountOf(stranger))
    await record(second, account)
    await served.agent.wait(1)
    await eventually(
      () => stream.events.map(({ type }) => type),
      (types) => types.includes('agent.alarm') && types.includes('command.running'),
    )
    await served.agent.report({ command_id: id, status: 'success' })
    const items = await stream.until((all) => all.some(({ type }) => type === 'command.succeeded'))
    expect(items[0]).toMatchObject({ __typename: 'Resync', reason: 'STARTED' })
    const own = items.slice(1)
    expect(own.find(({ type }) => type === 'command.succeeded')).toMatchObject({
      deployment: { hash: served.hash },
      subject: { id },
    })
    expect(new Set(own.map(({ deployment }) => deployment!.hash))).toEqual(new Set([served.hash, 'second-of-many']))
    for (const hash of [served.hash, 'second-of-many']) {
      const numbers = own.filter(({ deployment }) => deployment!.hash === hash).map(({ sequence }) => sequence)
      expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index))
    }
    await stream.stop()
  })

  it('continues after any cursor, also within the events that are read together, and after the cursor of a list', async () => {
    const { id, owner, hash } = await newDeployment(server)
    const account = await accountOf({ id })
    const second = await anotherDeployment(account, `${hash}-b`)
    const after = await position(owner)
    await record(id, account, 150)
    await record(second, account, 150)
    const whole = await follow(owner, { after })
    const all = sequences(await whole.until(({ length }) => length === 300, 20_000))
    expect(all).toHaveLength(300)
    expect(new Set(all.map(String)).size).toBe(300)
    for (const place of [0, 120, 199, 200, 260]) {
      const rest = await follow(owner, { after: whole.events[place]!.cursor })
      expect(sequences(await rest.until(({ length }) => length === 299 - place, 20_000))).toEqual(all.slice(place + 1))
      await rest.stop()
    }
    const late = await follow(owner, { after: whole.events[120]!.cursor })
    await late.until(({ length }) => length === 179)
    await record(id, account)
    const last = (await late.until(({ length }) => length === 180)).at(-1)!
    expect(last.deployment!.hash).toBe(hash)
    await late.stop()
    await whole.stop()
  })

  it('emits the events of a transaction that began before a cursor and ends after it', async () => {
    const { id, owner, hash } = await newDeployment(server)
    const account = await accountOf({ id })
    const second = await anotherDeployment(account, `${hash}-late`)
    let isWritten: () => void = () => undefined
    const written = new Promise<void>((resolve) => (isWritten = resolve))
    let end: () => void = () => undefined
    const open = new Promise<void>((resolve) => (end = resolve))
    const late = server.app.context.database.transaction(async (transaction) => {
      const event = { type: 'agent.alarm', summary: 'Late.' } as const
      await recordDeploymentEvent(transaction, { id: second, accountId: account }, null, event)
      isWritten()
      await open
    })
    await written
    const stream = await follow(owner)
    await stream.until(({ length }) => length === 1)
    await record(id, account)
    const [, early] = await stream.until(({ length }) => length === 2)
    await stream.stop()
    end()
    await late
    const rest = await follow(owner, { after: early!.cursor })
    expect(sequences(await rest.until(({ length }) => length === 1))).toEqual([[`${hash}-late`, 1]])
    await rest.stop()
  })

  it('emits each change of the reported states of applications once', async () => {
    const served = await deploymentWithAgent(server)
    const stream = await recordStream<{ data?: { apps: object[] } }>(
      server.url,
      served.owner,
      `subscription { deploymentEvents(types: ["app.*"]) { ... on Event { data } } }`,
    )
    const report = async (status: string) => {
      const { id } = await enqueue(server, served, { command: { health: {} } })
      await served.agent.wait(1)
      const containers = [{ app_code: 'web', container_state: 'running', status }]
      await served.agent.report({
        command_id: id,
        status: 'success',
        result: { type: 'all_health', status: 'x', containers },
      })
    }
    for (const status of ['ok', 'ok', 'unhealthy']) await report(status)
    const [, first, second] = await stream.until(({ length }) => length === 3)
    expect([first, second].map((event) => event!.data!.apps)).toMatchObject([
      [{ appCode: 'web', health: 'OK', previousHealth: null }],
      [{ appCode: 'web', health: 'UNHEALTHY', previousHealth: 'OK' }],
    ])
    await stream.stop()
  })

  it('emits the loads of servers only on request', async () => {
    const { id, owner, hash } = await newDeployment(server)
    const accountId = await accountOf({ id })
    const [all, requested] = [await follow(owner), await follow(owner, { types: ['*', 'server.load'] })]
    for (const stream of [all, requested]) await stream.until(({ length }) => length === 1)
    await storeSample(
      server.app.context.database,
      { deploymentId: id, accountId },
      { timestamp_ms: Date.now(), cpu_usage_pct: 12 },
    )
    const [start, load] = await requested.until(({ length }) => length === 2, 20_000)
    expect(load).toMatchObject({ type: 'server.load', sequence: null, deployment: { hash }, cursor: start!.cursor })
    await record(id, accountId)
    for (const stream of [all, requested]) await stream.until((items) => items.at(-1)!.type === 'agent.alarm')
    expect(all.events.map(({ type }) => type)).not.toContain('server.load')
    for (const stream of [all, requested]) await stream.stop()
  })

  it('selects types by the grammar of all streams', async () => {
    const served = await deploymentWithAgent(server)
    const account = await accountOf(served)
    const after = await position(served.owner)
    await enqueue(server, served)
    await record(served.id, account)
    const of = async (types: string[] | null, except: string[] | null, count: number) => {
      const stream = await follow(served.owner, { after, types, except })
      const items = await stream.until(({ length }) => length === count)
      await stream.stop()
      return items.map(({ type }) => type)
    }
    expect(await of(['command.*'], null, 1)).toEqual(['command.queued'])
    expect(await of(['*'], ['command.*'], 1)).toEqual(['agent.alarm'])
    const refused = await follow(served.owner, { types: ['no type!'] })
    await eventually(
      () => refused.errors.length,
      (count) => count === 1,
    )
    expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    await refused.stop()
  })

  it('returns Resync for outdated cursors, and refuses invalid ones', async () => {
    const { id, owner } = await newDeployment(server)
    const scope = deploymentsTopic(await accountOf({ id }))
    const cursor = decodeSnapshotCursor(scope, await position(owner))
    const resynced = async (changed: Partial<typeof cursor>, reason: string) => {
      const stream = await follow(owner, { after: encodeSnapshotCursor({ ...cursor, ...changed }) })
      const [first] = await stream.until(({ length }) => length === 1)
      expect(first).toMatchObject({ __typename: 'Resync', reason })
      await record(id, await accountOf({ id }))
      expect((await stream.until(({ length }) => length === 2))[1]).toMatchObject({ type: 'agent.alarm' })
      await stream.stop()
    }
    await resynced({ issuedMinute: cursor.issuedMinute - 90 * 1440 }, 'RETENTION')
    await resynced({ era: 'another' }, 'RESTORED')
    const other = await newDeployment(server)
    const [next] = cursor.from.split(':').slice(1)
    const refused = {
      'of another account': await position(other.owner),
      'no cursor': 'abc',
      'a snapshot that PostgreSQL would refuse': encodeSnapshotCursor({ ...cursor, from: '9:3:' }),
      'numbers in a wrong order': encodeSnapshotCursor({ ...cursor, from: '3:9:8,7' }),
      'ahead of the stream': encodeSnapshotCursor({ ...cursor, from: `${next}000:${next}000:` }),
    }
    for (const [what, after] of Object.entries(refused)) {
      const stream = await follow(owner, { after })
      await eventually(
        () => stream.errors.length,
        (count) => count > 0,
      )
      expect([what, stream.errors]).toMatchObject([what, [{ extensions: { code: 'INVALID_CURSOR' } }]])
      await stream.stop()
    }
  })

  it('does not exist for other tenants, and ends for a member who is removed', async () => {
    const ann = await person(server, 'ann-of-many@example.com')
    const bob = await joinAccount(server, ann, 'bob-of-many@example.com')
    const stranger = await follow(await server.token('stranger-of-many@example.com'), { account: ann.accountId })
    await eventually(
      () => stranger.errors.length,
      (count) => count === 1,
    )
    expect(stranger.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
    const [hers, his] = [await follow(ann.token), await follow(bob.token, { account: ann.accountId })]
    await his.until(({ length }) => length === 1)
    await change(server, ann, `removeMember(userId: "${bob.userId}")`)
    await eventually(() => his.errors.length, Boolean, 5_000)
    expect(his.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    const deployment = await anotherDeployment(ann.accountId, 'after-bob')
    await record(deployment, ann.accountId)
    await hers.until((all) => all.some(({ type }) => type === 'agent.alarm'))
    expect(his.events.some(({ type }) => type === 'agent.alarm')).toBe(false)
    for (const stream of [hers, his, stranger]) await stream.stop()
  })

  it('reads the position of a list with one statement, and only if it is selected', async () => {
    const { owner } = await newDeployment(server)
    const read = async (fields: string) => {
      statements.length = 0
      await server.graphql(`{ viewer { account { deployments(first: 5) { ${fields} nodes { id } } } } }`, {}, owner)
      return statements.filter((text) => text.includes('pg_current_snapshot')).length
    }
    expect([await read('cursor'), await read('... { cursor }'), await read('totalCount')]).toEqual([1, 1, 0])
    const all = await statementsOf(statements, () => read('totalCount'))
    expect(maxRepetitions(all)).toBeLessThanOrEqual(3)
  })
})
