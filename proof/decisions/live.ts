import { createHash } from 'node:crypto'
import { decideCheck } from '#services/entitlements/check/decide-check.js'
import { decideGrant, decideRevocation } from '#services/entitlements/credits/decide-grant.js'
import type { OperationKey, ReplayedOperation } from '#services/entitlements/persist/account-change.js'
import { endOfDay } from '#services/entitlements/plans/assign-plan.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { projectSnapshot } from '#services/entitlements/model/project-snapshot.js'
import type { Operation, Outcome, RequestedOperation } from '#services/entitlements/usage/usage-operation.js'
import { decideWarning } from '#services/entitlements/warnings/decide-warnings.js'
import { positionOf } from '#services/kernel/ids/ids.js'
import { billingPeriodOf, ModelAccount } from '#proof/decisions/model.js'
import { StoredAccount } from '#proof/decisions/stored-account.js'
import type { Life, Op, Step } from '#proof/decisions/steps.js'
import { CONSUMABLE, FEATURES, NEAR_LIMIT, PACKAGES, PLANS, proofCatalog } from '#proof/decisions/terms.js'

/** A difference between the product and the model. */
export class Difference extends Error {
  readonly step: number

  constructor(step: number, message: string) {
    super(message)
    this.step = step
  }
}

export interface Lived {
  /** Steps that were taken, with every operation of a batch. */
  readonly operations: number
  readonly milliseconds: number
  /** SHA-256 of the log. Empty without a log. */
  readonly digest: string
}

export interface LiveOptions {
  /** Receives the log: one line for each step. */
  readonly log?: (line: string) => void
  /** Ends after this step. */
  readonly until?: number
}

const catalog = proofCatalog()
const DAY = 86_400_000
const CODES = Object.keys(FEATURES)
/** Rows are compared after this number of steps, and at the end. */
const ROWS_EVERY = 20

interface Call {
  readonly operation: Operation
  readonly key: OperationKey | null
  /** The model's result: `ok`, the code of the denial, or what a repetition returns. */
  expect(): string
}

interface UsedKey {
  readonly request: string
  readonly version: number
  readonly operationNo: number
}

/** Lives an account's life on the product's decisions and on the model. Throws a Difference at the first step where they differ. */
export function live({ start, steps, longestWait }: Life, options: LiveOptions = {}): Lived {
  const life = new AccountLife(start, longestWait)
  const hash = createHash('sha256')
  let index = 0
  for (const step of steps) {
    if (options.until !== undefined && index > options.until) break
    try {
      life.take(step, index)
      life.compare()
      if (index % ROWS_EVERY === 0) life.compareRows()
    } catch (error) {
      throw error instanceof Difference
        ? error
        : new Difference(index, error instanceof Error ? error.message : String(error))
    }
    if (options.log) {
      const line = life.line(step, index)
      hash.update(`${line}\n`)
      options.log(line)
    }
    index++
  }
  try {
    life.compareRows()
  } catch (error) {
    throw new Difference(index - 1, (error as Error).message)
  }
  return {
    operations: life.operations,
    milliseconds: life.model.now - start,
    digest: options.log ? hash.digest('hex') : '',
  }
}

class AccountLife {
  readonly model: ModelAccount
  readonly stored: StoredAccount
  operations = 0
  private readonly keys = new Map<string, UsedKey>()
  /** Calls with a key, for repetitions. */
  private readonly calls: { operation: Operation; key: OperationKey }[] = []
  private readonly reservations: string[] = []
  private results: string[] = []
  private grantCount = 0
  private idCount = 0

  private readonly longestWait: number

  constructor(start: number, longestWait: number) {
    this.longestWait = longestWait
    this.model = new ModelAccount(start)
    this.stored = new StoredAccount(catalog, new Date(start))
  }

  take(step: Step, index: number): void {
    this.stored.written = []
    this.results = []
    switch (step.step) {
      case 'operate':
        return this.operate(step.ops, index)
      case 'wait':
        return this.wait(this.model.now + step.ms)
      case 'wait for':
        return this.wait(this.boundary(step) + step.offset)
      case 'plan':
        return this.givePlan(step)
      case 'end plan':
        return this.endPlans(step.group)
      case 'addon':
        return this.giveAddon(step)
      case 'end addon':
        return this.endAddon(step.pick)
      case 'override':
        return this.override(step)
      case 'grant':
        return this.grant(step)
      case 'revoke':
        return this.revoke(step.pick)
      case 'members':
        return this.setMembers(step.count)
      case 'check':
        return this.check(step)
    }
  }

