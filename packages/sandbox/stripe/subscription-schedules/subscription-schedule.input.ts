import { z } from 'zod'
import { boolean, clearable, created, integer, metadata, paging, text, unsupported } from '../api/fields.js'
import { discountInput } from '../discounts/redeem-discounts.js'

const prorationBehavior = z.enum(['always_invoice', 'create_prorations', 'none'])
const anchor = z.enum(['automatic', 'phase_start'])
const automaticTax = z.strictObject({ enabled: boolean, liability: unsupported })
const quantity = integer.refine((value) => value >= 0 && value <= 999_999, 'must be between 0 and 999999')

const phaseItem = z.strictObject({
  price: text,
  quantity: quantity.optional(),
  metadata: metadata.optional(),
  billing_thresholds: unsupported,
  discounts: unsupported,
  plan: unsupported,
  price_data: unsupported,
  tax_rates: unsupported,
})

const phase = z.strictObject({
  items: z.array(phaseItem).min(1).max(20),
  start_date: integer.optional(),
  end_date: integer.optional(),
  duration: z
    .strictObject({
      interval: z.enum(['day', 'week', 'month', 'year']),
      interval_count: integer.refine((value) => value >= 1, 'must be at least 1').default(1),
    })
    .optional(),
  automatic_tax: automaticTax.optional(),
  billing_cycle_anchor: anchor.optional(),
  default_payment_method: text.optional(),
  discounts: z.union([z.literal('').transform(() => []), discountInput]).optional(),
  metadata: metadata.optional(),
  proration_behavior: prorationBehavior.optional(),
  trial: boolean.optional(),
  trial_end: integer.optional(),
  collection_method: z.literal('charge_automatically').optional(),
  description: clearable.optional(),
  add_invoice_items: unsupported,
  application_fee_percent: unsupported,
  billing_thresholds: unsupported,
  currency: text.optional(),
  default_tax_rates: unsupported,
  invoice_settings: unsupported,
  on_behalf_of: unsupported,
  transfer_data: unsupported,
})

/** A schedule is made from a subscription; other beginnings are not of this sandbox. */
export const scheduleCreation = z.strictObject({
  from_subscription: text.optional(),
  billing_mode: unsupported,
  customer: text.optional(),
  customer_account: unsupported,
  default_settings: z.unknown().optional(),
  end_behavior: text.optional(),
  metadata: metadata.optional(),
  pause_schedules: unsupported,
  phases: z.unknown().optional(),
  start_date: text.optional(),
})

/** Writable fields of a schedule. */
export const scheduleUpdate = z.strictObject({
  phases: z.array(phase).min(1).max(10).optional(),
  end_behavior: z.enum(['cancel', 'release']).optional(),
  metadata: metadata.optional(),
  proration_behavior: prorationBehavior.optional(),
  default_settings: unsupported,
  pause_schedules: unsupported,
})

/** The filters of the list. */
export const scheduleList = z.strictObject({
  ...paging,
  canceled_at: created,
  completed_at: created,
  created,
  customer: text.optional(),
  customer_account: unsupported,
  released_at: created,
  scheduled: boolean.optional(),
})

/** The checked parameters of an update. */
export type ScheduleUpdate = z.output<typeof scheduleUpdate>

/** A phase as an update names it. */
export type PhaseInput = z.output<typeof phase>
