/** Milliseconds of processor time that this thread has used. */
export const usedTime = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Milliseconds of this thread's processor time that `work` needs; neither other threads nor other processes count. */
export function threadTime(work: () => unknown): number {
  const before = usedTime()
  work()
  return usedTime() - before
}

/** The most processor time, in milliseconds, that this thread needs between two turns of its event loop while `work` runs. */
export async function maxTaskTime(work: () => Promise<unknown>): Promise<number> {
  let maximum = 0
  let before = usedTime()
  const look = (): void => {
    const now = usedTime()
    maximum = Math.max(maximum, now - before)
    before = now
  }
  const timer = setInterval(look, 1)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  look()
  return maximum
}
