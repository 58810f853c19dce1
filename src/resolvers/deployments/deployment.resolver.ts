import { DeploymentPayload } from '#schema/deployments/deployment-payload.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { Agent } from '#schema/deployments/agent.type.js'
import { Capabilities } from '#schema/deployments/capabilities.type.js'
import { DeploymentServer } from '#schema/deployments/deployment-server.type.js'
import { ParameterValue } from '#schema/marketplace/template-parameter.type.js'
import { Deployment } from '#schema/deployments/deployment.type.js'
import { ReissueEnrolmentArgs } from '#schema/deployments/reissue-enrolment.type.js'
import { RenameDeploymentArgs } from '#schema/deployments/rename-deployment.type.js'
import { StartDeploymentInput } from '#schema/deployments/start-deployment.type.js'
import { StopDeploymentArgs } from '#schema/deployments/stop-deployment.type.js'
import { Account } from '#schema/identity/account.type.js'
import { User } from '#schema/identity/user.type.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { DEPLOYMENT_ID } from '#schema/kernel/descriptions.js'
import { Template } from '#schema/marketplace/template.type.js'
import { decideCapabilities } from '#services/deployments/capabilities/capabilities.js'
import { reissueEnrolment } from '#services/deployments/agents/reissue-enrolment.js'
import { visibleDeployment } from '#services/deployments/queries/deployments.js'
import { renameDeployment } from '#services/deployments/start-deployment/rename-deployment.js'
import { startDeployment } from '#services/deployments/start-deployment/start-deployment.js'
import { stopDeployment } from '#services/deployments/stop-deployment/stop-deployment.js'
import { openValues } from '#services/deployments/model/deployment-values.js'
import { parametersOf } from '#services/marketplace/templates/parameters/template-parameters.js'
import { toAccount, toUser } from '../identity/account.mapper.js'
import { toTemplate } from '../marketplace/template.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { byHash } from './deployment-hash.js'
import { toAgent, toCommandType, toDeployment } from './deployment.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { auditedDeployment } from '#services/deployments/audit/deployment-audited.js'

@Resolver(() => Deployment)
export class DeploymentResolver {
  @query('Deployment by ID or hash. Null if it does not exist or is not visible to the caller.', () => Deployment, {
    nullable: true,
  })
  async deployment(
    @Ctx() context: RequestContext,
    @arg('id', DEPLOYMENT_ID, () => ID) id: string,
  ): Promise<Deployment | null> {
    const row = await visibleDeployment(context, id)
    return row && toDeployment(row)
  }

  @mutation(
    'Starts a deployment if the account is eligible. Its place in the limit is allocated in the same transaction.',
    { payload: () => DeploymentPayload, permission: 'DEPLOYMENTS_MANAGE', moves: 'entitlements' },
  )
  async startDeployment(
    @Ctx() context: RequestContext,
    @keyedInput('Template, account and options of the deployment.', () => StartDeploymentInput)
    input: StartDeploymentInput,
  ): Promise<DeploymentPayload | Denied> {
    const outcome = await startDeployment(context, input)
    if (outcome.kind === 'denied') return outcome
    return {
      deployment: toDeployment(outcome.deployment),
      enrolmentToken: outcome.enrolmentToken,
      generatedValues: outcome.generatedValues?.length ? outcome.generatedValues : null,
    }
  }

  @mutation('Stops a deployment and releases its place in the limit.', {
    payload: () => DeploymentPayload,
    permissionOnObject: 'DEPLOYMENTS_MANAGE',
    moves: 'entitlements',
    audited: auditedDeployment('id'),
  })
  async stopDeployment(
    @Ctx() context: RequestContext,
    @mutationArgs(() => StopDeploymentArgs) input: StopDeploymentArgs,
  ) {
    return unlessDenied(stopDeployment(context, await byHash(context, input)), (outcome) =>
      toDeployment(outcome.deployment),
    )
  }

