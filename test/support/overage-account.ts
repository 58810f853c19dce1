import type { LedgerEntryRow } from '#entities/entitlements/ledger-entry.entity.js'
import { chargesOf } from '#services/entitlements/usage/entry-price.js'
import type { OverageDefinition } from '#services/catalog/definition/sale-terms.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountChange, NewEntry } from '#services/entitlements/persist/account-change.js'
import {
  snapshotAt,
  type AccountSnapshot,
  type Assignment,
  type SpendCap,
} from '#services/entitlements/model/account-snapshot.js'
import { heldPlans } from '#services/entitlements/model/held-plans.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { costOf } from '#services/catalog/tariffs/price-units.js'
import { tariffText } from '#services/catalog/tariffs/tariff.js'
import { decideGrant } from '#services/entitlements/credits/decide-grant.js'
import { AccountDraft } from '#services/entitlements/usage/account-draft.js'
import { countedParts, decideAmendment } from '#services/entitlements/usage/decide-amendment.js'
import { decideOperations } from '#services/entitlements/usage/decide-operations.js'
import { releaseExpired } from '#services/entitlements/usage/release-expired.js'
import type { Operation, Outcome } from '#services/entitlements/usage/usage-operation.js'
import { positionOf } from '#services/kernel/ids/ids.js'
import { accountSnapshot } from './account-snapshot.js'
import { catalogFixture } from './catalog-fixture.js'

export const FEATURE = 'tokens'
export const START = new Date('2026-01-15T10:00:00Z')
export const INCLUDED = { basic: 40, plus: 100, individual: 60 } as const
export const CAPS = { basic: 70, plus: 200 } as const
/** 0.40 cents for one unit, and 0.15. */
export const TARIFFS = {
  basic: tariffText({ currency: 'USD', tiers: [{ price: '0.4' }] }),
  plus: tariffText({ currency: 'USD', tiers: [{ price: '0.15' }] }),
} as const

export const feature = {
  ...catalogFixture.features.get(FEATURE)!,
  window: 'month' as const,
  overageMeter: 'tokens_overage',
}

/** A catalog whose plans `basic` and `plus` have these prices beyond the allowance. */
export function overageCatalog(tariffs: Readonly<Record<'basic' | 'plus', string>>) {
  const overageOf = (code: 'basic' | 'plus'): OverageDefinition => ({ tariff: tariffs[code], cap: CAPS[code] })
  const plans = catalogFixture.plans.map((plan): CatalogPlan => {
    const amount = INCLUDED[plan.code as keyof typeof INCLUDED]
    if (!amount) return plan
    const granted = {
      feature,
      enabled: true,
      unlimited: false,
      amount,
      window: 'month' as const,
      perSeat: false,
      perUnit: null,
      text: null,
    }
    const overage = plan.code === 'individual' ? {} : { overage: overageOf(plan.code as 'basic' | 'plus') }
    return { ...plan, features: [{ ...granted, ...overage }] }
  })
  return {
    ...catalogFixture,
    hasOverage: true,
    spendCaps: [FEATURE],
    balanceAlerts: [FEATURE],
    features: new Map(catalogFixture.features).set(FEATURE, feature),
    plans,
    planByVersionId: new Map(plans.map((plan) => [plan.versionId, plan])),
  }
}
export const catalog = overageCatalog(TARIFFS)

export type PlanCode = keyof typeof INCLUDED

interface Consumption {
  readonly at: Date
  readonly entries: LedgerEntryRow[]
  readonly amended: LedgerEntryRow[]
  counted: number
}

/** Entries as the table has them. */
const rows = (entries: readonly NewEntry[], { version }: AccountSnapshot): LedgerEntryRow[] =>
  entries.map((entry) => ({ ...entry, version }) as unknown as LedgerEntryRow)

const member = (userId: string | null) => (userId === null ? {} : { userId, isMember: true })

/** An account in memory that subscribes to plans with overage. */
export class OverageAccount {
  snapshot: AccountSnapshot
  readonly ledger: NewEntry[] = []
  /** Alerts of caps in its changes. The table stores each cap, period and level once. */
  readonly crossings: AccountChange['crossings'][number][] = []
  readonly consumptions: Consumption[] = []
  holds: string[] = []
  private serial = 0

