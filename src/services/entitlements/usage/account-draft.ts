import { useTextsOf } from '#services/entitlements/model/use-texts.js'
import type { OverageCharge } from '#entities/entitlements/usage-price.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Grant, OpenReservation, AccountSnapshot, RatedUsage } from '../model/account-snapshot.js'
import type { Window } from '../model/quota-window.js'
import type {
  AccountChange,
  AllocationProbe,
  AllocationWrite,
  ChangeEvent,
  KeyProbe,
  NewEntry,
  ReservationWrite,
} from '../persist/account-change.js'
import { isAfter, isBefore } from '#services/kernel/clock/compare-dates.js'
import { asWritten, nextRollover } from '../model/rollover.js'
import type { CapState } from '../model/cap-state.js'
import { byDeductionOrder } from '../model/deduction-order.js'
import { lineKey, usageKey } from './draft-keys.js'
import { DraftOverage } from './draft-overage.js'
import { DraftReservations } from './draft-reservations.js'
import { DraftWatches } from './draft-watches.js'
import { grantBalance } from './grant-balance.js'
import { exhaustedGrants } from '../model/exhausted-grants.js'
import type { AmountPart, LedgerMovement, OperationContext } from './ledger-movement.js'

type NewGrant = AccountChange['newGrants'][number]

const NO_TEXTS = useTextsOf({})

/** Mutable working copy of an account while operations are decided one after another. Collects all writes for the next version. */
export class AccountDraft {
  snapshot: AccountSnapshot
  readonly version: number
  private nextOp = 0
  private readonly entries: NewEntry[] = []
  private readonly newUsage = new Set<string>()
  private readonly touchedUsage = new Set<string>()
  private readonly overage = new DraftOverage()
  /** Lines of rate cards that were counted. Null: none. */
  private rated: Map<string, AccountChange['rated'][number]> | null = null
  readonly watches = new DraftWatches()
  private readonly touchedGrants = new Set<string>()
  private readonly recountedGrants = new Set<string>()
  private readonly newGrants = new Map<string, Pick<NewGrant, 'causeType' | 'causeId'>>()
  private readonly closedGrants = new Set<string>()
  readonly reservations = new DraftReservations()
  private readonly allocations: AllocationWrite[] = []
  private readonly touchedDebts = new Set<string>()
  /** When the present period of a feature began, where its grants were used. */
  private readonly periods = new Map<string, Date>()
  private sweepAt: Date | null = null
  readonly keyProbes: KeyProbe[] = []
  readonly allocationProbes: AllocationProbe[] = []
  /** Content of the event: the changed features, and the number of operations by kind. */
  readonly moved = { features: new Set<string>(), operations: 0 }

  constructor(
    readonly catalog: CatalogSnapshot,
    /** The draft begins with what of it is written. */
    readonly before: AccountSnapshot,
  ) {
    this.version = before.version + 1
    this.snapshot = { ...before, ...asWritten(before), version: this.version }
  }

  /** The place of a new operation within the version. */
  beginOperation(): number {
    return this.nextOp++
  }

  /** Applies an operation to its parts and adds a ledger entry for each. The first entry carries the idempotency key. */
  move(
    operationNo: number,
    parts: readonly AmountPart[],
    movement: (part: AmountPart, index: number) => LedgerMovement,
    note: OperationContext,
  ): void {
    for (const [index, part] of parts.entries()) {
      const moved = movement(part, index)
      if (part.grantId) this.moveGrant(part.grantId, moved, note.usagePeriodStart)
      else if (part.overage) this.snapshot = this.overage.move(this.snapshot, note.feature, part, moved)
      else if (part.window) this.moveWindow(note.feature, part.window, moved)
      this.enter(operationNo, part, moved, note)
    }
    this.moved.features.add(note.feature)
    if (note.usagePeriodStart) this.periods.set(note.feature, note.usagePeriodStart)
  }

  private enter(operationNo: number, part: AmountPart, { kind, amount }: LedgerMovement, note: OperationContext): void {
    const entryNo = this.entriesOf(operationNo)
    this.entries.push({
      operationNo,
      entryNo,
      kind,
      feature: note.feature,
      grantId: part.grantId,
      windowStart: part.window?.start ?? null,
      windowEnd: part.window?.end ?? null,
      amount,
      balanceAfter: grantBalance(this.snapshot, note.feature),
      source: part.source,
      at: note.at,
      ...(entryNo === 0 ? useTextsOf(note) : NO_TEXTS),
      reservation: note.reservation ?? null,
      key: entryNo === 0 ? (note.key ?? null) : null,
      total: entryNo === 0 ? (note.total ?? null) : null,
      price: entryNo === 0 ? (note.price ?? null) : null,
      subAccountId: note.subAccountId ?? null,
      userId: note.userId ?? null,
    })
  }

