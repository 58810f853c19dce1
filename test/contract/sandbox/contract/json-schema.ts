import { stripeContract } from '@stackgate/sandbox/contract/contract.js'
import type { Shape } from '@stackgate/sandbox/contract/shape.js'

/** The definitions of the contract as one JSON Schema, for a validator that is not ours. */
export function jsonSchema($id: string): object {
  const definitions = Object.entries(stripeContract().definitions).map(([name, one]) => [name, schemaOf(one)])
  return { $id, $defs: Object.fromEntries(definitions) as object }
}

function schemaOf(shape: Shape): object {
  if (typeof shape === 'boolean') return { const: shape }
  if (Array.isArray(shape)) return { anyOf: shape.map(schemaOf) }
  if (typeof shape === 'string') return primitive(shape)
  const { '[]': item, '{}': entry } = shape
  if (item !== undefined) return { type: 'array', items: schemaOf(item) }
  if (entry !== undefined) return { type: 'object', additionalProperties: schemaOf(entry) }
  const names = Object.keys(shape)
  return {
    type: 'object',
    additionalProperties: false,
    required: names.filter((name) => !name.endsWith('?')),
    properties: Object.fromEntries(names.map((name) => [name.replace(/\?$/, ''), schemaOf(shape[name] as Shape)])),
  }
}

function primitive(shape: string): object {
  if (shape.startsWith('=')) return { const: shape.slice(1) }
  if (shape.startsWith('#')) return { $ref: `#/$defs/${shape.slice(1)}` }
  if (shape === 'any') return {}
  if (shape === 'decimal') return { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' }
  return { type: shape }
}
