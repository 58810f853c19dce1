import type { BaseParts, OpenedParts } from '../module-parts.js'
import type { RequestPayment } from '../request-payment.js'
import { createMachinePayments, type MachinePayments } from '#services/billing/machine-payments/machine-payments.js'
import { openPaymentLibrary } from '#services/billing/machine-payments/payment-library.js'

declare module '#context/request-context.js' {
  interface RequestContext {
    /** Absent where programs are offered nothing. */
    readonly machinePayments?: MachinePayments
    /** Payment by a program with a GraphQL request of one operation. */
    readonly payment?: RequestPayment
  }
}

/** Profile of the seller in the payment sandbox. */
const SANDBOX_PROFILE = 'profile_test_sandbox'

/** Opens payments by programs, if the seller has a profile. */
export function machinePaymentParts({ config, settings, secrets, timers }: BaseParts): OpenedParts {
  const networkId = settings.STRIPE_NETWORK_ID ?? (config.mode === 'sandbox' ? SANDBOX_PROFILE : null)
  if (networkId === null || !config.stripe) return { parts: {} }
  const open = () =>
    openPaymentLibrary({
      networkId,
      realm: new URL(config.publicUrl).hostname,
      secretKey: () => secrets.signingKey('machine-payments'),
      now: () => timers.now(),
    })
  return { parts: { machinePayments: createMachinePayments(open) } }
}
