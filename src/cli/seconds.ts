import { InvalidArgumentError } from 'commander'

const MAX_SECONDS = 365 * 24 * 3600

/** A lifetime that an option states. */
export function seconds(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text) || Number(text) > MAX_SECONDS)
    throw new InvalidArgumentError(`must be an integer between 1 and ${MAX_SECONDS} (seconds)`)
  return Number(text)
}
