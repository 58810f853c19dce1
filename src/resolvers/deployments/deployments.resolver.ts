import type { GraphQLResolveInfo } from 'graphql'
import { Args, ArgsType, Ctx, Info, Resolver } from 'type-graphql'
import { DeploymentFilter, DeploymentOrder } from '#schema/deployments/deployment.input.js'
import { field, query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { DeploymentConnection } from '#schema/deployments/deployment.type.js'
import { deployments } from '#services/deployments/queries/deployments.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import type { RequestContext } from '#context/request-context.js'
import { toDeployment } from './deployment.mapper.js'
import { toSelectedConnection } from '../kernel/page.mapper.js'

const PER_PAGE = 50

@ArgsType()
class AllDeploymentsArgs extends pageArgs(PER_PAGE) {
  @field('Deployments to return. Default: all.', () => DeploymentFilter, { nullable: true })
  filter?: DeploymentFilter | null

  @field('Order of the deployments.', () => DeploymentOrder, { nullable: true, defaultValue: 'NEWEST' })
  orderBy?: DeploymentOrder | null
}

@Resolver()
export class DeploymentsResolver {
  @query('Deployments of the installation.', () => DeploymentConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async deployments(
    @Ctx() context: RequestContext,
    @Args(() => AllDeploymentsArgs) { filter, orderBy, ...args }: AllDeploymentsArgs & PageArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentConnection> {
    const requested = { filter: filter ?? {}, orderBy: orderBy ?? 'NEWEST' }
    const page = await deployments(context, requested, pageRequest(args, PER_PAGE))
    return toSelectedConnection(info, page, page.items.map(toDeployment))
  }
}
