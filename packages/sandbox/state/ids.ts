import { createHash } from 'node:crypto'
import type { Store } from './store.js'

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const CAPITALS = LETTERS.slice(0, 36)

/**
 * IDs in Stripe's format that depend only on the number of earlier ones of the kind. A reset keeps the counters, so
 * that an ID is never reused in one data folder.
 */
export class Ids {
  readonly #store: Store
  #boot: number | null = null
  #requests = 0

  constructor(store: Store) {
    this.#store = store
  }

  /** The next request id. Requests are counted in memory, so that reading costs no write; a restart begins a new series. */
  nextRequest(): string {
    this.#boot ??= this.count('boot')
    this.#requests += 1
    return `req_${letters(`${this.#boot}:request:${this.#requests}`, 14)}`
  }

  /** Next ID of a kind: `next('cus')` returns `cus_` and letters. */
  next(prefix: string, length = 24): string {
    const number = this.count(`id:${prefix}`)
    return `${prefix}_${letters(`${prefix}:${number}`, length)}`
  }

  /** The next id of a kind in PayPal's look: capitals and digits only. */
  code(kind: string, length = 17): string {
    const number = this.count(`id:${kind}`)
    return letters(`${kind}:${number}`, length, CAPITALS)
  }

  /** Raises a named counter and returns its new value, from 1. */
  count(name: string): number {
    const value = (this.#store.get('counter', name)?.value ?? 0) + 1
    this.#store.put('counter', { id: name, value })
    return value
  }
}

function letters(seed: string, length: number, alphabet = LETTERS): string {
  const digest = createHash('sha512').update(`stackgate sandbox:${seed}`).digest()
  let text = ''
  for (let index = 0; index < length; index += 1) text += alphabet[(digest[index] ?? 0) % alphabet.length]
  return text
}
