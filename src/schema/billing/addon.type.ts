import { ID, Int } from 'type-graphql'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { BillingSubscription } from './billing-subscription.type.js'
import { SubscriptionConflict } from './subscription-conflict.type.js'

@inputType("An add-on to add to the active subscription, in the subscription's currency.")
export class AddAddonInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Code of the add-on.', () => String)
  package!: string

  @field('Number of units to add.', () => Int, { defaultValue: 1 })
  quantity!: number

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@inputType('An add-on to remove from the active subscription.')
export class RemoveAddonInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Code of the add-on.', () => String)
  package!: string

  @field('Number of units to remove.', () => Int, { defaultValue: 1 })
  quantity!: number

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const AddAddonResult = unionType('AddAddonResult', 'The subscription with the add-on, or a denial.', () => [
  BillingSubscription,
  SubscriptionConflict,
  RateLimited,
  Refused,
])
export type AddAddonResult = BillingSubscription | SubscriptionConflict | RateLimited | Refused

export const RemoveAddonResult = unionType(
  'RemoveAddonResult',
  'The subscription without the removed units, or a denial.',
  () => [BillingSubscription, SubscriptionConflict, RateLimited, Refused],
)
export type RemoveAddonResult = BillingSubscription | SubscriptionConflict | RateLimited | Refused
