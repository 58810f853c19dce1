import { Int } from 'type-graphql'
import { DenialCode } from './denial-code.js'
import { Denial } from './denial.type.js'
import { field, objectType } from './decorators.js'
import type { Denial as DenialValue } from '#services/kernel/denials/denial.js'

@objectType('Too many requests in a short time.', { implements: Denial })
export class RateLimited implements Denial {
  readonly __typename!: 'RateLimited'
  code!: Extract<DenialCode, 'RATE_LIMITED'>
  message!: string
  source!: DenialValue

  @field('Time to wait before retrying, in milliseconds.', () => Int)
  retryAfterMs!: number
}
