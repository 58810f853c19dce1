import { Ctx, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { arg, fieldResolver } from '#schema/kernel/decorators.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { Installation } from '#schema/catalog/installation.type.js'
import { SigningKey } from '#schema/entitlements/signing-key.type.js'
import { Statement } from '#schema/entitlements/statement.type.js'
import { signingKeys, type PublicKey } from '#services/entitlements/ledger-chain/signing-keys.js'
import { statement as readStatement } from '#services/entitlements/ledger-chain/statement.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount } from '../identity/account.mapper.js'

export const toSigningKey = (key: PublicKey): SigningKey => ({ __typename: 'SigningKey', ...key })

@Resolver(() => AccountUsage)
export class StatementResolver {
  @fieldResolver(
    'Ledger entries of the account with their proof, at most 10,000. The range is extended to the signed roots around it; a root is signed once a day. Null before the first signed root with an entry.',
    () => Statement,
    { nullable: true },
  )
  async statement(
    @Ctx() context: RequestContext,
    @Root() { id: accountId }: AccountUsage,
    @arg('from', 'Start of the range, inclusive (business clock).', () => DateTime) from: Date,
    @arg('to', 'End of the range, exclusive (business clock). Default: time of the last signed root.', () => DateTime, {
      nullable: true,
    })
    to: Date | null,
  ): Promise<Statement | null> {
    const document = await readStatement(context, { accountId, from, to })
    return (
      document && {
        __typename: 'Statement',
        accountId: document.account_id,
        from: new Date(document.from),
        to: new Date(document.to),
        provenUntil: new Date(document.proven_until),
        entryCount: document.closing.entry_count - (document.opening?.entry_count ?? 0),
        keyId: document.closing.root.key_id,
        document,
      }
    )
  }
}

@Resolver(() => Statement)
export class StatementAccountResolver {
  @fieldResolver('Account of the statement.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() { accountId }: Statement): Promise<Account> {
    return toAccount((await context.loaders.account.load(accountId))!)
  }
}

@Resolver(() => Installation)
export class SigningKeysResolver {
  @fieldResolver('Public keys that verify signed roots and reports, the newest first.', () => [SigningKey])
  async signingKeys(@Ctx() context: RequestContext): Promise<SigningKey[]> {
    return (await signingKeys(context.database)).map(toSigningKey)
  }
}
