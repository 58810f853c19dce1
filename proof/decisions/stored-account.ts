import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { AccountChange, NewEntry } from '#services/entitlements/persist/account-change.js'
import {
  newAccountSnapshot,
  snapshotAt,
  type AccountSnapshot,
  type Grant,
} from '#services/entitlements/model/account-snapshot.js'
import { heldPlans } from '#services/entitlements/model/held-plans.js'
import { AccountDraft } from '#services/entitlements/usage/account-draft.js'
import { byDeductionOrder } from '#services/entitlements/model/deduction-order.js'
import { decideOperations } from '#services/entitlements/usage/decide-operations.js'
import { releaseExpired } from '#services/entitlements/usage/release-expired.js'
import type { Outcome, RequestedOperation } from '#services/entitlements/usage/usage-operation.js'

interface StoredGrant extends Grant {
  readonly open: boolean
}

/** The account as the database would hold it: rows, which are written from the changes that the product decides. */
export class StoredAccount {
  readonly catalog: CatalogSnapshot
  snapshot: AccountSnapshot
  readonly grants = new Map<string, StoredGrant>()
  private readonly usage = new Map<string, AccountSnapshot['usage'][number]>()
  private readonly reservations = new Map<string, AccountSnapshot['reservations'][number]>()
  private readonly resources = new Set<string>()
  private readonly debts: Record<string, number> = {}
  /** Sums of the ledger by grant, window and debt. */
  readonly sums = new Map<string, number>()
  /** Entries of the last change, for the log. */
  written: readonly NewEntry[] = []
  events = 0
  /** Broken rules of the rows. */
  readonly faults: string[] = []

  constructor(catalog: CatalogSnapshot, start: Date) {
    this.catalog = catalog
    this.snapshot = { ...newAccountSnapshot(catalog, start), accountId: `acc_${'0'.repeat(26)}` }
  }

  run(requested: readonly RequestedOperation[]): readonly Outcome[] {
    const decided = decideOperations(this.catalog, this.snapshot, requested)
    this.persist(decided.change, decided.snapshot)
    return decided.outcomes
  }

  /** A change of credits, as the transaction of a purchase or refund decides it. */
  change(decide: (draft: AccountDraft) => void): void {
    const draft = new AccountDraft(this.catalog, this.snapshot)
    releaseExpired(draft)
    decide(draft)
    const change = draft.change({ type: 'proof', summary: '', data: {} })
    this.persist(change, draft.snapshotAfter())
  }

  /** The state after another write that changes no units: a plan, an add-on, an override, a member. */
  set(changed: Partial<AccountSnapshot>): void {
    const next = { ...this.snapshot, ...changed, version: this.snapshot.version + 1 }
    this.events++
    this.snapshot = { ...next, held: heldPlans(this.catalog, next.assignments, next.at) }
  }

  moveTo(at: Date): void {
    this.snapshot = snapshotAt(this.catalog, this.snapshot, at)
  }

  /** Loads a grant that is revoked, and the one that then keeps its feature bought, as a revocation does. */
  loadForRevocation(id: string): void {
    const { feature, expiresAt } = this.grants.get(id)!
    this.load(id)
    if (expiresAt !== null) return
    const kept = [...this.grants.values()]
      .filter((one) => one.feature === feature && one.expiresAt === null && one.revokedAt === null && one.id !== id)
      .sort(byDeductionOrder)
      .at(-1)
    if (kept) this.load(kept.id)
  }

  private load(id: string): void {
    if (this.snapshot.grants.some((grant) => grant.id === id)) return
    const grant = { ...this.grants.get(id)!, open: true }
    this.grants.set(id, grant)
    this.snapshot = { ...this.snapshot, grants: [...this.snapshot.grants, plain(grant)].sort(byDeductionOrder) }
  }

  private persist(change: AccountChange, after: AccountSnapshot): void {
    this.written = change.event ? change.entries : []
    if (!change.event) {
      if (change.entries.length > 0) this.faults.push('entries without an event')
      return
    }
    if (change.version !== this.snapshot.version) this.faults.push(`decided on version ${change.version}`)
    if (after.version !== this.snapshot.version + 1) this.faults.push(`the next version is ${after.version}`)
    this.events++
    this.snapshot = after
    for (const { isNew, ...row } of change.usage) {
      const key = usageKey(row)
      if (isNew === this.usage.has(key)) this.faults.push(`window ${key} is ${isNew ? '' : 'not '}new`)
      this.usage.set(key, row)
    }
    for (const { isRecounted, ...row } of change.grants) {
      const stored = this.grants.get(row.id)!
      const period = isRecounted ? row : stored
      this.grants.set(row.id, {
        ...stored,
        ...row,
        usagePeriodStart: period.usagePeriodStart,
        usedBeforePeriod: period.usedBeforePeriod,
      })
    }
    for (const { causeType: _type, causeId: _id, ...row } of change.newGrants)
      this.grants.set(row.id, { ...row, open: true })
    for (const { status, closedAt: _closedAt, ...row } of change.reservations) {
      const key = `${row.version}-${row.operationNo}`
      if (status === 'HELD') this.reservations.set(key, row)
      else this.reservations.delete(key)
    }
    for (const { feature, resourceId, held } of change.allocations)
      if (held) this.resources.add(`${feature} ${resourceId}`)
      else this.resources.delete(`${feature} ${resourceId}`)
    for (const { feature, amount } of change.debts) this.debts[feature] = amount
    this.enter(change.entries)
  }

  private enter(entries: readonly NewEntry[]): void {
    const places = new Set<string>()
    for (const entry of entries) {
      const place = `${entry.operationNo}-${entry.entryNo}`
      if (places.has(place)) this.faults.push(`two entries at ${place}`)
      places.add(place)
      const key = entry.grantId ?? (entry.windowStart ? usageKey(entry as never) : `debt ${entry.feature}`)
      this.sums.set(key, (this.sums.get(key) ?? 0) + entry.amount)
    }
  }

