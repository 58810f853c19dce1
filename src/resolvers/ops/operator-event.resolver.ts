import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import type { OperatorEventRow } from '#entities/kernel/operator-event.entity.js'
import { Account } from '#schema/identity/account.type.js'
import { field, fieldResolver, subscription } from '#schema/kernel/decorators.js'
import { ACCOUNT_EXTERNAL_ID, EVENT_TYPES, EXCEPT_EVENT_TYPES, SNAPSHOT_AFTER } from '#schema/kernel/descriptions.js'
import { Node } from '#schema/kernel/node.type.js'
import { OperatorStream } from '#schema/kernel/stream-event.type.js'
import { OperatorEvent, type OperatorSnapshot, type OperatorStreamItem } from '#schema/ops/operator-event.type.js'
import type { DeadLetterQueue } from '#services/kernel/claim-loop/queues.js'
import { deadLetterId } from '#services/ops/dead-letters/dead-letters.js'
import { operatorEvents } from '#services/ops/operator-events/operator-events.js'
import { operatorSnapshot } from '#services/ops/operator-events/operator-snapshot.js'
import { toAccount } from '../identity/account.mapper.js'
import { loadNode } from '../kernel/load-node.js'
import { deliver } from '../kernel/stream.mapper.js'
import type { RequestContext } from '#context/request-context.js'

@ArgsType()
class OperatorEventsArgs {
  @field(SNAPSHOT_AFTER, () => String, { nullable: true })
  after?: string | null

  @field(EVENT_TYPES, () => [String], { nullable: true })
  types?: string[] | null

  @field(EXCEPT_EVENT_TYPES, () => [String], { nullable: true })
  except?: string[] | null
}

const toOperatorEvent = (row: OperatorEventRow, cursor: string): OperatorEvent => ({
  __typename: 'OperatorEvent',
  cursor,
  at: row.at,
  type: row.type,
  summary: row.summary,
  accountId: row.accountId,
  subjectId:
    row.subjectType === 'DeadLetter'
      ? deadLetterId({ queue: row.data['queue'] as DeadLetterQueue, rowId: row.subjectId! })
      : row.subjectId,
  data: row.data,
})

async function subscribe(context: RequestContext, args: OperatorEventsArgs) {
  const stream = await operatorEvents(context, args)
  const snapshot = async (): Promise<OperatorSnapshot> => {
    const { deadLetterCounts, webhookEventCounts, ...counts } = await operatorSnapshot(context)
    return {
      __typename: 'OperatorSnapshot',
      cursor: stream.cursor,
      at: new Date(context.timers.now()),
      deadLetterCounts: deadLetterCounts.map((row) => ({ __typename: 'DeadLetterCount', ...row })),
      webhookEventCounts: webhookEventCounts.map((row) => ({ __typename: 'WebhookEventCount', ...row })),
      ...counts,
    }
  }
  const first = args.after == null ? snapshot : undefined
  return deliver<OperatorStreamItem, OperatorEventRow>(context, 'operators', stream, toOperatorEvent, first)
}

@Resolver(() => OperatorEvent)
export class OperatorEventResolver {
  @subscription(
    'Emits a snapshot, then what needs an operator in all accounts. With `after`, replays missed events instead of the snapshot. Requires an operator.',
    () => OperatorStream,
    {
      subscribe: ({ args, context }: { args: OperatorEventsArgs; context: RequestContext }) => subscribe(context, args),
    },
  )
  operatorEvents(
    @Root() event: OperatorStreamItem,
    @Args(() => OperatorEventsArgs) _args: OperatorEventsArgs,
  ): OperatorStreamItem {
    return event
  }

  @fieldResolver('Account that the event concerns. Null if none.', () => Account, { nullable: true })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: OperatorEvent): Promise<Account | null> {
    const row = accountId ? await context.loaders.account.load(accountId) : null
    return row && toAccount(row)
  }

  @fieldResolver(`${ACCOUNT_EXTERNAL_ID} Null if it concerns none.`, () => String, { nullable: true })
  async accountExternalId(
    @Ctx() context: RequestContext,
    @Root() { accountId }: OperatorEvent,
  ): Promise<string | null> {
    const row = accountId ? await context.loaders.account.load(accountId) : null
    return row && row.externalId
  }

  @fieldResolver('Current state of the object the event is about. Null if there is none any more.', () => Node, {
    nullable: true,
  })
  subject(@Ctx() context: RequestContext, @Root() { subjectId }: OperatorEvent): Promise<Node | null> | null {
    return subjectId ? loadNode(context, subjectId) : null
  }
}
