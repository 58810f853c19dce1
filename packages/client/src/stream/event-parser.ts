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
  const field = (line: string): void => {
    const [, name, value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line)!
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
  }
  const dispatch = (): void => {
    const message = { event: event || 'message', data: data.join('\n') }
    const isEmpty = data.length === 0
    event = ''
    data = []
    if (!isEmpty) onEvent(message)
  }
  return (piece) => {
    rest += isFirst ? piece.replace(/^\uFEFF/, '') : piece
    isFirst &&= piece === ''
    let start = 0
    for (;;) {
      const end = /\r\n|\n|\r/g
      end.lastIndex = start
      const found = end.exec(rest)
      // A carriage return at the end of a piece can be the first half of a line break.
      if (!found || (found[0] === '\r' && end.lastIndex === rest.length)) break
      const line = rest.slice(start, found.index)
      start = end.lastIndex
      if (line === '') dispatch()
      else if (!line.startsWith(':')) field(line)
    }
    rest = rest.slice(start)
  }
}
