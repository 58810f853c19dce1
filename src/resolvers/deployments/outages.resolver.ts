import type { GraphQLResolveInfo } from 'graphql'
import { Args, ArgsType, Ctx, Info, Resolver, Root } from 'type-graphql'
import type { AgentOutageRow } from '#entities/deployments/agent-outage.entity.js'
import { Deployment } from '#schema/deployments/deployment.type.js'
import { Account } from '#schema/identity/account.type.js'
import { field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { REVERSE } from '#schema/kernel/descriptions.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { OutageFilter } from '#schema/deployments/agent.type.js'
import { Outage, OutageConnection } from '#schema/deployments/agent-lists.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { outages } from '#services/deployments/outages/outages.js'
import type { RequestContext } from '#context/request-context.js'
import { toDeployment } from './deployment.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { toSelectedConnection } from '../kernel/page.mapper.js'

const PER_PAGE = 50

export const toOutage = (row: AgentOutageRow): Outage => ({
  __typename: 'Outage',
  id: row.id,
  accountId: row.accountId,
  deploymentId: row.deploymentId,
  kind: row.kind,
  startedAt: row.startedAt,
  alertedAt: row.alertedAt,
  endedAt: row.endedAt,
})

@ArgsType()
class OutagesArgs extends pageArgs(PER_PAGE) {
  @field('Conditions. Default: none.', () => OutageFilter, { nullable: true })
  filter?: OutageFilter | null

  @field(REVERSE, () => Boolean, { nullable: true, defaultValue: false })
  reverse?: boolean | null
}

@Resolver(() => Outage)
export class OutagesResolver {
  @query('Outages of agents of the installation, last noticed first.', () => OutageConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async outages(
    @Ctx() context: RequestContext,
    @Args(() => OutagesArgs) args: OutagesArgs & PageArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OutageConnection> {
    const page = await outages(context, args, pageRequest(args, PER_PAGE))
    return toSelectedConnection(info, page, page.items.map(toOutage))
  }

  @fieldResolver('Account of the deployment. Null if it was deleted.', () => Account, { nullable: true })
  async account(@Ctx() context: RequestContext, @Root() { accountId }: Outage): Promise<Account | null> {
    const row = await context.loaders.account.load(accountId)
    return row && toAccount(row)
  }

  @fieldResolver('Deployment of the agent.', () => Deployment)
  async deployment(@Ctx() context: RequestContext, @Root() { deploymentId }: Outage): Promise<Deployment> {
    return toDeployment((await context.loaders.deployment.load(deploymentId))!)
  }
}
