import type { FastifyReply } from 'fastify'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import { priorityOf } from '#services/deployments/commands/command-priority.js'
import { isTerminal } from '#services/deployments/commands/await-command.js'

/**
 * The `schemaVersion` of `/state`, `/events` and `/plan`. The `v1alpha1` of an older server has the same routes with other members.
 */
export const DEPLOYMENT_SCHEMA = 'stackgate.v1'

/** A command in REST format. Secrets were redacted before it was stored; lists contain results only on request. */
export const toRestCommand = (command: CommandRow, withResults = true) => ({
  id: command.id,
  command_id: command.id,
  deployment_hash: command.deploymentHash,
  type: command.type,
  app_code: command.appCode,
  status: command.status.toLowerCase(),
  priority: priorityOf(command.priority).toLowerCase(),
  parameters: command.parameters,
  result: withResults ? command.result : null,
  ...(withResults && command.hasLargeResult ? { result_omitted: true as const } : {}),
  error: withResults ? command.error : null,
  warnings: withResults ? command.warnings : [],
  attempt: command.attempt,
  created_by: command.createdByUserId,
  created_at: command.createdAt.toISOString(),
  updated_at: command.updatedAt.toISOString(),
  finished_at: command.finishedAt?.toISOString() ?? null,
  timeout_seconds: command.timeoutSeconds,
  metadata: {},
})

/** Response of a command with a wait: 200 with its result, or 202 with its ID while it is open. */
export function sendCommand(
  reply: FastifyReply,
  command: CommandRow,
  more: Record<string, unknown> = {},
): FastifyReply {
  const message = isTerminal(command)
    ? `Command ${command.status.toLowerCase()}`
    : 'Command queued; the report is pending'
  return reply.code(isTerminal(command) ? 200 : 202).send({ message, item: { ...toRestCommand(command), ...more } })
}
