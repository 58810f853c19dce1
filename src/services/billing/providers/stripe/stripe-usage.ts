import { Stripe } from 'stripe'
import type { UsageError, UsagePort } from '../usage-port.js'
import type { CallStripe } from './stripe-errors.js'

/** Reported by Stripe in thin events some time after the report. */
const ERROR_REPORTS = ['v1.billing.meter.error_report_triggered', 'v1.billing.meter.no_meter_found'] as const

/** Billing meters behind the usage port. */
export function stripeUsage(client: Stripe, call: CallStripe): UsagePort {
  return {
    async reportUsage({ meter, customerId, amount, identifier, at }) {
      const event = {
        event_name: meter,
        // Values are text, and whole.
        payload: { stripe_customer_id: customerId, value: String(amount) },
        identifier,
        timestamp: Math.floor(at.getTime() / 1000),
      }
      await call('billing.meter_events.create', () =>
        client.billing.meterEvents.create(event, { idempotencyKey: identifier }).catch((error: unknown) => {
          // The response was lost: the report is counted.
          if (error instanceof Stripe.errors.StripeError && error.code === 'duplicate_meter_event') return null
          throw error
        }),
      )
    },
    async *listUsageErrors(since): AsyncIterable<UsageError> {
      const reports = await call('v2.core.events.list', async () => {
        const recent: ErrorReport[] = []
        // Newest first: the first one that is older ends the list.
        for await (const event of client.v2.core.events.list({ types: [...ERROR_REPORTS], limit: 100 })) {
          if (new Date(event.created) < since) break
          recent.push(event as unknown as ErrorReport)
        }
        return recent
      })
      for (const report of reports) yield* errorsOf(report)
    },
  }
}

interface ErrorReport {
  readonly data?: {
    readonly reason?: {
      readonly error_types?: readonly {
        readonly sample_errors?: readonly {
          readonly error_message: string
          readonly request?: { readonly identifier?: string }
        }[]
      }[]
    }
  }
}

const errorsOf = ({ data }: ErrorReport): UsageError[] =>
  (data?.reason?.error_types ?? []).flatMap(({ sample_errors: samples = [] }) =>
    samples.flatMap(({ error_message: reason, request }) =>
      request?.identifier ? [{ identifier: request.identifier, error: reason }] : [],
    ),
  )