  private entriesOf(operationNo: number): number {
    return this.entries.length - 1 - this.entries.findLastIndex((entry) => entry.operationNo !== operationNo)
  }

  private moveWindow(feature: string, window: Pick<Window, 'start' | 'end'>, moved: LedgerMovement): void {
    const usage = [...this.snapshot.usage]
    const key = `${feature} ${window.start.getTime()} ${window.end.getTime()}`
    let index = usage.findIndex((use) => usageKey(use) === key)
    if (index < 0) {
      index = usage.length
      usage.push({ feature, windowStart: window.start, windowEnd: window.end, used: 0, reserved: 0 })
      this.newUsage.add(key)
    }
    const use = usage[index]!
    usage[index] = { ...use, used: use.used + (moved.used ?? 0), reserved: use.reserved + (moved.reserved ?? 0) }
    this.snapshot = { ...this.snapshot, usage }
    this.touchedUsage.add(key)
  }

  /** Counts quantities of lines of a rate card. */
  count(counted: readonly RatedUsage[]): void {
    const snapshot = [...this.snapshot.rated]
    this.rated ??= new Map()
    for (const line of counted) {
      const key = lineKey(line)
      const index = snapshot.findIndex((known) => lineKey(known) === key)
      if (index < 0) snapshot.push(line)
      else snapshot[index] = line
      this.rated.set(key, { ...line, isNew: this.rated.get(key)?.isNew ?? index < 0 })
    }
    this.snapshot = { ...this.snapshot, rated: snapshot }
  }

  /** Counts units and their charges for the caps of a feature. A level that they reach is written, and sent by the next sweep. */
  spend(states: readonly CapState[], amount: number, charges: readonly OverageCharge[]): void {
    if (states.length === 0 || amount === 0) return
    const { caps, isReached } = this.watches.spend(this.snapshot.caps, states, amount, charges)
    this.snapshot = { ...this.snapshot, caps }
    if (isReached) this.nextSweepAt(this.snapshot.at)
  }

  /** Begins the periods that caps are in. Units that are reserved in a period are never counted in an earlier one. */
  beginPeriods(states: readonly CapState[]): void {
    const begun = states.filter(({ cap, period }) => cap.periodStart < period.start)
    if (begun.length > 0)
      this.snapshot = { ...this.snapshot, caps: this.watches.spend(this.snapshot.caps, begun, 0, []).caps }
  }

  /** Compares the balances with their alerts. A crossing is written with the version, and handled by the next sweep. */
  compareBalances(catalog: CatalogSnapshot): void {
    if (this.snapshot.alerts.length === 0) return
    const compared = this.watches.compare(catalog, this.snapshot)
    if (!compared) return
    this.snapshot = { ...this.snapshot, alerts: compared.alerts }
    if (compared.isCrossed) this.nextSweepAt(this.snapshot.at)
  }

  private moveGrant(id: string, moved: LedgerMovement, since: Date | undefined): void {
    this.changeGrant(id, (grant) => {
      const isRecounted = moved.used && since && isBefore(grant.usagePeriodStart, since)
      if (isRecounted || moved.usedBeforePeriod) this.recountedGrants.add(id)
      return {
        ...grant,
        usedBeforePeriod: grant.usedBeforePeriod + (moved.usedBeforePeriod ?? 0),
        ...(isRecounted ? { usagePeriodStart: since, usedBeforePeriod: grant.used } : {}),
        used: grant.used + (moved.used ?? 0),
        reserved: grant.reserved + (moved.reserved ?? 0),
        expired: grant.expired + (moved.expired ?? 0),
        revoked: grant.revoked + (moved.revoked ?? 0),
      }
    })
  }

  changeGrant(id: string, change: (grant: Grant) => Grant): void {
    this.snapshot = {
      ...this.snapshot,
      grants: this.snapshot.grants.map((grant) => (grant.id === id ? change(grant) : grant)),
    }
    this.touchedGrants.add(id)
  }

  /** Nothing can come of the grant any more: it leaves the facts with this version. */
  closeGrant(id: string): void {
    this.touchedGrants.add(id)
    this.closedGrants.add(id)
  }

  addGrant(grant: Grant, cause: Pick<NewGrant, 'causeType' | 'causeId'>): void {
    const grants = [...this.snapshot.grants, grant].sort(byDeductionOrder)
    this.snapshot = { ...this.snapshot, grants }
    this.newGrants.set(grant.id, cause)
  }

  hold(reservation: OpenReservation, before?: OpenReservation): void {
    this.snapshot = this.reservations.hold(this.snapshot, reservation, before)
  }

