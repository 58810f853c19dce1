import type { GraphQLResolveInfo } from 'graphql'
import { Args, ArgsType, Ctx, Info, Resolver } from 'type-graphql'
import { field, query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { AgentFilter } from '#schema/deployments/agent.type.js'
import { AgentConnection, AgentOrder } from '#schema/deployments/agent-lists.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { agents } from '#services/deployments/queries/agents.js'
import type { RequestContext } from '#context/request-context.js'
import { toAgent } from './deployment.mapper.js'
import { toSelectedConnection } from '../kernel/page.mapper.js'

const PER_PAGE = 50

@ArgsType()
class AgentsArgs extends pageArgs(PER_PAGE) {
  @field('Conditions. Default: none.', () => AgentFilter, { nullable: true })
  filter?: AgentFilter | null

  @field('Order of the list.', () => AgentOrder, { nullable: true, defaultValue: 'NEWEST' })
  orderBy?: AgentOrder | null
}

@Resolver()
export class AgentsResolver {
  @query('Agents of the installation with their current presence.', () => AgentConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async agents(
    @Ctx() context: RequestContext,
    @Args(() => AgentsArgs) args: AgentsArgs & PageArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AgentConnection> {
    const page = await agents(context, args, pageRequest(args, PER_PAGE))
    const nodes = await Promise.all(page.items.map((row) => toAgent(context, row)))
    return toSelectedConnection(info, page, nodes)
  }
}
