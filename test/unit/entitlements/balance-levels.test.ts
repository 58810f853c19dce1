import fc from 'fast-check'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { snapshotAt } from '#services/entitlements/model/account-snapshot.js'
import { balanceOf, lastGrantAt } from '#services/entitlements/model/decide-levels.js'
import { decideOperations } from '#services/entitlements/usage/decide-operations.js'
import type { RequestedOperation } from '#services/entitlements/usage/usage-operation.js'
import { accountSnapshot, heldGrant } from '#test/support/account-snapshot.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'

// Random batches of uses, grants, revocations and clocks. Replay a failure with SEED=<the printed seed> npm test -- balance-levels
const seed = Number(process.env['SEED'] ?? 20261124)
const FEATURE = 'tokens'
const feature = catalogFixture.features.get(FEATURE)!

type Step =
  | { kind: 'use'; amounts: number[] }
  | { kind: 'hold'; amount: number }
  | { kind: 'grant'; amount: number; days: number }
  | { kind: 'revoke' }
  | { kind: 'clock'; hours: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('use' as const),
      amounts: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('hold' as const), amount: fc.integer({ min: 1, max: 30 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('grant' as const),
      amount: fc.integer({ min: 1, max: 120 }),
      days: fc.integer({ min: 1, max: 20 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'revoke' as const }) },
  {
    weight: 2,
    // Also backwards, as a clock that is corrected.
    arbitrary: fc.record({ kind: fc.constant('clock' as const), hours: fc.integer({ min: -30, max: 300 }) }),
  },
)

const LEVEL = { feature: FEATURE, basis: 'BALANCE' as const, armed: true, crossings: 0 }

const consume = (amount: number, key: string): RequestedOperation =>
  ({
    operation: {
      kind: 'consume',
      feature: FEATURE,
      amount,
      at: null,
      reference: null,
      key: { principal: 'p', mutation: 'consume', key, request: key },
    },
    known: null,
    held: null,
  }) as unknown as RequestedOperation

describe('Balance levels', () => {
  it('are crossed once for each fall, never again before it has risen, also in percent', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 250 }), { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { maxLength: 3 }),
        (steps, thresholds, percents) => {
          let snapshot: AccountSnapshot = accountSnapshot('plus', {
            grants: [heldGrant({ feature: FEATURE, sourceCode: 'pack', amount: 100 })],
            alerts: [
              ...thresholds.map((units, index) => ({
                ...LEVEL,
                id: `lvl_${index}`,
                percent: null,
                units,
                base: null,
                basedAt: null,
              })),
              ...percents.map((percent) => ({
                ...LEVEL,
                id: `pct_${percent}`,
                percent,
                units: null,
                base: 0,
                basedAt: new Date(0),
              })),
            ],
          })
          // The model: armed at a balance of at least the threshold, one crossing when it falls below.
          const model = snapshot.alerts.map(({ units, percent }) => ({
            threshold: units ?? 0,
            percent,
            armed: true,
            crossings: 0,
          }))
          // The model of the base: the highest balance since the last grant, or since the window began.
          let [base, granted] = [0, 0]
          const observe = (balance: number) => {
            const last = lastGrantAt(snapshot, feature).getTime()
            base = last > granted ? balance : Math.max(base, balance)
            granted = Math.max(granted, last)
            for (const level of model) if (level.percent !== null) level.threshold = (base * level.percent) / 100
            for (const level of model)
              if (balance >= level.threshold) level.armed = true
              else if (level.armed) [level.armed, level.crossings] = [false, level.crossings + 1]
          }
          let [serial, written] = [0, 0]
          const decide = (requested: RequestedOperation[]) => {
            observe(balanceOf(snapshot, feature))
            const decided = decideOperations(catalogFixture, snapshot, requested)
            if (decided.change.event === null) {
              expect(decided.change.crossings).toEqual([])
              return
            }
            written += decided.change.crossings.length
            snapshot = decided.snapshot
          }
          for (const one of steps) {
            if (one.kind === 'clock') {
              snapshot = snapshotAt(catalogFixture, snapshot, new Date(snapshot.at.getTime() + one.hours * 3_600_000))
              continue
            }
            if (one.kind === 'grant') {
              const grant = heldGrant({
                id: `pack_${++serial}`,
                feature: FEATURE,
                sourceCode: 'pack',
                amount: one.amount,
                grantedAt: snapshot.at,
                expiresAt: new Date(snapshot.at.getTime() + one.days * 86_400_000),
              })
              snapshot = { ...snapshot, version: snapshot.version + 1, grants: [...snapshot.grants, grant] }
              continue
            }
            if (one.kind === 'revoke') {
              snapshot = { ...snapshot, version: snapshot.version + 1, grants: snapshot.grants.slice(1) }
              continue
            }
            if (one.kind === 'hold') {
              const reserve = consume(one.amount, `h${++serial}`).operation
              decide([
                {
                  ...consume(1, ''),
                  operation: { ...reserve, kind: 'reserve', expiresInSeconds: 3600 } as never,
                },
              ])
              observe(balanceOf(snapshot, feature))
              continue
            }
            // Each use of a batch is decided after the one before it, as the model observes them.
            const before = snapshot
            decide(one.amounts.map((amount) => consume(amount, `c${++serial}`)))
            let balance = balanceOf(before, feature)
            for (const amount of one.amounts) if (amount <= balance - heldUnits(before)) observe((balance -= amount))
            observe(balanceOf(snapshot, feature))
          }
          for (const [index, level] of snapshot.alerts.entries()) expect(level.crossings).toBe(model[index]!.crossings)
          expect(written).toBe(model.reduce((sum, { crossings }) => sum + crossings, 0))
        },
      ),
      { seed, numRuns: 400 },
    )
  })
})

const heldUnits = ({ reservations, at }: AccountSnapshot): number =>
  reservations.reduce((sum, held) => sum + (held.expiresAt > at ? held.amount : 0), 0)