  private get at(): Date {
    return new Date(this.model.now)
  }

  private id(): string {
    return String(++this.idCount).padStart(6, '0')
  }

  private wait(until: number): void {
    const now = Math.max(this.model.now, Math.min(until, this.model.now + this.longestWait))
    this.operations++
    const owes = Object.values(this.model.debts).some((debt) => debt > 0)
    const projected = projectSnapshot(catalog, this.stored.snapshot, new Date(now))
    const before = CONSUMABLE.map((code) => evaluateFeature(catalog, projected, catalog.features.get(code)!))
    this.model.wait(now)
    this.stored.moveTo(new Date(now))
    this.stored.run([{ operation: { kind: 'sweep' }, known: null, held: null }])
    if (owes) return
    for (const { feature, remaining, reserved } of before) {
      const after = evaluateFeature(catalog, this.stored.snapshot, feature)
      same(
        `the projection of ${feature.code}`,
        { remaining, reserved },
        { remaining: after.remaining, reserved: after.reserved },
      )
    }
  }

  private boundary({ what, pick }: Extract<Step, { step: 'wait for' }>): number {
    const { now, packs, holds, plans, createdAt } = this.model
    if (what === 'month') return Date.UTC(new Date(now).getUTCFullYear(), new Date(now).getUTCMonth() + 1, 1)
    if (what === 'period') {
      const plan = plans.main.findLast(({ since, until }) => since <= now && now < until)
      return billingPeriodOf(plan?.since ?? createdAt, now).end
    }
    const ends =
      what === 'hold'
        ? [...holds.values()].map(({ expiresAt }) => expiresAt)
        : [...packs.map(({ expiresAt }) => expiresAt), ...plans.main.map(({ until }) => until)].filter(Number.isFinite)
    const later = ends.filter((end) => end > now)
    return later[pick % Math.max(1, later.length)] ?? now + 1
  }

  private givePlan({ code, quantity, days, keepsOthers, startsIn }: Extract<Step, { step: 'plan' }>): void {
    this.operations++
    const { group } = PLANS[code]!
    if (!keepsOthers) this.endHeldPlans(group)
    const since = this.model.now + startsIn
    const periodEnd = days === null ? null : new Date(since + days * DAY)
    const expiresAt = periodEnd && endOfDay(periodEnd)
    // By the documents a plan lasts until the end of the day (UTC) on which its period ends.
    const until = periodEnd ? (Math.floor(periodEnd.getTime() / DAY) + 1) * DAY : Infinity
    this.model.plans[group].push({ code, quantity, since, until })
    const id = `asg_${this.id()}`
    this.stored.set({
      assignments: [
        ...this.stored.snapshot.assignments,
        {
          id,
          planVersionId: `plv_${code}`,
          groupCode: group,
          sourceType: 'subscription',
          sourceId: id,
          quantity,
          currency: null,
          since: new Date(since),
          billingAnchor: new Date(since),
          windowsSince: null,
          periodEnd,
          expiresAt,
        },
      ],
    })
  }

  private endPlans(group: 'main' | 'support'): void {
    this.operations++
    this.endHeldPlans(group)
    this.stored.set({})
  }

  private endHeldPlans(group: 'main' | 'support'): void {
    const ended = this.model.plans[group].splice(0)
    if (ended.length === 0) return
    const { assignments } = this.stored.snapshot
    this.stored.set({ assignments: assignments.filter(({ groupCode }) => groupCode !== group) })
  }

  private giveAddon({ code, quantity, days }: Extract<Step, { step: 'addon' }>): void {
    this.operations++
    const until = days === null ? Infinity : this.model.now + days * DAY
    this.model.addons.push({ code, quantity, since: this.model.now, until })
    const held = {
      id: `pka_${this.id()}`,
      package: catalog.packageByCode.get(code)!,
      quantity: PACKAGES[code] ? quantity : 0,
      since: this.at,
      endsAt: days === null ? null : new Date(until),
    }
    this.stored.set({ packages: [...this.stored.snapshot.packages, held] })
  }

