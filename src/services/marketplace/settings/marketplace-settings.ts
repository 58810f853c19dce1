import { z } from 'zod'
import { setting, type ValuesOf } from '#services/kernel/config/module-settings.js'

/** Settings of the marketplace. */
export const marketplaceSettings = {
  /** `stripe` if vendors can be paid by transfers of the provider. Otherwise they are paid manually. */
  VENDOR_PAYOUTS: setting(z.enum(['manual', 'stripe']), 'manual', {
    problemOf: (payouts, { mode, stripe }) =>
      mode !== 'sandbox' && payouts === 'stripe' && !stripe
        ? 'stripe requires STRIPE_SECRET_KEY; use manual without it'
        : null,
  }),
} as const

type MarketplaceSettings = ValuesOf<typeof marketplaceSettings>

declare module '#services/kernel/config/module-settings.js' {
  interface Settings extends MarketplaceSettings {}
}