  close(reservation: OpenReservation, status: ReservationWrite['status'], closedAt: Date): void {
    this.snapshot = this.reservations.close(this.snapshot, reservation, status, closedAt)
  }

  allocate(feature: string, resourceId: string, held: boolean): void {
    const counted = (this.snapshot.allocated[feature] ?? 0) + (held ? 1 : -1)
    this.snapshot = { ...this.snapshot, allocated: { ...this.snapshot.allocated, [feature]: counted } }
    // The last word on a resource counts; the statement may touch a row once only.
    const earlier = this.allocations.findIndex((it) => it.feature === feature && it.resourceId === resourceId)
    if (earlier >= 0) this.allocations.splice(earlier, 1)
    this.allocations.push({ feature, resourceId, held })
    this.moved.features.add(feature)
  }

  /** State of a resource after the decisions so far. Null: undecided. */
  allocationOf(feature: string, resourceId: string): boolean | null {
    return this.allocations.find((it) => it.feature === feature && it.resourceId === resourceId)?.held ?? null
  }

  /** Debt moves against nothing but itself: its entry has neither grant nor window. */
  owe(operationNo: number, amount: number, note: OperationContext, source: 'DEBT' | 'OVERAGE' = 'DEBT'): void {
    const due = (this.snapshot.debts[note.feature] ?? 0) + amount
    this.snapshot = { ...this.snapshot, debts: { ...this.snapshot.debts, [note.feature]: due } }
    this.touchedDebts.add(note.feature)
    const part: AmountPart = { grantId: null, window: null, amount, source }
    this.enter(operationNo, part, { kind: 'ADJUST', amount: -amount }, note)
  }

  /** The account is to be looked at no later than this. An earlier time that this change has set stays. */
  nextSweepAt(moment: Date): void {
    const { sweepAt } = this.snapshot
    if (this.sweepAt && !isAfter(this.sweepAt, moment)) return
    if (sweepAt && isAfter(sweepAt, this.snapshot.at) && !isAfter(sweepAt, moment)) return
    this.sweepAt = moment
    this.snapshot = { ...this.snapshot, sweepAt: moment }
  }

  /** Everything that has to be written; without an event when nothing was moved. */
  change(event: ChangeEvent | null): AccountChange {
    // A level of an allowance that is reached is written with the version, and sent by the next sweep.
    const rolls = event && this.catalog.hasRollover ? nextRollover(this.snapshot) : null
    if (rolls) this.nextSweepAt(rolls)
    const alerts = event && this.watches.reachUsage(this.catalog, this.snapshot, this.moved.features)
    if (alerts) this.nextSweepAt(this.snapshot.at)
    const snapshot = (this.snapshot = alerts ? { ...this.snapshot, alerts } : this.snapshot)
    if (this.touchedGrants.size > 0)
      for (const feature of this.moved.features)
        for (const { id } of exhaustedGrants(snapshot, feature, this.periods.get(feature))) this.closeGrant(id)
    return {
      accountId: snapshot.accountId,
      version: this.before.version,
      at: snapshot.at,
      event,
      entries: this.entries,
      usage: snapshot.usage
        .filter((use) => this.touchedUsage.has(usageKey(use)))
        .map((use) => ({ ...use, isNew: this.newUsage.has(usageKey(use)) })),
      overage: this.overage.rows,
      rated: [...(this.rated?.values() ?? [])],
      ...this.watches.rows,
      grants: snapshot.grants
        .filter(({ id }) => this.touchedGrants.has(id) && !this.newGrants.has(id))
        .map((grant) => ({
          ...grant,
          open: !this.closedGrants.has(grant.id),
          isRecounted: this.recountedGrants.has(grant.id),
        })),
      newGrants: snapshot.grants
        .filter(({ id }) => this.newGrants.has(id))
        .map((grant) => ({ ...grant, ...this.newGrants.get(grant.id)! })),
      reservations: this.reservations.rows,
      allocations: this.allocations,
      debts: [...this.touchedDebts].map((feature) => ({ feature, amount: snapshot.debts[feature]! })),
      sweepAt: this.sweepAt,
      isOverageDue: this.overage.isDue(this.catalog, snapshot),
      keyProbes: this.keyProbes,
      allocationProbes: this.allocationProbes,
      reservationProbes: this.reservations.probes,
    }
  }

  /** The facts of the next version, once it is written. */
  snapshotAfter(): AccountSnapshot {
    if (!this.closedGrants.size) return this.snapshot
    return { ...this.snapshot, grants: this.snapshot.grants.filter(({ id }) => !this.closedGrants.has(id)) }
  }
}
