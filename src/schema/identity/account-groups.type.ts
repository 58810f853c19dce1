import { objectType } from '../kernel/decorators.js'

/** A part of an account that one permission shows. Resolvers of other domains add its fields. */
abstract class AccountGroup {
  /** ID of the account. */
  id!: string
}

@objectType('Subscription, invoices, purchases and credit of an account.')
export class AccountBilling extends AccountGroup {
  readonly __typename!: 'AccountBilling'
}

@objectType('Entitlements, credits, caps, alerts and seats of an account, and its use.')
export class AccountUsage extends AccountGroup {
  readonly __typename!: 'AccountUsage'
}

@objectType('Invitations, API keys, webhook endpoints, exports and deletions of an account.')
export class AccountAccess extends AccountGroup {
  readonly __typename!: 'AccountAccess'
}