  private endAddon(pick: number): void {
    this.operations++
    const index = pick % Math.max(1, this.model.addons.length)
    this.model.addons.splice(index, 1)
    this.stored.set({ packages: this.stored.snapshot.packages.filter((_, other) => other !== index) })
  }

  private override({ feature, amount, hours }: Extract<Step, { step: 'override' }>): void {
    this.operations++
    const isBoolean = FEATURES[feature]!.kind === 'BOOLEAN'
    const until = hours === null ? Infinity : this.model.now + hours * 3_600_000
    this.model.overrides.push({ feature, amount: isBoolean ? 0 : amount, since: this.model.now, until })
    const override = {
      id: `ovr_${this.id()}`,
      feature,
      amount: isBoolean ? null : amount,
      unlimited: !isBoolean && amount === null,
      reason: 'proof',
      since: this.at,
      until: hours === null ? null : new Date(until),
    }
    this.stored.set({ overrides: [...this.stored.snapshot.overrides, override] })
  }

  private grant({ feature, amount, hours, hasPriority }: Extract<Step, { step: 'grant' }>): void {
    this.operations++
    const id = `grt_${String(++this.grantCount).padStart(6, '0')}`
    const expiresAt = hours === null ? null : new Date(this.model.now + hours * 3_600_000)
    this.model.grant(id, feature, amount, expiresAt?.getTime() ?? null, hasPriority)
    this.stored.change((draft) => {
      decideGrant(draft, id, {
        feature,
        amount,
        expiresAt,
        at: this.at,
        cause: { type: 'purchase', id },
        source: { kind: 'PACKAGE', code: 'pack' },
        flags: hasPriority ? ['priority'] : [],
      })
    })
  }

  private revoke(pick: number): void {
    this.operations++
    const standing = this.model.packs.filter(({ revokedAt }) => revokedAt === null)
    const pack = standing[pick % Math.max(1, standing.length)]
    if (!pack) return
    this.model.revoke(pack.id)
    this.stored.loadForRevocation(pack.id)
    this.stored.change((draft) => void decideRevocation(draft, pack.id, 'refund'))
  }

  private setMembers(count: number): void {
    this.operations++
    this.model.members.push({ at: this.model.now, count })
    this.stored.set({ members: [...this.stored.snapshot.members, { at: this.at, members: count, peak: count }] })
  }

  private check({ feature, amount }: Extract<Step, { step: 'check' }>): void {
    this.operations++
    const { allowed, denial } = decideCheck(catalog, this.stored.snapshot, feature, amount)
    const expected = this.model.check(feature, amount)
    same(`check of ${amount} ${feature}`, allowed ? null : denial!.code, expected)
  }

  private operate(ops: readonly Op[], index: number): void {
    const calls = ops.flatMap((op, place) => this.callOf(op, `${index}.${place}`) ?? [])
    if (calls.length === 0) return
    this.operations += calls.length
    const requested = calls.map(({ operation, key }, place): RequestedOperation => {
      const used = key && this.keys.get(nameOf(key))
      const known: ReplayedOperation | null = used ? { index: place, ...used } : null
      const isResource = operation.kind === 'allocate' || operation.kind === 'deallocate'
      const held = isResource ? this.model.resources[operation.feature]!.has(operation.resourceId) : null
      return { operation, known, held }
    })
    const outcomes = this.stored.run(requested)
    const { version } = this.stored.snapshot
    const done = new Map<string, { request: string; result: string }>()
    calls.forEach((call, place) => {
      const expected = this.expectedOf(call, done)
      const outcome = outcomes[place]!
      const actual = resultOf(outcome, call.operation.kind)
      this.results.push(actual)
      same(`${call.operation.kind} ${JSON.stringify(call.operation)}`, actual, expected)
      if (call.key) this.calls.push({ operation: call.operation, key: call.key })
    })
    for (const { key, operationNo } of this.stored.written) {
      if (!key) continue
      if (this.keys.has(nameOf(key))) throw new Error(`the key ${nameOf(key)} was written twice`)
      this.keys.set(nameOf(key), { request: key.request, version, operationNo })
    }
    for (const [name, { result }] of done)
      if (result.startsWith('ok') && !this.keys.has(name)) throw new Error(`the key ${name} was not written`)
  }

