export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A map, or an empty one instead of anything else. */
export const mapOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {})

/** A list, or an empty one instead of anything else. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])
