import { Ctx, ID, Resolver } from 'type-graphql'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { DateTime } from '#schema/kernel/scalars.js'
import { Installation } from '#schema/ops/installation.type.js'
import { SigningKey } from '#schema/ops/signing-key.type.js'
import { Statement } from '#schema/ops/statement.type.js'
import { signingKeys } from '#services/ops/ledger-chain/signing-keys.js'
import { visibleStatement } from '#services/ops/ledger-chain/statement.js'
import type { RequestContext } from '#context/request-context.js'

@Resolver(() => Installation)
export class StatementResolver {
  @query(
    'Ledger entries of an account with their proof, at most 10,000. The range is extended to the signed roots around it; a root is signed once a day. Null if the account is not visible.',
    () => Statement,
    { nullable: true },
  )
  async statement(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
    @arg('from', 'Start of the range, inclusive (business clock).', () => DateTime) from: Date,
    @arg('to', 'End of the range, exclusive (business clock). Default: time of the last signed root.', () => DateTime, {
      nullable: true,
    })
    to: Date | null,
  ): Promise<Statement | null> {
    const document = await visibleStatement(context, { accountId, from, to })
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

  @fieldResolver('Public keys that verify signed roots and reports, the newest first.', () => [SigningKey])
  async signingKeys(@Ctx() context: RequestContext): Promise<SigningKey[]> {
    return (await signingKeys(context.database)).map((key) => ({ __typename: 'SigningKey', ...key }))
  }
}
