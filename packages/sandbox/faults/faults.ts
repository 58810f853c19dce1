import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultInput } from './fault.js'
import { seededRandom, type Random } from './random.js'

/** Active fault with its effects so far. */
export type Fault = FaultInput & {
  seed: string | number
  /** Number of calls or deliveries affected so far. */
  used: number
  random: Random
}

/** A fault on calls. */
export type CallFault = Fault & { on: 'call' }

/** A fault on deliveries. */
export type WebhookFault = Fault & { on: 'webhook' }

/** The faults that wait for what they match. The same faults meet the same calls in the same order. */
export class Faults {
  #faults: Fault[] = []
  #cleared = new AbortController()

  /** Activates a fault. */
  add(input: FaultInput): void {
    const seed = input.seed ?? randomInt(2 ** 31)
    this.#faults.push({ ...input, seed, used: 0, random: seededRandom(seed) })
  }

  /** Removes all faults and ends the delays in progress. */
  clear(): void {
    this.#faults = []
    this.#cleared.abort()
    this.#cleared = new AbortController()
  }

  /** Waits as long as the delay of a call lasts, or until the faults are removed. */
  async delay({ delay }: CallFault): Promise<void> {
    const { signal } = this.#cleared
    await sleep(delay, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }

  /** The faults that still wait, as the control interface shows them. */
  get all(): object[] {
    return this.#faults.map(({ random: _random, ...fault }) => fault)
  }

  /** The first fault that meets an API call; it counts as used. */
  forCall(method: string, path: string): CallFault | undefined {
    const meets = (fault: Fault): fault is CallFault =>
      fault.on === 'call' && (fault.match.method ?? method) === method && path.startsWith(fault.match.path ?? '')
    return this.#use(meets)
  }

  /** The first fault of these actions that meets the delivery of an event; it counts as used. */
  forDelivery(
    { eventType, endpoint }: { eventType: string; endpoint: string },
    actions: readonly WebhookFault['action'][],
  ): WebhookFault | undefined {
    const meets = (fault: Fault): fault is WebhookFault =>
      fault.on === 'webhook' &&
      actions.includes(fault.action) &&
      isOfType(eventType, fault.match.event) &&
      (fault.match.endpoint ?? endpoint) === endpoint
    return this.#use(meets)
  }

  #use<Met extends Fault>(meets: (fault: Fault) => fault is Met): Met | undefined {
    const fault = this.#faults
      .filter(meets)
      .find(({ probability, random }) => probability === 1 || random() < probability)
    if (fault === undefined) return undefined
    fault.used += 1
    if (fault.times !== undefined) {
      fault.times -= 1
      if (fault.times === 0) this.#faults = this.#faults.filter((other) => other !== fault)
    }
    return fault
  }
}

function isOfType(type: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted
}
