import { invalid } from './stripe-error.js'

/** A parsed form: text at the leaves, lists where all keys are 0, 1, 2 … or empty. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue }

type Node = Map<string, Node | string>

const MAX_FIELDS = 2000
const MAX_DEPTH = 10

/** Reads `a[b][0]=c` as Stripe does. Throws a Stripe error for what cannot be read. */
export function parseForm(text: string): Record<string, FormValue> {
  const root: Node = new Map()
  let fields = 0
  for (const [name, value] of new URLSearchParams(text)) {
    fields += 1
    if (fields > MAX_FIELDS) throw invalid(`Too many parameters (more than ${MAX_FIELDS}).`)
    place(root, path(name), value, name)
  }
  // A form is always an object at the top, even when its names look like numbers.
  return Object.fromEntries([...root].map(([key, node]) => [key, plain(node)]))
}

function path(name: string): string[] {
  const open = name.indexOf('[')
  if (open < 0) return [name]
  const keys = [name.slice(0, open)]
  const rest = name.slice(open)
  const parts = rest.match(/\[[^[\]]*\]/g) ?? []
  if (parts.join('') !== rest || parts.length > MAX_DEPTH) throw invalid(`Invalid parameter name: ${name}`, name)
  for (const part of parts) keys.push(part.slice(1, -1))
  return keys
}

function place(root: Node, keys: string[], value: string, name: string): void {
  let node = root
  for (const [index, key] of keys.entries()) {
    const last = index === keys.length - 1
    const slot = key === '' ? String(node.size) : key
    if (last) {
      node.set(slot, value)
      return
    }
    const next = node.get(slot)
    if (typeof next === 'string') throw invalid(`Invalid parameter: ${name} is both a value and an object.`, name)
    if (next === undefined) {
      const created: Node = new Map()
      node.set(slot, created)
      node = created
    } else {
      node = next
    }
  }
}

function plain(node: Node | string): FormValue {
  if (typeof node === 'string') return node
  const keys = [...node.keys()]
  const isList = keys.length > 0 && keys.every((key, index) => key === String(index))
  if (isList) return [...node.values()].map(plain)
  // Defined, not assigned: `__proto__` must be a key like any other.
  return Object.fromEntries([...node].map(([key, value]) => [key, plain(value)]))
}
