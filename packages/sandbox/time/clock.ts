import type { Store } from '../state/store.js'

/** Frozen business clock of the sandbox: it moves only on request, and never backwards. */
export class Clock {
  readonly #store: Store
  readonly #listeners: ((now: Date) => void)[] = []

  constructor(store: Store, start: Date) {
    this.#store = store
    // Stripe counts in whole seconds, so the clock does too.
    if (store.get('setting', 'clock') === undefined) this.#write(Math.floor(start.getTime() / 1000) * 1000)
  }

  /** Business time in milliseconds. */
  get now(): number {
    return Date.parse(this.#store.need('setting', 'clock').value)
  }

  /** Business time in seconds, as Stripe writes it. */
  get seconds(): number {
    return Math.floor(this.now / 1000)
  }

  /** Business time as ISO text. */
  get iso(): string {
    return new Date(this.now).toISOString()
  }

  /** Advances the clock and notifies the listeners. An earlier or equal time changes nothing. */
  moveTo(milliseconds: number): void {
    if (milliseconds <= this.now) return
    this.#write(milliseconds)
    for (const listener of this.#listeners) listener(new Date(milliseconds))
  }

  /** Calls back after every move. */
  onMove(listener: (now: Date) => void): void {
    this.#listeners.push(listener)
  }

  #write(milliseconds: number): void {
    this.#store.put('setting', { id: 'clock', value: new Date(milliseconds).toISOString() })
  }
}
