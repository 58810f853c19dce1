import { z } from 'zod'
import { reportType } from '#services/deployments/model/command-report.js'
import { MASK } from '#services/kernel/redaction/redaction-rules.js'
import { listOrEmpty, textOrNull, type Json } from '#services/deployments/model/normalize-fields.js'
import {
  flag as reportedFlag,
  listOf,
  plainText,
  resultType,
  text as reportedText,
} from '#services/deployments/model/result-fields.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { appCode, container, flag, oneOf, text, whole } from '#services/deployments/model/field-schemas.js'
import { isObject } from '#services/deployments/model/parameter-tree.js'

const logLine = resultType('LogLine', 'One line of a log.', {
  ts: reportedText().describe('Time as reported by the container.'),
  stream: reportedText().describe('Stream of the line, for example `stdout`.'),
  message: plainText().describe('Text of the line.'),
  redacted: reportedFlag().describe('Whether a secret was removed from the line.'),
})

/** A line of a log. `redacted` is also true if the agent itself masked something. */
const toLine = (ts: string | null, stream: string, message: string, redacted: boolean): Json => ({
  ts,
  stream,
  message,
  redacted: redacted || message.includes(MASK),
})

/** Streams other than stdout and stderr occur (`console` of a terminal) and are kept. */
const normalizeLine = (line: unknown): Json =>
  isObject(line)
    ? {
        ...line,
        ...toLine(
          textOrNull(line['ts']),
          textOrNull(line['stream']) ?? 'stdout',
          textOrNull(line['message']) ?? '',
          line['redacted'] === true,
        ),
      }
    : toLine(null, 'stdout', textOrNull(line) ?? JSON.stringify(line), false)

export const logs = defineCommand({
  type: 'logs',
  summary: 'Fetches log lines of an application.',
  readOnly: true,
  rate: 'logs_rate',
  button: { label: 'Logs', icon: 'fa-file-alt', scope: 'container', requires: 'logs' },
  parameters: z.strictObject({
    app_code: appCode(),
    container: container(),
    cursor: text(2000).optional().describe('Cursor of the previous result. Default: the newest lines.'),
    limit: whole(1, 1000).default(400).describe('Maximum number of lines.'),
    streams: z
      .array(oneOf('LogStream', 'Stream of a log.', { stdout: 'Standard output.', stderr: 'Standard error.' }), {
        error: 'are stdout and stderr',
      })
      .default(['stdout', 'stderr'])
      .transform((given) => (given.length ? given : ['stdout', 'stderr']))
      .describe('Streams to return. Default: both, as for an empty list.'),
    redact: flag(true).describe('Whether the agent removes secrets. The server always removes them.'),
  }),
  result: reportType('LogsResult', 'Result of `logs`.', {
    cursor: reportedText().describe('Cursor of the next page. Null at the end.'),
    truncated: reportedFlag().describe('Whether lines were omitted because of the limit.'),
    lines: listOf(logLine).describe('Log lines, oldest first.'),
  }),
  normalizeResult: (result) => ({
    ...result,
    cursor: textOrNull(result['cursor']),
    truncated: result['truncated'] === true,
    lines: listOrEmpty(result['lines']).map(normalizeLine),
  }),
})
