import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { Agent } from '#schema/deployments/agent.type.js'
import { Capabilities } from '#schema/deployments/capabilities.type.js'
import { Command, CommandConnection, CommandStatus } from '#schema/deployments/command.type.js'
import { DeploymentEligibility } from '#schema/deployments/deployment-eligibility.type.js'
import { Deployment, DeploymentConnection } from '#schema/deployments/deployment.type.js'
import { ServerInput, StartDeploymentInput, StartDeploymentResult } from '#schema/deployments/start-deployment.type.js'
import { StopDeploymentInput, StopDeploymentResult } from '#schema/deployments/stop-deployment.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, field, fieldResolver, mutation, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG, DEPLOYMENT_HASH } from '#schema/kernel/descriptions.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { Template } from '#schema/marketplace/template.type.js'
import { decideCapabilities } from '#services/deployments/capabilities/capabilities.js'
import { latestCommands, listCommands, deploymentsOf } from '#services/deployments/queries/deployment-queries.js'
import { visibleDeployment } from '#services/deployments/queries/deployment.js'
import { startDeployment } from '#services/deployments/start-deployment/start-deployment.js'
import { stopDeployment } from '#services/deployments/stop-deployment/stop-deployment.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { deploymentEligibility } from '#services/marketplace/eligibility/deployment-eligibility.js'
import { toAccount } from '../identity/account.mapper.js'
import { eligibilityLoaders, toEligibility } from './template-eligibility.resolver.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toTemplate } from '../marketplace/template.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toAgent, toCommand, toDeployment } from './deployment.mapper.js'

const COMMANDS_PER_PAGE = 50
const DEPLOYMENTS_PER_PAGE = 20
const DeploymentPageArgs = pageArgs(DEPLOYMENTS_PER_PAGE)

@ArgsType()
class CommandsArgs extends pageArgs(COMMANDS_PER_PAGE) {
  @field('Command statuses to return. Default: all.', () => [CommandStatus], { nullable: true })
  status?: CommandStatus[] | null
}

@Resolver(() => Deployment)
export class DeploymentResolver {
  @query('Whether an account may deploy a template now, with all denials if not.', () => DeploymentEligibility)
  async deploymentEligibility(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, {
      nullable: true,
    })
    accountId: string | null,
    @arg('templateId', 'ID of the template.', () => ID) templateId: string,
    @arg('stack', "Stack code. Default: the template's stack.", () => String, { nullable: true }) stack: string | null,
    @arg('server', 'Target server. Default: server requirements are not checked.', () => ServerInput, {
      nullable: true,
    })
    server: ServerInput | null,
  ): Promise<DeploymentEligibility> {
    const question = { accountId, templateId, stack, server }
    return toEligibility(context, await deploymentEligibility(context, question, eligibilityLoaders(context)))
  }

  @query('Deployment by hash. Null if it does not exist or is not visible to the caller.', () => Deployment, {
    nullable: true,
  })
  async deployment(
    @Ctx() context: RequestContext,
    @arg('hash', DEPLOYMENT_HASH, () => String) hash: string,
  ): Promise<Deployment | null> {
    const row = await visibleDeployment(context, hash)
    return row && toDeployment(row)
  }

  @mutation(
    'Starts a deployment if the account is eligible. Its place in the limit is allocated in the same transaction.',
    () => StartDeploymentResult,
  )
  async startDeployment(
    @Ctx() context: RequestContext,
    @arg('input', 'Template, account and options of the deployment.', () => StartDeploymentInput)
    input: StartDeploymentInput,
  ): Promise<StartDeploymentResult> {
    const outcome = await startDeployment(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    return {
      __typename: 'DeploymentStarted',
      deployment: toDeployment(outcome.deployment),
      enrolmentToken: outcome.enrolmentToken,
    }
  }

  @mutation('Stops a deployment and releases its place in the limit.', () => StopDeploymentResult)
  async stopDeployment(
    @Ctx() context: RequestContext,
    @arg('input', 'Deployment to stop.', () => StopDeploymentInput) input: StopDeploymentInput,
  ): Promise<StopDeploymentResult> {
    const outcome = await stopDeployment(context, input)
    return outcome.kind === 'stopped' ? toDeployment(outcome.deployment) : toDenial(context, outcome.denial)
  }

  @fieldResolver('Account that owns the deployment.', () => Account)
  async account(@Ctx() context: RequestContext, @Root() deployment: Deployment): Promise<Account> {
    return toAccount((await context.loaders.account.load(deployment.accountId))!)
  }

  @fieldResolver('Template of the deployment. Null if it was not started from one.', () => Template, {
    nullable: true,
  })
  async template(@Ctx() context: RequestContext, @Root() deployment: Deployment): Promise<Template | null> {
    const row = deployment.templateId ? await context.loaders.template.load(deployment.templateId) : null
    return row && toTemplate(context, row)
  }

  @fieldResolver('Agent of the deployment. Null if none has registered.', () => Agent, { nullable: true })
  async agent(@Ctx() context: RequestContext, @Root() deployment: Deployment): Promise<Agent | null> {
    const row = await context.loaders.agentOfDeployment.load(deployment.id)
    return row && toAgent(context, row, deployment.hash)
  }

  @fieldResolver('Current capabilities of the deployment.', () => Capabilities)
  async capabilities(@Ctx() context: RequestContext, @Root() deployment: Deployment): Promise<Capabilities> {
    const row = await context.loaders.agentOfDeployment.load(deployment.id)
    const agent = row && (await toAgent(context, row, deployment.hash))
    const compose = await context.loaders.composeAgentOfDeployment.load(deployment.id)
    return {
      __typename: 'Capabilities',
      ...decideCapabilities(row, agent?.presence ?? 'OFFLINE', compose, context.timers.now()),
      agent,
    }
  }

  @fieldResolver('Latest command per application and type. The number does not grow with the history.', () => [Command])
  async latestCommands(@Ctx() context: RequestContext, @Root() deployment: Deployment): Promise<Command[]> {
    return (await latestCommands(context.database, deployment.id)).map(toCommand)
  }

  @fieldResolver('Commands of the deployment, newest first.', () => CommandConnection)
  async commands(
    @Ctx() context: RequestContext,
    @Root() deployment: Deployment,
    @Args(() => CommandsArgs) args: CommandsArgs & { first?: number | null; after?: string | null },
  ): Promise<CommandConnection> {
    const page = await listCommands(
      context.database,
      deployment.id,
      args.status ?? null,
      pageRequest(args, COMMANDS_PER_PAGE),
    )
    return toConnection(page, page.items.map(toCommand))
  }
}

@Resolver(() => Account)
export class AccountDeploymentsResolver {
  @fieldResolver('Deployments of the account, newest first.', () => DeploymentConnection)
  async deployments(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @Args(() => DeploymentPageArgs) args: PageArgs,
  ): Promise<DeploymentConnection> {
    const page = await deploymentsOf(context, account.id, pageRequest(args, DEPLOYMENTS_PER_PAGE))
    return toConnection(page, page.items.map(toDeployment))
  }
}