  /** Rules that the rows and the ledger keep. Returns those that are broken. */
  broken(): string[] {
    const faults = [...this.faults]
    for (const grant of this.grants.values()) {
      const { id, amount, used, reserved, expired, revoked } = grant
      const free = amount - used - reserved - expired - revoked
      if (Math.min(free, used, reserved, expired, revoked) < 0) faults.push(`grant ${id} has a value below zero`)
      if ((this.sums.get(id) ?? 0) !== free)
        faults.push(`the ledger of grant ${id} sums to ${this.sums.get(id)}, its balance is ${free}`)
      if (grant.revokedAt !== null && free > 0) faults.push(`grant ${id} was revoked and keeps ${free} units`)
      if (!grant.open && free > 0 && grant.revokedAt === null) faults.push(`grant ${id} was closed with ${free} units`)
    }
    for (const [key, { used, reserved }] of this.usage) {
      if (Math.min(used, reserved) < 0) faults.push(`window ${key} has a value below zero`)
      if (-(this.sums.get(key) ?? 0) !== used + reserved)
        faults.push(`the ledger of ${key} sums to ${this.sums.get(key)}, its use is ${used + reserved}`)
    }
    const held = new Map<string, number>()
    for (const { feature, parts } of this.reservations.values())
      for (const { grantId, windowStart, windowEnd, amount } of parts) {
        const key = grantId ?? `${feature} ${windowStart} ${windowEnd}`
        held.set(key, (held.get(key) ?? 0) + amount)
      }
    for (const [id, { reserved }] of this.grants)
      if ((held.get(id) ?? 0) !== reserved)
        faults.push(`grant ${id} reserves ${reserved}, its reservations ${held.get(id) ?? 0}`)
    for (const use of this.usage.values()) {
      const key = `${use.feature} ${use.windowStart.toISOString()} ${use.windowEnd.toISOString()}`
      if ((held.get(key) ?? 0) !== use.reserved)
        faults.push(`window ${key} reserves ${use.reserved}, its reservations ${held.get(key) ?? 0}`)
    }
    for (const [feature, debt] of Object.entries(this.debts)) {
      if (debt < 0) faults.push(`debt of ${feature} is ${debt}`)
      if ((this.sums.get(`debt ${feature}`) ?? 0) !== -debt) faults.push(`the ledger of the debt of ${feature} differs`)
    }
    return [...faults, ...this.differencesToRows()]
  }

  /** The snapshot that the product goes on with must be the one that it would read from the rows. */
  private differencesToRows(): string[] {
    const faults: string[] = []
    const open = [...this.grants.values()].filter((grant) => grant.open).sort(byDeductionOrder)
    const shown = this.snapshot.grants
    if (open.length !== shown.length || open.some(({ id }, index) => id !== shown[index]!.id))
      faults.push(
        `open grants are ${open.map(({ id }) => id).join(' ')}, the snapshot has ${shown.map(({ id }) => id).join(' ')}`,
      )
    else if (open.some((grant, index) => MEMBERS.some((name) => !isEqual(grant[name], shown[index]![name]))))
      faults.push('a grant differs between rows and snapshot')
    for (const use of this.snapshot.usage)
      if (!isSameUse(this.usage.get(usageKey(use)), use))
        faults.push(`window ${usageKey(use)} differs between rows and snapshot`)
    if (this.snapshot.reservations.length !== this.reservations.size)
      faults.push('reservations differ between rows and snapshot')
    const counted = Object.values(this.snapshot.allocated).reduce((total, count) => total + count, 0)
    if (counted !== this.resources.size) faults.push(`${this.resources.size} resources exist, ${counted} are counted`)
    if (this.events !== this.snapshot.version)
      faults.push(`version ${this.snapshot.version} after ${this.events} events`)
    return faults
  }
}

const usageKey = ({
  feature,
  windowStart,
  windowEnd,
}: {
  feature: string
  windowStart: Date
  windowEnd: Date
}): string => `${feature} ${windowStart.getTime()} ${windowEnd.getTime()}`

/** The members of a grant in one order. */
const plain = (grant: Grant): Grant => ({
  id: grant.id,
  feature: grant.feature,
  amount: grant.amount,
  used: grant.used,
  reserved: grant.reserved,
  expired: grant.expired,
  revoked: grant.revoked,
  grantedAt: grant.grantedAt,
  usagePeriodStart: grant.usagePeriodStart,
  usedBeforePeriod: grant.usedBeforePeriod,
  expiresAt: grant.expiresAt,
  revokedAt: grant.revokedAt,
  sourceKind: grant.sourceKind,
  sourceCode: grant.sourceCode,
  flags: grant.flags,
})

const MEMBERS = [
  'id',
  'feature',
  'amount',
  'used',
  'reserved',
  'expired',
  'revoked',
  'grantedAt',
  'usagePeriodStart',
  'usedBeforePeriod',
  'expiresAt',
  'revokedAt',
  'sourceKind',
  'sourceCode',
  'flags',
] as const satisfies readonly (keyof Grant)[]

type Value = string | number | Date | null | readonly string[]

function isEqual(left: Value, right: Value): boolean {
  if (left === right) return true
  if (left instanceof Date) return right instanceof Date && left.getTime() === right.getTime()
  return Array.isArray(left) && Array.isArray(right) && left.join(' ') === right.join(' ')
}

type Use = AccountSnapshot['usage'][number]

const isSameUse = (stored: Use | undefined, shown: Use): boolean =>
  stored !== undefined && stored.used === shown.used && stored.reserved === shown.reserved
