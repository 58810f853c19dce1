import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { HealthStatus } from '#schema/deployments/command-results.js'
import {
  DeploymentContainer,
  DeploymentServer,
  LoadResolution,
  ServerLoad,
} from '#schema/deployments/deployment-server.type.js'
import { AppStatus, Deployment, DeploymentApp } from '#schema/deployments/deployment.type.js'
import { field, fieldResolver } from '#schema/kernel/decorators.js'
import { DateTime } from '#schema/kernel/scalars.js'
import type { AppStateRow } from '#entities/deployments/app-state.entity.js'
import { loadHistory } from '#services/deployments/queries/load-history.js'
import type { RequestContext } from '#context/request-context.js'
import { toLoadPoint, toServerLoad } from './deployment.mapper.js'

async function stateOf(context: RequestContext, app: DeploymentApp): Promise<AppStateRow | undefined> {
  const states = await context.loaders.appStates.load(app.deploymentId)
  return states.find(({ appCode }) => appCode === app.code)
}

/** The last reported state of an application. */
@Resolver(() => DeploymentApp)
export class DeploymentAppResolver {
  @fieldResolver('Last reported status. Null if never reported.', () => AppStatus, { nullable: true })
  async status(@Ctx() context: RequestContext, @Root() app: DeploymentApp): Promise<AppStatus | null> {
    return (await stateOf(context, app))?.status ?? null
  }

  @fieldResolver(
    'Status of the container as reported by the agent, for example `exited`. Null if never reported.',
    () => String,
    {
      nullable: true,
    },
  )
  async containerStatus(@Ctx() context: RequestContext, @Root() app: DeploymentApp): Promise<string | null> {
    return (await stateOf(context, app))?.containerState ?? null
  }

  @fieldResolver('Last reported health. Null if never reported.', () => HealthStatus, { nullable: true })
  async health(@Ctx() context: RequestContext, @Root() app: DeploymentApp): Promise<HealthStatus | null> {
    return (await stateOf(context, app))?.health ?? null
  }

  @fieldResolver('Time of the last report (machine clock). Null if never reported.', () => DateTime, { nullable: true })
  async reportedAt(@Ctx() context: RequestContext, @Root() app: DeploymentApp): Promise<Date | null> {
    return (await stateOf(context, app))?.reportedAt ?? null
  }
}

/** Containers and configuration as the latest reports contain them. */
@Resolver(() => Deployment)
export class ObservedDeploymentResolver {
  @fieldResolver(
    'Containers on the server, as the latest report of containers lists them, at most 500. Empty if none was received.',
    () => [DeploymentContainer],
  )
  async containers(@Ctx() context: RequestContext, @Root() { id }: Deployment): Promise<DeploymentContainer[]> {
    const observed = await context.loaders.observedDeployment.load(id)
    return (observed?.containers ?? []).map(({ id: containerId, app: appCode, state: status, ...rest }) => ({
      containerId,
      appCode,
      status,
      ...rest,
    }))
  }

  @fieldResolver(
    'Whether the configuration on the server differed from the stored one at the latest comparison. Null if never compared.',
    () => Boolean,
    { nullable: true },
  )
  async configDrift(@Ctx() context: RequestContext, @Root() { id }: Deployment): Promise<boolean | null> {
    return (await context.loaders.observedDeployment.load(id))?.drift ?? null
  }
}

@ArgsType()
class LoadHistoryArgs {
  @field('Start of the history (machine clock). Default: a day before its end.', () => DateTime, { nullable: true })
  from?: Date | null

  @field('End of the history, exclusive. Default: now (machine clock).', () => DateTime, { nullable: true })
  to?: Date | null

  @field('Length of the periods. Default: the finest with at most 300 periods.', () => LoadResolution, {
    nullable: true,
  })
  resolution?: LoadResolution | null
}

@Resolver(() => DeploymentServer)
export class DeploymentServerResolver {
  @fieldResolver('Last measured load. Null if the agent has measured none.', () => ServerLoad, { nullable: true })
  async load(@Ctx() context: RequestContext, @Root() server: DeploymentServer): Promise<ServerLoad | null> {
    const sample = await context.loaders.serverSample.load(server.deploymentId)
    return sample && toServerLoad(sample)
  }

  @fieldResolver(
    'Load over time, oldest period first, at most 1,000 periods. Periods without a measurement are left out; older ones are longer (`LoadResolution`). Null, with an error, for a range that cannot be read.',
    () => [ServerLoad],
    { nullable: true },
  )
  async loadHistory(
    @Ctx() context: RequestContext,
    @Root() { deploymentId }: DeploymentServer,
    @Args(() => LoadHistoryArgs) args: LoadHistoryArgs,
  ): Promise<ServerLoad[]> {
    const load = context.loaders.loadHistory.load.bind(context.loaders.loadHistory)
    return (await loadHistory(context, load, deploymentId, args)).map(toLoadPoint)
  }
}
