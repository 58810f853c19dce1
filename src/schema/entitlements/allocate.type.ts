import { ID } from 'type-graphql'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { Allocation } from './allocation.type.js'
import { QuotaExceeded } from './quota-exceeded.type.js'

@inputType('A named resource to allocate. Repeated calls with the same name have no effect.')
export class AllocateInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a limit feature.', () => String)
  feature!: string

  @field("Caller's name of the resource. 1–255 printable ASCII characters.", () => String)
  resourceId!: string
}

@inputType('A named resource to deallocate. Repeated calls with the same name have no effect.')
export class DeallocateInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a limit feature.', () => String)
  feature!: string

  @field("Caller's name of the resource. 1–255 printable ASCII characters.", () => String)
  resourceId!: string
}

export const AllocateResult = unionType('AllocateResult', 'The allocation, or a denial.', () => [
  Allocation,
  QuotaExceeded,
  Refused,
])
export type AllocateResult = Allocation | QuotaExceeded | Refused

export const DeallocateResult = unionType('DeallocateResult', 'The allocation, or a denial.', () => [
  Allocation,
  Refused,
])
export type DeallocateResult = Allocation | Refused
