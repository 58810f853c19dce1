import { Resolver, Root } from 'type-graphql'
import { AccountAccess, AccountBilling, AccountUsage } from '#schema/identity/account-groups.type.js'
import { Account } from '#schema/identity/account.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'

@Resolver(() => Account)
export class AccountGroupsResolver {
  @requires('BILLING_READ')
  @fieldResolver('Subscription, invoices, purchases and credit.', () => AccountBilling, { nullable: true })
  billing(@Root() { id }: Account): AccountBilling {
    return { __typename: 'AccountBilling', id }
  }

  @requires('ENTITLEMENTS_READ')
  @fieldResolver('Entitlements, credits, caps, alerts, seats and usage.', () => AccountUsage, { nullable: true })
  usage(@Root() { id }: Account): AccountUsage {
    return { __typename: 'AccountUsage', id }
  }

  @requires('ACCESS_READ')
  @fieldResolver('Invitations, API keys, webhook endpoints and jobs.', () => AccountAccess, { nullable: true })
  access(@Root() { id }: Account): AccountAccess {
    return { __typename: 'AccountAccess', id }
  }
}
