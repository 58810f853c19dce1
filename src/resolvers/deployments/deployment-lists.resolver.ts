import type { GraphQLResolveInfo } from 'graphql'
import { Args, ArgsType, Ctx, Info, Resolver, Root } from 'type-graphql'
import { Command, COMMAND_COUNT, CommandConnection } from '#schema/deployments/command.type.js'
import { DeploymentAlarmConnection } from '#schema/deployments/deployment-server.type.js'
import { CommandFilter, DeploymentFilter, DeploymentOrder } from '#schema/deployments/deployment.input.js'
import { Deployment, DeploymentConnection } from '#schema/deployments/deployment.type.js'
import { Account } from '#schema/identity/account.type.js'
import { field, fieldResolver } from '#schema/kernel/decorators.js'
import { REVERSE } from '#schema/kernel/descriptions.js'
import { requires } from '#schema/kernel/requires.js'
import { pageArgs, twoWayPageArgs, type PageArgs, type TwoWayPageArgs } from '#schema/kernel/page-args.js'
import { deploymentStreamCursor } from '#services/deployments/queries/deployment-events.js'
import { listAlarms } from '#services/deployments/queries/deployment-alarms.js'
import { listAccountDeployments } from '#services/deployments/queries/list-account-deployments.js'
import { listCommands } from '#services/deployments/queries/list-commands.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { countedResolver } from '../kernel/counted.resolver.js'
import { toListPage, toCountedConnection, toSelectedConnection } from '../kernel/page.mapper.js'
import { selectsField } from '../kernel/selects-field.js'
import type { RequestContext } from '#context/request-context.js'
import { toCommand, toDeployment } from './deployment.mapper.js'

const COMMANDS_PER_PAGE = 50
const DEPLOYMENTS_PER_PAGE = 20
const ALARMS_PER_PAGE = 20
const AlarmsArgs = twoWayPageArgs(ALARMS_PER_PAGE)

@ArgsType()
class CommandsArgs extends twoWayPageArgs(COMMANDS_PER_PAGE) {
  @field('Commands to return. Default: all.', () => CommandFilter, { nullable: true })
  filter?: CommandFilter | null

  @field(REVERSE, () => Boolean, { nullable: true, defaultValue: false })
  reverse?: boolean | null
}

@ArgsType()
class DeploymentsArgs extends pageArgs(DEPLOYMENTS_PER_PAGE) {
  @field('Deployments to return. Default: all.', () => DeploymentFilter, { nullable: true })
  filter?: DeploymentFilter | null

  @field('Order of the deployments.', () => DeploymentOrder, { nullable: true, defaultValue: 'NEWEST' })
  orderBy?: DeploymentOrder | null
}

export const CommandCountResolver = countedResolver(CommandConnection, COMMAND_COUNT)

@Resolver(() => Deployment)
export class DeploymentListsResolver {
  @fieldResolver('Latest command per application and type. The number does not grow with the history.', () => [Command])
  async latestCommands(@Ctx() context: RequestContext, @Root() deployment: Deployment): Promise<Command[]> {
    return (await context.loaders.latestCommands.load(deployment.id)).map(toCommand)
  }

  @fieldResolver('Commands of the deployment, newest first.', () => CommandConnection)
  async commands(
    @Ctx() { loaders }: RequestContext,
    @Root() deployment: Deployment,
    @Args(() => CommandsArgs) { filter, reverse, ...args }: CommandsArgs & TwoWayPageArgs,
  ): Promise<CommandConnection> {
    const together = {
      list: loaders.commandList.load.bind(loaders.commandList),
      count: loaders.commandCount.load.bind(loaders.commandCount),
    }
    const requested = { filter: filter ?? {}, reverse: reverse ?? false }
    const page = await listCommands(together, deployment.id, requested, pageRequest(args, COMMANDS_PER_PAGE))
    return toCountedConnection(page, page.items.map(toCommand))
  }

  @fieldResolver("Alarms of the deployment's server, last received first.", () => DeploymentAlarmConnection)
  async alarms(
    @Ctx() context: RequestContext,
    @Root() deployment: Deployment,
    @Args(() => AlarmsArgs) args: TwoWayPageArgs,
  ): Promise<DeploymentAlarmConnection> {
    const page = await listAlarms(context.database, deployment, pageRequest(args, ALARMS_PER_PAGE))
    return toListPage(page, [...page.items])
  }
}

type PositionedDeployments = DeploymentConnection & { readonly position?: string | null }

@Resolver(() => DeploymentConnection)
export class DeploymentConnectionResolver {
  @fieldResolver(
    "Position of the account's `deploymentEvents`. It was read before the page. Subscribe with it as `after` to receive every later change. Null in the list of the installation.",
    () => String,
    { nullable: true },
  )
  cursor(@Root() { position }: PositionedDeployments): string | null {
    return position ?? null
  }
}

@Resolver(() => Account)
export class AccountDeploymentsResolver {
  @fieldResolver('Deployments of the account.', () => DeploymentConnection, { nullable: true })
  @requires('DEPLOYMENTS_READ')
  async deployments(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @Args(() => DeploymentsArgs) { filter, orderBy, ...args }: DeploymentsArgs & PageArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PositionedDeployments> {
    const position = selectsField(info, 'cursor') ? await deploymentStreamCursor(context, account.id) : null
    const requested = { filter: filter ?? {}, orderBy: orderBy ?? 'NEWEST' }
    const page = await listAccountDeployments(context, account.id, requested, pageRequest(args, DEPLOYMENTS_PER_PAGE))
    return { ...(await toSelectedConnection(info, page, page.items.map(toDeployment))), position }
  }
}
