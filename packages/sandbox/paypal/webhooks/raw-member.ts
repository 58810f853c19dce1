/**
 * Exact text of a member of the outermost object of a JSON text, or undefined. The signature covers the text as sent,
 * so that a parsed and serialized value would differ. The text must be valid JSON.
 */
export function rawMember(json: string, name: string): string | undefined {
  let depth = 0
  let key: string | null = null
  let start: number | null = null
  for (let at = 0; at < json.length; at += 1) {
    const letter = json[at]
    if (letter === '"') {
      const end = endOfText(json, at)
      if (depth === 1 && start === null) key = JSON.parse(json.slice(at, end)) as string
      at = end - 1
    } else if (letter === ':' && depth === 1 && start === null) start = at + 1
    else if (letter === '{' || letter === '[') depth += 1
    else if (letter === '}' || letter === ']' || letter === ',') {
      if (letter !== ',') depth -= 1
      if (start === null || depth > (letter === ',' ? 1 : 0)) continue
      if (key === name) return json.slice(start, at).trim()
      start = null
    }
  }
  return undefined
}

/** Returns the end of the text that begins at `from`. */
function endOfText(json: string, from: number): number {
  for (let at = from + 1; at < json.length; at += 1) {
    if (json[at] === '\\') at += 1
    else if (json[at] === '"') return at + 1
  }
  return json.length
}
