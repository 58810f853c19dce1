import type { Faults, WebhookFault } from '../faults/faults.js'
import type { Delivery } from '../state/records.js'
import type { SandboxState } from '../sandbox-state.js'
import { DelayedDeliveries } from './delayed-deliveries.js'
import { deliveryRequestOf, type DeliveryRequest } from './delivery-request.js'
import { retryDelay } from './retry-schedule.js'
import { send, type SendResult } from './send.js'

const TIMEOUT = 10_000

/** Machine time between the extra attempts after a failed first one: a server that was briefly down gets its events. */
const SHORT_DELAYS = [1, 2, 4, 8, 16, 30, 30, 30, 30, 30].map((seconds) => seconds * 1000)

/** Faults that meet a delivery when it is begun, and those that meet each of its attempts. */
const ON_THE_WAY: WebhookFault['action'][] = ['delay', 'shuffle']
const ON_ATTEMPT: WebhookFault['action'][] = ['duplicate', 'drop', 'wrong_secret', 'old_timestamp', 'old_api_version']

/**
 * Delivers events to endpoints: in order per endpoint, one at a time, until a 2xx response or the end of the schedule.
 */
export class Dispatcher {
  readonly #world: SandboxState
  readonly #faults: Faults
  /** Queue per endpoint: each delivery waits for the previous one. */
  readonly #lanes = new Map<string, Promise<void>>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #detours = new DelayedDeliveries()
  readonly #timeout: number
  #closed = false

  /** `timeout`: maximum response time of an endpoint, in milliseconds of machine time. */
  constructor(world: SandboxState, faults: Faults, timeout = TIMEOUT) {
    this.#world = world
    this.#faults = faults
    this.#timeout = timeout
  }

  /** Takes a new delivery on its way. */
  readonly accept = (id: string): void => {
    const delivery = this.#world.store.get('delivery', id)
    if (delivery === undefined) return
    const fault = this.#faults.forDelivery(delivery, ON_THE_WAY)
    const go = () => this.#enqueue(delivery, 0)
    if (fault === undefined) go()
    else if (fault.action === 'delay') this.#detours.hold(fault.delay, go)
    else this.#detours.mix(delivery.endpoint, fault, go)
  }

  /** Resumes undelivered events of an earlier process in their order. */
  resume(): void {
    for (const delivery of this.#world.store.all('delivery')) {
      if (delivery.status === 'pending') this.#enqueue(delivery, 0)
    }
  }

  /** Makes one more attempt by the long schedule or on request, whatever the earlier result. */
  retry(id: string): void {
    const delivery = this.#world.store.get('delivery', id)
    if (delivery !== undefined) this.#enqueue(delivery, null)
  }

  /** Waits until every started or queued attempt has ended. Later retries are not included. */
  async settle(): Promise<void> {
    while (this.#lanes.size > 0 || this.#detours.isBusy) {
      await this.#detours.finish()
      await Promise.all(this.#lanes.values())
    }
  }

  /** Number of pending deliveries. */
  get pending(): number {
    return this.#world.store.all('delivery').filter((delivery) => delivery.status === 'pending').length
  }

  /** Cancels all scheduled retries. */
  cancelRetries(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  /** Stops sending. Attempts in progress can complete. */
  async close(): Promise<void> {
    this.#closed = true
    this.#detours.close()
    this.cancelRetries()
    await this.settle()
  }

  /** `short` counts the extra attempts on machine time; null means that this attempt begins no such series. */
  #enqueue(delivery: Delivery, short: number | null): void {
    const lane = this.#lanes.get(delivery.endpoint) ?? Promise.resolve()
    const next = lane.then(() => this.#attempt(delivery.id, short))
    this.#lanes.set(delivery.endpoint, next)
    void next.finally(() => {
      if (this.#lanes.get(delivery.endpoint) === next) this.#lanes.delete(delivery.endpoint)
    })
  }

  async #attempt(id: string, short: number | null): Promise<void> {
    const { store } = this.#world
    const delivery = store.get('delivery', id)
    if (this.#closed || delivery === undefined) return
    // An attempt by the clock or a manual one can finish before a short retry.
    if (short !== null && delivery.status !== 'pending') return
    const parcel = deliveryRequestOf(this.#world, delivery)
    if (typeof parcel === 'string') return this.#giveUp(delivery, parcel)
    this.#note(id, parcel.url, await this.#send(delivery, parcel), short)
  }

  #giveUp(delivery: Delivery, lastError: string): void {
    this.#world.store.put('delivery', { ...delivery, status: 'failed', lastError, nextAttemptAt: null })
    this.#world.due.cancel('delivery.retry', delivery.id)
  }

  async #send(delivery: Delivery, { url, pack }: DeliveryRequest): Promise<SendResult> {
    const fault = this.#faults.forDelivery(delivery, ON_ATTEMPT)
    if (fault?.action === 'drop') return { status: null, error: 'dropped on purpose' }
    const post = () => {
      const { body, headers } = pack(fault)
      return send(url, body, headers, this.#timeout)
    }
    if (fault?.action === 'duplicate') await post()
    return post()
  }

  #note(id: string, url: string, result: SendResult, short: number | null): void {
    const { store, due } = this.#world
    const delivery = store.get('delivery', id)
    if (delivery === undefined) return
    const attempted = {
      ...delivery,
      url,
      attempts: delivery.attempts + 1,
      lastStatusCode: result.status,
      lastError: result.error,
    }
    if (result.status !== null && result.status >= 200 && result.status < 300) {
      due.cancel('delivery.retry', id)
      if (delivery.status !== 'delivered') this.#countArrival(delivery)
      store.put('delivery', { ...attempted, status: 'delivered', nextAttemptAt: null })
      return
    }
    if (delivery.status === 'delivered') {
      store.put('delivery', attempted)
      return
    }
    store.put('delivery', { ...attempted, ...this.#planLong(delivery, short) })
    if (short !== null) this.#planShort(delivery, short)
  }

  /** Plans the next attempt by the business clock. The short series does not use up the long one. */
  #planLong(delivery: Delivery, short: number | null): Partial<Delivery> {
    if (short !== null && short > 0) return {}
    const planned = this.#world.store.get('due', `delivery.retry/${delivery.id}`)
    if (planned !== undefined) return {}
    const step = delivery.longAttempts
    const wait = retryDelay(delivery, step)
    if (wait === undefined) return { status: 'failed', nextAttemptAt: null }
    const at = this.#world.clock.now + wait
    this.#world.due.schedule('delivery.retry', delivery.id, at)
    return { longAttempts: step + 1, nextAttemptAt: new Date(at).toISOString() }
  }

  #planShort(delivery: Delivery, short: number): void {
    const wait = SHORT_DELAYS[short]
    if (wait === undefined || this.#closed) return
    clearTimeout(this.#timers.get(delivery.id))
    const timer = setTimeout(() => {
      this.#timers.delete(delivery.id)
      this.#enqueue(delivery, short + 1)
    }, wait)
    timer.unref()
    this.#timers.set(delivery.id, timer)
  }

  #countArrival(delivery: Delivery): void {
    if (delivery.provider === 'paypal') return
    const event = this.#world.store.need('event', delivery.event)
    this.#world.store.put('event', { ...event, pending_webhooks: Math.max(0, event.pending_webhooks - 1) })
  }
}
