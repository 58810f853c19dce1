import { keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { field } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'

@ArgsType()
export class AddAddonArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Code of the add-on.', () => String)
  package!: string

  @field('Number of units to add.', () => Int, { defaultValue: 1 })
  quantity!: number

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class RemoveAddonArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Code of the add-on.', () => String)
  package!: string

  @field('Number of units to remove.', () => Int, { defaultValue: 1 })
  quantity!: number

  @keyArgument()
  idempotencyKey!: string
}
