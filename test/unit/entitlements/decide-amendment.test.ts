import fc from 'fast-check'
import type { LedgerEntryRow } from '#entities/entitlements/ledger-entry.entity.js'
import type { NewEntry } from '#services/entitlements/persist/account-change.js'
import { snapshotAt, type AccountSnapshot, type Grant } from '#services/entitlements/model/account-snapshot.js'
import { balanceOf } from '#services/entitlements/model/decide-levels.js'
import { decideGrant, decideRevocation } from '#services/entitlements/credits/decide-grant.js'
import { AccountDraft } from '#services/entitlements/usage/account-draft.js'
import { countedParts, decideAmendment, type Amended } from '#services/entitlements/usage/decide-amendment.js'
import { decideOperations } from '#services/entitlements/usage/decide-operations.js'
import { byDeductionOrder } from '#services/entitlements/model/deduction-order.js'
import { releaseExpired } from '#services/entitlements/usage/release-expired.js'
import { accountSnapshot } from '#test/support/account-snapshot.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'

// Random uses, grants, revocations, clocks and amendments. Replay a failure with SEED=<the printed seed> npm test -- decide-amendment
const seed = Number(process.env['SEED'] ?? 20261124)
const FEATURE = 'tokens'
const feature = catalogFixture.features.get(FEATURE)!

type Step =
  | { kind: 'use'; amount: number }
  | { kind: 'grant'; amount: number; hours: number }
  | { kind: 'revoke'; which: number }
  | { kind: 'clock'; hours: number }
  | { kind: 'amend'; which: number; share: number }

const number = (min: number, max: number) => fc.integer({ min, max })
const kind = <Kind extends Step['kind']>(name: Kind) => fc.constant(name)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: kind('use'), amount: number(1, 60) }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('grant'), amount: number(1, 80), hours: number(1, 200) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('revoke'), which: number(0, 50) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('clock'), hours: number(1, 90) }) },
  { weight: 6, arbitrary: fc.record({ kind: kind('amend'), which: number(0, 50), share: number(0, 100) }) },
)

interface Consumption {
  readonly at: Date
  readonly entries: LedgerEntryRow[]
  readonly amended: LedgerEntryRow[]
  counted: number
}

/** An account in memory with its ledger, its grants outside the snapshot and its consumptions. */
class Account {
  snapshot: AccountSnapshot = { ...accountSnapshot('free'), grants: [], usage: [] }
  readonly ledger: NewEntry[] = []
  readonly grants = new Map<string, Grant>()
  readonly consumptions: Consumption[] = []
  returned = 0
  private serial = 0

  run(one: Step): void {
    if (one.kind === 'clock')
      this.snapshot = snapshotAt(
        catalogFixture,
        this.snapshot,
        new Date(this.snapshot.at.getTime() + one.hours * 3_600_000),
      )
    else if (one.kind === 'use') this.use(one.amount)
    else if (one.kind === 'grant') this.grant(one.amount, one.hours)
    else if (one.kind === 'revoke') this.revoke(one.which)
    else this.amend(one.which, one.share)
  }

  private write(draft: AccountDraft): NewEntry[] {
    const change = draft.change({ type: 'test', summary: '', data: {} })
    for (const grant of draft.snapshot.grants) this.grants.set(grant.id, grant)
    this.snapshot = draft.snapshotAfter()
    this.ledger.push(...change.entries)
    return [...change.entries]
  }

  private draft(missing: readonly string[] = []): AccountDraft {
    const known = new Set(this.snapshot.grants.map(({ id }) => id))
    const more = missing.filter((id) => !known.has(id)).map((id) => this.grants.get(id)!)
    const grants = [...this.snapshot.grants, ...new Set(more)].toSorted(byDeductionOrder)
    const draft = new AccountDraft(catalogFixture, { ...this.snapshot, grants })
    releaseExpired(draft)
    return draft
  }

  private use(amount: number): void {
    const key = { principal: 'p', mutation: 'consume', key: `k${++this.serial}`, request: '' }
    const operation = { kind: 'consume', feature: FEATURE, amount, at: null, reference: null, key } as const
    const before = new Map(this.snapshot.grants.map((grant) => [grant.id, grant]))
    const { outcomes, change, snapshot } = decideOperations(catalogFixture, this.snapshot, [
      { operation, known: null, held: null },
    ])
    if (!change.event) return
    for (const grant of change.grants) this.grants.set(grant.id, { ...before.get(grant.id)!, ...grant })
    this.ledger.push(...change.entries)
    this.snapshot = snapshot
    if (outcomes[0]!.kind !== 'consumed') return
    const first = change.entries.findIndex(({ key: used }) => used !== null)
    const entries = change.entries.slice(first) as unknown as LedgerEntryRow[]
    this.consumptions.push({ at: this.snapshot.at, entries, amended: [], counted: amount })
  }

