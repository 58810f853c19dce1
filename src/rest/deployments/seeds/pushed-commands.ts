import { AppError } from '#services/kernel/errors/app-error.js'
import type { RestApp } from '#rest/type-provider.js'

/** Refuses commands that a caller wants to push: agents poll. */
export function pushedCommandRoutes(app: RestApp): void {
  app.post('/api/v1/commands/execute', () => {
    throw new AppError(
      'CONFLICT',
      'Commands are not pushed to agents: agents poll. Queue the command with POST /api/v1/commands/enqueue.',
    )
  })
}
