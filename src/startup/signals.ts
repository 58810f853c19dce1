/** A signal that reaches us twice within this time is one Ctrl-C: once from the terminal, once passed on by the starter. */
const SAME_SIGNAL_MS = 500

/** Calls `stop` at the first signal. A second signal ends the process immediately. */
export function onStopSignal(stop: () => void): void {
  let first = 0
  const handle = () => {
    if (first && Date.now() - first > SAME_SIGNAL_MS) process.exit(130)
    if (!first) {
      first = Date.now()
      process.stderr.write('\nstackgate: Stopping …\n')
      stop()
    }
  }
  process.on('SIGINT', handle)
  process.on('SIGTERM', handle)
  process.on('SIGHUP', handle)
}
