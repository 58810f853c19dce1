import { Ctx, Resolver } from 'type-graphql'
import {
  AgentTokenResult,
  RegisterAgentInput,
  RevokeAgentInput,
  RevokeAgentResult,
  RotateAgentTokenInput,
} from '../../schema/deployments/agent-token.type.js'
import { arg, mutation } from '../../schema/kernel/decorators.js'
import { registerAgent, type RegisterOutcome } from '../../services/deployments/agents/register-agent.js'
import { agentEnvironment } from '../../services/deployments/agents/agent-environment.js'
import { revokeAgent } from '../../services/deployments/agents/revoke-agent.js'
import { rotateAgentToken } from '../../services/deployments/agents/rotate-token.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '../../context/request-context.js'
import { toAgent } from './deployment.mapper.js'

const GRACE_SECONDS = 3600

async function toResult(context: RequestContext, outcome: RegisterOutcome): Promise<AgentTokenResult> {
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

@Resolver()
export class AgentResolver {
  @mutation('Registers the agent of a deployment. Its token is shown once.', () => AgentTokenResult)
  async registerAgent(
    @Ctx() context: RequestContext,
    @arg('input', 'Which agent to register.', () => RegisterAgentInput) input: RegisterAgentInput,
  ): Promise<AgentTokenResult> {
    const { deploymentHash, idempotencyKey, capabilities, version, systemInfo } = input
    const facts = {
      capabilities: capabilities ?? [],
      version: version ?? null,
      systemInfo: (systemInfo ?? {}) as Record<string, unknown>,
    }
    return toResult(context, await registerAgent(context, { deploymentHash, idempotencyKey, ...facts }))
  }

  @mutation('Gives the agent a new token, shown once; the old one still works for a while.', () => AgentTokenResult)
  async rotateAgentToken(
    @Ctx() context: RequestContext,
    @arg('input', 'Whose token, and how long the old one still works.', () => RotateAgentTokenInput)
    { deploymentHash, idempotencyKey, graceSeconds, allowPlainSignature }: RotateAgentTokenInput,
  ): Promise<AgentTokenResult> {
    const request = {
      deploymentHash,
      idempotencyKey,
      graceSeconds: graceSeconds ?? GRACE_SECONDS,
      allowPlainSignature: allowPlainSignature ?? false,
    }
    return toResult(context, await rotateAgentToken(context, request))
  }

  @mutation('Ends every token of an agent at once. Only a new token lets it back in.', () => RevokeAgentResult)
  async revokeAgent(
    @Ctx() context: RequestContext,
    @arg('input', 'The deployment whose agent is revoked.', () => RevokeAgentInput) input: RevokeAgentInput,
  ): Promise<RevokeAgentResult> {
    const outcome = await revokeAgent(context, input)
    return outcome.kind === 'denied'
      ? toDenial(context, outcome.denial)
      : toAgent(context, outcome.agent, outcome.deployment.hash)
  }
}
