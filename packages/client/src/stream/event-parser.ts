/** A message of an event stream. */
export interface ServerEvent {
  readonly event: string
  readonly data: string
}

/** Reads the format of Server-Sent Events from pieces of text. A piece can end anywhere. */
export function createEventParser(onEvent: (event: ServerEvent) => void): (piece: string) => void {
  let rest = ''
  let isFirst = true
  let event = ''
  let data: string[] = []
  // A comment is a field without a name.
  const readLine = (line: string): void => {
    const [, name, value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line)!
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
    else if (line === '') {
      const message = { event: event || 'message', data: data.join('\n') }
      const isEmpty = data.length === 0
      event = ''
      data = []
      if (!isEmpty) onEvent(message)
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
