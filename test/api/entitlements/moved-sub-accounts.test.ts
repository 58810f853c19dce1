import fc from 'fast-check'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { poolApi, poolOf, POOL } from '#test/support/pools.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

// Random uses, reservations and moves between two pools. Replay a failure with SEED=<the printed seed> npm test -- moved-sub-accounts
const seed = Number(process.env['SEED'] ?? 20261125)
/** Units of each account. */
const GRANTED = 1000

const number = (min: number, max: number) => fc.integer({ min, max })
const kind = <Kind extends string>(name: Kind) => fc.constant(name)
// The accounts 0 and 1 are parents, 2 to 4 are moved between them and out of both.
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: kind('use'), by: number(0, 4), amount: number(1, 400) }) },
  { weight: 4, arbitrary: fc.record({ kind: kind('reserve'), by: number(0, 4), amount: number(1, 400) }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('commit'), which: number(0, 9), percent: number(1, 120) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('release'), which: number(0, 9) }) },
  { weight: 4, arbitrary: fc.record({ kind: kind('move'), account: number(2, 4), to: fc.constantFrom(0, 1, null) }) },
)

/** Units of the accounts: the present parent pays a use, and a reservation stays with the account that held its units. */
class Model {
  readonly parents: (number | null)[] = [null, null, 0, 0, 1]
  readonly used = [0, 0, 0, 0, 0]
  readonly held: { id: string; payer: number; amount: number }[] = []

  payerOf = (account: number): number => this.parents[account] ?? account
  heldBy = (payer: number): number => this.held.reduce((sum, one) => sum + (one.payer === payer ? one.amount : 0), 0)
  left = (payer: number): number => GRANTED - this.used[payer]! - this.heldBy(payer)
}

describe('moved sub-accounts', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  it('mint no units and lose none, whatever is used, reserved and moved', async () => {
    const api = poolApi(server)
    const seen = { commits: 0, denials: 0 }
    let serial = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 25, maxLength: 45 }), async (steps) => {
        const one = await poolOf(server, `one${++serial}`, 2)
        const two = await poolOf(server, `two${serial}`, 1)
        const people = [one.parent, two.parent, ...one.subAccounts, ...two.subAccounts]
        const ids = people.map(({ accountId }) => accountId)
        const model = new Model()
        const move = async (account: number, to: number | null) => {
          const input = { accountId: ids[account], parentId: to === null ? null : ids[to] }
          expect((await api.setParent(one.operator, input)).code).toBeUndefined()
          model.parents[account] = to
        }
        const run = async (next: (typeof steps)[number]) => {
          if (next.kind === 'move') return move(next.account, next.to)
          if (next.kind === 'use' || next.kind === 'reserve') {
            const payer = model.payerOf(next.by)
            const input = { accountId: ids[next.by], feature: POOL, amount: next.amount }
            const isAllowed = next.amount <= model.left(payer)
            const result = await (next.kind === 'use' ? service.consume(input) : service.reserve(input))
            expect([next, result.code === undefined]).toEqual([next, isAllowed])
            if (!isAllowed) seen.denials++
            else if (next.kind === 'reserve') model.held.push({ id: result.id, payer, amount: next.amount })
            else model.used[payer]! += next.amount
            return
          }
          const place = next.which % Math.max(1, model.held.length)
          const held = model.held[place]
          if (!held) return
          const { id: reservationId, payer } = held
          if (next.kind === 'release') {
            expect(await service.release({ reservationId })).toMatchObject({ status: 'RELEASED' })
            model.held.splice(place, 1)
            return
          }
          const amount = Math.max(1, Math.floor((held.amount * next.percent) / 100))
          const isAllowed = amount - held.amount <= model.left(payer)
          const result = await service.commit({ reservationId, amount })
          expect([next, result.code === undefined]).toEqual([next, isAllowed])
          if (!isAllowed) return
          model.held.splice(place, 1)
          model.used[payer]! += amount
          seen.commits++
        }
        const expectSums = async () => {
          const rows = await server.query<{ id: string; used: number }>(
            `select account_id as id, coalesce(-sum(amount), 0)::int as used from ledger_entry
             where feature = $1 and account_id = any($2) group by 1`,
            [POOL, ids],
          )
          const taken = new Map(rows.map(({ id, used }) => [id, used]))
          expect(ids.map((id) => taken.get(id) ?? 0)).toEqual(ids.map((_, index) => GRANTED - model.left(index)))
        }
        for (const next of steps) {
          await run(next)
          if (next.kind === 'move') await expectSums()
        }
        // Out of the pools, each account has its own units, less those that it used itself.
        for (const account of [2, 3, 4]) await move(account, null)
        for (const [index, { accountId, token }] of people.entries()) {
          const { data } = await server.graphql<{ account: { usage: { entitlement: object } } }>(
            `query ($id: ID!) { account(id: $id) { usage { entitlement(feature: "${POOL}") { used reserved remaining } } } }`,
            { id: accountId },
            token,
          )
          const [used, reserved] = [model.used[index]!, model.heldBy(index)]
          expect(data.account.usage.entitlement).toEqual({ used, reserved, remaining: GRANTED - used - reserved })
        }
      }),
      { seed, numRuns: 8 },
    )
    expect(seen.commits).toBeGreaterThan(5)
    expect(seen.denials).toBeGreaterThan(10)
  })
})
