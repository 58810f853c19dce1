import { Deployment } from '@stackgate/client/documents'
import {
  enqueue,
  newDeployment,
  deploymentWithAgent,
  streamCursor,
  type TestDeployment,
} from '#test/support/deployments.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Change {
  readonly cursor: string
  readonly sequence: number
  readonly data: { readonly status: string; readonly previousStatus: string | null }
  readonly subject: { readonly id: string; readonly status: string }
}

const COMMANDS = `subscription ($hash: ID!, $after: String) {
  commandStatus(deploymentId: $hash, after: $after) {
    cursor
    ... on Event { sequence data subject { id ... on Command { status } } }
  }
}`

const cursorOf = (stream: string, sequence: number | string) =>
  Buffer.from(`${stream}:${sequence}`).toString('base64url')

describe('commandStatus', () => {
  let server: TestServer
  let own: TestDeployment
  beforeAll(async () => {
    server = await startTestServer()
    own = await newDeployment(server)
  })
  afterAll(() => server.close())

  const commands = (variables: { hash?: string; after?: string | null } = {}, token: string | null = own.owner) =>
    recordStream<Change>(server.url, token, COMMANDS, { hash: own.hash, ...variables })
  /** Denial code of a subscription. */
  const refused = async (variables: { hash?: string; after?: string }, token: string | null = own.owner) => {
    const stream = await commands(variables, token)
    const [error] = await eventually(
      () => stream.errors as { extensions: { code: string } }[],
      ({ length }) => length > 0,
    )
    await stream.stop()
    expect(stream.events).toEqual([])
    return error!.extensions.code
  }

  it('delivers 200 commands without gaps to three dashboards, one of which reconnects repeatedly', async () => {
    const [first, second] = [await commands(), await commands()]
    let start = await server
      .query<{ version: number }>(`select version::int as version from deployment where id = $1`, [own.id])
      .then(([row]) => row!.version)
    const pieces: Change[] = []
    const cut = (async () => {
      let after = cursorOf(own.id, start)
      while (pieces.length < 200) {
        const piece = await commands({ after })
        pieces.push(...(await piece.until((events) => events.length >= Math.min(40, 200 - pieces.length), 15_000)))
        await piece.stop()
        after = pieces.at(-1)!.cursor
      }
    })()
    const ids: string[] = []
    for (let round = 0; round < 20; round++) {
      const some = await Promise.all(Array.from({ length: 10 }, () => enqueue(server, own)))
      ids.push(...some.map(({ id }) => id))
    }
    await cut
    const all = await Promise.all([first, second].map((stream) => stream.until((events) => events.length === 200)))
    for (const events of [...all, pieces.slice(0, 200)]) {
      expect(events.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 200 }, (_, index) => start + 1 + index),
      )
      expect(events.map(({ subject }) => subject.id).toSorted()).toEqual(ids.toSorted())
      expect(events.every(({ data }) => data.status === 'QUEUED' && data.previousStatus === null)).toBe(true)
    }
    await Promise.all([first.stop(), second.stop()])
    start += 200
  })

  it('starts live without a cursor and replays everything from the first cursor', async () => {
    const live = await commands()
    const { id } = await enqueue(server, own)
    const [event] = await live.until((events) => events.length === 1)
    expect(event!.subject.id).toBe(id)
    await live.stop()
    const all = await commands({ after: cursorOf(own.id, 0) })
    expect((await all.until((events) => events.length >= 201)).at(-1)!.subject.id).toBe(id)
    await all.stop()
  })

  it('denies a cursor that is foreign, forged or ahead of the stream', async () => {
    const neighbour = await newDeployment(server)
    const cursors = {
      foreign: cursorOf(neighbour.id, 1),
      ahead: cursorOf(own.id, 1_000_000),
      'too large': cursorOf(own.id, '99999999999999999999'),
      negative: cursorOf(own.id, -1),
      fraction: cursorOf(own.id, '1.5'),
      'no number': cursorOf(own.id, ''),
      garbage: 'garbage',
      empty: '',
      'of the account': cursorOf('acc_00000000000000000000000000', 1),
    }
    const codes = await Promise.all(Object.values(cursors).map((after) => refused({ after })))
    expect(Object.fromEntries(Object.keys(cursors).map((name, index) => [name, codes[index]]))).toEqual(
      Object.fromEntries(Object.keys(cursors).map((name) => [name, 'INVALID_CURSOR'])),
    )
  })

  it('emits Resync for a cursor older than the retained events, and continues from there', async () => {
    const kept = await newDeployment(server)
    for (let round = 0; round < 3; round++) await enqueue(server, kept)
    await server.query(`delete from stream_event where stream_id = $1 and sequence < 4`, [kept.id])
    const stream = await commands({ hash: kept.hash, after: cursorOf(kept.id, 1) }, kept.owner)
    const [resync] = await stream.until((events) => events.length === 1)
    expect(resync).toEqual({ cursor: cursorOf(kept.id, 4) })
    const { id } = await enqueue(server, kept)
    expect((await stream.until((events) => events.length === 2))[1]!.subject.id).toBe(id)
    await stream.stop()
  })

  it('is not found without permission, exactly like a missing deployment', async () => {
    const stranger = await server.token('stranger@example.com')
    const bound = await server.serviceKey(['entitlements:read'])
    expect(await refused({}, stranger)).toBe('NOT_FOUND')
    expect(await refused({ hash: 'deployment_nowhere' }, stranger)).toBe('NOT_FOUND')
    expect(await refused({ hash: 'deployment_nowhere' })).toBe('NOT_FOUND')
    expect(await refused({}, null)).toBe('UNAUTHENTICATED')
    expect(await refused({}, bound)).toBe('FORBIDDEN')
    // A cursor that is right does not open it.
    expect(await refused({ after: cursorOf(own.id, 1) }, stranger)).toBe('NOT_FOUND')
  })

  it('selects commands by ID, type and application', async () => {
    const served = await newDeployment(server)
    const after = await streamCursor(server, served)
    const [restart, health] = [
      await enqueue(server, served, { command: { restart: { appCode: 'web' } } }),
      await enqueue(server, served, { command: { health: {} } }),
    ]
    const statusOf = async (filter: string, expected: string[]) => {
      const stream = await recordStream<{ subject: { id: string } }>(
        server.url,
        served.owner,
        `subscription ($after: String) { commandStatus(after: $after, ${filter}) {
           cursor ... on Event { subject { id } } } }`,
        { after },
      )
      const events = await stream.until(({ length }) => length === expected.length)
      expect(events.map(({ subject }) => subject.id)).toEqual(expected)
      await stream.stop()
    }
    const [byHash, byId] = [served.hash, served.id].map((name) => `deploymentId: "${name}"`)
    await statusOf(`commandId: "${health.id}"`, [health.id])
    await statusOf(`${byHash}, commandId: "${health.id}"`, [health.id])
    await statusOf(`${byId}, commandTypes: ["restart"]`, [restart.id])
    await statusOf(`${byHash}, appCodes: ["web"]`, [restart.id])
    await statusOf(`${byId}, commandTypes: ["restart", "health"]`, [restart.id, health.id])
    await statusOf(`commandTypes: ["restart"], appCodes: ["db"], commandId: "${restart.id}"`, [])
  })

  it('needs a deployment or a command that the caller can see', async () => {
    const served = await newDeployment(server, 'unseen@example.com')
    const { id } = await enqueue(server, served)
    const codeOf = async (argument: string) => {
      const text = `subscription { commandStatus${argument} { cursor } }`
      const stream = await recordStream(server.url, own.owner, text, {})
      const [error] = await eventually(
        () => stream.errors as { extensions: { code: string } }[],
        ({ length }) => length > 0,
      )
      await stream.stop()
      return error!.extensions.code
    }
    expect(await codeOf('')).toBe('BAD_USER_INPUT')
    expect(await codeOf(`(commandId: "${id}")`)).toBe('NOT_FOUND')
    expect(await codeOf(`(deploymentId: "${served.id}")`)).toBe('NOT_FOUND')
  })

  it('leaves nothing behind when a subscription ends', async () => {
    const gauge = async () => {
      const { values } = await server.app.context.metrics.liveSubscriptions.get()
      return values.find(({ labels }) => labels.stream === 'commands')!.value
    }
    const streams = await Promise.all(Array.from({ length: 10 }, () => commands()))
    await eventually(gauge, (open) => open === 10)
    await Promise.all(streams.map((stream) => stream.stop()))
    await eventually(gauge, (open) => open === 0)
  })

  it('separates the streams of deployments, and lists the latest command per app and type', async () => {
    const served = await deploymentWithAgent(server)
    await server.query(`update deployment set apps = '[]' where id = $1`, [served.id])
    const stream = await commands({ hash: served.hash }, served.owner)
    await enqueue(server, own)
    const others = [
      { other: { type: 'server_resources', parameters: {} } },
      { restart: { appCode: 'web' } },
      { restart: { appCode: 'api' } },
      { health: {} },
      { restart: { appCode: 'web' } },
      { other: { type: 'server_resources', parameters: {} } },
      { restart: { appCode: 'Zebra' } },
    ]
    const ids: string[] = []
    for (const command of others) ids.push((await enqueue(server, served, { command })).id)
    expect((await stream.until((events) => events.length === 7)).map(({ subject }) => subject.id)).toEqual(ids)
    await stream.stop()
    const { data } = await server.graphql(Deployment, { id: served.hash }, served.owner)
    expect(data.deployment!.latestCommands.map(({ id }) => id)).toEqual([ids[6], ids[5], ids[4], ids[3], ids[2]])
  })

  it('reads the latest commands fast with a history of a hundred thousand', async () => {
    const old = await newDeployment(server)
    // In parts: on a busy machine all of them would take longer than a statement may.
    for (let from = 1; from <= 100_000; from += 10_000)
      await server.query(
        `insert into command (id, account_id, deployment_id, deployment_hash, type, app_code, priority, parameters, status, timeout_seconds, warnings)
       select 'cmd_' || lpad(n::text, 26, '0'), d.account_id, d.id, d.hash, (array['health', 'logs', 'restart'])[1 + n % 3],
         nullif('app' || n % 7, 'app0'), 1, '{}', 'SUCCEEDED', 300, '[]'
       from generate_series($2::int, $2 + 9999) n, deployment d where d.id = $1`,
        [old.id, from],
      )
    await server.query('analyze command')
    const empty = await newDeployment(server)
    const read = ({ hash, owner } = old) =>
      server.graphql<{ deployment: { latestCommands: { id: string }[] } }>(
        `query ($hash: ID!) { deployment(id: $hash) { latestCommands { id } } }`,
        { hash },
        owner,
      )
    const took = async (work: () => Promise<unknown>) => {
      const begin = performance.now()
      await work()
      return performance.now() - begin
    }
    const { data } = await read()
    // A machine is as slow for a deployment without commands as for this one.
    const [many, none]: [number[], number[]] = [[], []]
    for (let round = 0; round < 15; round++) {
      many.push(await took(() => read()))
      none.push(await took(() => read(empty)))
    }
    expect(Math.min(...many)).toBeLessThan(10 * Math.min(...none))
    const newest = Array.from({ length: 21 }, (_, index) => `cmd_${String(100_000 - index).padStart(26, '0')}`)
    expect(data.deployment.latestCommands.map(({ id }) => id)).toEqual(newest)
  })
})
