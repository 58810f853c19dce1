const waiting: (() => void)[] = []

/**
 * Waits for a turn of the event loop in which no other large piece of work runs. Between two such turns the process reads its
 * sockets, so that a small request waits for one large piece of work at most, however many large requests came with it.
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
