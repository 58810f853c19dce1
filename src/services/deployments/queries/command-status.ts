import { LRUCache } from 'lru-cache'
import type { Context } from '#services/kernel/context/context.js'
import type { OpenedStream } from '#services/kernel/events/follow-stream.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { type DeploymentStreamRequest, followDeployment } from './follow-deployment.js'

/** Commands whose status changes are requested. Default: all of the deployment. */
interface CommandFilter {
  readonly commandId?: string | null
  readonly commandTypes?: readonly string[] | null
  readonly appCodes?: readonly string[] | null
}

/** Maximum number of commands in the cache of one stream. */
const MAX_CACHED = 500

/** Status changes of a deployment's commands, for callers that can see it. */
export async function commandStatus(
  context: IdentityContext,
  { commandId, commandTypes, appCodes, ...request }: DeploymentStreamRequest & CommandFilter,
): Promise<OpenedStream> {
  const stream = await followDeployment(
    context,
    request,
    ({ type, subjectId }) => type.startsWith('command.') && (commandId == null || subjectId === commandId),
  )
  return commandTypes || appCodes ? ofCommands(context, stream, { commandTypes, appCodes }) : stream
}

/** The events of some commands. Type and application of a command never change, so each command is read once. */
function ofCommands(context: Context, stream: OpenedStream, filter: Omit<CommandFilter, 'commandId'>): OpenedStream {
  const selected = new LRUCache<string, boolean>({ max: MAX_CACHED })
  const isSelected = async (id: string): Promise<boolean> => {
    const known = selected.get(id)
    if (known !== undefined) return known
    const found = await isCommandSelected(context, id, filter)
    selected.set(id, found)
    return found
  }
  const follow: OpenedStream['follow'] = async function* (signal) {
    for await (const item of stream.follow(signal))
      if (item.kind === 'resync' || (await isSelected(item.event.subjectId!))) yield item
  }
  return { ...stream, follow }
}

async function isCommandSelected(
  { database }: Context,
  id: string,
  { commandTypes, appCodes }: Omit<CommandFilter, 'commandId'>,
): Promise<boolean> {
  const row = await database.query
    .selectFrom('command')
    .select('id')
    .where('id', '=', id)
    .$if(!!commandTypes, (query) => query.where('type', 'in', commandTypes!))
    .$if(!!appCodes, (query) => query.where('appCode', 'in', appCodes!))
    .executeTakeFirst()
  return row !== undefined
}
