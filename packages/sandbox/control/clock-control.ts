import { z } from 'zod'
import type { ControlParts } from './control-api.js'
import { ControlError } from './control-error.js'

const MAX_SECONDS = 20 * 366 * 24 * 60 * 60

/** New time of the clock: an instant, or a number of seconds to add. */
export const clockInput = z
  .strictObject({
    to: z.iso.datetime({ offset: true }).optional(),
    bySeconds: z.int().min(0).max(MAX_SECONDS).optional(),
  })
  .refine(({ to, bySeconds }) => (to === undefined) !== (bySeconds === undefined), {
    path: ['to'],
    message: 'give either to or bySeconds',
  })

/** Returns the time of the clock, the pending work, and the work that fails. */
export function clockState({ world, dispatcher, time }: ControlParts) {
  const next = world.due.nextAt
  return {
    now: world.clock.iso,
    nextDue: next === null ? null : new Date(next).toISOString(),
    pendingDeliveries: dispatcher.pending,
    failed: time.failed,
  }
}

/** Advances the clock. Returns after all work due until then is done and its deliveries were attempted. */
export async function advanceBy(parts: ControlParts, input: z.output<typeof clockInput>) {
  const { clock } = parts.world
  await parts.time.advance(() => {
    const target = input.to === undefined ? clock.now + (input.bySeconds ?? 0) * 1000 : wholeSeconds(input.to)
    if (target < clock.now)
      throw new ControlError(400, 'BAD_INPUT', `The clock cannot be moved back; it is ${clock.iso}.`, 'to')
    if (target > clock.now + MAX_SECONDS * 1000)
      throw new ControlError(400, 'BAD_INPUT', 'That is more than 20 years away.', 'to')
    return target
  })
  return clockState(parts)
}

/** Rounds down to the current second. Rounded up, the product's clock would pass the requested time. */
function wholeSeconds(iso: string): number {
  return Math.floor(Date.parse(iso) / 1000) * 1000
}
