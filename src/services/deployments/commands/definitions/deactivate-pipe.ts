import { z } from 'zod'
import { arrangePipe } from '#services/deployments/model/arrange-result.js'
import { pipeResult } from '#services/deployments/model/shared-results.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { text } from '#services/deployments/model/field-schemas.js'

export const deactivatePipe = defineCommand({
  type: 'deactivate_pipe',
  summary: 'Deactivates a pipe.',
  button: { label: 'Deactivate Pipe', icon: 'fa-stop-circle', scope: 'deployment', requires: 'pipes' },
  parameters: z.strictObject({ pipe_instance_id: text(200).describe('ID of the pipe to deactivate.') }),
  result: pipeResult,
  arrangeResult: arrangePipe,
})
