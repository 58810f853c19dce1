import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import { arg, field, fieldResolver, mutation, query } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import type { Refused } from '#schema/kernel/refused.type.js'
import {
  DeadLetter,
  DeadLetterConnection,
  DeadLetterCount,
  DeadLetterQueue,
  DropDeadLetterInput,
  DropDeadLetterResult,
  RetryDeadLetterInput,
  RetryDeadLetterResult,
} from '#schema/ops/dead-letter.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { deadLetterCounts } from '#services/ops/dead-letters/dead-letter-counts.js'
import { deadLetterId, deadLetters, type DeadLetterRow } from '#services/ops/dead-letters/dead-letters.js'
import { dropDeadLetter } from '#services/ops/dead-letters/drop-dead-letter.js'
import { retryDeadLetter } from '#services/ops/dead-letters/retry-dead-letter.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'

const LETTERS_PER_PAGE = 50

export const toDeadLetter = (row: DeadLetterRow): DeadLetter => ({
  __typename: 'DeadLetter',
  id: deadLetterId(row),
  queue: row.queue,
  accountId: row.accountId,
  summary: row.summary,
  lastError: row.lastError,
  attempts: row.attempts,
  createdAt: row.createdAt,
  payload: row.payload,
})

@ArgsType()
class DeadLettersArgs extends pageArgs(LETTERS_PER_PAGE) {
  @field('Queue to return. Default: all.', () => DeadLetterQueue, { nullable: true })
  queue?: DeadLetterQueue | null
}

@Resolver(() => DeadLetter)
export class DeadLetterResolver {
  @query(
    'Work that failed and waits for an operator, newest first. Requires an operator.',
    () => DeadLetterConnection,
    {
      nullable: true,
    },
  )
  async deadLetters(
    @Ctx() context: RequestContext,
    @Args(() => DeadLettersArgs) args: DeadLettersArgs & PageArgs,
  ): Promise<DeadLetterConnection> {
    const page = await deadLetters(context, args.queue ?? null, pageRequest(args, LETTERS_PER_PAGE))
    return toConnection(page, page.items.map(toDeadLetter))
  }

  @query('Number of dead letters of each queue. Requires an operator.', () => [DeadLetterCount], { nullable: true })
  async deadLetterCounts(@Ctx() context: RequestContext): Promise<DeadLetterCount[]> {
    return (await deadLetterCounts(context)).map((row) => ({ __typename: 'DeadLetterCount', ...row }))
  }

  @mutation('Puts a dead letter back into its queue. Requires an operator.', () => RetryDeadLetterResult)
  async retryDeadLetter(
    @Ctx() context: RequestContext,
    @arg('input', 'Dead letter to retry.', () => RetryDeadLetterInput) { deadLetterId: id }: RetryDeadLetterInput,
  ): Promise<RetryDeadLetterResult> {
    const outcome = await retryDeadLetter(context, id)
    return 'kind' in outcome
      ? toDenial<Refused>(context, outcome.denial)
      : { __typename: 'RetryDeadLetterPayload', deadLetterId: id, queue: outcome.queue }
  }

  @mutation(
    'Drops a dead letter: it is not attempted again. The audit log keeps its values and the reason. Requires an operator.',
    () => DropDeadLetterResult,
  )
  async dropDeadLetter(
    @Ctx() context: RequestContext,
    @arg('input', 'Dead letter to drop, and the reason.', () => DropDeadLetterInput) input: DropDeadLetterInput,
  ): Promise<DropDeadLetterResult> {
    const outcome = await dropDeadLetter(context, input)
    return 'kind' in outcome
      ? toDenial<Refused>(context, outcome.denial)
      : { __typename: 'DropDeadLetterPayload', deadLetterId: input.deadLetterId, queue: outcome.queue }
  }

  @fieldResolver('Account that it concerns. Null if none, or if the account was deleted.', () => Account, {
    nullable: true,
  })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: DeadLetter): Promise<Account | null> {
    const row = accountId && (await context.loaders.account.load(accountId))
    return row ? toAccount(row) : null
  }
}
