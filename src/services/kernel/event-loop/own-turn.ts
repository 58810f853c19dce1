const waiting: (() => void)[] = []

/**
 * Waits for a turn of the event loop without other large work. Between two such turns the process reads its sockets, so
 * that a small request waits for at most one large piece of work, regardless of their number.
 */
export function ownTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(runNext)
  })
}

function runNext(): void {
  waiting.shift()!()
  if (waiting.length > 0) setImmediate(runNext)
}
