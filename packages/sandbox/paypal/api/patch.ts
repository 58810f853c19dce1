import { unprocessable } from './paypal-error.js'

/** One operation of a PATCH. */
export interface PatchOperation {
  op: string
  path: string
  value: unknown
}

/** Operations of a PATCH whose paths can be changed. Rejects all others as PayPal does. */
export function readPatch(body: unknown, allowed: RegExp, removable: RegExp = /^$/): PatchOperation[] {
  const operations = body as Partial<PatchOperation>[]
  const seen = new Set<string>()
  return operations.map(({ op = '', path = '', value }, index) => {
    const field = `/${index}/path`
    if (!allowed.test(path)) throw unprocessable({ issue: 'INVALID_PATCH_PATH', field, value: path })
    if (seen.has(path)) throw unprocessable({ issue: 'INVALID_PATCH_PATH', field, value: path })
    seen.add(path)
    const isFine = op === 'replace' || op === 'add' || (op === 'remove' && removable.test(path))
    if (!isFine) throw unprocessable({ issue: 'UNSUPPORTED_PATCH_OPERATION', field: `/${index}/op`, value: op })
    if (op !== 'remove' && value === undefined)
      throw unprocessable({ issue: 'MISSING_REQUIRED_PARAMETER', field: `/${index}/value` })
    return { op, path, value }
  })
}

/** A text of a PATCH, within PayPal's lengths. */
export function patchedText(value: unknown, field: string, max: number): string {
  if (typeof value !== 'string' || value === '') throw unprocessable({ issue: 'INVALID_PARAMETER_SYNTAX', field })
  if (value.length > max) throw unprocessable({ issue: 'INVALID_STRING_MAX_LENGTH', field, value: value.slice(0, 50) })
  return value
}
