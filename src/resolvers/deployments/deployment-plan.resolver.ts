import { previewField, arg, fieldResolver } from '#schema/kernel/decorators.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { Command } from '#schema/deployments/command.type.js'
import {
  DeploymentPlan,
  DeploymentPlanStep,
  PlannedOperation,
  type PlannedChange,
} from '#schema/deployments/deployment-plan.type.js'
import { Deployment } from '#schema/deployments/deployment.type.js'
import { deploymentPlan } from '#services/deployments/deployment-plans/build-deployment-plan.js'
import type { PlannedOperation as Operation } from '#services/deployments/deployment-plans/decide-plan.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toCommand } from './deployment.mapper.js'

@Resolver(() => Deployment)
export class DeploymentPlanResolver {
  @previewField('Commands that an operation would enqueue. None of them is enqueued.', () => DeploymentPlan)
  async operationPlan(
    @Ctx() context: RequestContext,
    @Root() deployment: Deployment,
    @arg('operation', 'Operation to plan.', () => PlannedOperation) operation: PlannedOperation,
    @arg('appCode', 'Code of the application. Default: all; required for DEPLOY_APP.', () => String, { nullable: true })
    appCode: string | null | undefined,
  ): Promise<DeploymentPlan | Denial> {
    const requested = { operation: operation.toLowerCase() as Operation, appCode: appCode ?? null, expected: null }
    const plan = await deploymentPlan(context, deployment.hash, requested)
    if (plan.kind === 'denied') return toDenial(context, plan.denial)
    const steps = plan.steps.map((step) => ({ ...step, change: step.change.toUpperCase() as PlannedChange }))
    return { fingerprint: plan.fingerprint, steps, warnings: plan.warnings }
  }
}

@Resolver(() => DeploymentPlanStep)
export class DeploymentPlanStepResolver {
  @fieldResolver('Earlier command whose parameters are used. Null without one.', () => Command, { nullable: true })
  async toCommand(@Ctx() context: RequestContext, @Root() step: DeploymentPlanStep): Promise<Command | null> {
    const row = step.toCommandId ? await context.loaders.command.load(step.toCommandId) : null
    return row && toCommand(row)
  }
}
