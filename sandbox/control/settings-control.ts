import { z } from 'zod'
import { DUNNING_ENDS, dunningOf, keepDunning } from '../stripe/subscriptions/dunning.js'
import { keepTaxPercent, taxPercentOf } from '../stripe/taxes.js'
import type { World } from '../world.js'

/** What can be set as in Stripe's dashboard: when a failed payment is tried again, and what follows the last failure. */
export const settingsInput = z.strictObject({
  dunning: z
    .strictObject({
      /** Days after the first failure, ascending; Stripe's own schedules have at most three. */
      retryDays: z
        .array(z.int().min(1).max(60))
        .max(3)
        .refine((days) => days.every((day, index) => index === 0 || day > (days[index - 1] ?? 0)), 'must ascend'),
      end: z.enum(DUNNING_ENDS),
    })
    .partial()
    .optional(),
  /** What automatic tax adds to sessions and invoices. */
  taxPercent: z.number().min(0).max(100).optional(),
})

/** Changes the settings that are given. */
export function changeSettings(world: World, { dunning, taxPercent }: z.output<typeof settingsInput>): void {
  if (dunning !== undefined) keepDunning(world, { ...dunningOf(world), ...dunning })
  if (taxPercent !== undefined) keepTaxPercent(world, taxPercent)
}

/** All settings. */
export function settings(world: World) {
  return { dunning: dunningOf(world), taxPercent: taxPercentOf(world) }
}
