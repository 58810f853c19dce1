import { z } from 'zod'

const onCalls = z.enum(['drop_before', 'drop_after', 'status_429', 'status_500', 'html_502', 'delay'])
const onWebhooks = z.enum(['webhook_duplicate', 'webhook_drop'])

/** A fault to inject: what it meets, what it does, how often (always, when left out). */
export const faultInput = z
  .strictObject({
    match: z
      .strictObject({
        method: z.enum(['GET', 'POST', 'DELETE']),
        path: z.string().max(500),
        event: z.string().max(100),
      })
      .partial()
      .default({}),
    action: z.union([onCalls, onWebhooks]),
    times: z.int().min(1).max(100_000).optional(),
    /** Milliseconds, for the action delay. */
    delay: z.int().min(0).max(60_000).default(1000),
    /** Accepted, and kept for the listing: nothing here is random, so it changes nothing. */
    seed: z.union([z.int(), z.string().max(100)]).optional(),
  })
  .refine((fault) => onCalls.safeParse(fault.action).success || (!fault.match.method && !fault.match.path), {
    path: ['match'],
    message: 'a webhook fault is matched by event, not by method or path',
  })

/** A fault as it was asked for. */
export type Fault = z.output<typeof faultInput>

/** The faults that wait for what they match. */
export class Faults {
  #faults: Fault[] = []

  /** Lets a fault wait for what it matches. */
  add(fault: Fault): void {
    this.#faults.push({ ...fault })
  }

  /** Takes all faults back. */
  clear(): void {
    this.#faults = []
  }

  /** The faults that still wait. */
  get all(): Fault[] {
    return this.#faults
  }

  /** The first fault that meets an API call; it counts as used. */
  forCall(method: string, path: string): Fault | undefined {
    return this.#use(
      (fault) =>
        onCalls.safeParse(fault.action).success &&
        (fault.match.method ?? method) === method &&
        path.startsWith(fault.match.path ?? ''),
    )
  }

  /** The first fault that meets the delivery of an event; it counts as used. */
  forDelivery(eventType: string): Fault | undefined {
    return this.#use(
      (fault) => onWebhooks.safeParse(fault.action).success && (fault.match.event ?? eventType) === eventType,
    )
  }

  #use(meets: (fault: Fault) => boolean): Fault | undefined {
    const fault = this.#faults.find(meets)
    if (fault?.times === undefined) return fault
    fault.times -= 1
    if (fault.times === 0) this.#faults = this.#faults.filter((other) => other !== fault)
    return fault
  }
}
