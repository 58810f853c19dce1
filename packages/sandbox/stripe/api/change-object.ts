import { isDeepStrictEqual } from 'node:util'
import type { RecordKind, Records } from '#state/records.js'
import type { SandboxState } from '#sandbox-state.js'

/** Replaces some fields of an object. Returns the new object and the previous values of the changed fields. */
export function changeObject<K extends RecordKind>(
  world: SandboxState,
  kind: K,
  id: string,
  changes: Partial<Records[K]>,
): { object: Records[K]; previous: Record<string, unknown> } {
  const before = world.store.need(kind, id) as Records[K] & { id: string }
  const object = world.store.put(kind, { ...before, ...changes })
  return { object, previous: previousValues(before, object) }
}

function previousValues(before: object, after: object): Record<string, unknown> {
  const previous: Record<string, unknown> = {}
  const old = before as Record<string, unknown>
  for (const [key, value] of Object.entries(after)) {
    if (isDeepStrictEqual(old[key], value)) continue
    // Events contain only the changed keys of metadata. The previous value of a new key is null.
    previous[key] = key === 'metadata' ? previousMetadata(old[key] as Metadata, value as Metadata) : (old[key] ?? null)
  }
  return previous
}

type Metadata = Record<string, string>

function previousMetadata(before: Metadata, after: Metadata): Record<string, string | null> {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return Object.fromEntries(
    [...keys].filter((key) => before[key] !== after[key]).map((key) => [key, before[key] ?? null]),
  )
}
