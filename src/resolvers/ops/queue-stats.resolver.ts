import { Ctx, Resolver } from 'type-graphql'
import { query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { QueueStats } from '#schema/ops/queue.type.js'
import { queueStats } from '#services/ops/queues/queue-stats.js'
import type { RequestContext } from '#context/request-context.js'

@Resolver(() => QueueStats)
export class QueueStatsResolver {
  @query('Waiting work and dead letters of each queue.', () => [QueueStats], { nullable: true })
  @requires('OPS_READ')
  async queueStats(@Ctx() context: RequestContext): Promise<QueueStats[]> {
    return (await queueStats(context)).map((row) => ({ __typename: 'QueueStats', ...row }))
  }
}
