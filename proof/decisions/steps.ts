import { createSeededRandom } from '#test/support/seeded-random.js'
import { CONSUMABLE, FEATURES, LIMITS, PACKED, PACKAGES, PLANS } from '#proof/decisions/terms.js'

/** An operation of the usage engine. Picks choose among what exists when it runs, so that a step can be left out. */
export type Op =
  | { readonly op: 'consume'; readonly feature: string; readonly amount: number; readonly late: number | null }
  | { readonly op: 'reserve'; readonly feature: string; readonly amount: number; readonly seconds: number }
  | { readonly op: 'commit'; readonly pick: number; readonly amount: number | null }
  | { readonly op: 'release'; readonly pick: number }
  | { readonly op: 'allocate' | 'deallocate'; readonly feature: string; readonly resource: number }
  /** Repeats an earlier call with its key; with other input if `changed`. */
  | { readonly op: 'again'; readonly pick: number; readonly changed: boolean }

export type Step =
  | { readonly step: 'operate'; readonly ops: readonly Op[] }
  | {
      readonly step: 'plan'
      readonly code: string
      readonly quantity: number
      readonly days: number | null
      readonly keepsOthers: boolean
      readonly startsIn: number
    }
  | { readonly step: 'end plan'; readonly group: 'main' | 'support' }
  | { readonly step: 'addon'; readonly code: string; readonly quantity: number; readonly days: number | null }
  | { readonly step: 'end addon'; readonly pick: number }
  | {
      readonly step: 'override'
      readonly feature: string
      readonly amount: number | null
      readonly hours: number | null
    }
  | {
      readonly step: 'grant'
      readonly feature: string
      readonly amount: number
      readonly hours: number | null
      readonly hasPriority: boolean
    }
  | { readonly step: 'revoke'; readonly pick: number }
  | { readonly step: 'members'; readonly count: number }
  | { readonly step: 'check'; readonly feature: string; readonly amount: number }
  | { readonly step: 'wait'; readonly ms: number }
  /** Waits until a boundary, or a millisecond before or after it. */
  | {
      readonly step: 'wait for'
      readonly what: 'month' | 'period' | 'expiry' | 'hold'
      readonly pick: number
      readonly offset: -1 | 0 | 1
    }

const MINUTE = 60_000
const DAY = 86_400_000
/** Beginnings at which calendars go wrong. */
const STARTS = [
  '2026-01-15T10:00:00Z',
  '2026-01-31T23:59:59.999Z',
  '2026-12-31T12:30:00Z',
  '2027-10-31T01:30:00Z',
  '2027-12-20T00:00:00Z',
  '2028-01-30T06:00:00Z',
  '2028-02-29T18:45:00.500Z',
  '2100-01-29T00:00:00Z',
]

export interface Life {
  readonly start: number
  readonly steps: readonly Step[]
  /** Longest time that a step waits, in milliseconds. */
  readonly longestWait: number
}

/** Every second four seeds live this many times longer, with plans, packs and pauses of years and about as few steps in a year as the accounts of the whole server. */
export const yearsOf = (seed: number): number => (Math.floor(seed / 4) % 2 === 0 ? 1 : 16)

/** The life of an account: the same seed gives the same steps. */
export function lifeOf(seed: number, length: number): Life {
  const scale = yearsOf(seed)
  const random = createSeededRandom(seed)
  const int = (from: number, to: number): number => from + Math.floor(random.next() * (to - from + 1))
  const one = <Value>(values: readonly Value[]): Value => values[int(0, values.length - 1)]!
  const chance = (part: number): boolean => random.next() < part
  const start = chance(0.5) ? Date.parse(one(STARTS)) : Date.UTC(2026, 0, 1) + int(0, 3 * 365 * 24 * 60) * MINUTE
  const amount = (): number => (chance(0.05) ? one([0, -1, 1.5, 1_000_000_000_001, 1000]) : int(1, 40))
  const op = (): Op => {
    const kind = random.next()
    if (kind < 0.36)
      return {
        op: 'consume',
        feature: chance(0.03) ? one(Object.keys(FEATURES)) : one(CONSUMABLE),
        amount: amount(),
        late: chance(0.15) ? int(-1, 3) * one([1, 1000, 6 * 3_600_000, 5 * DAY, 11 * DAY]) : null,
      }
    if (kind < 0.55)
      return {
        op: 'reserve',
        feature: one(CONSUMABLE),
        amount: amount(),
        seconds: chance(0.03) ? one([0, 700_000]) : one([1, 60, 3600, 86_400, 604_800]),
      }
    if (kind < 0.7) return { op: 'commit', pick: int(0, 9), amount: chance(0.5) ? null : amount() }
    if (kind < 0.77) return { op: 'release', pick: int(0, 9) }
    if (kind < 0.86) return { op: 'allocate', feature: one(LIMITS), resource: int(0, 14) }
    if (kind < 0.92) return { op: 'deallocate', feature: one(LIMITS), resource: int(0, 14) }
    return { op: 'again', pick: int(0, 9), changed: chance(0.3) }
  }
  const other = (): Step => {
    const kind = random.next()
    if (kind < 0.22)
      return {
        step: 'plan',
        code: one(Object.keys(PLANS)),
        quantity: int(1, 4),
        days: chance(0.3) ? null : int(1, 60 * scale),
        keepsOthers: chance(0.25),
        startsIn: chance(0.15) ? int(1, 10 * scale) * DAY : 0,
      }
    if (kind < 0.27) return { step: 'end plan', group: one(['main', 'support']) }
    if (kind < 0.36)
      return {
        step: 'addon',
        code: one(Object.keys(PACKAGES)),
        quantity: int(1, 3),
        days: chance(0.3) ? null : int(1, 60 * scale),
      }
    if (kind < 0.39) return { step: 'end addon', pick: int(0, 9) }
    if (kind < 0.47)
      return {
        step: 'override',
        feature: one(Object.keys(FEATURES)),
        amount: chance(0.1) ? null : int(1, 30),
        hours: chance(0.2) ? null : int(1, 1000 * scale),
      }
    if (kind < 0.72)
      return {
        step: 'grant',
        feature: one(PACKED),
        amount: int(1, 60),
        hours: chance(0.3) ? null : int(1, 1500 * scale),
        hasPriority: chance(0.3),
      }
    if (kind < 0.85) return { step: 'revoke', pick: int(0, 9) }
    if (kind < 0.92) return { step: 'members', count: int(1, 6) }
    return { step: 'check', feature: one(Object.keys(FEATURES)), amount: amount() }
  }
  const wait = (): Step => {
    const kind = random.next()
    if (kind < 0.3) return { step: 'wait', ms: int(1, 20 * MINUTE) }
    if (kind < 0.7) return { step: 'wait', ms: int(60, 20 * 24 * 60 * scale) * MINUTE + int(0, 999) }
    return {
      step: 'wait for',
      what: one(['month', 'period', 'expiry', 'hold']),
      pick: int(0, 9),
      offset: one([-1, 0, 1]),
    }
  }
  const steps = Array.from({ length }, (): Step => {
    const kind = random.next()
    if (kind < 0.18) return wait()
    if (kind < 0.38) return other()
    return { step: 'operate', ops: Array.from({ length: chance(0.25) ? int(2, 5) : 1 }, op) }
  })
  return { start, steps, longestWait: 40 * DAY * scale }
}
