/**
 * Source of randomness of one server, for ids, lease tokens and jitter. All code takes it from the context or as a parameter, so
 * that a simulation can repeat a run. Secrets never come from it: keys, nonces and tokens are made by `node:crypto`.
 */
export interface Random {
  /** At least 0 and less than 1. */
  next(): number
  /** A UUID of version 4. */
  uuid(): string
  bytes(size: number): Buffer
}
