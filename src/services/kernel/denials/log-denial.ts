import type { Logger } from '../logger/logger.js'
import type { Denial, Refused } from './denial.js'

/** Parts of the context that the log of a denial needs. */
interface DenialLogContext {
  readonly config: { readonly mode: string }
  readonly log: Logger
  readonly requestId: string
}

/** In the sandbox, logs why an operation did nothing: the code, the fields at fault, and the steps that lift it. */
export function logDenial({ config, log, requestId }: DenialLogContext, operation: string, denial: Denial): void {
  if (config.mode !== 'sandbox') return
  const { code, message, remedies } = denial
  const { issues = [] } = denial as Partial<Refused>
  log.warn(
    {
      operation,
      code,
      message,
      fields: issues.map(({ path }) => path.join('.')),
      remedies: remedies.map(({ mutation, url, label }) => mutation ?? url ?? label),
      requestId,
    },
    'request denied',
  )
}
