import type { ExecutionResult, GraphQLFormattedError } from 'graphql'

/** A result as its receiver reads it. */
export interface FormattedResult {
  /** Without data nothing ran, which is the request's fault unless an error says whose; undefined when something did. */
  readonly status: number | undefined
  readonly body: {
    errors?: readonly GraphQLFormattedError[]
    data?: ExecutionResult['data']
    extensions?: ExecutionResult['extensions']
  }
}

/** Takes out of the errors what was meant for the edge alone. */
export function formatResult({ data, errors, extensions }: ExecutionResult): FormattedResult {
  if (!errors) return { status: undefined, body: { data, extensions } }
  const formatted = errors.map((error) => {
    const { http: _http, ...told } = error.extensions
    return { ...error.toJSON(), extensions: told }
  })
  const status = data === undefined ? statusIn(errors[0]?.extensions['http']) : undefined
  return { status, body: { errors: formatted, data, extensions } }
}

function statusIn(http: unknown): number {
  const { status } = (http ?? {}) as { status?: unknown }
  return typeof status === 'number' ? status : 400
}
