import { z } from 'zod'
import { arrangePipe } from '#services/deployments/model/arrange-result.js'
import { pipeResult } from '#services/deployments/model/shared-results.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { redacted, text } from '#services/deployments/model/field-schemas.js'
import { pipeEnds, pipeTrigger } from '#services/deployments/model/pipe-inputs.js'

export const triggerPipe = defineCommand({
  type: 'trigger_pipe',
  summary: 'Runs a pipe once.',
  button: { label: 'Trigger Pipe', icon: 'fa-bolt', scope: 'deployment', requires: 'pipes' },
  parameters: z.strictObject({
    pipe_instance_id: text(200).describe('ID of the pipe to run.'),
    ...pipeEnds,
    // The agent uses the settings of the activated pipe for what is missing.
    source_endpoint: redacted(text(2000)).optional().describe('Path at the source.'),
    source_method: text(20).optional().describe('HTTP method at the source.'),
    target_endpoint: redacted(text(2000)).optional().describe('Path at the target.'),
    target_method: text(20).optional().describe('HTTP method at the target.'),
    input_data: redacted(z.unknown()).optional().describe("Data to send instead of the source's data."),
    trigger_type: pipeTrigger().default('manual').describe('Trigger to simulate.'),
  }),
  result: pipeResult,
  arrangeResult: arrangePipe,
})