  constructor(private readonly sold = catalog) {
    this.snapshot = snapshotAt(
      sold,
      { ...accountSnapshot('free'), accountId: `acc_${'0'.repeat(26)}`, grants: [], usage: [], overage: [] },
      START,
    )
  }

  hold(code: PlanCode, sourceType = 'subscription'): void {
    const plan = this.sold.plans.find((candidate) => candidate.code === code)!
    const assignment: Assignment = {
      id: 'asg',
      planVersionId: plan.versionId,
      groupCode: plan.group,
      sourceType,
      sourceId: 's',
      quantity: 1,
      currency: null,
      since: this.snapshot.at,
      billingAnchor: START,
      windowsSince: null,
      periodEnd: null,
      expiresAt: null,
    }
    this.snapshot = {
      ...this.snapshot,
      version: this.snapshot.version + 1,
      assignments: [assignment],
      held: heldPlans(this.sold, [assignment], this.snapshot.at),
    }
  }

  wait(hours: number): void {
    this.snapshot = snapshotAt(this.sold, this.snapshot, new Date(this.snapshot.at.getTime() + hours * 3_600_000))
  }

  /** Sets the clock, also to an earlier time, but not before the start. */
  jump(hours: number): void {
    const at = new Date(Math.max(START.getTime(), this.snapshot.at.getTime() + hours * 3_600_000))
    this.snapshot = snapshotAt(this.sold, this.snapshot, at)
  }

  cap(...caps: readonly SpendCap[]): void {
    this.snapshot = { ...this.snapshot, caps }
  }

  private key = (mutation: string) => ({ principal: 'p', mutation, key: `k${++this.serial}`, request: '' })

  run(operation: Operation): Outcome {
    const { outcomes, change, snapshot } = decideOperations(this.sold, this.snapshot, [
      { operation, known: null, held: null },
    ])
    if (change.event) {
      this.ledger.push(...change.entries)
      this.crossings.push(...change.crossings)
      if (change.crossings.length > 0) expect(change.sweepAt?.getTime()).toBeLessThanOrEqual(snapshot.at.getTime())
      this.snapshot = snapshot
    }
    const outcome = outcomes[0]!
    if (outcome.kind === 'consumed') {
      const first = change.entries.findIndex(({ key }) => key !== null)
      const entries = rows(change.entries.slice(first), snapshot)
      this.consumptions.push({ at: this.snapshot.at, entries, amended: [], counted: outcome.consumption.amount })
    }
    return outcome
  }

  use(amount: number, userId: string | null = null): Outcome {
    return this.run({
      kind: 'consume',
      feature: FEATURE,
      amount,
      at: null,
      reference: null,
      ...member(userId),
      key: this.key('consume'),
    })
  }

  /** Records use that has happened some hours ago. */
  fact(amount: number, hoursAgo: number | null = null): Outcome {
    const at = hoursAgo === null ? null : new Date(this.snapshot.at.getTime() - hoursAgo * 3_600_000)
    return this.run({ kind: 'consume', isFact: true, feature: FEATURE, amount, at, key: this.key('recordUsage') })
  }

  reserve(amount: number, expiresInSeconds: number, userId: string | null = null): Outcome {
    const terms = { feature: FEATURE, amount, reference: null, expiresInSeconds, ...member(userId) }
    const outcome = this.run({ kind: 'reserve', ...terms, key: this.key('reserve') })
    if (outcome.kind === 'reservation') this.holds.push(outcome.reservation.id)
    return outcome
  }

  /** Units of an open reservation. Null if there is none. */
  heldUnits(which: number): number | null {
    const id = this.holds[which % Math.max(1, this.holds.length)]
    const [at, place] = id ? positionOf(id, 'rsv', 'acc', 2)!.place : []
    const held = this.snapshot.reservations.find(({ version, operationNo }) => version === at && operationNo === place)
    return held?.amount ?? null
  }

  commit(which: number, amount: number | null): Outcome | null {
    const id = this.holds[which % Math.max(1, this.holds.length)]
    if (!id) return null
    const [version, operationNo] = positionOf(id, 'rsv', 'acc', 2)!.place as [number, number]
    const outcome = this.run({
      kind: 'commit',
      reservation: { version, operationNo },
      amount,
      key: this.key('commit'),
    })
    if (outcome.kind !== 'denied') this.holds = this.holds.filter((other) => other !== id)
    return outcome
  }

