import { z } from 'zod'
import { setting, type ValuesOf } from '#services/kernel/config/module-settings.js'

/** Settings of machine payments. */
export const machinePaymentSettings = {
  /** The seller's profile at Stripe, to which programs grant tokens. Without it nothing is offered to programs; a sandbox has its own. */
  STRIPE_NETWORK_ID: setting(z.string().regex(/^profile_\w{1,100}$/, 'expected the ID of a profile, profile_…'), null),
  /** Purchases of an account by programs within a day. */
  MACHINE_PAYMENTS_PER_DAY: setting(
    z
      .string()
      .regex(/^[1-9]\d{0,3}$/, 'expected purchases, from 1 to 9999')
      .transform(Number),
    20,
  ),
} as const

type MachinePaymentSettings = ValuesOf<typeof machinePaymentSettings>

declare module '#services/kernel/config/module-settings.js' {
  interface Settings extends MachinePaymentSettings {}
}
