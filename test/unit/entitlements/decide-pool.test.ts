import fc from 'fast-check'
import { decideOperations } from '#services/entitlements/usage/decide-operations.js'
import type { Operation } from '#services/entitlements/usage/usage-operation.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import type { AccountSnapshot, SpendCap } from '#services/entitlements/model/account-snapshot.js'
import { decideParent, MAX_SUB_ACCOUNTS } from '#services/entitlements/pools/decide-parent.js'
import { accountSnapshot, heldGrant } from '#test/support/account-snapshot.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'

const FEATURE = [...catalogFixture.features.values()].find(({ kind }) => kind === 'QUOTA')!.code
const catalog = { ...catalogFixture, pools: [FEATURE] }
const SUB_ACCOUNTS = ['acc_a', 'acc_b', 'acc_c']
const START = new Date('2026-01-15T00:00:00Z')

const limitOf = (subAccountId: string, amount: number): SpendCap => ({
  id: `cap_${subAccountId}`,
  feature: FEATURE,
  period: 'MONTH',
  setByOperator: false,
  amount,
  currency: null,
  userId: null,
  subAccountId,
  alertPercents: [],
  periodStart: START,
  used: 0,
  roundedUp: 0,
})

const step = fc.record({
  kind: fc.constantFrom('consume', 'reserve', 'commit', 'release'),
  // The parent itself, its sub-accounts, and an account that is none of them.
  by: fc.constantFrom(null, ...SUB_ACCOUNTS, 'acc_stranger'),
  amount: fc.integer({ min: 1, max: 40 }),
  which: fc.nat({ max: 9 }),
})
type Step = { kind: string; by: string | null; amount: number; which: number }

/** Units that each account used and holds, counted without entitlements. */
class Model {
  readonly used = new Map<string | null, number>()
  readonly held: { version: number; operationNo: number; by: string | null; amount: number }[] = []

  usedBy(by: string | null): number {
    const reserved = this.held.filter((one) => one.by === by).reduce((sum, { amount }) => sum + amount, 0)
    return (this.used.get(by) ?? 0) + reserved
  }
  get total(): number {
    return [null, ...SUB_ACCOUNTS].reduce((sum, by) => sum + this.usedBy(by), 0)
  }
  use(by: string | null, amount: number): void {
    this.used.set(by, (this.used.get(by) ?? 0) + amount)
  }
}

function operationOf(
  { kind, by, amount }: Step,
  held: Model['held'][number] | undefined,
  key: string,
): Operation | null {
  const keyed = { key: { principal: 'svc', mutation: kind, key, request: key } }
  const sub = by === null ? {} : { subAccountId: by }
  if (kind === 'consume') return { kind, feature: FEATURE, amount, reference: null, at: null, ...sub, ...keyed }
  if (kind === 'reserve')
    return { kind, feature: FEATURE, amount, reference: null, expiresInSeconds: 3600, ...sub, ...keyed }
  if (!held) return null
  return kind === 'commit'
    ? { kind, reservation: held, amount, ...keyed }
    : { kind: 'release', reservation: held, ...keyed }
}

describe('pools', () => {
  it('are never exceeded, nor the limit of a sub-account, and each unit belongs to one of them', () => {
    // Replay a failure with SEED=<the printed seed> npm test -- decide-pool
    const seed = Number(process.env['SEED'] ?? 20261124)
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 1, max: 120 }),
        (steps, granted, limit) => {
          const model = new Model()
          let snapshot: AccountSnapshot = accountSnapshot('free', {
            accountId: `acc_${'0'.repeat(26)}`,
            grants: granted > 0 ? [heldGrant({ feature: FEATURE, sourceCode: 'pack', amount: granted })] : [],
            subAccounts: new Set(SUB_ACCOUNTS),
            caps: [limitOf('acc_a', limit), limitOf('acc_b', limit * 2)],
          })
          const pool = evaluateFeature(catalog, snapshot, catalog.features.get(FEATURE)!).remaining!
          steps.forEach((one, index) => {
            const held = model.held[one.which]
            const operation = operationOf(one, held, `${index}`)
            if (!operation) return
            const decided = decideOperations(catalog, snapshot, [{ operation, known: null, held: null }])
            ;({ snapshot } = decided)
            const [outcome] = decided.outcomes
            if (one.by === 'acc_stranger' && 'subAccountId' in operation) expect(outcome!.kind).toBe('rerouted')
            if (outcome!.kind === 'reservation' && one.kind === 'reserve') {
              const { version, operationNo } = snapshot.reservations.at(-1)!
              model.held.push({ version, operationNo, by: one.by, amount: one.amount })
            } else if (outcome!.kind === 'reservation' || outcome!.kind === 'consumed') {
              if (held && one.kind !== 'consume') model.held.splice(one.which, 1)
              const by = one.kind === 'consume' ? one.by : held!.by
              if (outcome!.kind === 'consumed') {
                model.use(by, one.amount)
                const consumed = decided.change.entries.filter(({ kind }) => kind === 'CONSUME')
                for (const { subAccountId } of consumed) expect(subAccountId).toBe(by)
              }
            }
            expect(model.total).toBeLessThanOrEqual(pool)
            expect(model.usedBy('acc_a')).toBeLessThanOrEqual(limit)
            expect(model.usedBy('acc_b')).toBeLessThanOrEqual(limit * 2)
            for (const cap of snapshot.caps) expect(cap.used).toBe(model.used.get(cap.subAccountId) ?? 0)
          })
        },
      ),
      { seed, numRuns: 150 },
    )
  })

  it('have two levels and a bound', () => {
    const input = {
      accountId: 'acc_a',
      parentId: 'acc_p',
      parentIsSubAccount: false,
      hasSubAccounts: false,
      subAccounts: MAX_SUB_ACCOUNTS - 1,
    }
    expect(decideParent(input)).toBeNull()
    for (const wrong of [
      { parentId: 'acc_a' },
      { parentIsSubAccount: true },
      { hasSubAccounts: true },
      { subAccounts: MAX_SUB_ACCOUNTS },
    ])
      expect(decideParent({ ...input, ...wrong })).toMatchObject({ code: 'INVALID_PARAMETERS', field: 'parentId' })
  })
})