  release(which: number): Outcome | null {
    const id = this.holds[which % Math.max(1, this.holds.length)]
    if (!id) return null
    const [version, operationNo] = positionOf(id, 'rsv', 'acc', 2)!.place as [number, number]
    const outcome = this.run({ kind: 'release', reservation: { version, operationNo }, key: this.key('release') })
    if (outcome.kind !== 'denied') this.holds = this.holds.filter((other) => other !== id)
    return outcome
  }

  pack(amount: number): void {
    const draft = new AccountDraft(this.sold, this.snapshot)
    decideGrant(draft, `grt_${++this.serial}`, {
      feature: FEATURE,
      amount,
      expiresAt: null,
      at: this.snapshot.at,
      cause: { type: 'purchase', id: `p${this.serial}` },
      source: { kind: 'PACKAGE', code: 'pack' },
    })
    this.write(draft)
  }

  private write(draft: AccountDraft): NewEntry[] {
    const { entries, crossings } = draft.change({ type: 'test', summary: '', data: {} })
    this.snapshot = draft.snapshotAfter()
    this.ledger.push(...entries)
    this.crossings.push(...crossings)
    return [...entries]
  }

  /** Returned parts, or null if it was refused. */
  amend(which: number, share: number) {
    const consumption = this.consumptions[which % Math.max(1, this.consumptions.length)]
    if (!consumption || consumption.counted === 0) return null
    const amount = Math.max(1, Math.floor((consumption.counted * share) / 100))
    const parts = countedParts(consumption.entries, consumption.amended)
    expect(parts.reduce((sum, part) => sum + part.amount, 0)).toBe(consumption.counted)
    const draft = new AccountDraft(this.sold, this.snapshot)
    releaseExpired(draft)
    const first = draft.change(null).entries.length
    const amended = decideAmendment(
      this.sold,
      draft,
      { feature, at: consumption.at, parts, subAccountId: null, userId: consumption.entries[0]!.userId },
      { amount, reference: 'amendment' },
    )
    if ('code' in amended) return null
    consumption.amended.push(...rows(this.write(draft).slice(first), this.snapshot))
    consumption.counted -= amount
    const charged = parts.reduce((sum, part) => sum + (part.overage ? part.amount : 0), 0)
    const returned = amended.returned.reduce((sum, part) => sum + (part.overage ? part.amount : 0), 0)
    // Units that cost money return first.
    expect(returned).toBe(Math.min(charged, amount))
    return amended
  }

  entitlement = () => evaluateFeature(this.sold, this.snapshot, feature)

  /** The rows of windows equal the ledger, and the charges of a window cost what its units cost together. */
  expectSums(): void {
    const units = new Map<string, number>()
    for (const { source, windowStart, amount } of this.ledger)
      if (source?.startsWith('OVERAGE ')) {
        const start = windowStart!.toISOString()
        units.set(start, (units.get(start) ?? 0) - amount)
      }
    const charged = new Map<string, { units: number; amountMinor: number; tariff: string }>()
    for (const entry of this.ledger)
      for (const { windowStart, tariff, units: some, amountMinor } of chargesOf(entry.price)) {
        const key = `${windowStart} ${tariff}`
        const known = charged.get(key) ?? { units: 0, amountMinor: 0, tariff }
        charged.set(key, { tariff, units: known.units + some, amountMinor: known.amountMinor + amountMinor })
      }
    for (const { units: some, amountMinor, tariff } of charged.values()) expect(amountMinor).toBe(costOf(tariff, some))
    const counts = new Map<string, number>()
    for (const { windowStart, tariff, used, reserved } of this.snapshot.overage!) {
      expect(Math.min(used, reserved)).toBeGreaterThanOrEqual(0)
      expect(charged.get(`${windowStart.toISOString()} ${tariff}`)?.units ?? 0).toBe(used)
      const start = windowStart.toISOString()
      counts.set(start, (counts.get(start) ?? 0) + used + reserved)
    }
    for (const [start, counted] of counts) expect(units.get(start) ?? 0).toBe(counted)
    for (const { windowStart, used, reserved } of this.snapshot.usage) {
      const entries = this.ledger.filter(
        ({ source, windowStart: start }) =>
          start?.getTime() === windowStart.getTime() && !source?.startsWith('OVERAGE '),
      )
      expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(0 - used - reserved)
    }
  }
}
