import { z } from 'zod'
import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import { money } from './value-schemas.js'
import { byLength, intervalWord, readInterval, toInterval } from '../products/interval.js'

/** Weeks and months of a year, the maximum interval of PayPal. */
const MAX_COUNT = { WEEK: 52, MONTH: 12 } as const

/** Intervals of recurring prices in the file, by their length: `week`, `2_weeks`, `month`, `quarter`, `6_months`, `year`. */
export const RECURRING_KEYS: readonly string[] = (['WEEK', 'MONTH'] as const)
  .flatMap((unit) => Array.from({ length: MAX_COUNT[unit] }, (_, index) => intervalWord({ unit, count: index + 1 })))
  .toSorted(byLength)
  .map((word) => word.toLowerCase())

/** Intervals of packages in the file. */
export const PRICE_KEYS: readonly string[] = ['one_time', ...RECURRING_KEYS]

/** Intervals of plans in the file. A plan that is paid once has no end. */
export const PLAN_KEYS: readonly string[] = [...RECURRING_KEYS, 'lifetime']

export const intervalOfKey = (key: string): BillingInterval => readInterval(key) ?? 'ONE_TIME'

/** The fields of `prices`: each interval, which forms show as one, and the unit that is counted. */
export const pricesSchema = (keys: readonly string[], expected: string, per: z.ZodType<string>) =>
  z
    .strictObject(
      {
        ...Object.fromEntries(keys.map((key) => [key, money.meta({ interval: toInterval(intervalOfKey(key)) })])),
        per,
      },
      expected,
    )
    .partial()
    .optional() as z.ZodOptional<z.ZodType<{ readonly per?: string } & Readonly<Record<string, unknown>>>>
