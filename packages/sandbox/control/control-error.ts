import type { z } from 'zod'

/** Error of the control interface. */
export class ControlError extends Error {
  readonly status: number
  readonly body: { error: { code: string; message: string; field?: string } }

  constructor(status: number, code: string, message: string, field?: string) {
    super(message)
    this.status = status
    this.body = { error: { code, message, ...(field === undefined ? {} : { field }) } }
  }
}

/** Checks a JSON body; throws a 400 that names the first wrong field. */
export function readBody<Shape extends z.ZodType>(shape: Shape, body: unknown): z.output<Shape> {
  const result = shape.safeParse(body ?? {})
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const path = issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : (issue?.path ?? [])
  throw new ControlError(400, 'BAD_INPUT', issue?.message ?? 'bad input', path.map(String).join('.') || undefined)
}
