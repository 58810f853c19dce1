import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import {
  amount,
  clearable,
  created,
  currency,
  integer,
  mergeMetadata,
  metadata,
  paging,
  text,
  unsupported,
} from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { buildCoupon, presentCoupon } from './coupon.object.js'

const percent = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,4})?$/, 'must be a number')
  .transform(Number)
  .refine((value) => value > 0 && value <= 100, 'must be greater than 0 and at most 100')

const creation = z.strictObject({
  id: text.min(1).optional(),
  name: clearable.pipe(z.string().max(40).nullable()).optional(),
  percent_off: percent.optional(),
  amount_off: amount.optional(),
  currency: currency.optional(),
  duration: z.enum(['forever', 'once', 'repeating']).default('once'),
  duration_in_months: integer.refine((value) => value >= 1, 'must be at least 1').optional(),
  max_redemptions: integer.refine((value) => value >= 1, 'must be at least 1').optional(),
  redeem_by: integer.optional(),
  applies_to: z.strictObject({ products: z.array(text).max(100) }).optional(),
  metadata: metadata.optional(),
  currency_options: unsupported,
})

/** Coupons: create, retrieve, update, delete, list. */
export const couponRoutes = [
  route('POST', '/v1/coupons', creation, (world, { input }) => {
    requireOneKind(input)
    if (input.id !== undefined && world.store.get('coupon', input.id) !== undefined)
      throw invalid(`Coupon already exists.`, 'id', 'resource_already_exists')
    const coupon = buildCoupon(world, { ...input, metadata: mergeMetadata({}, input.metadata) })
    world.store.put('coupon', coupon)
    if (input.applies_to !== undefined)
      world.store.put('coupon_scope', { id: coupon.id, products: input.applies_to.products })
    emitEvent(world, 'coupon.created', coupon)
    return presentCoupon(world, coupon)
  }),
  route('GET', '/v1/coupons/:coupon', z.strictObject({}), (world, { path }) =>
    presentCoupon(world, requireCoupon(world, path['coupon'] ?? '')),
  ),
  route(
    'POST',
    '/v1/coupons/:coupon',
    z.strictObject({ name: clearable.optional(), metadata: metadata.optional(), currency_options: unsupported }),
    (world, { path, input }) => {
      const before = requireCoupon(world, path['coupon'] ?? '')
      const { object, previous } = changeObject(world, 'coupon', before.id, {
        ...(input.name === undefined ? {} : { name: input.name }),
        metadata: mergeMetadata(before.metadata ?? {}, input.metadata),
      })
      if (Object.keys(previous).length > 0) emitEvent(world, 'coupon.updated', object, previous)
      return presentCoupon(world, object)
    },
  ),
  route('DELETE', '/v1/coupons/:coupon', z.strictObject({}), (world, { path }) => {
    const coupon = requireCoupon(world, path['coupon'] ?? '')
    world.store.remove('coupon', coupon.id)
    // Discounts that were given stay: deleting a coupon only ends its being redeemed.
    world.store.put('deleted_coupon', coupon)
    emitEvent(world, 'coupon.deleted', { ...coupon, valid: false })
    return { id: coupon.id, object: 'coupon', deleted: true }
  }),
  route('GET', '/v1/coupons', z.strictObject({ ...paging, created }), (world, { input, url }) =>
    listPage(
      world.store
        .newest('coupon')
        .filter((one) => wasCreated(one, input.created))
        .map((one) => presentCoupon(world, one)),
      url,
      input,
    ),
  ),
]

function requireOneKind(input: z.output<typeof creation>): void {
  if ((input.percent_off === undefined) === (input.amount_off === undefined)) {
    throw invalid('You must pass either `percent_off` or `amount_off`.', 'percent_off')
  }
  if (input.amount_off !== undefined && input.currency === undefined)
    throw invalid('You must pass `currency` with `amount_off`.', 'currency', 'parameter_missing')
  if (input.duration === 'repeating' && input.duration_in_months === undefined)
    throw invalid(
      'Missing required param: duration_in_months. A coupon with `duration=repeating` needs it.',
      'duration_in_months',
      'parameter_missing',
    )
  if (input.duration !== 'repeating' && input.duration_in_months !== undefined)
    throw invalid('`duration_in_months` is for coupons with `duration=repeating` only.', 'duration_in_months')
}

function requireCoupon(world: SandboxState, id: string): Stripe.Coupon {
  const coupon = world.store.get('coupon', id)
  if (coupon === undefined) throw missing('coupon', id, 'coupon')
  return coupon
}
