import { billingJoin, operatorJoin } from '../live/account-joins.js'
import { useStackgateContext } from '../provider.js'
import { useJoin } from '../query.js'

/** Follows the events of an account: what they change is read again. Hooks with this account do it, too. Null: none. */
export function useLiveAccount(accountId: string | null): void {
  const context = useStackgateContext()
  useJoin(accountId === null ? undefined : billingJoin(context, accountId))
}

/** Follows what needs an operator in all accounts: what the events change is read again. */
export function useLiveOperators(): void {
  useJoin(operatorJoin(useStackgateContext()))
}
