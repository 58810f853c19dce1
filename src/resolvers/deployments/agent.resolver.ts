import { Ctx, Resolver } from 'type-graphql'
import {
  AgentTokenResult,
  RegisterAgentInput,
  RotateAgentTokenInput,
} from '../../schema/deployments/agent-token.type.js'
import { arg, mutation } from '../../schema/kernel/decorators.js'
import { registerAgent, type RegisterOutcome } from '../../services/deployments/agents/register-agent.js'
import { agentEnvironment } from '../../services/deployments/agents/agent-environment.js'
import { rotateAgentToken } from '../../services/deployments/agents/rotate-token.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '../../context/request-context.js'
import { toAgent } from './deployment.mapper.js'

const GRACE_SECONDS = 3600

async function toResult(context: RequestContext, outcome: RegisterOutcome): Promise<AgentTokenResult> {
  if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
  const { agent, token, deployment } = outcome
  return {
    __typename: 'AgentToken',
    agent: await toAgent(context, agent, deployment.hash),
    token,
    environment: agentEnvironment(context, agent, token, deployment.hash),
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
    { deploymentHash, idempotencyKey, graceSeconds }: RotateAgentTokenInput,
  ): Promise<AgentTokenResult> {
    return toResult(
      context,
      await rotateAgentToken(context, { deploymentHash, idempotencyKey, graceSeconds: graceSeconds ?? GRACE_SECONDS }),
    )
  }
}
