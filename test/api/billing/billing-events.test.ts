import { rulesUnder } from '#services/kernel/retention/retention-rule.js'
import { allDeclared } from '#modules/all-declarations.js'
import { RecordUsage, DeleteAccount } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runRetention } from '#services/kernel/retention/run-retention.js'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { recordStream } from '#test/support/graphql-stream.js'
import { sequenceOf } from '#test/support/sequence-of.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { ofType } from '#test/support/of-type.js'

const FEATURE = 'ai_stories'
/** A second feature that is used up: the catalogs that are shipped have one each. */
const OTHER_FEATURE = 'ai_tokens'

interface Published {
  readonly id: string
  readonly sequence: number
  readonly cursor: string
  readonly at: string
  readonly type: string
  readonly summary: string
  readonly data: object
}

const FIELDS = `id sequence cursor at type summary data`
const WATCH = `subscription ($account: ID, $after: String) { billingEvents(accountId: $account, after: $after, types: ["*", "usage.*"]) {
  cursor ... on Event { ${FIELDS} } } }`

// Usage exists only in the ledger. Readers of events cannot see the difference.
describe('Usage events', () => {
  let server: TestServer
  let service: EntitlementService
  let serial = 0
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-told-'))
  beforeAll(async () => {
    const path = join(folder, 'catalog.yaml')
    const text = readFileSync('catalogs/agileforge.yaml', 'utf8')
    writeFileSync(
      path,
      text.replace(/^features:\n/m, `features:\n  ${OTHER_FEATURE}: { name: AI tokens, kind: credit }\n`),
    )
    server = await startTestServer({ start: '2026-03-10T10:00:00Z', env: { CATALOG: path } })
    service = await entitlementService(server)
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function person() {
    const email = `told${++serial}@example.com`
    return { accountId: await newAccount(server, email), token: await server.token(email) }
  }
  const pageOf = async (token: string, requested = 'first: 100') => {
    const args = requested.includes('types:') ? requested : `${requested}, types: ["*", "usage.*"]`
    const { data } = await server.graphql<{
      account: {
        billing: { events: { nodes: Published[]; edges: { cursor: string }[]; pageInfo: { hasNextPage: boolean } } }
      }
    }>(
      `{ account { billing { events(${args}) { nodes { ${FIELDS} } edges { cursor } pageInfo { hasNextPage } } } } }`,
      {},
      token,
    )
    return data.account.billing.events
  }
  const written = (accountId: string) =>
    server.query<{ type: string; data: object }>(
      `select type, data from stream_event where stream_id = $1 and type <> 'usage.warning' order by sequence`,
      [accountId],
    )
  const nodeOf = async (id: string, token: string) =>
    (
      await server.graphql<{ node: Published | null }>(
        `query ($id: ID!) { node(id: $id) { ... on Event { ${FIELDS} } } }`,
        { id },
        token,
      )
    ).data.node

  it('publishes an event for each kind of usage', async () => {
    const { accountId, token } = await person()
    await service.consume({ accountId, feature: FEATURE, amount: 2 })
    const held = await service.reserve({ accountId, feature: FEATURE, amount: 3 })
    await service.commit({ reservationId: held.id, amount: 1 })
    const back = await service.reserve({ accountId, feature: FEATURE, amount: 1 })
    await service.release({ reservationId: back.id })
    const { nodes } = await pageOf(token)
    const one = { features: [FEATURE], operations: 1, holds: 0, grants: 0 }
    expect(nodes).toHaveLength(5)
    expect(nodes.map(({ sequence }) => sequence)).toEqual([5, 4, 3, 2, 1])
    for (const event of nodes)
      expect(event).toMatchObject({
        type: 'usage.recorded',
        summary: 'Entitlements were used.',
        at: '2026-03-10T10:00:00.000Z',
        data: one,
      })
  })

  it('publishes one event for a batch, listing every feature used', async () => {
    const { accountId, token } = await person()
    const features = [FEATURE, OTHER_FEATURE]
    for (const feature of features) await grantTestCredits(server, accountId, feature, 1000)
    const uses = 60
    await Promise.all(
      Array.from({ length: uses }, (_, n) => service.consume({ accountId, feature: features[n % features.length]! })),
    )
    const { nodes } = await pageOf(token, 'first: 100, types: ["usage.recorded"]')
    const published = nodes as (Published & { data: { operations: number; features: string[] } })[]
    expect(published.length).toBeLessThan(uses)
    expect(published.reduce((sum, { data }) => sum + data.operations, 0)).toBe(uses)
    expect([...new Set(published.flatMap(({ data }) => data.features))].toSorted()).toEqual(features.toSorted())
  })

  it('publishes events of allocations, earlier usage and expiries', async () => {
    const { accountId, token } = await person()
    const limit = [...server.app.context.catalog.current().features.values()].find(({ kind }) => kind === 'LIMIT')!
    await service.allocate({ accountId, feature: limit.code, resourceId: 'one' })
    const { data: earlier } = await server.graphql(
      RecordUsage,
      {
        events: [{ accountId, feature: FEATURE, amount: 1, at: '2026-03-10T09:00:00Z', key: randomUUID() }],
      },
      service.key,
    )
    expect(ofType(earlier.recordUsage, 'UsageReportPayload').acceptedCount).toBe(1)
    await grantTestCredits(server, accountId, FEATURE, 5, { expiresAt: new Date('2026-03-10T10:00:01Z') })
    // No job of the account may run before the usage.
    await server.query(`delete from scheduled_job where key = $1`, [accountId])
    await server.app.context.clock.set(new Date('2026-03-10T10:00:02Z'))
    await service.consume({ accountId, feature: FEATURE })
    await service.consume({ accountId, feature: FEATURE })
    expect(await written(accountId)).toEqual([
      { type: 'usage.recorded', data: { features: [limit.code], operations: 1, holds: 0, grants: 0 } },
      { type: 'usage.recorded', data: { features: [FEATURE], operations: 1, holds: 0, grants: 0 } },
      expect.objectContaining({ type: 'credits.granted' }),
      { type: 'usage.recorded', data: { features: [FEATURE], operations: 1, holds: 0, grants: 1 } },
      { type: 'usage.recorded', data: { features: [FEATURE], operations: 1, holds: 0, grants: 0 } },
    ])
    const { nodes } = await pageOf(token, 'first: 100, types: ["usage.recorded", "credits.granted"]')
    expect(nodes.map(({ sequence }) => sequence)).toEqual([5, 4, 3, 2, 1])
    await expectInvariants(server)
  })

  it('pages through events; finds an event by ID for its members only', async () => {
    const { accountId, token } = await person()
    for (let n = 0; n < 4; n++) {
      await service.consume({ accountId, feature: FEATURE })
      await grantTestCredits(server, accountId, FEATURE, 5)
    }
    const { nodes: all } = await pageOf(token)
    expect(all.map(({ sequence, type }) => [sequence, type])).toEqual(
      [8, 7, 6, 5, 4, 3, 2, 1].map((n) => [n, n % 2 ? 'usage.recorded' : 'credits.granted']),
    )
    const paged: Published[] = []
    for (let after = '', more = true; more;) {
      const { nodes, edges, pageInfo } = await pageOf(token, `first: 3${after && `, after: "${after}"`}`)
      paged.push(...nodes)
      after = edges.at(-1)!.cursor
      more = pageInfo.hasNextPage
    }
    expect(paged).toEqual(all)
    const { nodes: granted } = await pageOf(token, `first: 2, types: ["credits.granted"]`)
    expect(granted.map(({ sequence }) => sequence)).toEqual([8, 6])

    const stranger = await person()
    expect(new Set(all.map(({ id }) => id)).size).toBe(8)
    for (const event of all) {
      expect(await nodeOf(event.id, token)).toEqual(event)
      expect(await nodeOf(event.id, stranger.token)).toBeNull()
    }
  })

  it('has one cursor per event, from which lists and subscriptions continue', async () => {
    const { accountId, token } = await person()
    for (let n = 0; n < 4; n++) await service.consume({ accountId, feature: FEATURE })
    const { nodes, edges } = await pageOf(token)
    expect(edges.map(({ cursor }) => cursor)).toEqual(nodes.map(({ cursor }) => cursor))
    const [, second] = edges
    expect((await pageOf(token, `first: 1, after: "${second!.cursor}"`)).nodes.map(({ sequence }) => sequence)).toEqual(
      [2],
    )
    const live = await recordStream<Published>(server.url, token, WATCH, { account: accountId, after: second!.cursor })
    expect((await live.until((seen) => seen.length === 1)).map(({ sequence }) => sequence)).toEqual([4])
    await live.stop()
    // The cursor of another account's list is rejected.
    const stranger = await person()
    const { errors } = await server.graphql(
      `query ($after: String) { account { billing { events(first: 1, after: $after, types: ["usage.*"]) { nodes { id } } } } }`,
      { after: second!.cursor },
      stranger.token,
    )
    expect(errors?.[0]?.extensions.code).toBe('INVALID_CURSOR')
  })

  it('streams without a gap from any cursor, then live', async () => {
    const { accountId, token } = await person()
    const stream = await recordStream<Published>(server.url, token, WATCH, { account: accountId })
    for (let n = 0; n < 3; n++) {
      await Promise.all(Array.from({ length: 20 }, () => service.consume({ accountId, feature: FEATURE })))
      await grantTestCredits(server, accountId, FEATURE, 50)
    }
    const [account] = await server.query<{ version: number }>(`select version from account where id = $1`, [accountId])
    const events = await stream.until((seen) => seen.at(-1)?.sequence === account!.version)
    await stream.stop()
    const numbers = (from: number) => Array.from({ length: account!.version - from }, (_, n) => from + n + 1)
    expect(events.map(({ sequence }) => sequence)).toEqual(numbers(0))
    for (const { cursor, sequence } of events.slice(0, -1)) {
      const again = await recordStream<Published>(server.url, token, WATCH, { account: accountId, after: cursor })
      const seen = await again.until((rest) => rest.at(-1)?.sequence === account!.version)
      expect(seen.map((event) => event.sequence)).toEqual(numbers(sequence))
      await again.stop()
    }
  })

  it('hides events before the retained ones and resyncs their followers', async () => {
    const { accountId, token } = await person()
    const days = rulesUnder(server.app.context.config, allDeclared.retention).find(
      ({ name }) => name === 'account_events',
    )!.days
    for (let n = 0; n < 3; n++) {
      await service.consume({ accountId, feature: FEATURE })
      await grantTestCredits(server, accountId, FEATURE, 5)
    }
    const cursors = (await pageOf(token)).nodes.map(({ cursor }) => cursor).toReversed()
    await server.query(
      `update stream_event set recorded_at = now() - interval '${days + 1} days' where stream_id = $1 and sequence <= 4`,
      [accountId],
    )
    expect((await runRetention(server.app.context))['account_events']).toBe(4)
    expect((await pageOf(token)).nodes.map(({ sequence }) => sequence)).toEqual([6, 5])
    const next = async (after: string) => {
      const stream = await recordStream<Published>(server.url, token, WATCH, { account: accountId, after })
      const [first] = await stream.until((seen) => seen.length > 0)
      await stream.stop()
      return [first!.type ?? 'resync', sequenceOf(first!.cursor)]
    }
    expect(await Promise.all([cursors[0]!, cursors[2]!, cursors[3]!, cursors[4]!].map(next))).toEqual([
      ['resync', 6],
      ['resync', 6],
      ['usage.recorded', 5],
      ['credits.granted', 6],
    ])
    await expectInvariants(server)
    expect((await runRetention(server.app.context))['account_events']).toBe(0)
    const published = await server.query(`select sequence::int from stream_event where stream_id = $1 order by 1`, [
      accountId,
    ])
    expect(published).toEqual([{ sequence: 5 }, { sequence: 6 }])
  })

  it('shows only the deletion of a deleted account, although its ledger is retained', async () => {
    const { accountId, token } = await person()
    await service.consume({ accountId, feature: FEATURE })
    const { data } = await server.graphql(DeleteAccount, { accountId, key: 'gone' }, token)
    expect(ofType(data.deleteAccount, 'AccountJob').status).toBe('SCHEDULED')
    await server.advanceTo(ofType(data.deleteAccount, 'AccountJob').runAt)
    const published = () =>
      server.query<{ type: string }>(`select type from stream_event where stream_id = $1`, [accountId])
    await eventually(published, (events) => events.some(({ type }) => type === 'account.deleted'))
    expect(await published()).toEqual([{ type: 'account.deleted' }])
    expect(await server.query(`select kind from ledger_entry where account_id = $1`, [accountId])).toEqual([
      { kind: 'CONSUME' },
    ])
    await expectInvariants(server)
  })

  it('emits the requested types only', async () => {
    const { accountId, token } = await person()
    const stream = await recordStream<Published>(
      server.url,
      token,
      `subscription { billingEvents(types: ["credits.granted"]) { ... on Event { ${FIELDS} } } }`,
    )
    await service.consume({ accountId, feature: FEATURE, amount: 2 })
    await grantTestCredits(server, accountId, FEATURE, 10)
    const [event] = await stream.until((events) => events.length === 1)
    expect(event).toMatchObject({ type: 'credits.granted', sequence: 2 })
    await stream.stop()
  })

  it('denies other users and invalid cursors', async () => {
    const { accountId, token } = await person()
    const codeOf = async (as: string, variables: object) => {
      const stream = await recordStream<Published>(server.url, as, WATCH, { account: accountId, ...variables })
      await eventually(
        () => stream.errors.length,
        (count) => count === 1,
      )
      await stream.stop()
      return (stream.errors as { extensions: { code: string } }[])[0]!.extensions.code
    }
    expect(await codeOf((await person()).token, {})).toBe('NOT_FOUND')
    expect(await codeOf(token, { after: 'not-a-cursor' })).toBe('INVALID_CURSOR')
  })
})
