import { z } from 'zod'
import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import {
  amount,
  boolean,
  created,
  currency,
  integer,
  mergeMetadata,
  metadata,
  paging,
  text,
  unsupported,
} from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, missing } from '../api/stripe-error.js'
import { requireCustomer } from '../customers/require-customer.js'
import { emitEvent } from '../events/emit-event.js'
import { presentPromotionCode } from './redeemable.js'

const restrictions = z.strictObject({
  first_time_transaction: boolean.optional(),
  minimum_amount: amount.optional(),
  minimum_amount_currency: currency.optional(),
  currency_options: unsupported,
})

const creation = z.strictObject({
  promotion: z.strictObject({ type: z.literal('coupon'), coupon: text }),
  code: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,500}$/, 'may have only letters, digits and dashes')
    .optional(),
  active: boolean.default(true),
  customer: text.optional(),
  expires_at: integer.optional(),
  max_redemptions: integer.refine((value) => value >= 1, 'must be at least 1').optional(),
  restrictions: restrictions.optional(),
  metadata: metadata.optional(),
  customer_account: unsupported,
})

/** Promotion codes, which customers enter to get a coupon. Create, retrieve, update, list by code. */
export const promotionCodeRoutes = [
  route('POST', '/v1/promotion_codes', creation, (world, { input }) => {
    const coupon = world.store.get('coupon', input.promotion.coupon)
    if (coupon === undefined) throw missing('coupon', input.promotion.coupon, 'promotion[coupon]', 400)
    if (input.customer !== undefined) requireCustomer(world, input.customer, 'customer', 400)
    const code = input.code ?? world.ids.next('code', 8).slice('code_'.length).toUpperCase()
    requireFree(world, code, input.customer ?? null)
    const promotion = world.store.put('promotion_code', build(world, code, input))
    emitEvent(world, 'promotion_code.created', promotion)
    return promotion
  }),
  route('GET', '/v1/promotion_codes/:code', z.strictObject({}), (world, { path }) =>
    presentPromotionCode(world, requirePromotionCode(world, path['code'] ?? '')),
  ),
  route(
    'POST',
    '/v1/promotion_codes/:code',
    z.strictObject({ active: boolean.optional(), metadata: metadata.optional(), restrictions: unsupported }),
    (world, { path, input }) => {
      const before = requirePromotionCode(world, path['code'] ?? '')
      const { object, previous } = changeObject(world, 'promotion_code', before.id, {
        ...(input.active === undefined ? {} : { active: input.active }),
        metadata: mergeMetadata(before.metadata ?? {}, input.metadata),
      })
      if (Object.keys(previous).length > 0) emitEvent(world, 'promotion_code.updated', object, previous)
      return presentPromotionCode(world, object)
    },
  ),
  route(
    'GET',
    '/v1/promotion_codes',
    z.strictObject({
      ...paging,
      created,
      active: boolean.optional(),
      code: text.optional(),
      coupon: text.optional(),
      customer: text.optional(),
      customer_account: unsupported,
    }),
    (world, { input, url }) => {
      const known =
        input.code === undefined
          ? world.store.newest('promotion_code')
          : world.store.by('promotion_code', 'code', input.code.toLowerCase()).toReversed()
      const codes = known
        .map((one) => presentPromotionCode(world, one))
        .filter(
          (one) =>
            (input.active === undefined || one.active === input.active) &&
            (input.coupon === undefined || idOf(one.promotion.coupon) === input.coupon) &&
            (input.customer === undefined || one.customer === input.customer) &&
            wasCreated(one, input.created),
        )
      return listPage(codes, url, input)
    },
  ),
]

function build(world: SandboxState, code: string, input: z.output<typeof creation>): Stripe.PromotionCode {
  return {
    id: world.ids.next('promo'),
    object: 'promotion_code',
    active: input.active,
    code,
    created: world.clock.seconds,
    customer: input.customer ?? null,
    customer_account: null,
    expires_at: input.expires_at ?? null,
    livemode: false,
    max_redemptions: input.max_redemptions ?? null,
    metadata: mergeMetadata({}, input.metadata),
    promotion: { coupon: input.promotion.coupon, type: 'coupon' },
    restrictions: {
      first_time_transaction: input.restrictions?.first_time_transaction ?? false,
      minimum_amount: input.restrictions?.minimum_amount ?? null,
      minimum_amount_currency: input.restrictions?.minimum_amount_currency ?? null,
    },
    times_redeemed: 0,
  }
}

/** Among active codes each is unique, for everybody and for each customer. Case does not matter. */
function requireFree(world: SandboxState, code: string, customer: string | null): void {
  const taken = world.store
    .by('promotion_code', 'code', code.toLowerCase())
    .some((one) => one.customer === customer && presentPromotionCode(world, one).active)
  if (taken) throw invalid(`An active promotion code with \`code: ${code}\` already exists.`, 'code')
}

function requirePromotionCode(world: SandboxState, id: string): Stripe.PromotionCode {
  const code = world.store.get('promotion_code', id)
  if (code === undefined) throw missing('promotion_code', id, 'promotion_code')
  return code
}
