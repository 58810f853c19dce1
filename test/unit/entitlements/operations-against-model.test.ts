import fc from 'fast-check'
import { snapshotAt } from '#services/entitlements/model/account-snapshot.js'
import { positionOf } from '#services/kernel/ids/ids.js'
import { catalog, InMemoryAccount } from '#test/support/in-memory-account.js'
import { LIMIT, Model } from '#test/support/entitlement-model.js'

// Random sequences of operations on an account, compared between the pure decision and a simple model. Replay a failure
// with SEED=<the printed seed> npm test -- operations-against-model
const seed = Number(process.env['SEED'] ?? 20261120)

const DAY = 86_400_000

type Step =
  | { kind: 'plan'; plan: string }
  | { kind: 'pack'; amount: number; days: number | null }
  | { kind: 'revoke'; pick: number }
  | { kind: 'wait'; ms: number }
  | { kind: 'consume'; amount: number; key: number }
  | { kind: 'reserve'; amount: number; seconds: number }
  | { kind: 'commit'; pick: number; amount: number | null }
  | { kind: 'release'; pick: number }
  | { kind: 'allocate' | 'deallocate'; resource: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('plan' as const),
      plan: fc.constantFrom('free', 'basic', 'plus', 'individual'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pack' as const),
      amount: fc.integer({ min: 1, max: 60 }),
      days: fc.option(fc.integer({ min: 1, max: 50 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), pick: fc.nat(9) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 400_000 }), fc.integer({ min: DAY, max: 20 * DAY })),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('consume' as const),
      amount: fc.integer({ min: -1, max: 70 }),
      key: fc.nat(40),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('reserve' as const),
      amount: fc.integer({ min: 1, max: 40 }),
      seconds: fc.integer({ min: 1, max: 600 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      pick: fc.nat(9),
      amount: fc.option(fc.integer({ min: 1, max: 60 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), pick: fc.nat(9) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('allocate' as const, 'deallocate' as const), resource: fc.nat(12) }),
  },
)

const key = (mutation: string, name: string, request: string) => ({ principal: 'p', mutation, key: name, request })

function live(steps: readonly Step[]): void {
  const start = new Date('2027-12-20T00:00:00Z')
  const model = new Model(start)
  const server = new InMemoryAccount(start)
  let grants = 0
  const sums = new Map<string, number>()
  for (const [index, one] of steps.entries()) {
    const written = server.ledger.length
    switch (one.kind) {
      case 'wait': {
        model.now += one.ms
        model.returnExpired()
        server.snapshot = snapshotAt(catalog, server.snapshot, new Date(model.now))
        server.run({ kind: 'sweep' })
        server.holds = server.holds.filter((id) => model.holds.has(id))
        break
      }
      case 'plan':
        model.plan = one.plan
        server.plan(one.plan)
        break
      case 'pack': {
        const id = `grt_${String(++grants).padStart(4, '0')}`
        const at = server.snapshot.at
        const expiresAt = one.days === null ? null : new Date(model.now + one.days * DAY)
        const debt = server.snapshot.debts['tokens'] ?? 0
        model.pack(one.amount, one.days)
        server.packs.push(id)
        server.move((draft) => {
          draft.addGrant(
            {
              id,
              feature: 'tokens',
              amount: one.amount,
              used: 0,
              reserved: 0,
              expired: 0,
              revoked: 0,
              grantedAt: at,
              usagePeriodStart: at,
              usedBeforePeriod: 0,
              expiresAt,
              revokedAt: null,
              sourceKind: 'PACKAGE',
              sourceCode: 'p',
              flags: [],
            },
            { causeType: 't', causeId: id },
          )
          const operationNo = draft.beginOperation()
          const part = { grantId: id, window: null, amount: one.amount, source: 'PACKAGE p' }
          const note = { feature: 'tokens', at }
          draft.move(operationNo, [part], () => ({ kind: 'GRANT', amount: one.amount }), note)
          const paid = Math.min(one.amount, debt)
          if (paid === 0) return
          draft.move(
            operationNo,
            [{ ...part, amount: paid }],
            () => ({ kind: 'CONSUME', used: paid, amount: -paid }),
            note,
          )
          draft.owe(operationNo, -paid, note)
        })
        break
      }
      case 'revoke': {
        const place = one.pick % Math.max(1, model.packs.length)
        const pack = model.packs[place]
        const grant = server.snapshot.grants.find(({ id }) => id === server.packs[place])
        if (!pack || pack.revoked || !grant || pack.expires <= model.now) break
        model.revoke(place)
        server.move((draft) => {
          const operationNo = draft.beginOperation()
          const left = grant.amount - grant.used - grant.reserved - grant.expired - grant.revoked
          const note = { feature: 'tokens', at: server.snapshot.at }
          draft.changeGrant(grant.id, (it) => ({ ...it, revokedAt: server.snapshot.at }))
          draft.move(
            operationNo,
            [{ grantId: grant.id, window: null, amount: left, source: '' }],
            () => ({ kind: 'REVOKE', revoked: left, amount: -left }),
            note,
          )
          if (grant.used > 0) draft.owe(operationNo, grant.used, note)
        })
        break
      }
      case 'consume': {
        const outcome = server.run({
          kind: 'consume',
          feature: 'tokens',
          amount: one.amount,
          reference: null,
          at: null,
          key: key('consume', `${index}`, `${one.amount}`),
        })
        const expected = one.amount >= 1 && model.consume(one.amount)
        expect([index, outcome.kind === 'consumed']).toEqual([index, expected])
        break
      }
      case 'reserve': {
        const outcome = server.run({
          kind: 'reserve',
          feature: 'tokens',
          amount: one.amount,
          reference: null,
          expiresInSeconds: one.seconds,
          key: key('reserve', `${index}`, ''),
        })
        const id = outcome.kind === 'reservation' ? outcome.reservation.id : `none ${index}`
        expect([index, outcome.kind === 'reservation']).toEqual([index, model.reserve(id, one.amount, one.seconds)])
        if (outcome.kind === 'reservation') server.holds.push(id)
        break
      }
      case 'commit':
      case 'release': {
        const id = server.holds[one.pick % Math.max(1, server.holds.length)]
        if (!id) break
        const [version, operationNo] = positionOf(id, 'rsv', 'acc', 2)!.place as [number, number]
        const reservation = { version, operationNo }
        if (one.kind === 'release') {
          expect(server.run({ kind: 'release', reservation, key: key('release', `${index}`, '') }).kind).toBe(
            'reservation',
          )
          model.release(id)
        } else {
          const outcome = server.run({
            kind: 'commit',
            reservation,
            amount: one.amount,
            key: key('commit', `${index}`, ''),
          })
          expect([index, outcome.kind === 'consumed']).toEqual([index, model.commit(id, one.amount)])
        }
        server.holds = server.holds.filter((held) => model.holds.has(held))
        break
      }
      default: {
        const name = `r${one.resource}`
        const held = model.resources.has(one.resource)
        const outcome = server.run({ kind: one.kind, feature: 'deployments', resourceId: name }, held)
        const room = held || one.kind === 'deallocate' || model.resources.size < LIMIT[model.plan]!
        expect([index, outcome.kind === 'allocation']).toEqual([index, room])
        if (one.kind === 'deallocate') model.resources.delete(one.resource)
        else if (room) model.resources.add(one.resource)
      }
    }
    const left = model.left()
    expect([index, server.remaining('tokens')]).toEqual([index, left === Infinity ? null : left])
    expect([index, server.used('tokens')]).toEqual([index, model.used()])
    expect([index, server.snapshot.debts['tokens'] ?? 0]).toEqual([index, model.debt])
    expect([index, server.snapshot.allocated['deployments'] ?? 0]).toEqual([index, model.resources.size])
    checkBalances({ server, model, sums }, written, index)
  }
  checkLedger(server)
}

interface Ledger {
  server: InMemoryAccount
  model: Model
  /** Sum of the entries per grant so far. */
  sums: Map<string, number>
}

/**
 * The balance of an operation's last entry equals the sum of the grants' entries, that of a step's last entry equals
 * the model's, and none in between is below the balances before and after the operation: nothing was consumed twice on
 * the way.
 */
function checkBalances({ server, model, sums }: Ledger, written: number, index: number): void {
  const entries = server.ledger.slice(written)
  const alive = server.packs.filter((_, place) => model.packs[place]!.expires > model.now)
  const balance = () => alive.reduce((sum, id) => sum + (sums.get(id) ?? 0), 0)
  for (const operationNo of new Set(entries.map((entry) => entry.operationNo))) {
    const own = entries.filter((entry) => entry.operationNo === operationNo)
    const before = balance()
    for (const { grantId, amount } of own) if (grantId) sums.set(grantId, (sums.get(grantId) ?? 0) + amount)
    const after = balance()
    expect([index, own.at(-1)!.balanceAfter]).toEqual([index, after])
    const lowest = Math.min(before, after)
    expect(lowest).toBeGreaterThanOrEqual(0)
    for (const { kind, balanceAfter } of own)
      expect([index, kind, Math.min(balanceAfter, lowest)]).toEqual([index, kind, lowest])
  }
  if (entries.length > 0) expect([index, entries.at(-1)!.balanceAfter]).toEqual([index, model.balance()])
}

/** The ledger of a grant sums to its balance, that of a window to its use, that of debt to the debt. */
function checkLedger({ ledger, snapshot }: InMemoryAccount): void {
  const sum = (entries: InMemoryAccount['ledger']) => entries.reduce((total, { amount }) => total + amount, 0)
  for (const grant of snapshot.grants) {
    const balance = grant.amount - grant.used - grant.reserved - grant.expired - grant.revoked
    expect(balance).toBeGreaterThanOrEqual(0)
    expect(sum(ledger.filter(({ grantId }) => grantId === grant.id))).toBe(balance)
  }
  for (const use of snapshot.usage) {
    expect(Math.min(use.used, use.reserved)).toBeGreaterThanOrEqual(0)
    const own = ledger.filter(({ windowStart }) => windowStart?.getTime() === use.windowStart.getTime())
    expect(0 - sum(own)).toBe(use.used + use.reserved)
  }
  expect(0 - sum(ledger.filter(({ kind }) => kind === 'ADJUST'))).toBe(snapshot.debts['tokens'] ?? 0)
}

describe('random operations on an account', () => {
  it('match the model: plans, packs, clock moves, consumes, reservations, allocations, revocations', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), live), { seed, numRuns: 400, verbose: 1 })
  })
})
