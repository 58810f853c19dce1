import { AgentPayload } from '#schema/deployments/agent-token.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { RegisterAgentArgs, RevokeAgentArgs, RotateAgentTokenArgs } from '#schema/deployments/agent-token.type.js'
import { fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { Agent } from '#schema/deployments/agent.type.js'
import { Deployment } from '#schema/deployments/deployment.type.js'
import { registerAgent, type RegisterOutcome } from '#services/deployments/agents/register-agent.js'
import { agentEnvironment } from '#services/deployments/agents/agent-environment.js'
import { revokeAgent } from '#services/deployments/agents/revoke-agent.js'
import { rotateAgentToken } from '#services/deployments/agents/rotate-agent-token.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { byHash, hashOf } from './deployment-hash.js'
import { toAgent, toDeployment } from './deployment.mapper.js'

async function toResult(context: RequestContext, outcome: RegisterOutcome): Promise<AgentPayload | Denial> {
  if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
  const { agent, token, deployment, warnings } = outcome
  return {
    agent: await toAgent(context, agent),
    token,
    environment: agentEnvironment(context, agent, token, deployment.hash),
    warnings: warnings.map((warning) => ({ ...warning, details: null })),
  }
}

@Resolver(() => Agent)
export class AgentResolver {
  @mutation('Registers the agent of a deployment. The token is returned once.', () => AgentPayload)
  async registerAgent(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RegisterAgentArgs) input: RegisterAgentArgs,
  ): Promise<AgentPayload | Denial> {
    const { deploymentHash, idempotencyKey, capabilities, version, systemInfo } = input
    const decisionInput = {
      capabilities: capabilities ?? [],
      version: version ?? null,
      systemInfo: (systemInfo ?? {}) as Record<string, unknown>,
    }
    return toResult(
      context,
      await registerAgent(context, {
        deploymentHash: await hashOf(context, deploymentHash),
        idempotencyKey,
        ...decisionInput,
      }),
    )
  }

  @mutation(
    'Issues a new token for the agent, returned once. The old token stays valid for a grace period.',
    () => AgentPayload,
  )
  async rotateAgentToken(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RotateAgentTokenArgs)
    input: RotateAgentTokenArgs,
  ): Promise<AgentPayload | Denial> {
    return toResult(context, await rotateAgentToken(context, await byHash(context, input)))
  }

  @mutation('Revokes every token of an agent immediately. Only a new token gives it access again.', () => AgentPayload)
  async revokeAgent(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RevokeAgentArgs) input: RevokeAgentArgs,
  ): Promise<Agent | Denial> {
    const outcome = await revokeAgent(context, await byHash(context, input))
    return outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toAgent(context, outcome.agent)
  }

  @fieldResolver('Deployment that the agent serves.', () => Deployment)
  async deployment(@Ctx() context: RequestContext, @Root() agent: Agent): Promise<Deployment> {
    return toDeployment((await context.loaders.deployment.load(agent.deploymentId))!)
  }
}
