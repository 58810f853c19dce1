import {
  AgentPayload,
  RegisterAgentArgs,
  RevokeAgentArgs,
  RotateAgentTokenArgs,
} from '#schema/deployments/agent-token.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Agent } from '#schema/deployments/agent.type.js'
import { Deployment } from '#schema/deployments/deployment.type.js'
import { registerAgent, type RegisterOutcome } from '#services/deployments/agents/register-agent.js'
import { agentEnvironment } from '#services/deployments/agents/agent-environment.js'
import { revokeAgent } from '#services/deployments/agents/revoke-agent.js'
import { rotateAgentToken } from '#services/deployments/agents/rotate-agent-token.js'
import type { RequestContext } from '#context/request-context.js'
import { byHash, hashOf } from './deployment-hash.js'
import { toAgent, toDeployment } from './deployment.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'
import { auditedDeployment } from '#services/deployments/audit/deployment-audited.js'

const toResult = (context: RequestContext, outcome: Promise<RegisterOutcome>) =>
  unlessDenied(outcome, async ({ agent, token, deployment, warnings }) => ({
    agent: await toAgent(context, agent),
    token,
    environment: agentEnvironment(context, agent, token, deployment.hash),
    warnings: warnings.map((warning) => ({ ...warning, details: null })),
  }))

@Resolver(() => Agent)
export class AgentResolver {
  @mutation('Registers the agent of a deployment. The token is returned once.', {
    payload: () => AgentPayload,
    permissionOnObject: 'DEPLOYMENTS_MANAGE',
    moves: 'commands',
  })
  async registerAgent(@Ctx() context: RequestContext, @mutationArgs(() => RegisterAgentArgs) input: RegisterAgentArgs) {
    const { deploymentHash, idempotencyKey, capabilities, version, systemInfo } = input
    const decisionInput = {
      capabilities: capabilities ?? [],
      version: version ?? null,
      systemInfo: (systemInfo ?? {}) as Record<string, unknown>,
    }
    return toResult(
      context,
      registerAgent(context, {
        deploymentHash: await hashOf(context, deploymentHash),
        idempotencyKey,
        ...decisionInput,
      }),
    )
  }

  @mutation('Issues a new token for the agent, returned once. The old token stays valid for a grace period.', {
    payload: () => AgentPayload,
    permissionOnObject: 'DEPLOYMENTS_MANAGE',
    moves: 'commands',
    audited: auditedDeployment('deploymentId'),
  })
  async rotateAgentToken(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RotateAgentTokenArgs)
    input: RotateAgentTokenArgs,
  ) {
    return toResult(context, rotateAgentToken(context, await byHash(context, input)))
  }

  @mutation('Revokes every token of an agent immediately. Only a new token gives it access again.', {
    payload: () => AgentPayload,
    permissionOnObject: 'DEPLOYMENTS_MANAGE',
    moves: 'commands',
    audited: auditedDeployment('deploymentId'),
  })
  async revokeAgent(@Ctx() context: RequestContext, @mutationArgs(() => RevokeAgentArgs) input: RevokeAgentArgs) {
    return unlessDenied(revokeAgent(context, await byHash(context, input)), (outcome) =>
      toAgent(context, outcome.agent),
    )
  }

  @fieldResolver('Deployment that the agent serves.', () => Deployment)
  async deployment(@Ctx() context: RequestContext, @Root() agent: Agent): Promise<Deployment> {
    return toDeployment((await context.loaders.deployment.load(agent.deploymentId))!)
  }
}