  /** The result that the documents promise, with what the key promises. */
  private expectedOf(call: Call, done: Map<string, { request: string; result: string }>): string {
    if (!call.key) return call.expect()
    const name = nameOf(call.key)
    const used = this.keys.get(name)
    if (used)
      return used.request === call.key.request ? `repeated ${used.version}-${used.operationNo}` : 'IDEMPOTENCY_MISMATCH'
    const earlier = done.get(name)
    if (earlier) return earlier.request === call.key.request ? earlier.result : 'IDEMPOTENCY_MISMATCH'
    const result = call.expect()
    if (result.startsWith('ok')) done.set(name, { request: call.key.request, result })
    return result
  }

  private callOf(op: Op, place: string): Call | null {
    if (op.op === 'again') {
      const earlier = this.calls[this.calls.length - 1 - (op.pick % Math.max(1, this.calls.length))]
      if (!earlier) return null
      const request = op.changed ? `${earlier.key.request} changed` : earlier.key.request
      return this.call({ ...earlier.operation, key: { ...earlier.key, request } } as Operation)
    }
    const key = (mutation: string, request: string): OperationKey => ({
      principal: 'proof',
      mutation,
      key: place,
      request,
    })
    const text = JSON.stringify(op)
    switch (op.op) {
      case 'consume': {
        const at = op.late === null ? null : new Date(this.model.now - op.late)
        return this.call({
          kind: 'consume',
          feature: op.feature,
          amount: op.amount,
          reference: null,
          at,
          key: key('consume', text),
        })
      }
      case 'reserve':
        return this.call({
          kind: 'reserve',
          feature: op.feature,
          amount: op.amount,
          reference: null,
          expiresInSeconds: op.seconds,
          key: key('reserve', text),
        })
      case 'commit':
      case 'release': {
        const id = this.reservations[this.reservations.length - 1 - (op.pick % Math.max(1, this.reservations.length))]
        if (!id) return null
        const [version, operationNo] = id.split('-').map(Number) as [number, number]
        const reservation = { version, operationNo }
        return op.op === 'release'
          ? this.call({ kind: 'release', reservation, key: key('release', `${text} ${id}`) })
          : this.call({ kind: 'commit', reservation, amount: op.amount, key: key('commit', `${text} ${id}`) })
      }
      default:
        return this.call({ kind: op.op, feature: op.feature, resourceId: `r${op.resource}` })
    }
  }

  private call(operation: Operation): Call {
    return { operation, key: 'key' in operation ? operation.key : null, expect: () => this.expect(operation) }
  }

  private expect(operation: Operation): string {
    const { model } = this
    switch (operation.kind) {
      case 'consume': {
        const taken = model.consume(operation.feature, operation.amount, operation.at?.getTime() ?? null)
        return typeof taken === 'string'
          ? taken
          : `ok ${taken.map(({ pack, amount }) => `${pack ? 'pack' : 'plan'} ${amount}`).join(', ')}`
      }
      case 'reserve': {
        const id = `${this.stored.snapshot.version}-${this.reservedNow()}`
        const denial = model.reserve(id, operation.feature, operation.amount, operation.expiresInSeconds)
        if (denial === null) this.reservations.push(id)
        return denial ?? `ok ${id}`
      }
      case 'commit':
        return model.commit(placeOf(operation.reservation), operation.amount) ?? 'ok'
      case 'release':
        return model.release(placeOf(operation.reservation)) ?? `ok ${placeOf(operation.reservation)}`
      case 'allocate':
        return model.allocate(operation.feature, operation.resourceId) ?? 'ok'
      case 'deallocate':
        return model.deallocate(operation.feature, operation.resourceId) ?? 'ok'
      // The model has neither.
      case 'extend':
      case 'sweep':
        return 'ok'
    }
  }

  /** The place of the next reservation of this version, which names it. */
  private reservedNow(): number {
    const { version, reservations } = this.stored.snapshot
    const known = new Set(this.reservations)
    const next = reservations.find((held) => held.version === version && !known.has(`${version}-${held.operationNo}`))
    return (
      next?.operationNo ??
      this.stored.written.find(
        ({ kind, key, operationNo }) => kind === 'RESERVE' && key && !known.has(`${version}-${operationNo}`),
      )?.operationNo ??
      -1
    )
  }

