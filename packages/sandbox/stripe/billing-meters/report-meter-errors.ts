import type { SandboxState } from '#sandbox-state.js'
import { emitV2Event } from '../v2-events/emit-v2-event.js'

/** Why usage was not counted. */
export type MeterErrorCode =
  | 'no_meter'
  | 'archived_meter'
  | 'meter_event_no_customer_defined'
  | 'meter_event_customer_not_found'
  | 'meter_event_invalid_value'

/** Seconds of business time in which errors are gathered before they are reported. */
const WINDOW = 60
const MAX_SAMPLES = 10
const NO_METER = 'no_meter'

/** Notes usage that could not be counted; it is reported with all others of its meter a minute later. */
export function noteMeterError(
  world: SandboxState,
  meter: string | null,
  error: { code: MeterErrorCode; message: string; identifier: string },
): void {
  const id = meter ?? NO_METER
  const known = world.store.get('meter_errors', id)
  world.store.put('meter_errors', { id, errors: [...(known?.errors ?? []), error] })
  if (known === undefined) world.due.schedule('meter.report', id, world.clock.now + WINDOW * 1000)
}

/** Publishes the events that a meter (or no meter) could not count since the last report. */
export function reportMeterErrors(world: SandboxState, id: string): void {
  const gathered = world.store.get('meter_errors', id)
  if (gathered === undefined) return
  world.store.remove('meter_errors', id)
  const end = world.clock.now
  const codes = [...new Set(gathered.errors.map(({ code }) => code))]
  const count = gathered.errors.length
  const data = {
    developer_message_summary: `There ${count === 1 ? 'is 1 invalid event' : `are ${count} invalid events`}`,
    reason: {
      error_count: count,
      error_types: codes.map((code) => {
        const errors = gathered.errors.filter((error) => error.code === code)
        return {
          code,
          error_count: errors.length,
          sample_errors: errors.slice(0, MAX_SAMPLES).map(({ message, identifier }) => ({
            error_message: message,
            request: { identifier },
          })),
        }
      }),
    },
    validation_end: new Date(end).toISOString(),
    validation_start: new Date(end - WINDOW * 1000).toISOString(),
  }
  if (id === NO_METER) emitV2Event(world, 'v1.billing.meter.no_meter_found', null, data)
  else
    emitV2Event(
      world,
      'v1.billing.meter.error_report_triggered',
      { id, type: 'billing.meter', url: `/v1/billing/meters/${id}` },
      data,
    )
}