  private grant(amount: number, hours: number): void {
    const { at } = this.snapshot
    const draft = this.draft()
    decideGrant(draft, `grt_${++this.serial}`, {
      feature: FEATURE,
      amount,
      expiresAt: new Date(at.getTime() + hours * 3_600_000),
      at,
      cause: { type: 'purchase', id: `p${this.serial}` },
      source: { kind: 'PACKAGE', code: 'pack' },
    })
    this.write(draft)
  }

  private revoke(which: number): void {
    const live = [...this.grants.values()].filter(({ revokedAt }) => revokedAt === null)
    const grant = live[which % Math.max(1, live.length)]
    if (!grant) return
    const draft = this.draft([grant.id])
    decideRevocation(draft, grant.id, 'refund')
    this.write(draft)
  }

  private amend(which: number, share: number): void {
    const consumption = this.consumptions[which % Math.max(1, this.consumptions.length)]
    if (!consumption || consumption.counted === 0) return
    const amount = Math.max(1, Math.floor((consumption.counted * share) / 100))
    const parts = countedParts(consumption.entries, consumption.amended)
    expect(parts.reduce((sum, part) => sum + part.amount, 0)).toBe(consumption.counted)
    const draft = this.draft(parts.flatMap(({ grantId }) => grantId ?? []))
    // Units that expire by the clock are no effect of the amendment.
    const before = balanceOf(draft.snapshot, feature) - (draft.snapshot.debts[FEATURE] ?? 0)
    const first = draft.change(null).entries.length
    const amended = decideAmendment(
      catalogFixture,
      draft,
      { feature, at: consumption.at, parts, subAccountId: null, userId: null },
      { amount, reference: 'amendment uam_1' },
    )
    if ('code' in amended) {
      expect(draft.change(null).entries).toHaveLength(first)
      return
    }
    const after = balanceOf(draft.snapshot, feature) - (draft.snapshot.debts[FEATURE] ?? 0)
    this.expectNothingMinted(amended, amount, after - before)
    const entries = this.write(draft).slice(first)
    consumption.amended.push(...(entries as unknown as LedgerEntryRow[]))
    consumption.counted -= amount
    this.returned += amount
  }

  /** Returned units raise the balance or reduce the debt, unless they are lost. */
  private expectNothingMinted({ returned, lost }: Amended, amount: number, raised: number): void {
    expect(returned.reduce((sum, part) => sum + part.amount, 0)).toBe(amount)
    const revoked = returned
      .filter(({ grantId }) => grantId && this.grants.get(grantId)?.revokedAt)
      .reduce((sum, part) => sum + part.amount, 0)
    expect(raised).toBe(amount - lost + revoked)
  }

  expectSums(): void {
    const sum = (entries: readonly NewEntry[]) => entries.reduce((total, { amount }) => total + amount, 0)
    for (const grant of this.grants.values()) {
      const { id, amount, used, reserved, expired, revoked, usedBeforePeriod } = grant
      expect(sum(this.ledger.filter(({ grantId }) => grantId === id))).toBe(
        amount - used - reserved - expired - revoked,
      )
      expect(Math.min(used, reserved, expired, revoked, usedBeforePeriod)).toBeGreaterThanOrEqual(0)
      expect(usedBeforePeriod).toBeLessThanOrEqual(used)
      expect(used + reserved + expired + revoked).toBeLessThanOrEqual(amount)
    }
    for (const { windowEnd, used } of this.snapshot.usage) {
      const entries = this.ledger.filter((entry) => entry.windowEnd?.getTime() === windowEnd.getTime())
      expect(sum(entries)).toBe(-used)
      expect(used).toBeGreaterThanOrEqual(0)
    }
    const debt = this.ledger.filter(({ grantId, windowEnd }) => grantId === null && windowEnd === null)
    expect(sum(debt)).toBe(0 - (this.snapshot.debts[FEATURE] ?? 0))
    expect(this.snapshot.debts[FEATURE] ?? 0).toBeGreaterThanOrEqual(0)
  }
}

describe('decideAmendment', () => {
  it('mints nothing, is never negative, and keeps every sum of the ledger', () => {
    let amended = 0
    let refused = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 25, maxLength: 60 }), (steps) => {
        const account = new Account()
        for (const one of steps) {
          const before = account.returned
          account.run(one)
          if (one.kind !== 'amend') continue
          account.expectSums()
          if (account.returned > before) amended++
          else refused++
        }
      }),
      { seed, numRuns: 40 },
    )
    expect(amended).toBeGreaterThan(150)
    expect(refused).toBeGreaterThan(10)
  })
})