  compare(): void {
    const { model, stored } = this
    if (stored.snapshot.at.getTime() !== model.now) throw new Error('the times differ')
    for (const code of CODES) {
      const feature = catalog.features.get(code)!
      const actual = evaluateFeature(catalog, stored.snapshot, feature)
      const expected = model.expected(code)
      same(
        code,
        {
          granted: actual.granted,
          unlimited: actual.unlimited,
          reserved: actual.reserved,
          remaining: actual.remaining,
          resetsAt: actual.resetsAt?.getTime() ?? null,
          limit: actual.limit,
          used: actual.used,
          nearLimit: actual.nearLimit,
        },
        {
          granted: expected.granted,
          unlimited: expected.unlimited,
          reserved: expected.reserved,
          remaining: expected.remaining,
          resetsAt: expected.resetsAt,
          limit: expected.limit,
          used: expected.used,
          nearLimit: expected.nearLimit,
        },
      )
      same(`debt of ${code}`, stored.snapshot.debts[code] ?? 0, model.debts[code] ?? 0)
      if ((stored.snapshot.debts[code] ?? 0) > 0 && model.balance(code) > 0)
        throw new Error(`${code} has debt and free units`)
      if (feature.kind !== 'QUOTA' && feature.kind !== 'CREDIT') continue
      const isDue = expected.limit !== null && expected.limit > 0 && expected.used * 100 >= expected.limit * NEAR_LIMIT
      same(`warning of ${code}`, decideWarning(catalog, stored.snapshot, feature, 1) !== null, isDue)
    }
    for (const { kind, feature, balanceAfter } of stored.written.slice(-1))
      if (kind !== 'ADJUST') same(`balance after the last entry of ${feature}`, balanceAfter, model.balance(feature))
  }

  compareRows(): void {
    const [first] = this.stored.broken()
    if (first) throw new Error(first)
  }

  /** A line of the log: the step, the results, what was written and what the account has now. */
  line(step: Step, index: number): string {
    const { snapshot, written } = this.stored
    const entries = written.map(({ operationNo, entryNo, kind, feature, grantId, windowStart, amount, balanceAfter }) =>
      [operationNo, entryNo, kind, feature, grantId ?? windowStart?.toISOString() ?? '', amount, balanceAfter].join(
        ' ',
      ),
    )
    const rights = CODES.map((code) => {
      const { used, reserved, remaining } = evaluateFeature(catalog, snapshot, catalog.features.get(code)!)
      return `${code} ${used} ${reserved} ${remaining ?? '∞'}`
    })
    return JSON.stringify([index, snapshot.at.toISOString(), snapshot.version, step, this.results, entries, rights])
  }
}

const nameOf = ({ principal, mutation, key }: OperationKey): string => `${principal} ${mutation} ${key}`
const placeOf = ({ version, operationNo }: { version: number; operationNo: number }): string =>
  `${version}-${operationNo}`

function resultOf(outcome: Outcome, kind: Operation['kind']): string {
  switch (outcome.kind) {
    case 'denied':
      return outcome.denial.code
    case 'consumed': {
      const { id, taken } = outcome.consumption
      if (!positionOf(id, 'csm', 'acc', 2)) throw new Error(`the ID ${id} names no place`)
      if (kind === 'commit') return 'ok'
      return `ok ${taken.map(({ source, amount }) => `${source.code === 'pack' ? 'pack' : 'plan'} ${amount}`).join(', ')}`
    }
    case 'reservation': {
      const place = positionOf(outcome.reservation.id, 'rsv', 'acc', 2)!.place
      return `ok ${place.join('-')}`
    }
    case 'repeated':
      return `repeated ${outcome.version}-${outcome.operationNo}`
    default:
      return 'ok'
  }
}

/** Throws if two values, or the members of two flat objects, differ. Text is written only for a difference: this is called most often. */
function same(what: string, actual: unknown, expected: unknown): void {
  if (isSame(actual, expected)) return
  throw new Error(`${what} is ${JSON.stringify(actual)}, the model says ${JSON.stringify(expected)}`)
}

function isSame(actual: unknown, expected: unknown): boolean {
  if (actual === expected) return true
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) return false
  const [left, right] = [actual as Record<string, unknown>, expected as Record<string, unknown>]
  let members = 0
  for (const name in left) {
    if (left[name] !== right[name]) return false
    members++
  }
  return members === Object.keys(right).length
}
