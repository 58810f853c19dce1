import { Resolver, Root } from 'type-graphql'
import { AccountAccess, AccountBilling, AccountUsage } from '#schema/identity/account-groups.type.js'
import { Account } from '#schema/identity/account.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'

@Resolver(() => Account)
export class AccountGroupsResolver {
  @fieldResolver('Subscription, invoices, purchases and credit.', () => AccountBilling, { nullable: true })
  @requires('BILLING_READ')
  billing(@Root() { id }: Account): AccountBilling {
    return { __typename: 'AccountBilling', id }
  }

  @fieldResolver('Entitlements, credits, caps, alerts, seats and usage.', () => AccountUsage, { nullable: true })
  @requires('ENTITLEMENTS_READ')
  usage(@Root() { id }: Account): AccountUsage {
    return { __typename: 'AccountUsage', id }
  }

  @fieldResolver('Invitations, API keys, webhook endpoints and jobs.', () => AccountAccess, { nullable: true })
  @requires('ACCESS_READ')
  access(@Root() { id }: Account): AccountAccess {
    return { __typename: 'AccountAccess', id }
  }
}