  @mutation('Changes the display name of a deployment.', {
    payload: () => DeploymentPayload,
    permissionOnObject: 'DEPLOYMENTS_MANAGE',
    moves: { nothing: 'changes a name' },
    audited: auditedDeployment('id'),
  })
  async renameDeployment(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RenameDeploymentArgs) input: RenameDeploymentArgs,
  ) {
    return unlessDenied(renameDeployment(context, await byHash(context, input)), (outcome) =>
      toDeployment(outcome.deployment),
    )
  }

  @mutation(
    'Issues a new enrollment token, returned once, if no agent has registered. The earlier unused token ends.',
    {
      payload: () => DeploymentPayload,
      permissionOnObject: 'DEPLOYMENTS_MANAGE',
      moves: 'commands',
      audited: auditedDeployment('id'),
    },
  )
  async reissueEnrolment(
    @Ctx() context: RequestContext,
    @mutationArgs(() => ReissueEnrolmentArgs) input: ReissueEnrolmentArgs,
  ): Promise<DeploymentPayload | Denied> {
    const outcome = await reissueEnrolment(context, await byHash(context, input))
    if (outcome.kind === 'denied') return outcome
    return {
      deployment: toDeployment(outcome.deployment),
      enrolmentToken: outcome.enrolmentToken,
      generatedValues: null,
    }
  }

  @fieldResolver('Display name of the deployment. Default: that of its template, or its hash.', () => String)
  async name(@Ctx() context: RequestContext, @Root() { displayName, templateId, hash }: Deployment): Promise<string> {
    const template = displayName === null && templateId ? await context.loaders.template.load(templateId) : null
    return displayName ?? template?.name ?? hash
  }

  @fieldResolver('Account that owns the deployment. Every deployment has one.', () => Account, { nullable: true })
  async account(@Ctx() context: RequestContext, @Root() deployment: Deployment): Promise<Account | null> {
    const row = await context.loaders.account.load(deployment.accountId)
    return row && toAccount(row)
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
    return row && toAgent(context, row)
  }

  @fieldResolver('Current capabilities of the deployment.', () => Capabilities)
  async capabilities(@Ctx() context: RequestContext, @Root() deployment: Deployment): Promise<Capabilities> {
    const row = await context.loaders.agentOfDeployment.load(deployment.id)
    const agent = row && (await toAgent(context, row))
    const compose = await context.loaders.composeAgentOfDeployment.load(deployment.id)
    const { commands, catalog, ...rest } = decideCapabilities(
      row,
      agent?.presence ?? 'OFFLINE',
      compose,
      context.timers.now(),
    )
    const types = catalog.map(toCommandType)
    return {
      __typename: 'Capabilities',
      ...rest,
      commands: types.filter(({ type }) => commands.some((command) => command.type === type)),
      catalog: types,
      agent,
    }
  }

  @fieldResolver('Values of the parameters of the template, by name. Empty if it was started without any.', () => [
    ParameterValue,
  ])
  async values(@Ctx() context: RequestContext, @Root() { id, valuesSealed, templateId }: Deployment) {
    const values = openValues(context.secrets, { id, valuesSealed })
    const template = values && templateId ? await context.loaders.template.load(templateId) : null
    const visible = new Set(
      (template ? parametersOf(template) : []).flatMap((each) => (each.secret ? [] : [each.name])),
    )
    return Object.entries(values ?? {}).map(([name, value]): ParameterValue => ({
      name,
      value: visible.has(name) ? value : null,
    }))
  }

  @fieldResolver('User who started the deployment. Null if a service started it.', () => User, { nullable: true })
  async startedBy(@Ctx() context: RequestContext, @Root() { startedByUserId: id }: Deployment): Promise<User | null> {
    const user = id ? await context.loaders.user.load(id) : null
    return user && toUser(user)
  }

  @fieldResolver('Server of the deployment.', () => DeploymentServer)
  server(@Root() { id, serverAddress }: Deployment): DeploymentServer {
    return { deploymentId: id, address: serverAddress }
  }
}
