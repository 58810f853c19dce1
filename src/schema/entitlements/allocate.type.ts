import { ArgsType, ID } from 'type-graphql'
import { field } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED } from '../kernel/descriptions.js'

@ArgsType()
export class AllocateArgs {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a limit feature.', () => String)
  feature!: string

  @field("Caller's name of the resource. 1–255 printable ASCII characters.", () => String)
  resourceId!: string
}

@ArgsType()
export class DeallocateArgs {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a limit feature.', () => String)
  feature!: string

  @field("Caller's name of the resource. 1–255 printable ASCII characters.", () => String)
  resourceId!: string
}
