import { ID } from 'type-graphql'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { Refused } from '../kernel/refused.type.js'
import { Allocation } from './allocation.type.js'
import { QuotaExceeded } from './quota-exceeded.type.js'

/** A resource to count or to give back. */
@inputType('A resource to count against a limit, or to give back. The name is its key: twice is once.')
export class AllocationInput {
  @field('The account, by id or reference.', () => ID)
  accountId!: string

  @field('The code of a limit.', () => String)
  feature!: string

  @field("The caller's own name of the resource: 1 to 255 printable ASCII characters.", () => String)
  resourceId!: string
}

/** What `allocate` and `deallocate` answer. */
export const AllocationResult = unionType(
  'AllocationResult',
  'Whether the resource counts now, or why it may not.',
  () => [Allocation, QuotaExceeded, Refused],
)
export type AllocationResult = Allocation | QuotaExceeded | Refused
