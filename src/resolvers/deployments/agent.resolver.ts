import { Ctx, Resolver, Root } from 'type-graphql'
import {
  AgentToken,
  RegisterAgentInput,
  RegisterAgentResult,
  RevokeAgentInput,
  RevokeAgentResult,
  RotateAgentTokenInput,
  RotateAgentTokenResult,
} from '#schema/deployments/agent-token.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { Agent } from '#schema/deployments/agent.type.js'
import { Deployment } from '#schema/deployments/deployment.type.js'
import type { Refused } from '#schema/kernel/refused.type.js'
import { registerAgent, type RegisterOutcome } from '#services/deployments/agents/register-agent.js'
import { agentEnvironment } from '#services/deployments/agents/agent-environment.js'
import { revokeAgent } from '#services/deployments/agents/revoke-agent.js'
import { rotateAgentToken } from '#services/deployments/agents/rotate-agent-token.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toAgent, toDeployment } from './deployment.mapper.js'

async function toResult(context: RequestContext, outcome: RegisterOutcome): Promise<AgentToken | Refused> {
  if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
  const { agent, token, deployment, warnings } = outcome
  return {
    __typename: 'AgentToken',
    agent: await toAgent(context, agent, deployment.hash),
    token,
    environment: agentEnvironment(context, agent, token, deployment.hash),
    warnings: warnings.map((warning) => ({ ...warning, details: null })),
  }
}

@Resolver(() => Agent)
export class AgentResolver {
  @mutation('Registers the agent of a deployment. The token is returned once.', () => RegisterAgentResult)
  async registerAgent(
    @Ctx() context: RequestContext,
    @arg('input', 'Deployment and agent data.', () => RegisterAgentInput) input: RegisterAgentInput,
  ): Promise<RegisterAgentResult> {
    const { deploymentHash, idempotencyKey, capabilities, version, systemInfo } = input
    const decisionInput = {
      capabilities: capabilities ?? [],
      version: version ?? null,
      systemInfo: (systemInfo ?? {}) as Record<string, unknown>,
    }
    return toResult(context, await registerAgent(context, { deploymentHash, idempotencyKey, ...decisionInput }))
  }

  @mutation(
    'Issues a new token for the agent, returned once. The old token stays valid for a grace period.',
    () => RotateAgentTokenResult,
  )
  async rotateAgentToken(
    @Ctx() context: RequestContext,
    @arg('input', 'Deployment, and how long the old token stays valid.', () => RotateAgentTokenInput)
    input: RotateAgentTokenInput,
  ): Promise<RotateAgentTokenResult> {
    return toResult(context, await rotateAgentToken(context, input))
  }

  @mutation(
    'Revokes every token of an agent immediately. Only a new token gives it access again.',
    () => RevokeAgentResult,
  )
  async revokeAgent(
    @Ctx() context: RequestContext,
    @arg('input', 'Deployment whose agent is revoked.', () => RevokeAgentInput) input: RevokeAgentInput,
  ): Promise<RevokeAgentResult> {
    const outcome = await revokeAgent(context, input)
    return outcome.kind === 'denied'
      ? toDenial(context, outcome.denial)
      : toAgent(context, outcome.agent, outcome.deployment.hash)
  }

  @fieldResolver('Deployment that the agent serves.', () => Deployment)
  async deployment(@Ctx() context: RequestContext, @Root() agent: Agent): Promise<Deployment> {
    return toDeployment((await context.loaders.deployment.load(agent.deploymentId))!)
  }
}
