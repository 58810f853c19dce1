import { isUpTo, type Release } from '../api-version.js'
import type { FormValue } from '../form.js'

type Form = Record<string, FormValue>

const UI_MODES: Record<string, string> = { custom: 'elements', embedded: 'embedded_page', hosted: 'hosted_page' }
const OWN_TYPES: ReadonlySet<unknown> = new Set(['card', 'us_bank_account'])

/** Parameters of an older version as the present one writes them. What has no such form stays, and is not implemented. */
export function upgradeParameters(release: Release, path: string, form: Form): Form {
  let upgraded = form
  if (isUpTo(release, 'dahlia')) upgraded = withoutTypes(upgraded)
  if (isUpTo(release, 'clover') && path === '/v1/checkout/sessions') upgraded = withUiMode(upgraded)
  if (isUpTo(release, 'basil') && path === '/v1/promotion_codes') upgraded = withPromotion(upgraded)
  if (isUpTo(release, 'acacia') && path === '/v1/invoiceitems') upgraded = withPricing(upgraded)
  if (isUpTo(release, 'acacia') && /^\/v1\/subscriptions(?:\/[^/]+)?$/.test(path)) upgraded = withDiscounts(upgraded)
  return upgraded
}

/** A list of payment method types that has only what the sandbox takes anyway says nothing. */
function withoutTypes(form: Form): Form {
  const { payment_method_types: types, ...others } = form
  return Array.isArray(types) && types.every((type) => OWN_TYPES.has(type)) ? others : form
}

function withUiMode(form: Form): Form {
  const { ui_mode: mode } = form
  return typeof mode === 'string' ? { ...form, ui_mode: UI_MODES[mode] ?? mode } : form
}

function withPromotion({ coupon, ...form }: Form): Form {
  return coupon === undefined ? form : { ...form, promotion: { type: 'coupon', coupon } }
}

function withPricing({ price, ...form }: Form): Form {
  return price === undefined ? form : { ...form, pricing: { price } }
}

function withDiscounts({ coupon, promotion_code, ...form }: Form): Form {
  if (coupon !== undefined) return { ...form, discounts: [{ coupon }] }
  return promotion_code === undefined ? form : { ...form, discounts: [{ promotion_code }] }
}
