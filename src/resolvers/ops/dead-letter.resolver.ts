import { QueueName } from '#schema/ops/queue.type.js'
import { requires } from '#schema/kernel/requires.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { DeletePayload } from '#schema/kernel/delete-payload.js'
import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { Account } from '#schema/identity/account.type.js'
import { field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import {
  DeadLetter,
  DeadLetterConnection,
  DropDeadLetterArgs,
  RetryDeadLetterArgs,
} from '#schema/ops/dead-letter.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { deadLetterId } from '#services/kernel/claim-loop/dead-letter-id.js'
import { deadLetters, type DeadLetterRow } from '#services/ops/dead-letters/dead-letters.js'
import { dropDeadLetter } from '#services/ops/dead-letters/drop-dead-letter.js'
import { retryDeadLetter } from '#services/ops/dead-letters/retry-dead-letter.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount } from '../identity/account.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { auditedDeadLetter } from '#services/ops/audit/operations-audited.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

const LETTERS_PER_PAGE = 50

export const toDeadLetter = (row: DeadLetterRow): DeadLetter => ({
  __typename: 'DeadLetter',
  id: deadLetterId(row),
  queue: row.queue,
  accountId: row.accountId,
  summary: row.summary,
  lastError: row.lastError,
  attemptCount: row.attempts,
  createdAt: row.createdAt,
  payload: row.payload,
})

@ArgsType()
class DeadLettersArgs extends pageArgs(LETTERS_PER_PAGE) {
  @field('Queue to return. Default: all.', () => QueueName, { nullable: true })
  queue?: QueueName | null
}

@Resolver(() => DeadLetter)
export class DeadLetterResolver {
  @query('Work that failed and waits for an operator, newest first.', () => DeadLetterConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async deadLetters(
    @Ctx() context: RequestContext,
    @Args(() => DeadLettersArgs) args: DeadLettersArgs & PageArgs,
  ): Promise<DeadLetterConnection> {
    const page = await deadLetters(context, args.queue ?? null, pageRequest(args, LETTERS_PER_PAGE))
    return toConnection(page, page.items.map(toDeadLetter))
  }

  @mutation('Puts a dead letter back into its queue.', {
    payload: () => DeletePayload,
    permission: 'OPS_WRITE',
    moves: 'money',
    repeats: 'The dead letter is already waiting for its next attempt.',
    audited: auditedDeadLetter,
  })
  retryDeadLetter(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RetryDeadLetterArgs) { deadLetterId: id }: RetryDeadLetterArgs,
  ) {
    return unlessDenied(retryDeadLetter(context, id), () => ({ deletedId: id }))
  }

  @mutation('Drops a dead letter: it is not attempted again. The audit log keeps its values and the reason.', {
    payload: () => DeletePayload,
    permission: 'OPS_WRITE',
    moves: 'money',
    repeats: 'The dead letter is already dropped.',
    audited: auditedDeadLetter,
  })
  dropDeadLetter(@Ctx() context: RequestContext, @mutationArgs(() => DropDeadLetterArgs) input: DropDeadLetterArgs) {
    return unlessDenied(dropDeadLetter(context, input), () => ({ deletedId: input.deadLetterId }))
  }

  @fieldResolver('Account that it concerns. Null if none, or if the account was deleted.', () => Account, {
    nullable: true,
  })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: DeadLetter): Promise<Account | null> {
    const row = accountId && (await context.loaders.account.load(accountId))
    return row ? toAccount(row) : null
  }
}
