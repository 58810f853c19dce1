import { z } from 'zod'
import { isPermitted, keepPermission, PERMISSIONS } from '../paypal/permissions.js'
import { DUNNING_ENDS, dunningOf, keepDunning } from '../stripe/subscriptions/dunning.js'
import { isManagedByDefault, keepManagedByDefault } from '../stripe/checkout-sessions/managed-payments.js'
import { keepTaxPercent, taxPercentOf } from '../stripe/taxes.js'
import type { SandboxState } from '../sandbox-state.js'

/** Settings of the providers' accounts: retries of failed payments, taxes, Managed Payments, the permissions of PayPal's app. */
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
  /** Percentage that automatic tax adds to sessions and invoices. */
  taxPercent: z.number().min(0).max(100).optional(),
  /** True if sessions without `managed_payments` use it, as on some new accounts at Stripe. */
  managedPaymentsByDefault: z.boolean().optional(),
  /** Permissions of PayPal's app. */
  payPalPermissions: z.strictObject({ transactionSearch: z.boolean(), disputes: z.boolean() }).partial().optional(),
})

/** Changes the settings that are given. */
export function changeSettings(
  world: SandboxState,
  { dunning, taxPercent, managedPaymentsByDefault, payPalPermissions = {} }: z.output<typeof settingsInput>,
): void {
  if (dunning !== undefined) keepDunning(world, { ...dunningOf(world), ...dunning })
  if (taxPercent !== undefined) keepTaxPercent(world, taxPercent)
  if (managedPaymentsByDefault !== undefined) keepManagedByDefault(world, managedPaymentsByDefault)
  for (const permission of PERMISSIONS) {
    const isOn = payPalPermissions[permission]
    if (isOn !== undefined) keepPermission(world, permission, isOn)
  }
}

/** All settings. */
export function settings(world: SandboxState) {
  return {
    dunning: dunningOf(world),
    taxPercent: taxPercentOf(world),
    managedPaymentsByDefault: isManagedByDefault(world),
    payPalPermissions: {
      transactionSearch: isPermitted(world, 'transactionSearch'),
      disputes: isPermitted(world, 'disputes'),
    },
  }
}
