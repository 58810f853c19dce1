import type Stripe from 'stripe'
import { z } from 'zod'
import { days } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import { integer, text } from '../api/fields.js'
import { route } from '../api/route.js'
import { invalid } from '../api/stripe-error.js'
import { noteMeterError, type MeterErrorCode } from './report-meter-errors.js'

const OLDEST_DAYS = 35
const MAX_AHEAD = 5 * 60

const input = z.strictObject({
  event_name: z.string().max(100),
  payload: z.record(z.string().max(100), text),
  identifier: z.string().min(1).max(100).optional(),
  timestamp: integer.optional(),
})

/**
 * Usage: errors of the call are returned immediately. Meter, customer and value are checked afterwards, as in Stripe,
 * and reported in an error report.
 */
export const meterEventRoutes = [
  route('POST', '/v1/billing/meter_events', input, (world, call) => reportUsage(world, call.input)),
]

function reportUsage(world: SandboxState, given: z.output<typeof input>): Stripe.Billing.MeterEvent {
  const now = world.clock.seconds
  const timestamp = given.timestamp ?? now
  const identifier = given.identifier ?? world.ids.next('mtrevt')
  if (timestamp < now - days(OLDEST_DAYS))
    throw invalid(
      `The timestamp must be within the past ${OLDEST_DAYS} days.`,
      'timestamp',
      'timestamp_too_far_in_past',
    )
  if (timestamp > now + MAX_AHEAD)
    throw invalid('The timestamp must not be more than 5 minutes in the future.', 'timestamp', 'timestamp_in_future')
  requireNew(world, identifier)
  count(world, { ...given, identifier, timestamp })
  return {
    object: 'billing.meter_event',
    created: now,
    event_name: given.event_name,
    identifier,
    livemode: false,
    payload: given.payload,
    timestamp,
  }
}

/** An identifier counts once within a rolling day. */
function requireNew(world: SandboxState, identifier: string): void {
  const known = world.store.by('meter_usage', 'identifier', identifier).at(-1)
  if (known !== undefined && known.created > world.clock.seconds - days(1))
    throw invalid(`An event already exists with identifier ${identifier}.`, 'identifier', 'duplicate_meter_event')
}

function count(
  world: SandboxState,
  event: { event_name: string; payload: Record<string, string>; identifier: string; timestamp: number },
): void {
  const meters = world.store.by('billing.meter', 'event_name', event.event_name)
  const meter = meters.find((one) => one.status === 'active') ?? meters.at(-1)
  const customer = event.payload[meter?.customer_mapping.event_payload_key ?? 'stripe_customer_id']
  const value = event.payload[meter?.value_settings.event_payload_key ?? 'value'] ?? '1'
  const problem = problemOf(world, meter, customer, value)
  if (problem !== null) return noteMeterError(world, meter?.id ?? null, { ...problem, identifier: event.identifier })
  world.store.put('meter_usage', {
    id: world.ids.next('usage'),
    identifier: event.identifier,
    meter: meter?.id ?? '',
    customer: customer ?? '',
    value: Number(value),
    timestamp: event.timestamp,
    created: world.clock.seconds,
  })
}

function problemOf(
  world: SandboxState,
  meter: Stripe.Billing.Meter | undefined,
  customer: string | undefined,
  value: string,
): { code: MeterErrorCode; message: string } | null {
  if (meter === undefined) return { code: 'no_meter', message: 'No meter has this event name.' }
  if (meter.status !== 'active') return { code: 'archived_meter', message: 'The meter is not active.' }
  if (customer === undefined)
    return { code: 'meter_event_no_customer_defined', message: 'The payload names no customer.' }
  if (world.store.get('customer', customer) === undefined)
    return { code: 'meter_event_customer_not_found', message: `Customer ${customer} not found.` }
  // Stripe takes decimals for some meters; here, as for most, values are whole numbers written as text.
  if (meter.default_aggregation.formula !== 'count' && !/^-?\d{1,15}$/.test(value))
    return { code: 'meter_event_invalid_value', message: `The value ${value} is not a whole number.` }
  return null
}
