import type { Sql } from '#services/kernel/database/sql.js'
import { findAccount } from '#services/identity/accounts/account-reference.js'
import { splitReference } from '#services/identity/model/reference.js'
import type { AdoptableCustomer } from '../providers/adoption-port.js'
import type { ProviderName } from '../providers/provider-name.js'
import { namedAccount, type ImportProblem } from './decide-adoption.js'
import type { ImportMapping } from './import-mapping.js'

/** Account of a customer. */
export type AccountChoice =
  /** `isLinked`: the customer belongs to the account already. */
  | { readonly kind: 'found'; readonly accountId: string; readonly isLinked: boolean }
  /** It is created with the import. */
  | { readonly kind: 'new'; readonly reference: string }
  | { readonly kind: 'none'; readonly problem: ImportProblem }

/** Finds the account of a customer: its link, the name in the mapping, the name in its metadata, or its email address. */
export async function findAccountOfCustomer(
  sql: Sql,
  provider: ProviderName,
  mapping: ImportMapping,
  customer: AdoptableCustomer,
): Promise<AccountChoice> {
  const linked = await sql.query
    .selectFrom('billing_customer')
    .select('accountId')
    .where('provider', '=', provider)
    .where('customerId', '=', customer.customerId)
    .executeTakeFirst()
  if (linked) return { kind: 'found', accountId: linked.accountId, isLinked: true }
  const reference = namedAccount(mapping, customer)
  if (reference === null) return byEmail(sql, provider, mapping, customer)
  const account = await findAccount(sql, reference)
  if (account) return unlessOther(sql, provider, customer, account.id)
  const kind = splitReference(reference)?.kind
  if (mapping.createsAccounts && (kind === 'PERSON' || kind === 'COMMUNITY')) return { kind: 'new', reference }
  return none(
    customer,
    `there is no account ${reference}`,
    kind === 'PERSON' || kind === 'COMMUNITY'
      ? 'set create: true under customers, or let the account sign in once'
      : 'create the account first',
  )
}

async function byEmail(
  sql: Sql,
  provider: ProviderName,
  mapping: ImportMapping,
  customer: AdoptableCustomer,
): Promise<AccountChoice> {
  const remedy = `name its account under customers.accounts: ${customer.customerId}: person:ID`
  if (!mapping.byEmail || !customer.email) {
    const key = mapping.accountKey
    return none(customer, key ? `its metadata have no ${key}` : 'the mapping names no account for it', remedy)
  }
  const found = await sql.query
    .selectFrom('app_user as user')
    .innerJoin('account', (join) =>
      join.onRef('account.externalId', '=', 'user.subject').on('account.kind', '=', 'PERSON'),
    )
    .select('account.id')
    .where((eb) => eb(eb.fn('lower', ['user.email']), '=', customer.email!.toLowerCase()))
    .limit(2)
    .execute()
  const [account, other] = found
  if (!account) return none(customer, `no user has the address ${customer.email}`, remedy)
  if (other) return none(customer, `several users have the address ${customer.email}`, remedy)
  return unlessOther(sql, provider, customer, account.id)
}

/** An account has one customer at a provider. */
async function unlessOther(
  sql: Sql,
  provider: ProviderName,
  customer: AdoptableCustomer,
  accountId: string,
): Promise<AccountChoice> {
  const other = await sql.query
    .selectFrom('billing_customer')
    .select('customerId')
    .where('provider', '=', provider)
    .where('accountId', '=', accountId)
    .where('customerId', 'is not', null)
    .executeTakeFirst()
  if (!other) return { kind: 'found', accountId, isLinked: false }
  return none(
    customer,
    `its account ${accountId} has the customer ${other.customerId} already`,
    'move its subscriptions to one customer, or name another account under customers.accounts',
  )
}

const none = ({ customerId }: AdoptableCustomer, reason: string, remedy: string): AccountChoice => ({
  kind: 'none',
  problem: { object: `customer:${customerId}`, reason, remedy },
})
