import { toDenials } from '../kernel/denial.mapper.js'
import { CommandPayload, type Command } from '#schema/deployments/command.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver } from 'type-graphql'
import { EnqueueCommandsArgs } from '#schema/deployments/command.input.js'
import { mutation } from '#schema/kernel/decorators.js'
import { toCommandRequest } from '#services/deployments/commands/command-request.js'
import { enqueueCommands } from '#services/deployments/commands/enqueue-commands.js'
import { toDenial } from '../kernel/denial.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { hashOf } from './deployment-hash.js'
import { toCommand } from './deployment.mapper.js'

const TIMEOUT_SECONDS = 300

@Resolver()
export class EnqueueCommandsResolver {
  @mutation(
    'Adds the same command to the queues of several deployments. The results are in the order of the deployments; `operation` finds each by the key `<key>:<deployment hash>`. If that has more than 255 characters, the key is `bulk:` and the SHA-256 of `<key>`, a line feed and `<deployment hash>` as base64url without padding.',
    () => [CommandPayload],
  )
  async enqueueCommands(
    @Ctx() context: RequestContext,
    @mutationArgs(() => EnqueueCommandsArgs) input: EnqueueCommandsArgs,
  ): Promise<readonly (Command | Denial)[]> {
    const deploymentHashes = await Promise.all(input.deploymentHashes.map((name) => hashOf(context, name)))
    const outcome = await enqueueCommands(context, {
      deploymentHashes,
      command: toCommandRequest(input.command, context.settings.ALLOWED_COMMANDS),
      priority: input.priority ?? 'NORMAL',
      timeoutSeconds: input.timeoutSeconds ?? TIMEOUT_SECONDS,
      idempotencyKey: input.idempotencyKey,
    })
    if (outcome.kind === 'denied') return toDenials(context, outcome.denial, deploymentHashes)
    return Promise.all(
      outcome.items.map(async (item) =>
        item.kind === 'command' ? toCommand(item.command) : await toDenial(context, item.denial),
      ),
    )
  }
}
