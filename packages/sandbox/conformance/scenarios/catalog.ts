import type { Stripe } from 'stripe'
import { step } from '../step.js'

/** Products, prices, coupons and promotion codes. */
export const catalog = [
  step('a product is made', ({ stripe, keep }) =>
    keep('product', stripe.products.create({ name: 'Plus', description: 'The plan', metadata: { code: 'plus' } })),
  ),
  step('the product gets another name', ({ stripe, id }) =>
    stripe.products.update(id('product'), { name: 'Plus 2', unit_label: 'seat' }),
  ),
  step('a monthly price with a lookup key', ({ stripe, keep, id, begun }) =>
    keep(
      'monthly',
      stripe.prices.create({
        product: id('product'),
        currency: 'usd',
        unit_amount: 2000,
        recurring: { interval: 'month' },
        lookup_key: `plus_${begun}`,
      }),
    ),
  ),
  step('a price in two currencies', ({ stripe, keep, id }) =>
    keep(
      'yearly',
      stripe.prices.create({
        product: id('product'),
        currency: 'usd',
        unit_amount: 20_000,
        recurring: { interval: 'year' },
        currency_options: { eur: { unit_amount: 19_000 } },
        expand: ['currency_options'],
      }),
    ),
  ),
  step('a price that is paid once', ({ stripe, keep, id }) =>
    keep(
      'once',
      stripe.prices.create({ product: id('product'), currency: 'usd', unit_amount: 500, nickname: 'setup' }),
    ),
  ),
  step('a lookup key that is taken', ({ stripe, id, begun }) =>
    stripe.prices.create({
      product: id('product'),
      currency: 'usd',
      unit_amount: 2500,
      recurring: { interval: 'month' },
      lookup_key: `plus_${begun}`,
    }),
  ),
  step('a lookup key that moves', ({ stripe, keep, id, begun }) =>
    keep(
      'raised',
      stripe.prices.create({
        product: id('product'),
        currency: 'usd',
        unit_amount: 2500,
        recurring: { interval: 'month' },
        lookup_key: `plus_${begun}`,
        transfer_lookup_key: true,
      }),
    ),
  ),
  step('the price found by its lookup key', ({ stripe, begun }) =>
    stripe.prices.list({ lookup_keys: [`plus_${begun}`] }),
  ),
  step('a price without a currency', ({ stripe, id }) =>
    stripe.prices.create({ product: id('product'), unit_amount: 1 } as Stripe.PriceCreateParams),
  ),
  step('a coupon of a quarter, three months long', ({ stripe, keep }) =>
    keep(
      'coupon',
      stripe.coupons.create({ percent_off: 25, duration: 'repeating', duration_in_months: 3, name: 'Quarter' }),
    ),
  ),
  step('a coupon of an amount, once', ({ stripe, keep }) =>
    keep('fiver', stripe.coupons.create({ amount_off: 500, currency: 'usd', duration: 'once', max_redemptions: 2 })),
  ),
  step('a coupon of both kinds', ({ stripe }) =>
    stripe.coupons.create({ amount_off: 500, currency: 'usd', percent_off: 10, duration: 'once' }),
  ),
  step('a promotion code for the coupon', ({ stripe, keep, id, begun }) =>
    keep(
      'promotion',
      stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: id('coupon') }, code: `SAVE${begun}` }),
    ),
  ),
  step('the promotion code found by its code', ({ stripe, begun }) =>
    stripe.promotionCodes.list({ code: `SAVE${begun}` }),
  ),
]
