/** A message of an event stream. */
export interface ServerEvent {
  readonly event: string
  readonly data: string
  /** Position behind the message. Undefined if it has none. */
  readonly id: string | undefined
}

/**
 * Reads the format of Server-Sent Events from pieces of text. A piece can end anywhere.
 * @param onPosition receives positions that have no message
 */
export function createEventParser(
  onEvent: (event: ServerEvent) => void,
  onPosition?: (id: string) => void,
): (piece: string) => void {
  let rest = ''
  let isFirst = true
  let event = ''
  let id: string | undefined
  let data: string[] = []
  // A comment is a field without a name.
  const readLine = (line: string): void => {
    const [, name, value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line)!
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
    else if (name === 'id') id = value
    else if (line === '') {
      const message = { event: event || 'message', data: data.join('\n'), id }
      const isEmpty = data.length === 0
      event = ''
      data = []
      id = undefined
      if (!isEmpty) onEvent(message)
      else if (message.id) onPosition?.(message.id)
    }
  }
  return (piece) => {
    // A carriage return at the end of a piece can be the first half of a line break.
    const lines = (rest + (isFirst ? piece.replace(/^\uFEFF/, '') : piece)).split(/\r\n|\n|\r(?!$)/)
    isFirst &&= piece === ''
    rest = lines.pop()!
    lines.forEach(readLine)
  }
}
