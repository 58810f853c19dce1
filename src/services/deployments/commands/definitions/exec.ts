import { z } from 'zod'
import { execResult } from '#services/deployments/model/shared-results.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import {
  appCode,
  container,
  flag,
  listed,
  named,
  redacted,
  text,
  whole,
} from '#services/deployments/model/field-schemas.js'

/** Text that the agent refuses to run anywhere in a command. Checked here, so that the caller is denied immediately. */
const FORBIDDEN = ['rm -rf /', 'mkfs', 'dd if=', ':(){', 'shutdown', 'reboot', 'halt', 'poweroff', 'init 0', 'init 6']

export const exec = defineCommand({
  type: 'exec',
  summary: 'Runs a command line inside the container of an application.',
  parameters: z.strictObject({
    app_code: appCode(),
    container: container(),
    command: redacted(text(8000))
      .refine((command) => !FORBIDDEN.some((part) => command.toLowerCase().includes(part)), 'holds what no agent runs')
      .describe(`Command line to run. Rejected if it contains ${listed(FORBIDDEN)}.`),
    timeout: named('timeoutSeconds', whole(1, 120, 'seconds'))
      .default(30)
      .describe('Timeout in seconds.'),
    redact_output: flag(true).describe('Whether to remove secrets from the output.'),
  }),
  result: execResult,
})
